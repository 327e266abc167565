# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about turns: once, whole, and by nobody else's leave."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.consultation import State
from core.conversation_state import Conversation, Extending
from core.errors import ConcurrentChange
from core.people import AddressKind
from core.ports import Meeting
from core.turns import Prompt
from tests import factories
from tests.factories import NOON, TOWN, address, recorded, turn

YES, NO = recorded("yes"), recorded("no")


# ---------------------------------------------------------------------------------------------- who is here


def test_a_stranger_is_met_as_somebody_new(town):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(turn())
    assert (meeting.known, meeting.revision, meeting.conversation) == (False, 0, Conversation())
    assert meeting.person.address_id != meeting.person.participant


def test_looking_stores_nothing(town):
    with town.store.turns.answering(TOWN) as transaction:
        transaction.arrive(turn())
    assert town.knows(address()) is None


def test_somebody_known_is_met_as_she_was_left(town):
    first = town.does(turn(), language="en", noticed=True)
    with town.store.turns.answering(TOWN) as transaction:
        again = transaction.arrive(turn())
    assert again == Meeting(first.person, Conversation(language="de", asking="late"), 1, known=True)
    assert town.knows(address()) == again


CONVERSATIONS = [
    Conversation(),
    Conversation(language="de-simple", consultation_id="c1", asking=Prompt.CHECK, repairs=2, resume="late"),
    Conversation(offered=("c1", "c2"), so_far={"order": ["a", "b"], "n": 1, "deep": {"x": [None, True, 1.5]}}),
    Conversation(extending=Extending("c1", "why", NOON + timedelta(minutes=10))),
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_conversation_comes_back_as_it_was(town, conversation):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(first := turn())
        transaction.remember(first, meeting, replace(factories.outcome(meeting), conversation=conversation))
    assert town.knows(address()).conversation == conversation


def test_the_terminal_is_a_trial_and_everybody_else_is_not(town):
    trials = {kind for kind in AddressKind if town.does(turn(sender=address(1, kind))).person.trial}
    assert trials == {AddressKind.DESK}


def test_the_same_value_of_another_kind_is_somebody_else(town):
    met = {town.does(turn(sender=address(1, kind))).person.participant for kind in AddressKind}
    assert len(met) == len(AddressKind)


def test_two_towns_know_nothing_of_each_other(town):
    standing = town.opens()
    town.hears(turn(turn_id="SM-same"), standing, late=YES)
    other = replace(town, key="kerpen")
    assert other.knows(address()) is None
    assert other.store.consultations.all("kerpen") == ()
    theirs = other.opens()
    other.hears(turn(turn_id="SM-same"), theirs, late=NO)
    assert town.counts(standing)["late", "yes"] == 1
    assert ("late", "no") not in town.counts(standing)
    assert other.knows(address()).person.participant != town.knows(address()).person.participant


# ---------------------------------------------------------------------------------------------- once


def test_a1_a_turn_delivered_again_gets_the_same_reply_and_changes_nothing(town):
    standing = town.opens()
    first = turn(turn_id="SM-twice")
    reply = town.hears(first, standing, late=YES)
    again = town.hears(turn(turn_id="SM-twice"), standing, late=NO)
    assert again == reply
    assert town.counts(standing)["late", "yes"] == 1
    assert town.store.turns.reply_to(TOWN, "sms", "SM-twice") == reply


def test_a2_a_turn_repeated_after_its_reply_was_purged_gets_an_empty_reply_and_changes_nothing(town):
    standing = town.opens()
    town.hears(turn(turn_id="SM-old"), standing, late=YES)
    purged = town.store.upkeep.purge(TOWN, NOON + timedelta(days=8))
    late = town.hears(turn(turn_id="SM-old", at=NOON + timedelta(days=9)), standing, late=NO)
    assert (purged.payloads, late.say, town.counts(standing)["late", "yes"]) == (1, (), 1)
    assert town.store.turns.reply_to(TOWN, "sms", "SM-old") is None


def test_a1_a_turn_answered_twice_at_the_same_time_is_refused_the_second_time(town):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(turn())
    town.does(turn(turn_id="SM-race"))
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(turn_id="SM-race"), meeting, factories.outcome(meeting))


def test_two_turns_of_a_new_person_at_once_make_one_person(town):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(turn())
    first = town.does(turn())
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(), meeting, factories.outcome(meeting))
    assert town.knows(address()).person == first.person


