# SPDX-License-Identifier: EUPL-1.2
"""When a person at the town hall takes calls, by the clocks of the town and the holidays of its Land."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from core.municipality import Municipality
from core.ports import Calendar

DAYS_AHEAD = 14
"""How far the next opening is looked for: longer than any row of holidays."""


def is_open(moment: datetime, town: Municipality, calendar: Calendar) -> bool:
    """Whether somebody takes calls at this moment."""
    return any(begin <= moment < end for begin, end in _hours_from(moment, town, calendar))


def next_opening(moment: datetime, town: Municipality, calendar: Calendar) -> datetime | None:
    """The first moment from this one on at which somebody takes calls, in UTC; None where none comes in two weeks."""
    return next((max(begin, moment) for begin, end in _hours_from(moment, town, calendar) if end > moment), None)


def _hours_from(moment: datetime, town: Municipality, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Begin and end of all hours from the day of this moment on, in UTC and in order."""
    today = moment.astimezone(town.time_zone).date()
    for day in (today + timedelta(days=days) for days in range(DAYS_AHEAD)):
        if calendar.is_holiday(day, town.state):
            continue
        for hours in sorted(town.office.open, key=lambda each: each.begin):
            if hours.weekday == day.weekday():
                begin, end = (datetime.combine(day, each, town.time_zone) for each in (hours.begin, hours.end))
                yield begin.astimezone(UTC), end.astimezone(UTC)
