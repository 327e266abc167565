# SPDX-License-Identifier: EUPL-1.2
"""What the store in memory keeps: plain dictionaries, keyed as the tables are, and one transaction at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from threading import RLock

from core.ballots import Ballot, Cell
from core.consultation import Standing, State
from core.conversation_state import Conversation
from core.outbox import MessageState, OutboundMessage
from core.people import Address, Person
from core.ports import Act
from core.questions.contract import Value
from core.recordings import KeptRecording
from core.turns import InboundTurn, Reply

Key = tuple[str, str]
"""Municipality and id."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn that was answered; `reply` is None once it has been purged."""

    received_at: datetime
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the vault. A tombstone has no participant and only remembers who opted out."""

    address: Address
    person: Person
    last_contact: date
    buried: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation and how often it has changed."""

    revision: int
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Held:
    """One consultation: how it stands, the file texts of all versions, and when it was added and sealed."""

    standing: Standing
    sources: tuple[str, ...]
    added_at: datetime
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """A late answer, and whose."""

    municipality: str
    consultation_id: str
    address_id: str
    value: Value


@dataclass(frozen=True, slots=True)
class Posted:
    """A message, and when it was claimed and handed over."""

    message: OutboundMessage
    claimed_at: datetime | None = None
    handed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A resume code."""

    address_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Taped:
    """A recording, when the provider is asked next, and its sound."""

    kept: KeptRecording
    not_before: datetime | None
    audio: bytes | None = None


@dataclass(slots=True)
class World:
    """Everything that is kept, for all municipalities. Whoever changes it holds `writing`."""

    inbox: dict[tuple[str, str, str], Answered] = field(default_factory=dict)
    contacts: dict[Key, Contact] = field(default_factory=dict)
    talks: dict[Key, Talk] = field(default_factory=dict)
    consultations: dict[Key, Held] = field(default_factory=dict)
    ballots: dict[Key, Ballot] = field(default_factory=dict)
    tally: dict[Key, Counter[Cell]] = field(default_factory=dict)
    late: dict[str, Late] = field(default_factory=dict)
    messages: dict[Key, Posted] = field(default_factory=dict)
    recordings: dict[Key, Taped] = field(default_factory=dict)
    codes: dict[Key, Code] = field(default_factory=dict)
    tries: dict[Key, tuple[datetime, ...]] = field(default_factory=dict)
    acts: dict[str, tuple[tuple[int, Act, str], ...]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: on any error everything is as it was before."""
        with self.lock:
            kept = {each.name: copy(getattr(self, each.name)) for each in fields(self) if each.name != "lock"}
            try:
                yield
            except BaseException:
                for name, before in kept.items():
                    setattr(self, name, before)
                raise

    # ------------------------------------------------------------------------------------------ looking up

    def contact_at(self, municipality: str, address: Address) -> Contact | None:
        """The row of this address, tombstones too."""
        rows = (row for (town, _), row in self.contacts.items() if town == municipality)
        return next((row for row in rows if row.address == address), None)

    def forget(self, municipality: str, address_id: str) -> None:
        """Delete this address and all that hangs on it. Who has opted out leaves a tombstone."""
        here = (municipality, address_id)
        self.talks.pop(here, None)
        self.codes = {key: code for key, code in self.codes.items() if (key[0], code.address_id) != here}
        self.late = {key: late for key, late in self.late.items() if (late.municipality, late.address_id) != here}
        self.messages = {key: posted for key, posted in self.messages.items() if not _waits_for(here, key, posted)}
        row = self.contacts.pop(here, None)
        if row and row.person.opted_out:
            person = Person(address_id, "", opted_out=True, voice_only=row.person.voice_only)
            self.contacts[here] = Contact(row.address, person, row.last_contact, buried=True)

    def receipts(self, municipality: str, consultation_id: str, besides: str) -> set[str]:
        """The receipts of one consultation that belong to other voices."""
        return {
            ballot.receipt
            for (town, voice_id), ballot in self.ballots.items()
            if town == municipality and ballot.consultation_id == consultation_id and voice_id != besides
        }

    def open_keywords(self, municipality: str, besides: str) -> set[str]:
        """The keywords of the other consultations that are open."""
        return {
            held.standing.consultation.keyword
            for (town, consultation_id), held in self.consultations.items()
            if town == municipality and consultation_id != besides and held.standing.state is State.RELEASED
        }


def _waits_for(here: Key, key: Key, posted: Posted) -> bool:
    mine = (key[0], posted.message.address_id) == here
    return mine and posted.message.state is MessageState.QUEUED


def arrived_before(world: World, municipality: str, turn: InboundTurn) -> Answered | None:
    """What was answered to this turn, if it was here before."""
    return world.inbox.get((municipality, turn.turn_id.provider, turn.turn_id.value))
