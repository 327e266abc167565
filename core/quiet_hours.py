# SPDX-License-Identifier: EUPL-1.2
"""When nothing is sent that we start: at night, on Sundays and on public holidays, by the clocks of the town.

Everything comes in and goes out in UTC; only the comparison is made in local time, so both nights on which clocks
change need no rule of their own (reliability C11, C12).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from core.municipality import Municipality
from core.ports import Calendar

SUNDAY = 6


def quiet_until(moment: datetime, town: Municipality, calendar: Calendar) -> datetime | None:
    """The first moment after this one at which we may send again, in UTC; None where we may send now."""
    if not is_quiet(moment, town, calendar):
        return None
    return next(each for each in _changes_after(moment, town) if not is_quiet(each, town, calendar))


def quiet_from(moment: datetime, town: Municipality, calendar: Calendar) -> datetime | None:
    """The next moment at which quiet begins, in UTC; None where none begins within a week."""
    within_a_week = itertools.takewhile(lambda each: each <= moment + timedelta(days=7), _changes_after(moment, town))
    return next((each for each in within_a_week if is_quiet(each, town, calendar)), None)


def is_quiet(moment: datetime, town: Municipality, calendar: Calendar) -> bool:
    """Whether this moment lies in the quiet hours of the town; the end of the quiet hours does not."""
    local = moment.astimezone(town.time_zone)
    quiet = town.quiet_hours
    if quiet.sundays and local.weekday() == SUNDAY:
        return True
    if quiet.holidays and calendar.is_holiday(local.date(), town.state):
        return True
    return _lies_between(local.time(), quiet.begin, quiet.end)


def _lies_between(now: time, begin: time, end: time) -> bool:
    """Over midnight where `begin` is later than `end`; never where they are equal."""
    if begin <= end:
        return begin <= now < end
    return now >= begin or now < end


def _changes_after(moment: datetime, town: Municipality) -> Iterator[datetime]:
    """Every later moment at which quiet may begin or end, in order: midnight, begin and end of each day.

    A local time that a clock change makes happen twice is given both times; one that it leaves out is given as the
    moments beside the gap. Either is only a candidate, which `is_quiet` judges.
    """
    today = moment.astimezone(town.time_zone).date()
    times = {time(0), town.quiet_hours.begin, town.quiet_hours.end}
    for days in itertools.count():
        day = today + timedelta(days=days)
        local = (datetime.combine(day, each.replace(fold=fold), town.time_zone) for each in times for fold in (0, 1))
        yield from (each for each in sorted({each.astimezone(UTC) for each in local}) if each > moment)
