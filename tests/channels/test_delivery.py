# SPDX-License-Identifier: EUPL-1.2
"""The one way out: nothing lost, nothing twice, nothing too fast, nothing at night."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import MovableClock
from channels.contract import StatusReport
from channels.delivery import Became, Delivery, deliver_due, take_report
from channels.errors import (
    SEND_ERRORS,
    AccountProblem,
    AddressRefused,
    Ambiguous,
    CannotReceiveText,
    ConnectionFailed,
    Throttled,
)
from core.municipality import Municipality, Office, QuietHours, SmsTerms
from core.outbox import MOST_ATTEMPTS, RANK, MessageKind, MessageState, OutboundMessage
from core.people import Address, AddressKind
from core.ports import DueMessage
from core.texts import Texts
from core.turns import Wording

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NO_TEXT = Texts({"de": Wording("")})


def town(per_second="10", per_day=1000):
    return Municipality(
        key="bergheim",
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
        sms=SmsTerms(Decimal(8), Decimal(per_second), per_day),
    )


class Outbox:
    """The outbox of one town in a dictionary, with the promises of `core.ports.OutboxStore` that delivery relies on."""

    def __init__(self, *messages):
        self.messages = {each.id: each for each in messages}
        self.opted_out, self.voice_only_numbers = set(), set()
        self.in_use = False

    def claim_due(self, municipality, channel, now, most):
        due = [each for each in self.messages.values() if each.state is MessageState.QUEUED and each.channel == channel]
        ready = [each for each in due if each.not_before is None or each.not_before <= now][:most]
        for each in ready:
            self.messages[each.id] = replace(each, state=MessageState.SENDING, attempts=each.attempts + 1)
        return tuple(DueMessage(self.messages[each.id], address(each)) for each in ready)

    def record(self, municipality, message_id, state, at, *, provider_id=None, error=None, not_before=None):
        before = self.messages[message_id]
        back = before.state is MessageState.SENDING and state is MessageState.QUEUED
        if not back and RANK[state] <= RANK[before.state]:
            return
        self.messages[message_id] = replace(
            before,
            state=state,
            not_before=not_before,
            error=error,
            provider_id=provider_id or before.provider_id,
        )

    def report(self, municipality, channel, provider_id, state, at, error):
        found = [each for each in self.messages.values() if each.provider_id == provider_id]
        for each in found:
            self.record(municipality, each.id, state, at, error=error)
        return bool(found)

    def opt_out(self, municipality, address, at):
        self.opted_out.add(address.value)

    def voice_only(self, municipality, address):
        self.voice_only_numbers.add(address.value)

    def segments_sent_since(self, municipality, since, channel):
        gone = {MessageState.SENT, MessageState.DELIVERED, MessageState.AMBIGUOUS}
        return sum(each.segments for each in self.messages.values() if each.state in gone)

    def states(self):
        return [each.state.value for each in self.messages.values()]


def address(message):
    return Address(AddressKind.PHONE, f"+49151{message.address_id:0>8}")


class Sender:
    """Sends everything, except what a test has told it about."""

    name = "sms"

    def __init__(self, clock, **failing):
        self.clock, self.failing = clock, failing
        self.sent, self.moments = [], []

    def send(self, message, to):
        fault = self.failing.get(message.id)
        if fault:
            raise fault
        self.sent.append(message.id)
        self.moments.append(self.clock.now())
        return f"SM-{message.id}"


def queued(count, segments=1, kind=MessageKind.INVITATION):
    return [OutboundMessage(f"m{n}", kind, "sms", str(n), "c", "Text", segments) for n in range(count)]


def awake(_moment):
    return None


def delivery(outbox, sender, quiet=awake):
    def pause(seconds):
        sender.clock.move(timedelta(seconds=seconds))

    return Delivery(sender, outbox, sender.clock, quiet, pause)


def run(messages, *, at=NOON, where=None, quiet=awake, **failing):
    """One round over these messages: the outbox, the sender and what the round says."""
    outbox, sender = Outbox(*messages), Sender(MovableClock(at), **failing)
    return outbox, sender, deliver_due(where or town(), delivery(outbox, sender, quiet))


def test_what_is_due_is_sent_once_in_its_order():
    outbox, sender, done = run(queued(3))
    assert sender.sent == ["m0", "m1", "m2"]
    assert outbox.states() == ["sent"] * 3
    assert done.became == {Became.SENT: 3}
    assert deliver_due(town(), delivery(outbox, sender)).claimed == 0
    assert [each.provider_id for each in outbox.messages.values()] == ["SM-m0", "SM-m1", "SM-m2"]


def test_a_batch_is_no_larger_than_one_second_s_worth():
    outbox, _, done = run(queued(25))
    assert done.claimed == 10
    assert outbox.states().count("queued") == 15


@given(st.sampled_from(["0.5", "1", "3", "10"]), st.lists(st.integers(1, 4), min_size=1, max_size=30))
def test_the_number_s_rate_is_never_exceeded_over_all_batches(per_second, sizes):
    messages = [replace(each, segments=size) for each, size in zip(queued(len(sizes)), sizes, strict=True)]
    outbox, sender, where = Outbox(*messages), Sender(MovableClock(NOON)), town(per_second)
    while deliver_due(where, delivery(outbox, sender)).claimed:
        pass
    assert sender.sent == [each.id for each in messages]
    taken = (sender.clock.now() - NOON).total_seconds()
    assert taken == pytest.approx(sum(sizes) / float(per_second), abs=0.01)


# ------------------------------------------------------------------------------------------------- when it goes wrong


@pytest.mark.parametrize("kind", SEND_ERRORS)
def test_every_kind_of_error_is_tried_again_or_never_as_it_says(kind):
    outbox, sender, done = run(queued(1), m0=kind("x"))
    expected = "ambiguous" if kind is Ambiguous else "queued" if kind.retryable else "failed"
    assert outbox.states() == [expected]
    assert done.claimed == 1
    assert outbox.messages["m0"].error == f"{kind.__name__} x"
    assert (outbox.messages["m0"].not_before is not None) is kind.retryable
    assert sender.sent == []


def test_c1_a_provider_that_asks_to_wait_makes_the_rest_wait_in_its_order():
    outbox, sender, done = run(queued(4), m1=Throttled("20429", retry_after_seconds=30))
    assert sender.sent == ["m0"]
    assert {each.not_before for each in outbox.messages.values() if each.id != "m0"} == {NOON + timedelta(seconds=30.1)}
    assert done.became == {Became.SENT: 1, Became.AGAIN: 1, Became.POSTPONED: 2}
    sender.failing, sender.clock = {}, MovableClock(NOON + timedelta(seconds=31))
    deliver_due(town(), delivery(outbox, sender))
    assert sender.sent == ["m0", "m1", "m2", "m3"]


def test_c2_after_the_last_attempt_the_message_has_failed_and_says_why():
    outbox, sender, _ = run(queued(1), m0=ConnectionFailed("503"))
    waits = []
    for _ in range(10):
        last = outbox.messages["m0"]
        if last.state is not MessageState.QUEUED:
            break
        waits.append(last.not_before - sender.clock.now())
        sender.clock.move_to(last.not_before)
        deliver_due(town(), delivery(outbox, sender))
    assert len(waits) == MOST_ATTEMPTS - 1
    assert waits == sorted(waits)
    assert (last.state, last.error) == (MessageState.FAILED, "ConnectionFailed 503")


def test_c3_what_may_have_been_taken_is_never_sent_again():
    outbox, sender, done = run(queued(3), m1=Ambiguous())
    for _ in range(5):
        sender.clock.move(timedelta(days=1))
        deliver_due(town(), delivery(outbox, sender))
    assert sender.sent == ["m0", "m2"]
    assert outbox.states() == ["sent", "ambiguous", "sent"]
    assert done.became[Became.AMBIGUOUS] == 1


def test_c3_a_fault_of_ours_while_sending_counts_as_ambiguous_and_stops_nobody_else(caplog):
    outbox, _, _ = run(queued(2), m0=RuntimeError("+4915100000000"))
    assert outbox.states() == ["ambiguous", "sent"]
    assert "RuntimeError" in caplog.text
    assert "4915100000000" not in caplog.text


def test_c4_a_message_is_sending_in_the_store_before_the_provider_hears_of_it():
    outbox, clock = Outbox(*queued(1)), MovableClock(NOON)

    class Looking(Sender):
        def send(self, message, to):
            assert outbox.messages[message.id].state is MessageState.SENDING
            return super().send(message, to)

    sender = Looking(clock)
    deliver_due(town(), delivery(outbox, sender))
    assert sender.sent == ["m0"]


def test_c4_when_our_commit_fails_after_sending_nothing_is_sent_again():
    class Failing(Outbox):
        def record(self, *args, **kwargs):
            raise OSError

    outbox, sender = Failing(*queued(2)), Sender(MovableClock(NOON))
    with pytest.raises(OSError):  # noqa: PT011 - the store's own fault, passed on
        deliver_due(town(), delivery(outbox, sender))
    assert deliver_due(town(), delivery(outbox, sender)).claimed == 0
    assert sender.sent == ["m0"]


def test_a_refused_address_is_opted_out():
    outbox, _, _ = run(queued(2), m0=AddressRefused("21610"))
    assert outbox.opted_out == {"+4915100000000"}
    assert outbox.states() == ["failed", "sent"]


def test_a17_a_landline_is_marked_voice_only():
    outbox, _, _ = run(queued(1), m0=CannotReceiveText("30006"))
    assert outbox.voice_only_numbers == {"+4915100000000"}


def test_a_problem_of_our_account_marks_nobody():
    outbox, _, _ = run(queued(1), m0=AccountProblem("20003"))
    assert (outbox.opted_out, outbox.voice_only_numbers) == (set(), set())


# ------------------------------------------------------------------------------------------- when nothing may leave


def test_a_spent_budget_claims_nothing():
    outbox, sender, done = run(queued(2), where=town("10", 0))
    assert (sender.sent, done.claimed) == ([], 0)
    assert [each.attempts for each in outbox.messages.values()] == [0, 0]


@given(st.lists(st.integers(1, 3), min_size=1, max_size=10), st.integers(1, 20))
def test_the_daily_budget_stops_at_the_exact_message(sizes, per_day):
    messages = [replace(each, segments=size) for each, size in zip(queued(len(sizes)), sizes, strict=True)]
    outbox, sender, _ = run(messages, where=town("100", per_day))
    running = itertools.accumulate(sizes)
    assert sender.sent == [f"m{n}" for n, spent in enumerate(running) if spent <= per_day]
    waiting = {each.not_before for each in outbox.messages.values() if each.state is MessageState.QUEUED}
    assert waiting <= {datetime(2026, 11, 23, 23, 0, tzinfo=UTC)}


def test_a_budget_that_is_spent_goes_on_with_the_next_day_of_the_town():
    outbox, sender, _ = run(queued(2), where=town("10", 1))
    sender.clock.move_to(datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    outbox.segments_sent_since = lambda _town, since, _channel: 0 if since == sender.clock.now() else 1
    deliver_due(town("10", 1), delivery(outbox, sender))
    assert sender.sent == ["m0", "m1"]


def test_quiet_hours_bind_all_that_is_not_a_reply():
    morning = NOON + timedelta(hours=20)
    kinds = (MessageKind.INVITATION, MessageKind.REPLY, MessageKind.NOTICE)
    messages = [replace(each, kind=kind) for each, kind in zip(queued(3), kinds, strict=True)]
    outbox, sender, done = run(messages, quiet=lambda _: morning)
    assert sender.sent == ["m1"]
    assert [each.not_before for each in outbox.messages.values()] == [morning, None, morning]
    assert done.became == {Became.POSTPONED: 2, Became.SENT: 1}


# ------------------------------------------------------------------------------------------------- reports

REPORTED = [MessageState.SENT, MessageState.DELIVERED]


def sending():
    return replace(queued(1)[0], state=MessageState.SENDING)


def told(outbox, state, *, ours="m0", error=None):
    report = StatusReport("SM-m0", state, error, ours, Address(AddressKind.PHONE, "+4915100000000"))
    take_report(report, "sms", outbox, "bergheim", NOON)


def test_c5_a_report_that_overtakes_our_record_holds():
    class Overtaking(Sender):
        def send(self, message, to):
            told(outbox, MessageState.DELIVERED)
            return super().send(message, to)

    outbox, clock = Outbox(*queued(1)), MovableClock(NOON)
    deliver_due(town(), delivery(outbox, Overtaking(clock)))
    assert outbox.states() == ["delivered"]
    assert outbox.messages["m0"].provider_id == "SM-m0"


@pytest.mark.parametrize("order", sorted(set(itertools.permutations([*REPORTED, *REPORTED]))))
@pytest.mark.parametrize("ours", ["m0", None])
def test_c6_repeated_and_reversed_reports_end_in_the_same_state(order, ours):
    outbox = Outbox(replace(queued(1)[0], state=MessageState.SENT, provider_id="SM-m0"))
    for state in order:
        told(outbox, state, ours=ours)
    assert outbox.states() == ["delivered"]


@pytest.mark.parametrize("final", [MessageState.DELIVERED, MessageState.FAILED])
def test_c3_a_report_settles_what_was_ambiguous(final):
    outbox = Outbox(replace(sending(), state=MessageState.AMBIGUOUS))
    told(outbox, final)
    assert outbox.states() == [final.value]


def test_a17_a_report_about_a_landline_marks_the_number():
    outbox = Outbox(sending())
    told(outbox, MessageState.FAILED, error=CannotReceiveText("30006"))
    assert outbox.voice_only_numbers == {"+4915100000000"}
    assert outbox.messages["m0"].error == "CannotReceiveText 30006"


def test_a_report_about_stop_at_the_provider_opts_the_address_out():
    outbox = Outbox(sending())
    told(outbox, MessageState.FAILED, error=AddressRefused("21610"))
    assert outbox.opted_out == {"+4915100000000"}


def test_a_word_that_nobody_knows_changes_nothing():
    outbox = Outbox(sending())
    told(outbox, None)
    assert outbox.states() == ["sending"]
