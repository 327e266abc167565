# SPDX-License-Identifier: EUPL-1.2
"""Medians, ratios and verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import __main__ as command
from bench.measuring import A_GLANCE, ENOUGH, Result, Spread, at_least, at_most, none_of, ratio, spread, undecided

figures = st.lists(st.floats(0.001, 1000), min_size=1, max_size=9)
ONE_THIRD = Spread(1 / 3, 0.3, 0.4)


@given(figures)
def test_a_median_lies_within_its_range(values):
    found = spread(values)
    assert found.least <= found.median <= found.most


@given(figures)
def test_whatever_is_compared_with_itself_is_one(values):
    assert ratio(values, values) == Spread(1, 1, 1)


def test_ratios_are_taken_round_by_round():
    assert ratio([10, 40], [10, 20]) == Spread(1.5, 1, 2)


def test_rounds_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("verdict", "result"),
    [
        (at_least(0.3, ONE_THIRD, "x"), Result.PASS),
        (at_least(1 / 3, ONE_THIRD, "x"), Result.PASS),
        (at_least(0.34, ONE_THIRD, "x"), Result.FALLS_SHORT),
        (at_most(0.3, ONE_THIRD, "x"), Result.FALLS_SHORT),
        (at_most(1 / 3, ONE_THIRD, "x"), Result.PASS),
        (none_of([], "x"), Result.PASS),
        (none_of(["b", "a"], "x"), Result.FALLS_SHORT),
        (undecided("x", "the machine was busy"), Result.UNDECIDED),
    ],
)
def test_a_verdict_follows_the_median_and_the_limit(verdict, result):
    assert verdict.result is result


def test_a_verdict_is_one_line_that_says_all():
    assert str(at_least(0.45, ONE_THIRD, "turn")) == "FALLS SHORT  turn: 0.33 (0.30-0.40), at least 0.45"
    assert str(none_of(["b", "a"], "modules")) == "FALLS SHORT  modules: a, b"
    assert str(none_of([], "modules")) == "PASS         modules: none"


def test_a_glance_is_a_small_part_of_a_whole_run():
    assert ENOUGH.of(1_000_000) == 1_000_000
    assert A_GLANCE.of(1_000_000) == 10_000
    assert A_GLANCE.of(20, least=5) == 5


def test_a_goal_that_was_missed_is_seen_in_the_exit_code(monkeypatch, capsys):
    def missed(_effort):
        yield at_most(1, Spread(2, 2, 2), "weight")

    monkeypatch.setattr(command, "BENCHMARKS", {"segments": missed})
    assert command.main(["segments"]) == command.GOAL_MISSED
    assert "FALLS SHORT  weight" in capsys.readouterr().out
