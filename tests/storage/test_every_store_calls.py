# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about calls: one open for each address, tried again if nobody is reached, minutes true."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from core.call_backs import FIRST_WAIT, GIVEN_UP_AFTER, MINUTES, MOST_PER_DAY, CallBack, NoCallBack, Unanswered
from core.outbox import MessageKind, MessageState
from core.people import Pace
from core.ports import Invitee, Meeting
from core.turns import Occasion
from tests import factories
from tests.factories import NOON, TOWN, act, address, message, turn
from tests.storage.town import Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BACK = CallBack(Occasion.CALL_BACK, "BUS")


def wants(town, call_back=BACK, sender=None, at=NOON, channel="sms"):
    """Somebody asks with one turn to be called."""
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(arriving := turn(sender=sender, channel=channel, at=at))
        assert isinstance(meeting, Meeting)
        transaction.remember(arriving, meeting, replace(factories.outcome(meeting), call_back=call_back))
        return meeting.person


def claims(town, now=NOON + MINUTE):
    return town.store.outbox.claim_due(TOWN, "voice", now, 9)


def placed(town, now=NOON + MINUTE, provider_id="CA1"):
    (due,) = claims(town, now)
    town.store.outbox.record(TOWN, due.message.id, MessageState.SENT, now, provider_id=provider_id)
    return due.message


def spent(town, since=NOON):
    return town.store.outbox.segments_sent_since(TOWN, since, "voice")


# ---------------------------------------------------------------------------------------------- asked for


def test_who_asks_is_called_a_minute_later(town):
    wants(town)
    assert claims(town, NOON) == ()
    (due,) = claims(town)
    call = due.message
    assert (due.to, call.text, call.channel, call.kind) == (address(), "call_back BUS", "voice", MessageKind.CALL_BACK)
    assert (call.not_before, call.not_after) == (NOON + FIRST_WAIT, NOON + FIRST_WAIT + GIVEN_UP_AFTER)
    assert (call.segments, call.consultation_id) == (MINUTES, None)


def test_who_asks_for_a_later_time_is_called_then(town):
    wants(town, CallBack(Occasion.OFFICE, not_before=NOON + HOUR))
    assert claims(town) == ()
    assert claims(town, NOON + HOUR)[0].message.text == "office"


def test_while_a_call_waits_the_newest_wish_holds_and_it_stays_one_call(town):
    wants(town)
    wants(town, CallBack(Occasion.OFFICE, not_before=NOON + HOUR))
    assert claims(town) == ()
    (due,) = claims(town, NOON + HOUR)
    assert (due.message.text, due.message.attempts) == ("office", 1)
    assert due.message.not_after == NOON + HOUR + GIVEN_UP_AFTER


def test_who_is_tried_again_and_asks_again_is_called_when_she_wants(town):
    wants(town)
    call = placed(town)
    town.store.outbox.unanswered(TOWN, call.id, "CA1", Unanswered.NO_ANSWER, NOON)
    wants(town)
    (due,) = claims(town)
    assert (due.message.id, due.message.attempts) == (call.id, 1)


def test_while_a_call_is_being_placed_a_written_wish_changes_nothing(town):
    person = wants(town)
    (due,) = claims(town)
    wants(town, CallBack(Occasion.OFFICE))
    town.store.outbox.record(TOWN, due.message.id, MessageState.SENT, NOON, provider_id="CA1")
    wants(town)
    assert not town.store.outbox.call_back(TOWN, person.address_id, "office", NOON, NOON + HOUR)
    assert town.store.outbox.counts(TOWN) == {"sent": 1}


def test_who_asks_on_the_telephone_for_another_call_gets_it_also_in_a_call_of_ours(town):
    wants(town)
    call = placed(town)
    tomorrow = NOON + timedelta(days=1)
    wants(town, CallBack(Occasion.OFFICE, not_before=tomorrow), channel="voice")
    town.store.outbox.lasted(TOWN, call.id, 2)
    town.store.outbox.record(TOWN, call.id, MessageState.DELIVERED, NOON)
    assert town.store.outbox.counts(TOWN) == {"delivered": 1, "queued": 1}
    assert (spent(town), [due.message.text for due in claims(town, tomorrow)]) == (2, ["office"])


@pytest.mark.parametrize("end", [MessageState.DELIVERED, MessageState.FAILED, MessageState.AMBIGUOUS])
def test_when_the_call_is_over_another_may_be_asked_for(town, end):
    person = wants(town)
    (due,) = claims(town)
    town.store.outbox.record(TOWN, due.message.id, end, NOON)
    assert town.store.outbox.call_back(TOWN, person.address_id, "call_back", NOON, NOON + HOUR)


