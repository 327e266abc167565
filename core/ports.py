# SPDX-License-Identifier: EUPL-1.2
"""What the core needs from outside, in the language of its use cases.

`MemoryStore` and `SqlStore` keep the same promises and pass the same tests. Every method that changes something is one
transaction: all of it happens, or nothing. All moments are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from core.ballots import Ballot, Cell
from core.call_backs import Unanswered
from core.consultation import Consultation, Standing, State
from core.conversation_state import Conversation, Outcome
from core.municipality import Municipality
from core.outbox import MessageState, OutboundMessage
from core.people import Address, Person
from core.questions.contract import Plain
from core.recording_store import RecordingStore
from core.turns import InboundTurn, Reply


class Clock(Protocol):
    """The time. A trial can move it."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""


class Secrets(Protocol):
    """Keys and chance."""

    def voice_id(self, municipality: str, consultation_id: str, subject: str) -> str:
        """HMAC(pepper, municipality ‖ consultation ‖ subject): nobody can join two consultations by it."""

    def new_id(self) -> str:
        """128 random bits in hexadecimal."""

    def digits(self, count: int) -> str:
        """So many random decimal digits."""

    def keyed_hash(self, purpose: str, value: str) -> str:
        """A keyed hash to look something up by, e.g. a resume code. Different purposes give different hashes."""


class Calendar(Protocol):
    """Public holidays of a Land."""

    def is_holiday(self, day: date, state: str) -> bool:
        """Whether this is a public holiday there; `state` is the ISO 3166-2 subdivision ("NW")."""


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A telephone number as read: E.164 and its sort ("mobile", "landline", "other")."""

    e164: str
    sort: str


class PhoneNumbers(Protocol):
    """Reading telephone numbers."""

    def read(self, written: str) -> NumberRead | None:
        """What a person typed or a provider sent; None where it is no valid number. Region Germany by default."""


# ------------------------------------------------------------------------------------------------------- turns


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the store knows of somebody who has just turned up. `revision` is 0 for a conversation not stored yet."""

    person: Person
    conversation: Conversation
    revision: int
    known: bool
    """Whether the address is in the vault; if not, `person` is new and is written by `remember`."""


