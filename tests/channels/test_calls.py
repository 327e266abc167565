# SPDX-License-Identifier: EUPL-1.2
"""Delivery of calls: never at night, never to a premium number, never beyond the day's minutes, three tries at most."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from channels.contract import StatusReport
from channels.delivery import Became, Delivery, deliver_due, take_report
from channels.errors import (
    AddressRefused,
    AddressUnknown,
    Ambiguous,
    ConnectionFailed,
    LineBusy,
    NotAnswered,
    PhoneUnreachable,
    Rejected,
)
from channels.terms import CallTerms
from core.call_backs import LOOK_AGAIN_AFTER, MINUTES, USUAL_MINUTES
from core.invitations import ByPhone, forecast
from core.municipality import Municipality, Office, QuietHours, SmsTerms, VoiceTerms
from core.outbox import MessageState
from core.people import Address, AddressKind
from core.ports import Invitee
from core.quiet_hours import quiet_until
from core.texts import Texts
from core.turns import Wording
from tests.factories import TOWN, act, message

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NO_TEXT = Texts({"de": Wording("")})
PEOPLE = ["+4922711234", "+4922711235", "+4915112345678"]


def municipality(minutes=300):
    return Municipality(
        key=TOWN,
        name="Bergheim",
        state="NW",
        time_zone=ZoneInfo("Europe/Berlin"),
        languages=("de",),
        office=Office("", NO_TEXT, "", ""),
        numbers={},
        districts=(),
        data_protection_officer="",
        privacy=NO_TEXT,
        first_contact=NO_TEXT,
        imprint=NO_TEXT,
        quiet_hours=QuietHours(time(20), time(8)),
        allowed_prefixes=("+49",),
        sms=SmsTerms(Decimal(8), Decimal(10), 1000),
        voice=VoiceTerms(most_minutes_per_day=minutes),
    )


class NoHolidays:
    def is_holiday(self, _day, _state):
        return False


class Exchange:
    """Places every call, except where a test has told it about a number."""

    name = "voice"

    def __init__(self):
        self.placed, self.failing = [], {}

    def send(self, call, to):
        self.placed.append((to.value, call.text))
        fault = self.failing.get(to.value)
        if fault:
            raise fault
        return f"CA{len(self.placed)}"


class Line:
    """A town whose calls wait in a real store."""

    def __init__(self, store, minutes=300):
        self.town, self.store, self.exchange = municipality(minutes), store, Exchange()
        self.clock, self.ended = MovableClock(MORNING), set()

    def orders(self, *numbers):
        pattern = message("invitation BUS", channel="voice", segments=MINUTES)
        people = [Invitee(Address(AddressKind.PHONE, number)) for number in numbers]
        self.store.outbox.invite(TOWN, "c1", people, {"": pattern}, act("invite", self.clock.now()))

    def round(self):
        quiet = partial(quiet_until, town=self.town, calendar=NoHolidays())
        terms = partial(CallTerms, numbers=GermanNumbers())
        wait = lambda seconds: self.clock.move(timedelta(seconds=seconds))  # noqa: E731
        return deliver_due(self.town, Delivery(self.exchange, self.store.outbox, self.clock, quiet, wait, terms))

    def rounds(self):
        became = []
        while (done := self.round()).claimed:
            became += Counter(done.became).elements()
        return became

    def hears(self, state, *, error=None, seconds=None, call="CA1", ours=None):
        report = StatusReport(call, state, error, ours, seconds=seconds)
        take_report(report, "voice", self.store.outbox, TOWN, self.clock.now())

    def ends(self, call, minutes=USUAL_MINUTES):
        """One call of ours, known by our own reference, was taken and is over."""
        self.ended.add(call)
        self.hears(MessageState.DELIVERED, seconds=60 * minutes, call=f"CA-{call}", ours=call)

    def spent(self):
        return self.store.outbox.segments_sent_since(TOWN, MORNING - timedelta(hours=9), "voice")

    def counts(self):
        return self.store.outbox.counts(TOWN)


@pytest.fixture
def line(store):
    return Line(store)


@pytest.fixture
def ids(monkeypatch):
    """Our own references, in the order in which calls are placed."""
    given, send = [], Exchange.send

    def noting(self, call, to):
        given.append(call.id)
        return send(self, call, to)

    monkeypatch.setattr(Exchange, "send", noting)
    return given


def test_every_call_is_placed_once_with_its_order(line):
    line.orders(*PEOPLE)
    assert line.rounds() == [Became.SENT] * 3
    assert sorted(line.exchange.placed) == sorted((number, "invitation BUS") for number in PEOPLE)
    assert line.rounds() == []


def test_one_call_begins_in_a_second(line):
    line.orders(*PEOPLE)
    line.rounds()
    assert line.clock.now() - MORNING == timedelta(seconds=3)


@pytest.mark.parametrize("number", ["+499001234567", "+491371234567", "+43171234567", "+49110"])
def test_d12_a_number_that_costs_more_is_never_called_whoever_has_queued_it(line, number):
    line.orders(number)
    assert line.rounds() == [Became.FAILED]
    assert (line.exchange.placed, line.counts(), line.spent()) == ([], {"failed": 1}, 0)


def test_d12_a_call_with_a_withheld_number_cannot_be_returned(line):
    pattern = message("call_back", channel="voice", segments=MINUTES)
    caller = Invitee(Address(AddressKind.CALL, "CA-somebody"))
    line.store.outbox.invite(TOWN, "c1", [caller], {"": pattern}, act("invite", MORNING))
    assert line.rounds() == [Became.FAILED]
    assert line.exchange.placed == []


def test_nobody_is_called_at_night_on_request_either(line):
    line.clock.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    line.orders(PEOPLE[0])
    assert line.rounds() == [Became.POSTPONED]
    line.clock.move_to(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
    assert line.rounds() == [Became.SENT]


# ---------------------------------------------------------------------------------------------- the day's minutes


def test_the_day_s_minutes_are_never_exceeded_however_many_calls_wait(store, ids):
    line = Line(store, minutes=2 * MINUTES + 3)
    line.orders(*PEOPLE)
    assert line.rounds() == [Became.SENT, Became.SENT, Became.POSTPONED]
    assert line.spent() == 2 * MINUTES
    line.hears(MessageState.DELIVERED, seconds=125, ours=ids[0])
    assert line.spent() == MINUTES + 3
    line.clock.move(timedelta(minutes=6))
    assert line.rounds() == [Became.SENT]
    assert line.spent() == 2 * MINUTES + 3
    assert len(line.exchange.placed) == 3


def test_when_the_minutes_are_spent_nothing_is_claimed_until_tomorrow(store, ids):
    line = Line(store, minutes=MINUTES)
    line.orders(*PEOPLE[:2])
    assert line.rounds() == [Became.SENT]
    line.hears(MessageState.DELIVERED, seconds=60 * MINUTES, ours=ids[0])
    line.clock.move(timedelta(hours=2))
    assert line.rounds() == []
    line.clock.move_to(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    assert line.rounds() == [Became.SENT]


def test_minutes_and_segments_are_two_budgets(store):
    line = Line(store)
    line.orders(PEOPLE[0])
    line.rounds()
    assert store.outbox.segments_sent_since(TOWN, MORNING - timedelta(hours=9)) == 0


# ---------------------------------------------------------------------------------------------- how calls end


def test_an_answered_call_is_over_and_costs_its_real_minutes(line, ids):
    line.orders(PEOPLE[0])
    line.rounds()
    for state, seconds in ((MessageState.SENT, None), (MessageState.DELIVERED, 61), (MessageState.DELIVERED, 61)):
        line.hears(state, seconds=seconds, ours=ids[0])
    assert (line.counts(), line.spent()) == ({"delivered": 1}, 2)


ENDS = {
    "busy": (LineBusy("busy"), [5, 15]),
    "nobody answers": (NotAnswered("no-answer"), [10, 30]),
    "the telephone is switched off": (PhoneUnreachable("480"), [10, 30]),
    "the network does not carry it": (ConnectionFailed("failed"), [10, 30]),
}


@pytest.mark.parametrize(("error", "waits"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("at_once", [True, False], ids=["told while placing", "told by a report"])
def test_who_is_not_reached_is_called_three_times_at_most_with_growing_waits(line, ids, error, waits, at_once):
    if at_once and isinstance(error, ConnectionFailed):
        waits = [1, 5]  # the provider itself was away: nobody's telephone has rung
    line.orders(PEOPLE[0])
    line.exchange.failing = {PEOPLE[0]: error} if at_once else {}
    for wait in [*waits, None]:
        began = line.clock.now()
        line.rounds()
        if not at_once:
            line.hears(MessageState.FAILED, error=error, call=f"CA{len(ids)}", ours=ids[-1])
        if wait:
            line.clock.move_to(began + timedelta(minutes=wait) - timedelta(seconds=1))
            assert line.rounds() == []
            line.clock.move_to(began + timedelta(minutes=wait, seconds=2))
    assert (line.counts(), line.spent(), len(line.exchange.placed)) == ({"failed": 1}, 0, 3)
    line.clock.move(timedelta(days=1))
    assert line.rounds() == []


@pytest.mark.parametrize("error", [AddressUnknown("404"), Rejected("603")])
def test_what_no_further_call_can_cure_is_not_tried_again_and_costs_nothing(line, ids, error):
    line.orders(PEOPLE[0])
    line.rounds()
    line.hears(MessageState.FAILED, error=error, ours=ids[0])
    line.clock.move(timedelta(days=1))
    assert (line.rounds(), line.counts(), line.spent()) == ([], {"failed": 1}, 0)


def test_c3_a_call_that_may_have_been_placed_is_not_placed_again_and_holds_its_minutes(line):
    line.orders(PEOPLE[0])
    line.exchange.failing = {PEOPLE[0]: Ambiguous()}
    assert line.rounds() == [Became.AMBIGUOUS]
    line.clock.move(timedelta(hours=3))
    assert (line.rounds(), line.spent()) == ([], MINUTES)


def test_who_wants_no_more_calls_is_opted_out_by_what_the_provider_says(line, ids):
    line.orders(PEOPLE[0])
    line.rounds()
    to = Address(AddressKind.PHONE, PEOPLE[0])
    report = StatusReport("CA1", MessageState.FAILED, AddressRefused("21610"), ids[0], to)
    take_report(report, "voice", line.store.outbox, TOWN, line.clock.now())
    assert line.store.outbox.not_invitable(TOWN, "c2", [to]) == {"opted_out": 1}


def test_a_report_without_our_reference_still_says_how_a_call_ended(line):
    line.orders(PEOPLE[0])
    line.rounds()
    line.hears(MessageState.DELIVERED, seconds=30)
    assert line.counts() == {"delivered": 1}


def test_a_text_message_that_did_not_arrive_is_no_call(store):
    store.outbox.invite(TOWN, "c1", [Invitee(Address(AddressKind.PHONE, PEOPLE[2]))], {"": message()}, act())
    (due,) = store.outbox.claim_due(TOWN, "sms", MORNING, 1)
    store.outbox.record(TOWN, due.message.id, MessageState.SENT, MORNING, provider_id="SM1")
    report = StatusReport("SM1", MessageState.FAILED, PhoneUnreachable("30003"), due.message.id)
    take_report(replace(report, seconds=9), "sms", store.outbox, TOWN, MORNING)
    assert store.outbox.counts(TOWN) == {"failed": 1}


@pytest.mark.parametrize("people", [1, 20, 21, 50])
def test_calls_are_over_when_it_was_forecast_or_one_look_earlier(line, ids, people):
    told = forecast({None: people}, {"": USUAL_MINUTES}, 0, MORNING, ByPhone(line.town), NoHolidays())
    line.orders(*(f"+49227180{number:04d}" for number in range(people)))
    over = []
    while line.counts() != {"delivered": people}:
        placed = line.round()
        over += [line.clock.now() + timedelta(minutes=USUAL_MINUTES)] * (len(ids) - len(over))
        line.clock.move(timedelta(seconds=0 if placed.claimed else 5))
        for call, at in zip(ids, over, strict=True):
            if at <= line.clock.now() and call not in line.ended:
                line.ends(call)
    assert -timedelta(minutes=1) < told.ends_at - line.clock.now() < LOOK_AGAIN_AFTER
