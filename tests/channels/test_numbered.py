# SPDX-License-Identifier: EUPL-1.2
"""Options as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.numbered import numbered
from core.turns import (
    ChooseOptions,
    EnterNumber,
    GivenAnswer,
    LeaveRecording,
    NothingExpected,
    Option,
    ReviewAnswers,
    SayFreely,
    Wording,
)


def narrow(wording):
    return wording.narrow


def heard(wording):
    return wording.heard


@given(st.lists(st.text(min_size=1), max_size=9))
def test_every_option_has_the_number_of_its_place(phrases, texts):
    options = tuple(Option(str(place), Wording(text)) for place, text in enumerate(texts))
    lines = numbered(ChooseOptions(options), narrow, phrases, "de")
    assert lines == tuple(f"{place} {text}" for place, text in enumerate(texts, 1))


def test_a_medium_chooses_the_width():
    options = ChooseOptions((Option("yes", Wording("Ja", "ja, bitte", "J")),))
    assert numbered(options, narrow, None, "de") == ("1 J",)
    assert numbered(options, heard, None, "de") == ("1 ja, bitte",)


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_answers_are_listed_with_their_question_and_open_ones_say_so(phrases, language):
    given_answers = (
        GivenAnswer("late", Wording("Bus bis 23 Uhr?"), Wording("Ja")),
        GivenAnswer("why", Wording("Wohin?"), None),
    )
    first, second = numbered(ReviewAnswers(given_answers), narrow, phrases, language)
    assert first == "1 Bus bis 23 Uhr? Ja"
    assert second.startswith("2 Wohin? (")


@pytest.mark.parametrize("expects", [EnterNumber(), SayFreely(100), LeaveRecording(60), NothingExpected()])
def test_what_is_not_chosen_from_a_list_has_no_numbers(phrases, expects):
    assert numbered(expects, narrow, phrases, "de") == ()
