# SPDX-License-Identifier: EUPL-1.2
"""Choosing one option, or several."""

import pytest

from core.questions.contract import Answered, NotUnderstood, Why
from core.turns import ChooseOptions, Keys, Words

ONE = """
type = "choice"
options = [
  { key = "yes", text.de = "Ja" },
  { key = "no", text.de = "Nein" },
  { key = "weekend", text.de = "Nur am Wochenende", sms.de = "Wochenende", explain.de = "Samstag und Sonntag." },
]
"""
SEVERAL = """
type = "choice"
at_most = 2
options = [
  { key = "park", text.de = "Park" },
  { key = "school", text.de = "Schule" },
  { key = "bus", text.de = "Bus" },
  { key = "none", text.de = "Nichts davon", exclusive = true },
]
"""


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (Keys("1"), "yes"),
        (Words("3"), "weekend"),
        (Words("nein"), "no"),
        (Words("Ja bitte"), "yes"),
        (Words("am Wochenende"), "weekend"),
    ],
)
def test_one_option_is_understood_by_key_place_or_name(question, asking, said, value):
    assert question(ONE).hear(said, asking()) == Answered(value)


@pytest.mark.parametrize("said", [Keys("4"), Keys("0"), Keys("12"), Words("vielleicht"), Words("9"), Words("Dienstag")])
def test_what_is_no_option_is_asked_again(question, asking, said):
    assert isinstance(question(ONE).hear(said, asking()), NotUnderstood)


def test_two_options_where_one_is_wanted_are_asked_again(question, asking):
    assert question(ONE).hear(Words("1 oder 2"), asking()).why is Why.SEVERAL_FIT


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (Keys("2"), ("school",)),
        (Keys("13"), ("park", "bus")),
        (Words("3 und 1"), ("park", "bus")),
        (Words("Bus, Schule"), ("school", "bus")),
        (Words("4"), ("none",)),
    ],
)
def test_several_options_are_always_a_tuple_in_the_order_of_the_file(question, asking, said, value):
    assert question(SEVERAL).hear(said, asking()) == Answered(value)


HOURS = """
type = "choice"
options = [
  { key = "two", text.de = "2 Stunden" },
  { key = "four", text.de = "4 Stunden" },
  { key = "one", text.de = "Eine Stunde" },
]
"""


@pytest.mark.parametrize(("digits", "value"), [("1", "two"), ("2", "four"), ("3", "one")])
def test_a_key_is_the_option_at_its_place_whatever_numbers_the_labels_hold(question, asking, digits, value):
    assert question(HOURS).hear(Keys(digits), asking()) == Answered(value)


@pytest.mark.parametrize("digits", ["4", "0", "00", "12", "1#", "*", "²", "٢", "9" * 5000])
def test_keys_that_stand_for_no_place_are_asked_again(question, asking, digits):
    assert question(HOURS).hear(Keys(digits), asking()).why is Why.NOTHING_FITS


def test_more_options_than_allowed_are_told_with_the_limit(question, asking):
    assert question(SEVERAL).hear(Words("1, 2 und 3"), asking()) == NotUnderstood(
        Why.TOO_MANY, {"most": "2", "count": "4"}
    )


def test_an_exclusive_option_stands_alone(question, asking):
    assert question(SEVERAL).hear(Keys("14"), asking()).why is Why.STANDS_ALONE


def test_at_most_one_still_gives_a_list(question, asking):
    assert question(SEVERAL.replace("at_most = 2", "at_most = 1")).hear(Words("Park"), asking()) == Answered(("park",))


def test_the_expectation_offers_every_option_in_order(question, asking):
    expected = question(SEVERAL).expects(asking(recorded=("bus",)))
    assert isinstance(expected, ChooseOptions)
    assert [option.key for option in expected.options] == ["park", "school", "bus", "none"]
    assert (expected.least, expected.most, expected.chosen) == (1, 2, ("bus",))
    assert expected.options[3].exclusive
    assert question(ONE).expects(asking()).options[2].explain.text == "Samstag und Sonntag."


def test_several_answers_are_read_back_together(question, asking):
    assert question(SEVERAL).name(("park", "bus"), asking()).text == "Park, Bus"
    assert question(ONE).name("weekend", asking()).narrow == "Wochenende"


def test_each_chosen_option_is_counted_once(question):
    assert question(SEVERAL).cells(("park", "bus")) == ("park", "bus")
    assert question(ONE).cells("yes") == ("yes",)


def test_exclusive_in_a_single_choice_does_no_harm(question, asking):
    asked = question(ONE.replace('text.de = "Ja"', 'text.de = "Ja", exclusive = true'))
    assert asked.hear(Words("ja"), asking()) == Answered("yes")


@pytest.mark.parametrize(
    ("toml", "keys"),
    [
        ('type = "choice"', ["options"]),
        ('type = "choice"\noptions = [{ key = "a", text.de = "Ja" }]', ["options"]),
        ('type = "choice"\noptions = ["Ja", "Nein"]', ["options", "options"]),
        (ONE.replace('key = "no"', 'kee = "no"'), ["options[2].key", "options[2].kee"]),
    ],
)
def test_faults_of_options_are_named_in_their_place(faults, toml, keys):
    assert sorted(faults(toml)) == sorted(keys)