def test_a_conversation_that_somebody_else_went_on_with_is_refused(town):
    town.does(turn())
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(turn())
    town.does(turn())
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(late := turn(turn_id="SM-late"), meeting, factories.outcome(meeting))
    assert town.knows(address()).revision == 2
    assert town.store.turns.reply_to(TOWN, late.turn_id.provider, late.turn_id.value) is None


def test_b1_a_voice_that_somebody_else_changed_is_refused(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    meeting = town.knows(address())
    stale = town.ballot(standing, meeting)
    town.hears(turn(), standing, late=NO)
    changed = factories.answering(stale, {"late": YES})
    current = town.knows(address())
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(), current, factories.outcome(current, changed))
    assert town.counts(standing) == {("", ""): 1, ("late", ""): 1, ("late", "no"): 1}


def test_a7_a_turn_that_breaks_off_leaves_nothing(town):
    standing = town.opens()
    broken = turn()
    with pytest.raises(ZeroDivisionError):
        break_off_after(broken, town, standing)
    assert town.knows(address()) is None
    assert town.counts(standing) == {}
    assert town.store.turns.reply_to(TOWN, "sms", broken.turn_id.value) is None


def break_off_after(broken, town, standing):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(broken)
        ballot = factories.ballot(standing.id, town.voice(standing, meeting))
        transaction.remember(broken, meeting, factories.outcome(meeting, factories.answering(ballot, {"late": YES})))
        raise ZeroDivisionError


# ---------------------------------------------------------------------------------------------- ballots


def test_a_ballot_comes_back_as_it_was(town):
    standing = town.opens()
    why = recorded("In die Stadt.\x00 \ud800 Ä 🚌", at=NOON + timedelta(seconds=1, microseconds=7), language="en")
    town.hears(turn(), standing, late=YES, why=why)
    ballot = town.ballot(standing, town.knows(address()))
    assert ballot.counted == {"late": YES, "why": why}
    assert (ballot.revision, ballot.channel, ballot.trial, ballot.drafts) == (1, "sms", False, {})


def test_a_question_that_was_passed_over_is_remembered_and_counts_nothing(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES, why=recorded("Nach Köln."))
    town.hears(turn(), standing, why=recorded(None))
    assert town.ballot(standing, town.knows(address())).counted["why"].value is None
    assert town.counts(standing) == {("", ""): 1, ("late", ""): 1, ("late", "yes"): 1}


def test_b2_the_last_answer_counts(town):
    standing = town.opens()
    for value in ("yes", "no", "weekend", "no"):
        town.hears(turn(), standing, late=recorded(value))
        assert town.counts(standing) == {("", ""): 1, ("late", ""): 1, ("late", value): 1}
    assert town.counts_right(standing)


def test_an_answer_that_is_withdrawn_is_counted_no_more(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    town.hears(turn(), standing, late=None)
    assert town.counts(standing) == {}
    assert town.ballot(standing, town.knows(address())).counted == {}


def test_drafts_are_kept_and_count_nothing_until_they_are_sent(town):
    standing = town.opens()
    town.does(first := turn())
    meeting = town.knows(first.sender)
    empty = town.ballot(standing, meeting)
    drafted = replace(empty, revision=1, drafts={"late": YES, "why": recorded(None)})
    store_change(town, meeting, empty, drafted)
    assert town.ballot(standing, meeting).drafts == drafted.drafts
    assert town.counts(standing) == {}
    town.hears(turn(), standing, late=YES)
    assert town.ballot(standing, meeting).drafts == drafted.drafts
    assert town.counts(standing)["late", "yes"] == 1
    sent = town.ballot(standing, meeting)
    store_change(town, town.knows(first.sender), sent, replace(sent, revision=3, counted=sent.drafts, drafts={}))
    assert town.ballot(standing, meeting).drafts == {}
    assert town.ballot(standing, meeting).counted["why"].value is None


def store_change(town, meeting, before, after):
    changed = factories.BallotChange(before, after, {})
    with town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(sender=address()), meeting, factories.outcome(meeting, changed))


def test_a_trial_is_kept_and_never_counted(town):
    standing = town.opens()
    sender = address(1, AddressKind.DESK)
    town.hears(turn(sender=sender), standing, late=YES)
    assert town.ballot(standing, town.knows(sender)).counted == {"late": YES}
    assert town.counts(standing) == dict(town.store.consultations.recount(TOWN, standing.id)) == {}