class TurnTransaction(Protocol):
    """One turn being answered: everything read and written here is one transaction."""

    def arrive(self, turn: InboundTurn) -> Reply | Meeting:
        """The stored reply of a turn that was answered before, or who is here.

        A turn whose reply has been purged gives an empty reply: it changes nothing. One statement.
        """

    def standings(self) -> tuple[Standing, ...]:
        """The consultations a resident may meet: released, closed or sealed and not yet archived, by keyword."""

    def ballots(self, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """The stored ballots for these voices (consultation id → voice id), by consultation id. One statement."""

    def remember(self, turn: InboundTurn, meeting: Meeting, outcome: Outcome) -> None:
        """Write the outcome, the tally last, and the reply under the turn's id.

        Raises ConcurrentChange if the turn, the conversation or a voice was changed by somebody else meanwhile.
        """


class TurnStore(Protocol):
    """Where turns are answered."""

    def answering(self, municipality: str) -> AbstractContextManager[TurnTransaction]:
        """One transaction; committed at the end of the block, rolled back on any error.

        Raises StoreUnavailable if the database cannot be reached or stays locked.
        """

    def meet(self, municipality: str, address: Address) -> Meeting | None:
        """Who is behind this address, for reading a page; None if unknown."""

    def ballots(self, municipality: str, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """As in a transaction, for reading a page."""

    def reply_to(self, municipality: str, provider: str, value: str) -> Reply | None:
        """The stored reply of one turn, to show a page again."""


# ------------------------------------------------------------------------------------------------------- consultations


@dataclass(frozen=True, slots=True)
class Act:
    """An act of staff or of the clock, for the audit chain. Never a resident's turn; `detail` holds no person."""

    actor: str
    """"clock", "command line", later the staff account."""
    what: str
    """"load", "open", "close", "extend", "seal", "invite", …"""
    subject: str
    detail: Mapping[str, Plain]
    at: datetime


class ConsultationStore(Protocol):
    """Consultations, their versions and counts."""

    def all(self, municipality: str) -> tuple[Standing, ...]:
        """Every consultation in its newest version, by keyword, newest first among equal keywords."""

    def add(self, municipality: str, consultation: Consultation, source: str, act: Act) -> Standing:
        """A new consultation as a draft, version 1."""

    def revise(self, municipality: str, standing: Standing, revised: Consultation, source: str, act: Act) -> Standing:
        """The next version of one that is there."""

    def move(self, municipality: str, consultation_id: str, state: State, act: Act) -> None:
        """Change the state and write the act, in one transaction."""

    def source(self, municipality: str, consultation_id: str) -> str:
        """The file text of the newest version, as it was loaded."""

    def tally(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The live count; costs the same however many have answered. Cells that sum to zero may be missing."""

    def recount(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The same counted anew from answers and links; only before sealing. For checking."""

    def publish(self, municipality: str, consultation_id: str, publication: Mapping[str, object]) -> None:
        """Replace what residents may see."""

    def seal(self, municipality: str, consultation_id: str, act: Act) -> None:
        """Destroy the links between voices and ballots, give every ballot a new random id, write the act."""

    def late(self, municipality: str, consultation_id: str) -> int:
        """How many late answers are kept."""


class AuditLog(Protocol):
    """The hash chain of acts: h_n = SHA-256(h_{n-1} ‖ canonical JSON of entry n)."""

    def append(self, municipality: str, act: Act) -> None:
        """Write one act."""

    def entries(self, municipality: str) -> Iterable[tuple[int, Act, str]]:
        """Number, act and hash, in order."""

    def first_broken(self, municipality: str) -> int | None:
        """The number of the first entry that does not fit its hash; None for a sound chain."""


# ------------------------------------------------------------------------------------------------------- outbox


@dataclass(frozen=True, slots=True)
class Invitee:
    """One number on an invitation list, read and found possible."""

    address: Address
    language: str | None = None


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message claimed for sending, with the address in clear for the one who sends it."""

    message: OutboundMessage
    to: Address


class OutboxStore(Protocol):
    """Messages that we start."""

    def invite(
        self,
        municipality: str,
        consultation_id: str,
        invitees: Sequence[Invitee],
        texts: Mapping[str, OutboundMessage],
        act: Act,
    ) -> int:
        """Queue one message for each invitee who has not opted out, can receive text and was not invited before.

        `texts` maps language → message pattern (its `address_id` is ignored); "" serves any other language. Returns how
        many were queued. Addresses go into the vault; the queueing itself is one INSERT … SELECT.
        """

    def not_invitable(self, municipality: str, consultation_id: str, addresses: Sequence[Address]) -> Mapping[str, int]:
        """How many of these would be passed over and why: "opted_out", "already_invited", "voice_only".

        Each is counted once, for the first of these; the last one does not hinder a call.
        """

    def claim_due(self, municipality: str, channel: str, now: datetime, most: int) -> tuple[DueMessage, ...]:
        """Take at most so many queued messages that are due: now `sending`. Nobody else gets them. Too old: failed."""

    def record(
        self,
        municipality: str,
        message_id: str,
        state: MessageState,
        at: datetime,
        *,
        provider_id: str | None = None,
        error: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """What became of one message that was claimed. A state never moves down its rank."""

    def report(
        self, municipality: str, channel: str, provider_id: str, state: MessageState, at: datetime, error: str | None
    ) -> bool:
        """A provider's delivery report; False if no such message is known. Repeats and disorder do no harm."""

    def opt_out(self, municipality: str, address: Address, at: datetime) -> None:
        """The provider says this address wants nothing more from us."""

    def voice_only(self, municipality: str, address: Address) -> None:
        """The provider says this number cannot receive text."""

    def stuck(self, municipality: str, since: datetime) -> int:
        """Mark what is `sending` since before this moment as `ambiguous` (a crash in between); how many."""

    def counts(self, municipality: str) -> Mapping[str, int]:
        """Messages by state."""

    def segments_sent_since(self, municipality: str, since: datetime, channel: str = "sms") -> int:
        """Segments handed to the provider since this moment, for the daily budget; minutes of calls for "voice"."""

    def call_back(
        self, municipality: str, address_id: str, order: str, not_before: datetime, not_after: datetime
    ) -> bool:
        """Queue a call to this address, or change the one that waits: there is one for each address at a time.

        False while one is being placed, and after `MOST_PER_DAY`.
        """

    def unanswered(
        self, municipality: str, message_id: str, provider_id: str | None, why: Unanswered, at: datetime
    ) -> None:
        """Nobody was reached: the call is queued again, later, or has failed after its last try. It cost no minute.

        `provider_id` is that of the call, so that a late report of an earlier try changes nothing.
        """

    def lasted(self, municipality: str, message_id: str, minutes: int) -> None:
        """How long a call really was; the minutes that it held beyond that are free again."""

    def unreported(self, municipality: str, since: datetime) -> int:
        """End the calls that were placed before this moment and never reported on; how many. Their minutes count."""


# ------------------------------------------------------------------------------------------------------- web codes


class ResumeCodes(Protocol):
    """Codes by which a web draft is found again. Stored as keyed hashes; tries are limited by source."""

    def keep(self, municipality: str, address_id: str, code_hash: str, until: datetime) -> None:
        """One code for this address; an earlier one ends. Raises ConcurrentChange if the code is taken."""

    def address_behind(self, municipality: str, code_hash: str, now: datetime) -> Address | None:
        """The web address a code leads to; None if there is none or it has run out."""

    def tries(self, municipality: str, source_hash: str, since: datetime) -> int:
        """Wrong tries from this source since a moment."""

    def count_try(self, municipality: str, source_hash: str, at: datetime) -> None:
        """One more wrong try."""


# ------------------------------------------------------------------------------------------------------- upkeep


@dataclass(frozen=True, slots=True)
class Purged:
    """What one run of the retention table removed, by kind."""

    payloads: int
    addresses: int
    register: int
    drafts: int
    recordings: int = 0


class Upkeep(Protocol):
    """What the retention table asks (reliability.md §4.8)."""

    def purge(self, municipality: str, now: datetime) -> Purged:
        """Delete what has had its time.

        Inbox payloads and replies 7 days after receipt, addresses 6 months after last contact, the register 4 weeks
        after sealing, web drafts 14 days after last contact, wrong tries after a day.
        Recordings go with the register of their consultation, messages to the town hall after 6 months.
        """

    def reachable(self) -> bool:
        """Whether the database answers and can be written."""


class Store(Protocol):
    """Everything that is kept, by room."""

    @property
    def turns(self) -> TurnStore: ...
    @property
    def consultations(self) -> ConsultationStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def codes(self) -> ResumeCodes: ...
    @property
    def recordings(self) -> RecordingStore: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def upkeep(self) -> Upkeep: ...

    def close(self) -> None:
        """Give back connections and locks."""


@dataclass(frozen=True, slots=True)
class Towns:
    """The municipalities this service runs for, and which number or bot belongs to whom."""

    by_key: Mapping[str, Municipality]

    def reached(self, to: str) -> Municipality:
        """With one town, everything that arrives is its own; among several the number decides.

        Raises LookupError if several towns are there and none has this number.
        """
        if len(self.by_key) == 1:
            return next(iter(self.by_key.values()))
        for town in self.by_key.values():
            if to in town.numbers.values():
                return town
        raise LookupError("no municipality has the number that was reached")

    def sending(self, sender: str) -> tuple[Municipality, ...]:
        """Whose message or call a report may be about: the town with that number, else any."""
        named = tuple(town for town in self.by_key.values() if sender in town.numbers.values())
        return named or tuple(self.by_key.values())
