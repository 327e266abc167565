# SPDX-License-Identifier: EUPL-1.2
"""What residents may see: no group of fewer than five people can be seen or computed (reliability B14, B15)."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from core.publication import SMALLEST_GROUP, hidden


def tables(options: int, people: int):
    """Every way in which so many people can spread over so many options, each choosing one."""
    for counts in product(range(people + 1), repeat=options - 1):
        if sum(counts) <= people:
            yield (*counts, people - sum(counts))


def shown(counts: tuple[int, ...]) -> tuple[int | None, ...]:
    named = {str(place): count for place, count in enumerate(counts)}
    return tuple(hidden(named, sum(counts)).values())


def test_b14_no_hidden_cell_can_be_computed_even_by_somebody_who_knows_the_rule():
    checked = 0
    for options, most in [(2, 30), (3, 18), (4, 13), (5, 10)]:
        for people in range(1, most + 1):
            possible = defaultdict(list)
            for counts in tables(options, people):
                possible[shown(counts)].append(counts)
            for view, behind in possible.items():
                for place, cell in enumerate(view):
                    checked += 1
                    if cell is None:
                        assert len({counts[place] for counts in behind}) > 1, (view, behind)
    assert checked > 1000


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), min_size=2, max_size=9))
def test_b14_small_counts_are_never_shown_and_zero_is_shown_with_its_neighbours(counts):
    people = sum(counts.values())
    view = hidden(counts, people)
    assert set(view) == set(counts)
    for key, cell in view.items():
        assert cell is None or cell == counts[key]
        assert cell is None or cell == 0 or cell >= SMALLEST_GROUP
    covered = [counts[key] for key, cell in view.items() if cell is None]
    assert not covered or people < SMALLEST_GROUP or sum(covered) >= SMALLEST_GROUP


def test_fewer_than_five_answers_show_nothing():
    assert hidden({"yes": 4, "no": 0}, 4) == {"yes": None, "no": None}


def test_a_small_group_takes_the_smallest_large_one_with_it():
    assert hidden({"yes": 20, "no": 9, "weekend": 1}, 30) == {"yes": 20, "no": None, "weekend": None}


def test_nothing_is_hidden_where_every_group_is_large_or_empty():
    assert hidden({"yes": 25, "no": 9, "weekend": 0}, 34) == {"yes": 25, "no": 9, "weekend": 0}