def test_two_people_and_two_towns_do_not_stand_in_each_other_s_way(town):
    person = wants(town)
    wants(town, sender=address(2))
    assert town.store.outbox.call_back("kerpen", person.address_id, "call_back", NOON, NOON + HOUR)
    assert len(claims(town)) == 2


def test_who_says_stop_is_not_called_unless_she_asks_again(town):
    wants(town)
    town.does(turn(), opted_out=True)
    assert claims(town) == ()
    wants(town)
    assert [due.to for due in claims(town)] == [address()]


def stops(town, channel="sms"):
    """Somebody says STOP, whether for the first time or again."""
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(arriving := turn(channel=channel))
        outcome = replace(factories.outcome(meeting), person=replace(meeting.person, opted_out=True))
        transaction.remember(arriving, meeting, replace(outcome, call_back=NoCallBack()))


def test_a16_stop_ends_a_waiting_call_however_often_it_was_said_before(town):
    for _ in range(3):
        wants(town)
        stops(town)
        assert claims(town) == ()
    assert town.store.outbox.counts(TOWN) == {"failed": 3}


def test_who_has_said_stop_and_asks_for_a_call_is_called_whatever_else_she_says(town):
    stops(town)
    wants(town)
    town.does(turn())
    assert [due.to for due in claims(town)] == [address()]


@pytest.mark.parametrize("again", [False, True], ids=["the first STOP", "another STOP"])
def test_a16_a_call_that_is_being_placed_when_stop_comes_is_the_last(town, again):
    if again:
        stops(town)
    wants(town)
    call = placed(town)
    stops(town)
    town.store.outbox.unanswered(TOWN, call.id, "CA1", Unanswered.BUSY, NOON)
    assert claims(town, NOON + HOUR) == ()
    assert town.store.outbox.counts(TOWN) == {"failed": 1}


def test_who_is_forgotten_is_not_called(town):
    wants(town)
    town.erases(turn())
    assert claims(town) == ()


def test_d11_nobody_is_called_all_day_however_often_her_number_asks(town):
    for hour in range(MOST_PER_DAY + 3):
        now = NOON + hour * HOUR
        wants(town, at=now)
        for due in claims(town, now + MINUTE):
            town.store.outbox.record(TOWN, due.message.id, MessageState.SENT, now, provider_id=f"CA{hour}")
            town.store.outbox.record(TOWN, due.message.id, MessageState.DELIVERED, now)
    assert town.store.outbox.counts(TOWN) == {"delivered": MOST_PER_DAY}
    wants(town, at=NOON + timedelta(days=1, minutes=1))
    assert len(claims(town, NOON + timedelta(days=2))) == 1


def test_however_many_ask_at_once_for_one_number_it_is_one_call(sql_store):
    town = Town(sql_store)
    person = town.does(turn()).person
    ask = partial(sql_store.outbox.call_back, TOWN, person.address_id, "office", NOON, NOON + HOUR)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: ask(), range(24)))
    assert sql_store.outbox.counts(TOWN) == {"queued": 1}


# ---------------------------------------------------------------------------------------------- nobody reached


@pytest.mark.parametrize(("why", "waits"), [(Unanswered.BUSY, (5, 15)), (Unanswered.NO_ANSWER, (10, 30))])
def test_busy_and_no_answer_are_told_apart_and_three_tries_are_all(town, why, waits):
    wants(town)
    now = NOON + MINUTE
    for minutes in waits:
        call = placed(town, now, f"CA{minutes}")
        assert spent(town) == MINUTES
        town.store.outbox.unanswered(TOWN, call.id, f"CA{minutes}", why, now)
        assert spent(town) == 0
        assert claims(town, now + timedelta(minutes=minutes) - timedelta(seconds=1)) == ()
        now += timedelta(minutes=minutes)
    last = placed(town, now)
    assert (last.attempts, last.text) == (3, "call_back BUS")
    town.store.outbox.unanswered(TOWN, last.id, "CA1", why, now)
    assert town.store.outbox.counts(TOWN) == {"failed": 1}
    assert spent(town) == 0


def test_c6_a_late_report_of_an_earlier_try_changes_nothing(town):
    wants(town)
    first = placed(town, provider_id="CA1")
    for _ in range(2):
        town.store.outbox.unanswered(TOWN, first.id, "CA1", Unanswered.BUSY, NOON)
    assert town.store.outbox.counts(TOWN) == {"queued": 1}
    placed(town, NOON + HOUR, "CA2")
    town.store.outbox.unanswered(TOWN, first.id, "CA1", Unanswered.BUSY, NOON + HOUR)
    town.store.outbox.unanswered("kerpen", first.id, "CA2", Unanswered.BUSY, NOON + HOUR)
    assert town.store.outbox.counts(TOWN) == {"sent": 1}