def test_b1_of_several_voices_none_is_written_if_one_was_changed_meanwhile(town):
    standings = [town.opens("BUS"), town.opens("HALLE")]
    for standing in standings:
        town.hears(turn(), standing, late=YES)
    stale = [town.ballot(standing, town.knows(address())) for standing in standings]
    town.hears(turn(), standings[0], late=NO)
    current = town.knows(address())
    changes = [factories.answering(ballot, {"late": NO}) for ballot in stale]
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(), current, factories.outcome(current, *changes))
    assert [town.counts(standing).get(("late", "no")) for standing in standings] == [1, None]
    assert all(town.counts_right(standing) for standing in standings)


def test_a_receipt_belongs_to_one_voice_only(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    taken = town.ballot(standing, town.knows(address())).receipt
    other = town.does(turn(sender=address(2)))
    ballot = factories.ballot(standing.id, town.voice(standing, other), receipt=taken)
    current = town.knows(address(2))
    outcome = factories.outcome(current, factories.answering(ballot, {"late": NO}))
    with pytest.raises(ConcurrentChange), town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(sender=address(2)), current, outcome)


def test_ballots_are_found_by_their_voices_only(town):
    bus, future = town.opens("BUS"), town.opens("ZUKUNFT")
    town.hears(turn(), bus, late=YES)
    town.hears(turn(), future, late=NO)
    meeting = town.knows(address())
    voices = {each.id: town.voice(each, meeting) for each in (bus, future)}
    assert town.store.turns.ballots(TOWN, {}) == {}
    found = town.store.turns.ballots(TOWN, voices)
    assert {each: ballot.counted["late"].value for each, ballot in found.items()} == {bus.id: "yes", future.id: "no"}
    assert set(town.store.turns.ballots(TOWN, {bus.id: voices[bus.id]})) == {bus.id}


# ---------------------------------------------------------------------------------------------- late, stop, erase


def test_b5_a_late_answer_is_kept_once_and_never_counted(town):
    standing = town.opens()
    town.comes_late(turn(), standing)
    assert town.store.consultations.late(TOWN, standing.id) == 1
    assert town.counts(standing) == {}


def test_a_trial_leaves_no_late_answer(town):
    standing = town.opens()
    town.comes_late(turn(sender=address(1, AddressKind.DESK)), standing)
    assert town.store.consultations.late(TOWN, standing.id) == 0


def test_who_is_erased_before_the_close_is_counted_no_more_and_known_no_more(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    town.comes_late(turn(), standing)
    before = town.erases(turn(), standing)
    assert town.knows(address()) is None
    assert town.counts(standing) == {}
    assert town.ballot(standing, before).counted == {}
    assert town.store.consultations.late(TOWN, standing.id) == 0


def test_b10_who_was_erased_and_comes_back_is_one_voice(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    before = town.erases(turn(), standing)
    town.hears(turn(), standing, late=NO)
    assert town.counts(standing) == {("", ""): 1, ("late", ""): 1, ("late", "no"): 1}
    assert town.knows(address()).person.participant != before.person.participant
    assert town.counts_right(standing)


def test_e10_who_is_erased_after_the_count_stays_counted(town):
    standing = town.opens()
    town.hears(turn(), standing, late=YES)
    town.store.consultations.move(TOWN, standing.id, State.CLOSED, factories.act("close"))
    town.store.consultations.seal(TOWN, standing.id, factories.act("seal"))
    counted = town.counts(standing)
    town.erases(turn())
    assert town.counts(standing) == counted == {("", ""): 1, ("late", ""): 1, ("late", "yes"): 1}


def test_an_opt_out_outlives_the_person_and_nothing_else_does(town):
    town.does(turn(), language="en", noticed=True)
    before = town.erases(turn(), opted_out=True)
    assert town.knows(address()) is None
    with town.store.turns.answering(TOWN) as transaction:
        back = transaction.arrive(turn())
    assert (back.known, back.revision, back.conversation) == (False, 0, Conversation())
    assert (back.person.opted_out, back.person.language, back.person.noticed) == (True, None, False)
    assert back.person.participant != before.person.participant
    again = town.does(turn(), opted_out=False)
    assert town.knows(address()).person == again.person
