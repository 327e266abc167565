# SPDX-License-Identifier: EUPL-1.2
"""Turns being answered in memory. What is checked is checked before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from core.ballots import Ballot, BallotChange
from core.call_backs import CallBack, NoCallBack
from core.consultation import Standing, State
from core.conversation_state import Conversation, Outcome
from core.errors import ConcurrentChange
from core.people import Address, AddressKind, Person
from core.ports import Meeting, Secrets
from core.turns import InboundTurn, Reply
from storage.memory import calls, recordings
from storage.memory.consultations import standings
from storage.memory.outbox import withdraw
from storage.memory.world import Answered, Contact, Late, Talk, World, arrived_before
from storage.retention import NOTHING_LEFT


@dataclass(frozen=True, slots=True)
class MemoryTurnTransaction:
    """One turn being answered."""

    world: World
    municipality: str
    secrets: Secrets

    def arrive(self, turn: InboundTurn) -> Reply | Meeting:
        """The reply of a turn that was answered before, or who is here."""
        answered = arrived_before(self.world, self.municipality, turn)
        if answered:
            return answered.reply or NOTHING_LEFT
        row = self.world.contact_at(self.municipality, turn.sender)
        return meeting_of(self.world, self.municipality, row, self.secrets) if row else self._stranger(turn)

    def _stranger(self, turn: InboundTurn) -> Meeting:
        trial = turn.sender.kind is AddressKind.DESK
        person = Person(self.secrets.new_id(), self.secrets.new_id(), trial=trial)
        return Meeting(person, Conversation(), 0, known=False)

    def standings(self) -> tuple[Standing, ...]:
        """The consultations a resident may meet."""
        every = standings(self.world, self.municipality)
        return tuple(standing for standing in every if standing.state is not State.DRAFT)

    def ballots(self, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """The stored ballots for these voices."""
        found = (self.world.ballots.get((self.municipality, voice_id)) for voice_id in voice_ids.values())
        return {ballot.consultation_id: ballot for ballot in found if ballot}

    def remember(self, turn: InboundTurn, meeting: Meeting, outcome: Outcome) -> None:
        """Write the outcome. Raises `ConcurrentChange` if anything was changed by somebody else meanwhile."""
        if arrived_before(self.world, self.municipality, turn):
            raise ConcurrentChange("This turn was answered meanwhile.")
        key = (self.municipality, turn.turn_id.provider, turn.turn_id.value)
        self.world.inbox[key] = Answered(turn.received_at, outcome.reply)
        self._write_person(turn, meeting, outcome)
        if outcome.erased:
            self.world.forget(self.municipality, outcome.person.address_id)
        else:
            self._write_conversation(meeting, outcome)
            self._write_late(outcome)
            self._write_call_back(turn, outcome)
        recordings.remember(self.world, self.municipality, turn, outcome)
        for change in outcome.ballots:
            self._write_ballot(change)

    def _write_person(self, turn: InboundTurn, meeting: Meeting, outcome: Outcome) -> None:
        person = outcome.person
        there = self.world.contact_at(self.municipality, turn.sender)
        known = there is not None and there.person.address_id == person.address_id and not there.buried
        if known is not meeting.known or (there and there.person.address_id != person.address_id):
            raise ConcurrentChange("Somebody else wrote this address meanwhile.")
        row = Contact(turn.sender, person, turn.received_at.date())
        self.world.contacts[self.municipality, person.address_id] = row
        if person.opted_out and not meeting.person.opted_out:
            withdraw(self.world, self.municipality, person.address_id, "opted_out")

    def _write_conversation(self, meeting: Meeting, outcome: Outcome) -> None:
        here = (self.municipality, outcome.person.address_id)
        there = self.world.talks.get(here)
        if (there.revision if there else 0) != meeting.revision:
            raise ConcurrentChange("Somebody else went on with this conversation meanwhile.")
        self.world.talks[here] = Talk(meeting.revision + 1, outcome.conversation)

    def _write_late(self, outcome: Outcome) -> None:
        for late in () if outcome.person.trial else outcome.late:
            row = Late(self.municipality, late.consultation_id, outcome.person.address_id, late.value)
            self.world.late[self.secrets.new_id()] = row

    def _write_call_back(self, turn: InboundTurn, outcome: Outcome) -> None:
        to = outcome.person.address_id
        match outcome.call_back:
            case CallBack() as wanted:
                calls.call_back(self.world, self.municipality, to, wanted, turn, self.secrets)
            case NoCallBack():
                withdraw(self.world, self.municipality, to, "opted_out")

    def _write_ballot(self, change: BallotChange) -> None:
        after = change.after
        here = (self.municipality, after.voice_id)
        there = self.world.ballots.get(here)
        if (there.revision if there else 0) != change.before.revision:
            raise ConcurrentChange("Somebody else changed this voice meanwhile.")
        if after.receipt in self.world.receipts(self.municipality, after.consultation_id, after.voice_id):
            raise ConcurrentChange("Another voice has this receipt.")
        self.world.ballots[here] = replace(after, counted=dict(after.counted), drafts=dict(after.drafts))
        self._count(change)

    def _count(self, change: BallotChange) -> None:
        if not change.after.trial:
            where = (self.municipality, change.after.consultation_id)
            total = Counter(self.world.tally.get(where, {}))
            total.update(change.delta)
            self.world.tally[where] = total


def meeting_of(world: World, municipality: str, row: Contact, secrets: Secrets) -> Meeting:
    """Who is behind a row of the vault. A tombstone is met as somebody new who has opted out."""
    person = row.person
    if row.buried:
        return Meeting(replace(person, participant=secrets.new_id()), Conversation(), 0, known=False)
    talk = world.talks.get((municipality, person.address_id), Talk(0, Conversation()))
    return Meeting(person, talk.conversation, talk.revision, known=True)


@dataclass(frozen=True, slots=True)
class MemoryTurns:
    """Where turns are answered, one after the other."""

    world: World
    secrets: Secrets

    @contextmanager
    def answering(self, municipality: str) -> Iterator[MemoryTurnTransaction]:
        """One transaction; undone on any error."""
        with self.world.writing():
            yield MemoryTurnTransaction(self.world, municipality, self.secrets)

    def meet(self, municipality: str, address: Address) -> Meeting | None:
        """Who is behind this address; None if unknown."""
        with self.world.lock:
            row = self.world.contact_at(municipality, address)
            known = row is not None and not row.buried
            return meeting_of(self.world, municipality, row, self.secrets) if row and known else None

    def ballots(self, municipality: str, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """As in a transaction, for reading a page."""
        with self.world.lock:
            return MemoryTurnTransaction(self.world, municipality, self.secrets).ballots(voice_ids)

    def reply_to(self, municipality: str, provider: str, value: str) -> Reply | None:
        """The stored reply of one turn; None if there is none or it has been purged."""
        answered = self.world.inbox.get((municipality, provider, value))
        return answered.reply if answered else None
