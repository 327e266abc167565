# SPDX-License-Identifier: EUPL-1.2
"""Holidays of the Länder, and the two clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from app.calendar import GermanHolidays
from app.clock import MovableClock, SystemClock

DAYS = [
    (date(2026, 6, 4), "NW", True),  # Fronleichnam
    (date(2026, 6, 4), "BE", False),
    (date(2026, 11, 1), "NW", True),  # Allerheiligen
    (date(2026, 10, 31), "NW", False),  # Reformationstag, in the north and east only
    (date(2026, 10, 31), "HH", True),
    (date(2027, 3, 26), "NW", True),  # Karfreitag
    (date(2026, 12, 24), "NW", False),
    (date(2026, 10, 3), "SN", True),
    (date(2026, 3, 8), "BE", True),  # Frauentag
    (date(2026, 3, 8), "NW", False),
]
LAENDER = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")


@pytest.mark.parametrize(("day", "state", "free"), DAYS)
def test_a_day_is_free_where_the_law_of_the_land_says_so(day, state, free):
    assert GermanHolidays().is_holiday(day, state) is free


@pytest.mark.parametrize("state", LAENDER)
def test_every_land_keeps_the_nine_holidays_of_all(state):
    days = [(1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (12, 25), (12, 26)]
    assert all(GermanHolidays().is_holiday(date(2026, month, day), state) for month, day in days)


def test_a_land_that_there_is_not_is_refused():
    with pytest.raises(LookupError, match="XX"):
        GermanHolidays().is_holiday(date(2026, 1, 1), "XX")


def test_the_time_of_this_machine_is_utc_and_goes_on():
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_a_movable_clock_stands_still_until_it_is_moved():
    clock = MovableClock(datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == clock.now() == datetime(2026, 11, 1, 8, tzinfo=UTC)
    clock.move(timedelta(days=14))
    assert clock.now() == datetime(2026, 11, 15, 8, tzinfo=UTC)
    clock.move_to(datetime(2026, 11, 2, tzinfo=UTC))
    assert clock.now() == datetime(2026, 11, 2, tzinfo=UTC)
