# SPDX-License-Identifier: EUPL-1.2
"""A Reply as a page, and a posted form as what was said: pure values in, pure values out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commands import Command
from core.turns import (
    ChooseOptions,
    EnterNumber,
    GivenAnswer,
    LeaveRecording,
    Line,
    NothingExpected,
    Option,
    Pressed,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    Silence,
    Wording,
    Words,
)
from web.form import (
    PRESSABLE,
    ButtonUnknown,
    Checkboxes,
    FreeText,
    GivenAnswers,
    Nothing,
    NumberLine,
    Places,
    Posted,
    Radios,
    Scale,
    field_for,
    page_of,
    said_by,
)

COLOURS = tuple(Option(key, Wording(key.title())) for key in ("red", "green", "blue"))

# ---------------------------------------------------------------------------------------------- what was said


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        (Posted(answers=("2",)), Words("2")),
        (Posted(answers=("1", "3")), Words("1 3")),
        (Posted(answers=("3", "", "1")), Words("3 1")),
        (Posted(answers=("Nach Köln",)), Words("Nach Köln")),
        (Posted(), Silence()),
        (Posted(answers=("  ",)), Silence()),
        (Posted(answers=("",), empty="SKIP"), Pressed(Command.SKIP)),
        (Posted(answers=("",), empty="DONE"), Silence()),
        (Posted(button="SKIP", answers=("1",)), Pressed(Command.SKIP)),
    ],
    ids=str,
)
def test_a_posted_form_says_what_its_person_did(posted, said):
    assert said_by(posted) == said


@pytest.mark.parametrize("command", sorted(PRESSABLE))
def test_a_button_says_its_command_whatever_else_is_filled_in(command):
    assert said_by(Posted(button=command, answers=("1",))) == Pressed(command)


@given(st.text(min_size=1).filter(lambda name: name not in set(PRESSABLE)))
def test_a_button_that_no_page_has_says_nothing(name):
    with pytest.raises(ButtonUnknown):
        said_by(Posted(button=name))


# ---------------------------------------------------------------------------------------------- what is filled in


@pytest.mark.parametrize(
    ("expects", "kind"),
    [
        (ChooseOptions(COLOURS), Radios),
        (ChooseOptions(COLOURS, most=2), Checkboxes),
        (ChooseOptions(COLOURS, most=3, ranked=True), Places),
        (EnterNumber(Decimal(1), Decimal(5), scale=True), Scale),
        (EnterNumber(), NumberLine),
        (SayFreely(longest=500), FreeText),
        (ReviewAnswers((GivenAnswer("late", Wording("Bus?"), None),)), GivenAnswers),
        (LeaveRecording(60), Nothing),
        (NothingExpected(), Nothing),
    ],
    ids=str,
)
def test_every_kind_of_expectation_has_its_field(expects, kind):
    assert type(field_for(expects)) is kind


@given(st.sets(st.sampled_from(["red", "green", "blue"])))
def test_recorded_options_are_ticked_and_no_others(chosen):
    field = field_for(ChooseOptions(COLOURS, most=3, chosen=tuple(chosen)))
    assert {row.label.lower() for row in field.rows if row.ticked} == chosen


@given(st.sets(st.sampled_from(["1", "2", "3"]), min_size=1))
def test_what_was_just_ticked_goes_before_what_is_recorded(typed):
    field = field_for(ChooseOptions(COLOURS, most=3, chosen=("red",)), tuple(typed))
    assert {row.number for row in field.rows if row.ticked} == typed


@given(st.permutations(["red", "green", "blue"]))
def test_recorded_places_stand_in_their_order(order):
    field = field_for(ChooseOptions(COLOURS, most=3, ranked=True, chosen=tuple(order)))
    labels = {row.number: row.label.lower() for row in field.rows}
    assert [labels[number] for number in field.picked] == order


@given(st.integers(0, 5), st.integers(1, 5), st.data())
def test_a_scale_has_every_step_and_ticks_the_recorded_one(least, width, data):
    entered = data.draw(st.integers(least, least + width))
    field = field_for(EnterNumber(Decimal(least), Decimal(least + width), scale=True, entered=Decimal(entered)))
    assert [row.number for row in field.rows] == [str(step) for step in range(least, least + width + 1)]
    assert [row.number for row in field.rows if row.ticked] == [str(entered)]


@pytest.mark.parametrize(("entered", "written"), [("20", "20"), ("2.50", "2.5"), ("0", "0"), ("1E+2", "100")])
def test_a_recorded_number_is_written_plainly(entered, written):
    assert field_for(EnterNumber(entered=Decimal(entered), decimals=2)).written == written


def test_numbers_with_decimals_get_a_keyboard_with_a_point():
    assert field_for(EnterNumber(decimals=1)).keyboard == "decimal"
    assert field_for(EnterNumber()).keyboard == "numeric"


# ---------------------------------------------------------------------------------------------- what is told


def reply(*lines: tuple[Role, str], **given: object) -> Reply:
    say = tuple(Line(role, Wording(text)) for role, text in lines)
    return Reply(**{"say": say, "expects": NothingExpected(), "language": "de", "about": Prompt.FINISHED, **given})


TOLD = st.lists(st.tuples(st.sampled_from(list(Role)), st.text(min_size=1)), max_size=8)
SILENT_ON_A_PAGE = {Role.CONFIRMATION, Role.GREETING, Role.NOTICE}
"""Intro and notice stand on the start page, the answer before on the check page."""


@given(TOLD)
def test_a_page_loses_no_line_but_those_that_another_page_shows(told):
    page = page_of(reply(*told, expects=SayFreely(10)))
    shown = " ".join(
        (page.heading, page.progress, page.receipt, *page.problems, *page.explanations, *page.hints, *page.paragraphs)
    )
    for role, text in told:
        assert text in shown or role in SILENT_ON_A_PAGE


def test_where_nothing_is_asked_the_first_thing_told_is_the_heading_and_is_told_once():
    page = page_of(reply((Role.FAREWELL, "Danke."), (Role.INFORMATION, "Bald mehr."), (Role.RECEIPT, "Nr. 1234 5678")))
    assert (page.heading, page.paragraphs, page.receipt) == ("Danke.", ("Bald mehr.",), "Nr. 1234 5678")
