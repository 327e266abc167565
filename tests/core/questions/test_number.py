# SPDX-License-Identifier: EUPL-1.2
"""A number with limits, decimals and a unit, each optional."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.entry import LARGEST_NUMBER
from core.questions.contract import Answered, NotUnderstood, Why
from core.questions.hearing import plain
from core.turns import Keys, Words

FREE = 'type = "number"'
AGE = 'type = "number"\nleast = 0\nmost = 120\nunit.de = "Jahre"'
PRICE = 'type = "number"\nleast = 0\nmost = 5\ndecimals = 2\nunit.de = "Euro"'


@pytest.mark.parametrize(
    ("toml", "said", "value"),
    [
        (FREE, Words("-3"), "-3"),
        (FREE, Keys("007"), "7"),
        (AGE, Words("zweiundachtzig"), "82"),
        (AGE, Words("82 Jahre"), "82"),
        (PRICE, Words("2,50"), "2.5"),
        (PRICE, Words("3"), "3"),
    ],
)
def test_a_number_is_understood_as_its_plain_value(question, asking, toml, said, value):
    heard = question(toml).hear(said, asking())
    assert heard == Answered(Decimal(value))
    assert str(heard.value) == value


@pytest.mark.parametrize(
    ("toml", "said", "why"),
    [
        (PRICE, ",5", Why.SEVERAL_FIT),
        (AGE, "121", Why.TOO_LARGE),
        (AGE, "-1", Why.TOO_SMALL),
        (AGE, "2,5", Why.TOO_PRECISE),
        (AGE, "alt", Why.NO_NUMBER),
        (PRICE, "2,5055", Why.TOO_PRECISE),
        (FREE, "9" * 300, Why.TOO_LARGE),
    ],
)
def test_what_is_no_such_number_is_asked_again_with_the_reason(question, asking, toml, said, why):
    heard = question(toml).hear(Words(said), asking())
    assert isinstance(heard, NotUnderstood)
    assert heard.why is why


def test_no_number_is_beyond_all_measure(question, asking):
    assert question(FREE).hear(Words(str(LARGEST_NUMBER + 1)), asking()).values["most"] == plain(LARGEST_NUMBER)


def test_a_number_is_read_back_as_its_language_writes_it(question, asking):
    both = PRICE + '\nunit.en = "euros"'
    assert question(both).name(Decimal("2.5"), asking("de")).text == "2,5 Euro"
    assert question(both).name(Decimal("2.5"), asking("en")).text == "2.5 euros"
    assert question(FREE).name(Decimal(4), asking()).text == "4"


def test_the_expectation_has_limits_unit_and_what_was_entered(question, asking):
    expected = question(PRICE).expects(asking(recorded=Decimal(2)))
    assert (expected.least, expected.most, expected.decimals, expected.entered) == (0, 5, 2, 2)
    assert expected.unit.text == "Euro"
    assert not expected.scale


@pytest.mark.parametrize(
    ("toml", "options"),
    [
        (FREE, None),
        (AGE, None),
        (PRICE, None),
        ('type = "number"\nleast = 1\nmost = 3', ("1", "2", "3")),
        ('type = "number"\nleast = 0.5\nmost = 3', ("1", "2", "3")),
    ],
)
def test_only_a_few_whole_numbers_are_listed_one_by_one(question, toml, options):
    assert question(toml).options() == options


@pytest.mark.parametrize(
    ("toml", "keys"),
    [
        ('type = "number"\nleast = 3\nmost = 3', ["most"]),
        ('type = "number"\ndecimals = 9', ["decimals"]),
        ('type = "number"\nleast = "drei"', ["least"]),
        ('type = "number"\nleast = true', ["least"]),
    ],
)
def test_faults_of_limits_are_named(faults, toml, keys):
    assert faults(toml) == keys


@given(st.decimals(-(10**12), 10**12, places=4))
def test_a_cell_is_one_way_to_write_a_number(number):
    assert Decimal(plain(number)) == number
    assert plain(number) == plain(number + Decimal("0.00000"))
