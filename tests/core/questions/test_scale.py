# SPDX-License-Identifier: EUPL-1.2
"""A number on a short scale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questions.contract import Answered, NotUnderstood, Why
from core.questions.scale import mean_of
from core.turns import Keys, Words

SCALE = """
type = "scale"
least = 0
most = 10
least_label.de = "gar nicht"
most_label.de = "sehr"
"""


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (Keys("0"), 0),
        (Keys("10"), 10),
        (Words("die 4"), 4),
        (Words("sieben"), 7),
        (Words("sehr"), 10),
        (Words("gar nicht"), 0),
    ],
)
def test_a_number_or_the_name_of_an_end_is_understood(question, asking, said, value):
    assert question(SCALE).hear(said, asking()) == Answered(Decimal(value))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("11", Why.TOO_LARGE),
        ("-1", Why.TOO_SMALL),
        ("3,5", Why.TOO_PRECISE),
        ("prima", Why.NO_NUMBER),
        ("3 oder 4", Why.SEVERAL_FIT),
    ],
)
def test_what_is_not_on_the_scale_is_asked_again_with_the_reason(question, asking, said, why):
    heard = question(SCALE).hear(Words(said), asking())
    assert isinstance(heard, NotUnderstood)
    assert heard.why is why
    assert heard.values == {"least": "0", "most": "10", "decimals": "0"}


def test_the_expectation_is_a_scale_with_its_ends_named(question, asking):
    expected = question(SCALE).expects(asking(recorded=Decimal(3)))
    assert (expected.least, expected.most, expected.scale, expected.entered) == (0, 10, True, 3)
    assert (expected.least_label.text, expected.most_label.text) == ("gar nicht", "sehr")


def test_results_list_every_step(question):
    assert question(SCALE).options() == tuple(map(str, range(11)))


@pytest.mark.parametrize(
    ("counts", "mean"),
    [
        ({}, None),
        ({"1": 0}, None),
        ({"1": 6, "2": 9, "3": 12, "4": 8, "5": 5}, 2.9),
        ({"2": 3, "3": 1}, 2.3),
        ({"0": 4}, 0.0),
    ],
)
def test_the_mean_is_rounded_half_up_to_one_decimal(counts, mean):
    assert mean_of(counts) == mean


@given(st.dictionaries(st.integers(0, 10).map(str), st.integers(0, 999)))
def test_the_mean_lies_between_the_cells_that_are_counted(counts):
    counted = [int(cell) for cell, count in counts.items() if count]
    mean = mean_of(counts)
    assert mean is None if not counted else min(counted) <= mean <= max(counted)
