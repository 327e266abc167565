# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about messages that we start: nobody twice, nobody who said stop, nothing on doubt."""

from datetime import timedelta

import pytest

from core.outbox import RANK, MessageKind, MessageState
from core.people import AddressKind
from core.ports import Invitee
from tests.factories import NOON, TOWN, act, address, message, turn

SOON, LATER = NOON + timedelta(minutes=1), NOON + timedelta(hours=1)
PEOPLE = [Invitee(address(number)) for number in range(3)]


def invites(town, invitees=PEOPLE, consultation="c1", texts=None):
    return town.store.outbox.invite(TOWN, consultation, invitees, texts or {"": message()}, act("invite"))


def claims(town, most=100, now=NOON):
    return town.store.outbox.claim_due(TOWN, "sms", now, most)


def one_sent(town, provider_id="SM9"):
    invites(town, PEOPLE[:1])
    claimed = claims(town)[0].message
    town.store.outbox.record(TOWN, claimed.id, MessageState.SENT, NOON, provider_id=provider_id)
    return claimed


# ---------------------------------------------------------------------------------------------- inviting


def test_everybody_on_the_list_is_invited_once(town):
    assert invites(town, [*PEOPLE, PEOPLE[0]]) == 3
    assert invites(town) == 0
    assert invites(town, consultation="c2") == 3
    assert town.store.outbox.counts(TOWN) == {"queued": 6}
    assert [entry[1].what for entry in town.store.audit.entries(TOWN)] == ["invite"] * 3


def test_who_is_invited_is_somebody_from_then_on(town):
    invites(town, [Invitee(address(1), "en")])
    met = town.knows(address(1))
    assert (met.known, met.revision, met.person.language, met.person.noticed) == (True, 0, "en", False)
    assert town.does(turn(sender=address(1))).person.participant == met.person.participant


def test_everybody_gets_the_text_of_her_language(town):
    town.does(turn(sender=address(1)), language="en")
    invitees = [Invitee(address(1), "de"), Invitee(address(2), "en"), Invitee(address(3), "tr"), Invitee(address(4))]
    texts = {"en": message("Dear all", segments=2), "": message("Liebe alle")}
    assert invites(town, invitees, texts=texts) == 4
    sent = {due.to: (due.message.text, due.message.segments) for due in claims(town)}
    assert sent == {
        address(1): ("Dear all", 2),
        address(2): ("Dear all", 2),
        address(3): ("Liebe alle", 1),
        address(4): ("Liebe alle", 1),
    }


def test_who_cannot_or_will_not_be_written_to_is_passed_over_and_said_so(town):
    town.store.outbox.opt_out(TOWN, address(0), NOON)
    town.does(turn(sender=address(1)))
    town.store.outbox.voice_only(TOWN, address(1))
    invites(town, [Invitee(address(2))])
    everybody = [address(number) for number in range(4)]
    told = town.store.outbox.not_invitable(TOWN, "c1", everybody)
    assert told == {"opted_out": 1, "voice_only": 1, "already_invited": 1}
    assert invites(town, [Invitee(each) for each in everybody]) == 1
    assert town.store.outbox.not_invitable(TOWN, "c1", []) == {}


TEXT, CALL = message(), message("invitation BUS", segments=15, channel="voice")


@pytest.mark.parametrize(("first", "then"), [(TEXT, CALL), (CALL, TEXT)], ids=["text, then call", "call, then text"])
def test_who_was_invited_on_one_channel_is_invited_on_no_other(town, first, then):
    assert invites(town, texts={"": first}) == 3
    assert invites(town, texts={"": then}) == 0
    assert invites(town, texts={"": then}, consultation="c2") == 3
    everybody = [invitee.address for invitee in PEOPLE]
    assert town.store.outbox.not_invitable(TOWN, "c1", everybody) == {"already_invited": 3}


REASONS = {
    "cannot receive text": ({"voice_only": True}, None, "voice_only"),
    "cannot receive text, and is invited": ({"voice_only": True}, CALL, "already_invited"),
    "said stop": ({"opted_out": True}, None, "opted_out"),
    "said stop, and cannot receive text": ({"opted_out": True, "voice_only": True}, None, "opted_out"),
    "said stop after the invitation": ({"opted_out": True, "voice_only": True}, TEXT, "opted_out"),
}


