# SPDX-License-Identifier: EUPL-1.2
"""What inviting would mean, by each means: how many units, what they cost, when the last invitation has left."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.call_backs import MINUTES, USUAL_MINUTES
from core.invitations import ByPhone, BySms, Forecast, Means, forecast
from core.municipality import QuietHours, SmsTerms, VoiceTerms
from core.outbox import MessageKind, OutboundMessage


class NoHolidays:
    def is_holiday(self, day: object, state: str) -> bool:
        return False


VOICE = VoiceTerms(cent_per_minute=Decimal("2.5"), most_minutes_per_day=300)
TOWN = SimpleNamespace(
    state="NW",
    time_zone=ZoneInfo("Europe/Berlin"),
    quiet_hours=QuietHours(time(20), time(8)),
    sms=SmsTerms(Decimal("8.5"), Decimal("0.5"), 1000),
    voice=VOICE,
)
BY_SMS, BY_PHONE = BySms(TOWN), ByPhone(TOWN)
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""12:00 in Bergheim."""


def told(means: Means, count: int, *, spent: int = 0, ready: datetime = MONDAY_NOON) -> Forecast:
    """What so many invitations of the usual size would mean."""
    units = means.units(OutboundMessage("", MessageKind.INVITATION, means.channel, "", "c1", "", 1))
    return forecast({None: count}, {"": units}, spent, ready, means, NoHolidays())


def calls(count: int, minutes: int = 300, spent: int = 0) -> Forecast:
    """The forecast of so many calls where the town allows so many minutes a day."""
    town = SimpleNamespace(**{**vars(TOWN), "voice": replace(VOICE, most_minutes_per_day=minutes)})
    return told(ByPhone(town), count, spent=spent)


# ---------------------------------------------------------------------------------------------- by text message


def test_by_sms_it_is_segments_times_price_at_the_rate_of_the_number() -> None:
    found = forecast({"de": 100, "en": 20}, {"": 1, "en": 2}, 0, MONDAY_NOON, BY_SMS, NoHolidays())
    assert (found.invitations, found.units, found.cents) == (120, 140, Decimal("1190.0"))
    assert (found.begins_at, found.ends_at) == (MONDAY_NOON, MONDAY_NOON + timedelta(seconds=280))


@pytest.mark.parametrize(("sent", "within"), [(0, True), (900, True), (901, False)])
def test_by_sms_the_budget_of_the_day_is_kept_to_the_segment(sent: int, within: bool) -> None:
    assert told(BY_SMS, 100, spent=sent).within_budget is within


# ---------------------------------------------------------------------------------------------- by phone


def test_by_phone_it_is_three_minutes_a_call_times_price() -> None:
    found = told(BY_PHONE, 40)
    assert (found.invitations, found.units, found.cents) == (40, 120, Decimal("300.0"))


DURATIONS = {
    "one call": (1, 300, 3),
    "as many as the day can hold at once": (20, 300, 3),
    "one more waits until minutes have come back": (21, 300, 5 + 3),
    "twenty, sixteen, twelve and two": (50, 300, 5 + 5 + 5 + 3),
    "one after the other": (4, MINUTES + 3 * USUAL_MINUTES, 5 + 5 + 5 + 3),
}


@pytest.mark.parametrize(("count", "minutes", "lasting"), DURATIONS.values(), ids=DURATIONS)
def test_by_phone_only_so_many_are_called_at_once_as_the_day_has_minutes_to_hold(
    count: int, minutes: int, lasting: int
) -> None:
    assert calls(count, minutes).ends_at - MONDAY_NOON == timedelta(minutes=lasting, seconds=count)


def test_by_phone_one_call_begins_in_a_second_however_large_the_budget() -> None:
    assert calls(3600, 1_000_000).ends_at - MONDAY_NOON == timedelta(hours=1, minutes=USUAL_MINUTES)


BUDGETS = {
    "nothing to call": (0, 1, 0, True),
    "one call, and its minutes can be held": (1, MINUTES, 0, True),
    "one call that could not be held": (1, MINUTES - 1, 0, False),
    "the last of many can be held": (10, MINUTES + 9 * USUAL_MINUTES, 0, True),
    "the last of many could not be held": (10, MINUTES + 9 * USUAL_MINUTES - 1, 0, False),
    "some minutes are spent already": (10, MINUTES + 9 * USUAL_MINUTES, 1, False),
}


@pytest.mark.parametrize(("count", "minutes", "spent", "within"), BUDGETS.values(), ids=BUDGETS)
def test_by_phone_the_last_call_too_must_find_the_minutes_that_it_holds(
    count: int, minutes: int, spent: int, within: bool
) -> None:
    assert calls(count, minutes, spent).within_budget is within


# ---------------------------------------------------------------------------------------------- by either


JUST_BEFORE_EIGHT = MONDAY_NOON + timedelta(hours=7, minutes=59)
PAUSES = {"sms": (BY_SMS, 60, time(8, 1)), "phone": (BY_PHONE, 21, time(8, 7, 21))}


@pytest.mark.parametrize(("means", "count", "done"), PAUSES.values(), ids=PAUSES)
def test_c12_the_forecast_pauses_at_night(means: Means, count: int, done: time) -> None:
    found = told(means, count, ready=JUST_BEFORE_EIGHT)
    assert found.ends_at == datetime.combine(datetime(2026, 11, 24), done, TOWN.time_zone)  # noqa: DTZ001


@pytest.mark.parametrize("means", [BY_SMS, BY_PHONE])
@given(count=st.integers(0, 900), hour=st.integers(0, 24 * 14), spent=st.integers(0, 2000))
def test_the_forecast_never_ends_before_it_begins(means: Means, count: int, hour: int, spent: int) -> None:
    ready = MONDAY_NOON + timedelta(hours=hour)
    found = told(means, count, spent=spent, ready=ready)
    assert ready <= found.begins_at <= found.ends_at
    assert found.ends_at - found.begins_at >= timedelta(seconds=count)
