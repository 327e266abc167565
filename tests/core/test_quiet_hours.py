# SPDX-License-Identifier: EUPL-1.2
"""Nothing that we start is sent at night, on Sundays or on holidays, also when the clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.municipality import QuietHours, SmsTerms
from core.quiet_hours import is_quiet, quiet_from, quiet_until

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(20), time(8))
YEARS = (datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-01-01"))


@dataclass(frozen=True)
class Holidays:
    """A calendar of the days given."""

    days: frozenset[date] = frozenset()

    def is_holiday(self, day: date, state: str) -> bool:
        return state == "NW" and day in self.days


ALL_SAINTS = Holidays(frozenset({date(2027, 11, 1)}))  # a Monday, a holiday in NW


def town(quiet_hours: QuietHours = NIGHT) -> SimpleNamespace:
    """The part of a municipality that quiet hours are about."""
    terms = SmsTerms(Decimal("8.9"), Decimal(1), 10_000)
    return SimpleNamespace(state="NW", time_zone=BERLIN, quiet_hours=quiet_hours, sms=terms)


def local(written: str, fold: int = 0) -> datetime:
    """A moment by the clocks of Bergheim, in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "may_send_at"),
    [
        ("2026-11-23T12:00", None),
        ("2026-11-23T08:00", None),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T20:00", "2026-11-24T08:00"),
        ("2026-11-23T23:59", "2026-11-24T08:00"),
        ("2026-11-28T19:59", None),
        ("2026-11-28T20:00", "2026-11-30T08:00"),  # Saturday evening: Sunday is quiet all day
        ("2026-11-29T12:00", "2026-11-30T08:00"),
        ("2027-10-30T21:00", "2027-11-02T08:00"),  # Sunday, then All Saints
    ],
)
def test_c12_quiet_hours_end_at_eight_on_the_next_working_day(moment: str, may_send_at: str | None) -> None:
    expected = local(may_send_at) if may_send_at else None
    assert quiet_until(local(moment), town(), ALL_SAINTS) == expected


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-23T12:00", "2026-11-23T20:00"),
        ("2026-11-28T12:00", "2026-11-28T20:00"),
        ("2026-11-28T21:00", "2026-11-29T00:00"),
    ],
)
def test_the_next_quiet_moment_is_named(moment: str, quiet: str) -> None:
    assert quiet_from(local(moment), town(), ALL_SAINTS) == local(quiet)


def test_a_town_without_quiet_hours_is_never_quiet() -> None:
    open_always = town(QuietHours(time(0), time(0), sundays=False, holidays=False))
    assert quiet_until(local("2027-11-01T03:00"), open_always, ALL_SAINTS) is None
    assert quiet_from(local("2027-11-01T03:00"), open_always, ALL_SAINTS) is None


def test_c11_a_night_with_an_hour_twice_is_one_night() -> None:
    evening, first_half_past_two = local("2026-10-24T21:00"), local("2026-10-25T02:30")
    assert local("2026-10-25T02:30", fold=1) - first_half_past_two == timedelta(hours=1)
    for moment in (evening, first_half_past_two, local("2026-10-25T02:30", fold=1)):
        assert quiet_until(moment, town(), Holidays()) == local("2026-10-26T08:00")


def test_c11_an_end_that_the_clock_change_leaves_out_is_found_beside_the_gap() -> None:
    until_half_past_two = town(QuietHours(time(20), time(2, 30), sundays=False))
    allowed = quiet_until(local("2027-03-28T01:00"), until_half_past_two, Holidays())
    assert allowed == local("2027-03-28T03:30")


@given(
    moment=st.datetimes(*YEARS, timezones=st.just(UTC)),
    begin=st.times(),
    end=st.times(),
    sundays=st.booleans(),
)
def test_c12_no_moment_that_is_given_lies_in_quiet_hours(
    moment: datetime, begin: time, end: time, sundays: bool
) -> None:
    somewhere = town(QuietHours(begin, end, sundays=sundays))
    allowed = quiet_until(moment, somewhere, ALL_SAINTS)
    assert (allowed is None) == (not is_quiet(moment, somewhere, ALL_SAINTS))
    if allowed is not None:
        assert allowed > moment
        assert not is_quiet(allowed, somewhere, ALL_SAINTS)
