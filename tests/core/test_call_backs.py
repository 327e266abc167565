# SPDX-License-Identifier: EUPL-1.2
"""Calls that we place: to whom, when, how often."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.call_backs import (
    GIVEN_UP_AFTER,
    MOST_TRIES,
    CallBack,
    Unanswered,
    may_be_called,
    minutes_of,
    next_call,
    window,
)
from core.ports import NumberRead
from core.turns import Occasion

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@dataclass(frozen=True)
class Prefixes:
    allowed_prefixes: tuple[str, ...] = ("+49",)


NUMBERS = {
    "a mobile": ("+4915112345678", "mobile", True),
    "a landline": ("+49227112345", "landline", True),
    "premium rate 0900": ("+499001234567", "other", False),
    "a televote 0137": ("+491371234567", "other", False),
    "directory enquiries 118": ("+4911833", "other", False),
    "abroad": ("+43171234567", "landline", False),
    "a satellite": ("+8816123456", "mobile", False),
}


@pytest.mark.parametrize(("number", "sort", "allowed"), NUMBERS.values(), ids=NUMBERS)
def test_d12_only_plain_numbers_behind_an_allowed_prefix_are_called(number, sort, allowed):
    assert may_be_called(NumberRead(number, sort), Prefixes()) is allowed


def test_an_order_says_why_and_about_what():
    assert CallBack(Occasion.CALL_BACK).order == "call_back"
    assert CallBack(Occasion.INVITATION, "BUS").order == "invitation BUS"


@given(MOMENTS, st.none() | MOMENTS)
def test_nobody_is_called_before_she_has_hung_up_or_before_she_wants(asked_at, wanted):
    not_before, not_after = window(CallBack(Occasion.CALL_BACK, None, wanted), asked_at)
    assert not_before >= asked_at + timedelta(minutes=1)
    assert wanted is None or not_before >= wanted
    assert not_after - not_before == GIVEN_UP_AFTER


@pytest.mark.parametrize("why", Unanswered)
def test_waits_grow_and_end_with_the_third_try(why):
    waits = [next_call(tries, why, NOON) - NOON for tries in range(1, MOST_TRIES)]
    assert waits == sorted(set(waits))
    assert [next_call(tries, why, NOON) for tries in (0, MOST_TRIES, 99)] == [None] * 3


def test_who_is_busy_is_tried_sooner_than_who_is_out():
    for tries in range(1, MOST_TRIES):
        assert next_call(tries, Unanswered.BUSY, NOON) < next_call(tries, Unanswered.NO_ANSWER, NOON)


@pytest.mark.parametrize(("seconds", "minutes"), [(-1, 0), (0, 0), (1, 1), (60, 1), (61, 2), (1800, 30)])
def test_every_minute_that_has_begun_is_paid(seconds, minutes):
    assert minutes_of(seconds) == minutes
