# SPDX-License-Identifier: EUPL-1.2
"""When a provider is asked again for a recording."""

from datetime import UTC, datetime, timedelta

import pytest

from core.recordings import LONGEST_WAIT, MOST_TRIES, next_try

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
WAITS = [next_try(tries, NOON) - NOON for tries in range(1, MOST_TRIES)]


def test_waits_begin_with_seconds_grow_and_stay_at_an_hour():
    assert WAITS[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert sorted(WAITS) == WAITS
    assert WAITS[-1] == LONGEST_WAIT


def test_all_tries_together_take_about_a_day_and_ten_of_them_an_hour_and_a_half():
    assert timedelta(hours=23) < sum(WAITS, timedelta()) < timedelta(hours=26)
    assert timedelta(hours=1) < sum(WAITS[:10], timedelta()) < timedelta(hours=1.6)


@pytest.mark.parametrize("tries", [-1, 0, 10**6])
def test_no_number_of_tries_is_a_problem(tries):
    assert timedelta() < next_try(tries, NOON) - NOON <= LONGEST_WAIT