@pytest.mark.parametrize(("person", "invited", "why"), REASONS.values(), ids=REASONS)
def test_what_hinders_every_channel_is_named_before_what_hinders_text(town, person, invited, why):
    if invited:
        invites(town, PEOPLE[1:2], texts={"": invited})
    town.does(turn(sender=address(1)), **person)
    assert town.store.outbox.not_invitable(TOWN, "c1", [address(1)]) == {why: 1}
    assert invites(town, PEOPLE[1:2], texts={"": CALL}) == (why == "voice_only")


# ---------------------------------------------------------------------------------------------- claiming


def test_what_is_claimed_is_nobody_elses(town):
    invites(town)
    first, second, third = claims(town, most=2), claims(town, most=2), claims(town, most=2)
    assert (len(first), len(second), len(third)) == (2, 1, 0)
    assert {due.to for due in first + second} == {address(number) for number in range(3)}
    assert {(due.message.state, due.message.attempts) for due in first} == {(MessageState.SENDING, 1)}
    assert town.store.outbox.claim_due(TOWN, "telegram", NOON, 9) == ()
    assert town.store.outbox.claim_due("kerpen", "sms", NOON, 9) == ()


def test_a_message_carries_its_pattern_and_its_address(town):
    pattern = message("Liebe alle", segments=2, not_before=SOON, not_after=LATER)
    invites(town, PEOPLE[:1], texts={"": pattern})
    (due,) = claims(town, now=SOON)
    sent = due.message
    assert (sent.kind, sent.channel, sent.consultation_id) == (MessageKind.INVITATION, "sms", "c1")
    assert (sent.text, sent.segments, sent.not_before, sent.not_after) == ("Liebe alle", 2, SOON, LATER)
    assert (due.to, len(sent.id)) == (address(0), 32)


def test_nothing_is_sent_before_its_time_and_the_longest_waiting_goes_first(town):
    invites(town, PEOPLE[:1], texts={"": message(not_before=LATER)})
    invites(town, PEOPLE[1:2], texts={"": message(not_before=SOON)})
    assert claims(town) == ()
    assert [due.to for due in claims(town, now=LATER)] == [address(1), address(0)]


def test_what_is_too_old_is_dropped_not_sent_late(town):
    invites(town, texts={"": message(not_after=SOON)})
    assert claims(town, now=LATER) == ()
    assert town.store.outbox.counts(TOWN) == {"failed": 3}


def test_a16_who_says_stop_gets_nothing_that_is_waiting(town):
    invites(town)
    town.does(turn(sender=address(1)), opted_out=True)
    assert {due.to for due in claims(town)} == {address(0), address(2)}
    assert town.store.outbox.counts(TOWN) == {"sending": 2, "failed": 1}


def test_who_is_erased_gets_nothing_that_is_waiting(town):
    invites(town)
    town.erases(turn(sender=address(1)))
    assert {due.to for due in claims(town)} == {address(0), address(2)}


# ---------------------------------------------------------------------------------------------- recording


def test_a_text_is_kept_no_longer_than_it_is_needed(town):
    invites(town)
    first, second, _ = (due.message for due in claims(town))
    town.store.outbox.record(TOWN, first.id, MessageState.QUEUED, NOON, error="busy", not_before=LATER)
    town.store.outbox.record(TOWN, second.id, MessageState.SENT, NOON, provider_id="SM1")
    (again,) = claims(town, now=LATER)
    assert (again.message.id, again.message.text, again.message.attempts) == (first.id, "Liebe Bergheimer", 2)


def test_quiet_hours_are_no_attempt(town):
    invites(town, PEOPLE[:1])
    (due,) = claims(town)
    town.store.outbox.record(TOWN, due.message.id, MessageState.QUEUED, NOON, not_before=SOON)
    assert claims(town) == ()
    assert claims(town, now=SOON)[0].message.attempts == 1