def test_c5_a_report_that_overtakes_our_record_of_the_placing_counts(town):
    wants(town)
    (due,) = claims(town)
    town.store.outbox.unanswered(TOWN, due.message.id, "CA1", Unanswered.BUSY, NOON)
    town.store.outbox.record(TOWN, due.message.id, MessageState.SENT, NOON, provider_id="CA1")
    assert town.store.outbox.counts(TOWN) == {"queued": 1}
    assert claims(town, NOON + HOUR)[0].message.attempts == 2


def test_what_was_answered_is_never_called_again(town):
    wants(town)
    call = placed(town)
    town.store.outbox.record(TOWN, call.id, MessageState.DELIVERED, NOON)
    town.store.outbox.unanswered(TOWN, call.id, "CA1", Unanswered.BUSY, NOON)
    assert town.store.outbox.counts(TOWN) == {"delivered": 1}


def test_no_text_message_is_ever_taken_for_a_call(town):
    town.store.outbox.invite(TOWN, "c1", [Invitee(address())], {"": message(segments=2)}, act("invite"))
    (due,) = town.store.outbox.claim_due(TOWN, "sms", NOON, 9)
    town.store.outbox.record(TOWN, due.message.id, MessageState.SENT, NOON, provider_id="SM1")
    town.store.outbox.unanswered(TOWN, due.message.id, "SM1", Unanswered.BUSY, NOON)
    town.store.outbox.lasted(TOWN, due.message.id, 9)
    assert town.store.outbox.unreported(TOWN, NOON + HOUR) == 0
    assert town.store.outbox.counts(TOWN) == {"sent": 1}
    assert (town.store.outbox.segments_sent_since(TOWN, NOON), spent(town)) == (2, 0)


# ---------------------------------------------------------------------------------------------- minutes


def test_a_call_holds_its_minutes_until_its_real_length_is_known(town):
    wants(town)
    call = placed(town)
    assert spent(town) == MINUTES
    town.store.outbox.lasted(TOWN, call.id, 3)
    town.store.outbox.record(TOWN, call.id, MessageState.DELIVERED, NOON)
    assert (spent(town), spent(town, NOON + HOUR)) == (3, 0)
    assert town.store.outbox.segments_sent_since(TOWN, NOON) == 0


def test_a_call_of_which_no_report_comes_is_over_some_day_and_its_minutes_count(town):
    person = wants(town)
    placed(town)
    assert town.store.outbox.unreported(TOWN, NOON + MINUTE) == 0
    assert town.store.outbox.unreported(TOWN, NOON + HOUR) == 1
    assert (spent(town), town.store.outbox.counts(TOWN)) == (MINUTES, {"failed": 1})
    assert town.store.outbox.call_back(TOWN, person.address_id, "call_back", NOON, NOON + HOUR)


# ---------------------------------------------------------------------------------------------- landlines


def test_a17_a_landline_that_refuses_text_can_still_be_called(town):
    wants(town)
    town.store.outbox.invite(TOWN, "c0", [Invitee(address())], {"": message()}, act("invite"))
    town.store.outbox.voice_only(TOWN, address())
    call = message("invitation BUS", segments=MINUTES, channel="voice")
    assert town.store.outbox.invite(TOWN, "c1", [Invitee(address())], {"": message()}, act("invite")) == 0
    assert town.store.outbox.invite(TOWN, "c1", [Invitee(address())], {"": call}, act("invite")) == 1
    assert sorted(due.message.text for due in claims(town)) == ["call_back BUS", "invitation BUS"]
    assert town.store.outbox.claim_due(TOWN, "sms", NOON + MINUTE, 9) == ()


# ---------------------------------------------------------------------------------------------- how fast


@pytest.mark.parametrize("pace", Pace)
def test_how_fast_somebody_is_spoken_to_is_remembered(town, pace):
    assert town.does(turn(), language="de").person.pace is Pace.NORMAL
    town.does(turn(), pace=pace)
    assert town.knows(address()).person.pace is pace
    town.does(turn(), language="en")
    assert town.knows(address()).person.pace is pace


def test_a_pace_is_forgotten_with_the_person(town):
    town.does(turn(), pace=Pace.SLOW, opted_out=True)
    town.erases(turn(), opted_out=True)
    again = town.does(turn()).person
    assert (again.pace, again.opted_out) == (Pace.NORMAL, True)
