# SPDX-License-Identifier: EUPL-1.2
"""Turns being answered: at most ten statements and one transaction each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select

from core.ballots import Ballot
from core.call_backs import CallBack, NoCallBack
from core.consultation import Standing
from core.conversation_state import Conversation, LateAnswer, Outcome
from core.errors import ConcurrentChange
from core.people import Address, Person
from core.ports import Meeting
from core.turns import InboundTurn, Reply, TurnId
from storage import ballot_box, calls, recordings, vault
from storage.engine import Database
from storage.keys import Keys
from storage.plain import conversation_as_text, conversation_from, reply_as_text, reply_from, value_as_text
from storage.prepared import Found, Prepared, Several, Values
from storage.queues import Queues
from storage.retention import NOTHING_LEFT
from storage.standings import BEFORE_ANY, Standings, edition
from storage.statements import inserted
from storage.tables import addresses, editions, inbox, late_answers

SLOTS = 16
"""Each worker counts in its own slot of the tally: 32 writers on one question then keep 0.85 of the speed, not 0.15."""

# ------------------------------------------------------------------------------------------------------- statements

_NOBODY = select(literal_column("1").label("always")).subquery("nobody")
_IS_SEEN = (
    (inbox.c.municipality == bindparam("in_municipality"))
    & (inbox.c.provider == bindparam("of_provider"))
    & (inbox.c.provider_id == bindparam("of_turn"))
)
_IS_KNOWN = (
    (addresses.c.municipality == bindparam("in_municipality"))
    & (addresses.c.kind == bindparam("of_kind"))
    & (addresses.c.hash == bindparam("of_hash"))
)
_EDITION = func.coalesce(editions.c.number, BEFORE_ANY)
_OF_TOWN = editions.c.municipality == bindparam("in_municipality")

_ARRIVE = Prepared(
    select(inbox.c.provider.label("seen"), inbox.c.reply, _EDITION.label("edition"), addresses).select_from(
        _NOBODY.outerjoin(inbox, _IS_SEEN).outerjoin(editions, _OF_TOWN).outerjoin(addresses, _IS_KNOWN)
    )
)
_MEET = Prepared(select(addresses).where(_IS_KNOWN))
_REPLY = Prepared(select(inbox.c.reply).where(_IS_SEEN))

_CLAIM = Prepared(insert(inbox))
_KEEP_LATE = Several(partial(inserted, late_answers))


def _place(municipality: str, provider: str, value: str) -> str:
    return f"{municipality}|inbox|reply|{provider} {value}"


def _whose(municipality: str, address: Address, keys: Keys) -> dict[str, str]:
    return {
        "in_municipality": municipality,
        "of_kind": address.kind.value,
        "of_hash": keys.address_hash(municipality, address),
    }


def _meeting(row: Found, keys: Keys) -> Meeting:
    """Who is behind a row of the vault. A tombstone is met as somebody new."""
    conversation = conversation_from(row.conversation) if row.conversation else Conversation()
    return Meeting(vault.person_from(row, keys), conversation, row.revision or 0, known=row.value is not None)


# ------------------------------------------------------------------------------------------------------- one turn


@dataclass(slots=True)
class SqlTurnTransaction:
    """One turn being answered on one connection. `found` is what `arrive` has found."""

    connection: Connection
    municipality: str
    keys: Keys
    known_standings: Standings
    slot: int
    queues: Queues | None
    until_committed: ExitStack
    found: Found | None = None
    erased: bool = False

    def arrive(self, turn: InboundTurn) -> Reply | Meeting:
        """The reply of a turn that was answered before, or who is here. One statement, after waiting one's turn."""
        seen = {"of_provider": turn.turn_id.provider, "of_turn": turn.turn_id.value}
        whose = _whose(self.municipality, turn.sender, self.keys)
        if self.queues:
            self.until_committed.enter_context(self.queues.turn_of(whose["of_hash"]))
        (row,) = _ARRIVE.all(self.connection, {**whose, **seen})
        self.found = row
        if row.seen is not None:
            return _stored_reply(row.reply, self.municipality, turn.turn_id, self.keys)
        if row.id is None:
            return Meeting(vault.new_person(self.keys, turn.sender), Conversation(), 0, known=False)
        return _meeting(row, self.keys)

    def standings(self) -> tuple[Standing, ...]:
        """The consultations a resident may meet. No statement while none of them has changed."""
        number = self.found.edition if self.found else edition(self.connection, self.municipality)
        return self.known_standings.met(self.connection, self.municipality, number)

    def ballots(self, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """The stored ballots for these voices."""
        return ballot_box.ballots(self.connection, self.municipality, voice_ids, self.keys)

    def remember(self, turn: InboundTurn, meeting: Meeting, outcome: Outcome) -> None:
        """Write the outcome. The inbox decides first whether this turn is ours; the tally comes last."""
        self._claim(turn, outcome.reply)
        if outcome.erased:
            self._erase(turn, meeting, outcome.person)
        else:
            self._write_person(turn, meeting, outcome)
            self._write_late(turn, outcome)
            self._write_call_back(turn, outcome)
        if recordings.remember(self.connection, self.municipality, turn, outcome):
            self.erased = True
        ballot_box.write(self.connection, self.municipality, outcome.ballots, self.keys)
        ballot_box.count(self.connection, self.municipality, outcome.ballots, self.slot)

    def _claim(self, turn: InboundTurn, reply: Reply) -> None:
        place = _place(self.municipality, turn.turn_id.provider, turn.turn_id.value)
        row = {
            "municipality": self.municipality,
            "provider": turn.turn_id.provider,
            "provider_id": turn.turn_id.value,
            "received_at": turn.received_at,
            "reply": self.keys.encrypt(reply_as_text(reply), place),
        }
        _CLAIM.run(self.connection, row)

    def _erase(self, turn: InboundTurn, meeting: Meeting, person: Person) -> None:
        self.erased = True
        if not vault.erase(self.connection, self.municipality, person.address_id) and meeting.known:
            raise ConcurrentChange("Somebody else has erased this address meanwhile.")
        if person.opted_out:
            row = vault.row_of(person, turn.sender, self.municipality, turn.received_at, self.keys)
            vault.bury(self.connection, row, self.found.opted_out_at if self.found else None)

    def _write_person(self, turn: InboundTurn, meeting: Meeting, outcome: Outcome) -> None:
        """Who she is and where she is, in one statement."""
        person, at = outcome.person, turn.received_at
        last_contact = self.found.last_contact if self.found else None
        here = vault.Here(meeting.revision + 1, conversation_as_text(outcome.conversation))
        if not meeting.known:
            vault.enter(self.connection, vault.row_of(person, turn.sender, self.municipality, at, self.keys, here))
        elif vault.is_newer(person, meeting.person, last_contact, at):
            vault.keep(self.connection, self.municipality, person, at, here)
        else:
            vault.go_on(self.connection, self.municipality, person.address_id, here)
        if person.opted_out and not meeting.person.opted_out:
            vault.withdraw_messages(self.connection, self.municipality, person.address_id, "opted_out")

    def _write_late(self, turn: InboundTurn, outcome: Outcome) -> None:
        kept = () if outcome.person.trial else outcome.late
        _KEEP_LATE.run(self.connection, [self._late(turn, outcome.person, each) for each in kept])

    def _late(self, turn: InboundTurn, person: Person, late: LateAnswer) -> Values:
        late_id = self.keys.new_id()
        place = f"{self.municipality}|late_answers|value|{late_id}"
        return {
            "municipality": self.municipality,
            "id": late_id,
            "consultation_id": late.consultation_id,
            "address_id": person.address_id,
            "question": late.question,
            "value": self.keys.encrypt(value_as_text(late.value), place),
            "received_at": turn.received_at,
        }

    def _write_call_back(self, turn: InboundTurn, outcome: Outcome) -> None:
        to = outcome.person.address_id
        match outcome.call_back:
            case CallBack() as wanted:
                calls.call_back(self.connection, self.municipality, to, wanted, turn, self.keys)
            case NoCallBack():
                vault.withdraw_messages(self.connection, self.municipality, to, "opted_out")


def _stored_reply(sealed: bytes | None, municipality: str, turn_id: TurnId, keys: Keys) -> Reply:
    if sealed is None:
        return NOTHING_LEFT
    return reply_from(keys.decrypt(sealed, _place(municipality, turn_id.provider, turn_id.value)))


# ------------------------------------------------------------------------------------------------------- all turns


@dataclass(frozen=True, slots=True)
class SqlTurns:
    """Where turns are answered. `worker` is this process among several; on SQLite there is one writer anyway."""

    database: Database
    keys: Keys
    standings: Standings
    worker: int
    queues: Queues = field(default_factory=Queues)

    @contextmanager
    def answering(self, municipality: str) -> Iterator[SqlTurnTransaction]:
        """One transaction; committed at the end of the block, rolled back on any error."""
        slot = 0 if self.database.is_sqlite else self.worker % SLOTS
        queues = None if self.database.is_sqlite else self.queues  # its one writer is queue enough
        with ExitStack() as until_committed, self.database.answering() as connection:
            answering = SqlTurnTransaction(
                connection, municipality, self.keys, self.standings, slot, queues, until_committed
            )
            yield answering
        if answering.erased:
            self.database.leave_no_trace()

    def meet(self, municipality: str, address: Address) -> Meeting | None:
        """Who is behind this address; None if unknown."""
        with self.database.reading() as connection:
            row = _MEET.first(connection, _whose(municipality, address, self.keys))
        return None if row is None or row.value is None else _meeting(row, self.keys)

    def ballots(self, municipality: str, voice_ids: Mapping[str, str]) -> Mapping[str, Ballot]:
        """As in a transaction, for reading a page."""
        with self.database.reading() as connection:
            return ballot_box.ballots(connection, municipality, voice_ids, self.keys)

    def reply_to(self, municipality: str, provider: str, value: str) -> Reply | None:
        """The stored reply of one turn; None if there is none or it has been purged."""
        which = {"in_municipality": municipality, "of_provider": provider, "of_turn": value}
        with self.database.reading() as connection:
            row = _REPLY.first(connection, which)
        if row is None or row.reply is None:
            return None
        return _stored_reply(row.reply, municipality, TurnId(provider, value), self.keys)