FROM_SENDING = [state for state in MessageState if RANK[state] > RANK[MessageState.SENDING]]


@pytest.mark.parametrize("first", FROM_SENDING)
@pytest.mark.parametrize("then", list(MessageState))
def test_c4_no_report_moves_a_message_down(town, first, then):
    invites(town, PEOPLE[:1])
    claimed = claims(town)[0].message
    town.store.outbox.record(TOWN, claimed.id, first, NOON, provider_id="SM9")
    town.store.outbox.record(TOWN, claimed.id, then, NOON)
    tried_again = first is MessageState.AMBIGUOUS and then is MessageState.QUEUED
    moves = tried_again or RANK[then] > RANK[first]
    assert town.store.outbox.counts(TOWN) == {(then if moves else first).value: 1}


def test_reports_may_repeat_come_in_disorder_or_be_of_nobody(town):
    one_sent(town)
    report = town.store.outbox.report
    assert report(TOWN, "sms", "SM9", MessageState.DELIVERED, NOON, None)
    assert report(TOWN, "sms", "SM9", MessageState.SENT, NOON, None)
    assert report(TOWN, "sms", "SM9", MessageState.FAILED, NOON, "30005")
    assert town.store.outbox.counts(TOWN) == {"delivered": 1}
    for town_key, channel, provider_id in ((TOWN, "sms", "SM1"), (TOWN, "telegram", "SM9"), ("kerpen", "sms", "SM9")):
        assert not report(town_key, channel, provider_id, MessageState.DELIVERED, NOON, None)


def test_what_a_crash_left_in_sending_is_ambiguous_and_not_sent_again(town):
    invites(town)
    claims(town, most=2)
    assert town.store.outbox.stuck(TOWN, NOON) == 0
    assert town.store.outbox.stuck(TOWN, SOON) == 2
    assert town.store.outbox.counts(TOWN) == {"ambiguous": 2, "queued": 1}
    assert len(claims(town, now=LATER)) == 1


def test_the_budget_counts_what_the_provider_has_or_may_have(town):
    invites(town, texts={"": message(segments=2)})
    sent, unclear, failed = (due.message for due in claims(town))
    town.store.outbox.record(TOWN, sent.id, MessageState.SENT, NOON, provider_id="SM1")
    town.store.outbox.record(TOWN, unclear.id, MessageState.AMBIGUOUS, LATER)
    town.store.outbox.record(TOWN, failed.id, MessageState.FAILED, LATER, error="30005")
    spent = [town.store.outbox.segments_sent_since(TOWN, since) for since in (NOON, SOON, LATER + timedelta(hours=1))]
    assert spent == [4, 2, 0]


# ---------------------------------------------------------------------------------------------- opting out


def test_the_provider_can_opt_out_somebody_we_do_not_know(town):
    town.store.outbox.opt_out(TOWN, address(1), NOON)
    assert town.knows(address(1)) is None
    assert invites(town) == 2
    assert town.does(turn(sender=address(1))).person.opted_out


def test_the_provider_can_opt_out_somebody_we_know_and_only_start_undoes_it(town):
    before = town.does(turn(), language="en")
    for _ in range(2):
        town.store.outbox.opt_out(TOWN, address(), NOON)
    met = town.knows(address())
    assert (met.person.opted_out, met.person.participant) == (True, before.person.participant)
    town.does(turn(), opted_out=False)
    assert not town.knows(address()).person.opted_out


def test_a17_a_number_that_refuses_text_gets_no_more_of_it(town):
    invites(town)
    town.store.outbox.voice_only(TOWN, address(1))
    town.store.outbox.voice_only(TOWN, address(99, AddressKind.PHONE))
    assert {due.to for due in claims(town)} == {address(0), address(2)}
    assert town.knows(address(1)).person.voice_only
    assert town.knows(address(99)) is None


def test_a_town_sees_its_own_messages_only(town):
    one_sent(town)
    assert town.store.outbox.counts("kerpen") == {}
    assert town.store.outbox.segments_sent_since("kerpen", NOON) == 0
