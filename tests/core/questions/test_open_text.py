# SPDX-License-Identifier: EUPL-1.2
"""Answers in one's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questions.contract import Answered, Asking, NotUnderstood, Why
from core.questions.open_text import LONGEST, OpenText
from core.texts import Texts
from core.turns import Keys, Wording, Words

OPEN = 'type = "open_text"\noptional = true'
ASKED = OpenText(key="why", text=Texts({"de": Wording("Warum?")}))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Zum Krankenhaus\n", "Zum Krankenhaus"),
        ("eins\r\nzwei", "eins\nzwei"),
        ("U\u0308bersicht\x00", "Übersicht"),
        ("👍", "👍"),
        ("?", "?"),
        ("2", "2"),
    ],
)
def test_words_are_kept_as_they_are_but_tidy(question, asking, written, kept):
    assert question(OPEN).hear(Words(written), asking()) == Answered(kept)


def test_a_text_beyond_the_limit_is_asked_again_and_never_cut(question, asking):
    assert question(OPEN).hear(Words("a" * LONGEST), asking()) == Answered("a" * LONGEST)
    heard = question(OPEN).hear(Words("a" * (LONGEST + 1)), asking())
    assert heard == NotUnderstood(Why.TOO_MANY, {"most": "5000", "count": "5001"})


def test_digits_from_a_keypad_are_no_thought(question, asking):
    assert question(OPEN).hear(Keys("5"), asking()) == NotUnderstood(Why.NOTHING_FITS)


def test_the_expectation_refills_what_was_written(question, asking):
    assert question(OPEN).expects(asking(recorded="Zum Markt")).written == "Zum Markt"
    assert question(OPEN).expects(asking()).longest == LONGEST


def test_results_show_only_how_many_answered(question):
    asked = question(OPEN)
    assert (asked.options(), asked.cells("Zum Markt"), asked.mean({})) == (None, (), None)


@given(st.text())
def test_any_words_are_kept_whole_or_told_as_empty(text):
    class Unused:
        pass

    heard = ASKED.hear(Words(text), Asking("de", Unused(), Unused()))
    if isinstance(heard, Answered):
        assert heard.value == heard.value.strip() != ""
        assert [sign for sign in text if sign.isalnum() and sign.isascii()] == [
            sign for sign in heard.value if sign.isalnum() and sign.isascii()
        ]
    else:
        assert not any(sign.isalnum() for sign in text)
