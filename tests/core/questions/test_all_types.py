# SPDX-License-Identifier: EUPL-1.2
"""What is true of every question type, whichever it is; a new type is held against all of it."""

import inspect
import re
from decimal import Decimal

import pytest

from core.commands import Command
from core.questions import QUESTION_TYPES
from core.questions.contract import Answered, NotUnderstood, Why
from core.turns import CannotBeRead, HungUp, Keys, Place, Pressed, Recording, Silence, Words

TYPES = sorted(QUESTION_TYPES)
EXAMPLE = re.compile(r"```toml\n(?P<toml>.*?)```", re.DOTALL)
SAID = re.compile(r'^"(?P<said>.*)" → (?P<value>.+)$', re.MULTILINE)


def example(name):
    """The TOML of a type's docstring, and what is said to it there with what comes of it."""
    text = inspect.getdoc(QUESTION_TYPES[name])
    return EXAMPLE.search(text)["toml"], SAID.findall(text)


@pytest.fixture(params=TYPES)
def any_question(request, question):
    """The question of each docstring's example."""
    return question(example(request.param)[0])


def expected(written):
    """A value or a reason as a docstring writes it."""
    if written in set(Why):
        return Why(written)
    return eval(written, {"Decimal": Decimal})


@pytest.mark.parametrize("name", TYPES)
def test_the_example_in_the_docstring_is_true(name, question, asking):
    toml, said = example(name)
    asked = question(toml)
    assert len(said) >= 2
    heard = {text: asked.hear(Words(text), asking()) for text, _ in said}
    outcome = {text: each.value if isinstance(each, Answered) else each.why for text, each in heard.items()}
    assert outcome == {text: expected(value) for text, value in said}


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_listed_under_its_own_name(name):
    assert QUESTION_TYPES[name].type == name
    assert f'type = "{name}"' in example(name)[0]


@pytest.mark.parametrize("said", [Silence(), HungUp(), Words(""), Words(" \n"), Keys(""), CannotBeRead("empty")])
def test_nothing_said_is_empty(any_question, asking, said):
    assert any_question.hear(said, asking()) == NotUnderstood(Why.EMPTY)


@pytest.mark.parametrize("said", [Recording("RE1", 5), Place(50.9, 6.6), CannotBeRead("picture")])
def test_what_cannot_be_read_is_told_as_that(any_question, asking, said):
    assert any_question.hear(said, asking()) == NotUnderstood(Why.CANNOT_BE_READ)


def test_a_command_is_no_answer(any_question, asking):
    assert isinstance(any_question.hear(Pressed(Command.BACK), asking()), NotUnderstood)


def answers(asked, asking):
    """One understood answer per line of the docstring, for a question made from it."""
    heard = [asked.hear(Words(text), asking()) for text, _ in example(asked.type)[1]]
    return [each.value for each in heard if isinstance(each, Answered)]


def test_the_cells_of_an_answer_are_among_those_that_results_list(any_question, asking):
    listed = any_question.options()
    for value in answers(any_question, asking):
        assert listed is None or set(any_question.cells(value)) <= set(listed)


def test_an_answer_has_a_name_that_is_understood_as_that_answer(any_question, asking):
    for value in answers(any_question, asking):
        name = any_question.name(value, asking())
        spoken = () if any_question.type == "open_text" else (name.heard,)  # own words are never said aloud
        for width in (name.text, name.narrow, *spoken):
            assert any_question.hear(Words(width), asking()) == Answered(value)


def test_what_is_expected_carries_the_recorded_answer(any_question, asking):
    for value in answers(any_question, asking):
        assert any_question.expects(asking(recorded=value)) != any_question.expects(asking())


def test_a_recorded_answer_of_another_kind_is_left_aside(any_question, asking):
    for stranger in ("from an older version", Decimal("99.5"), ("a", "b")):
        assert any_question.expects(asking(recorded=stranger))
        assert any_question.name(stranger if any_question.type not in {"scale", "number"} else Decimal(7), asking())


@pytest.mark.parametrize("language", ["de", "de-simple", "en", "xx"])
def test_every_type_asks_in_every_language(any_question, asking, language):
    spoken = asking("de" if language == "xx" else language)
    assert any_question.expects(spoken)
