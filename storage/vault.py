# SPDX-License-Identifier: EUPL-1.2
"""The address vault: who is reached where, and where she is. The value is encrypted; it is found by a keyed hash.

A tombstone is a row without a value: it remembers nothing but that this address wants no messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Boolean, Connection, bindparam, case, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from core.call_backs import CHANNEL as CALLS
from core.call_backs import MOST_TRIES
from core.outbox import MessageKind, MessageState
from core.people import Address, AddressKind, Pace, Person
from storage.keys import Keys
from storage.moves import UNDER_WAY
from storage.prepared import Found, Prepared, Values
from storage.statements import one_of
from storage.tables import Moment, addresses, late_answers, outbox, resume_codes


@dataclass(frozen=True, slots=True)
class Here:
    """The conversation of an address as it is kept: its revision, and JSON; both None until there is one."""

    revision: int | None
    conversation: str | None


NOWHERE: Final = Here(None, None)


def new_person(keys: Keys, address: Address) -> Person:
    """Somebody never met before, under a random pseudonym. The terminal is always a trial."""
    return Person(keys.new_id(), keys.new_id(), trial=address.kind is AddressKind.DESK)


def person_from(row: Found, keys: Keys) -> Person:
    """The person of a row of `addresses`. A tombstone gives a new person who has opted out."""
    if row.value is None:
        return Person(row.id, keys.new_id(), opted_out=row.opted_out_at is not None, voice_only=row.voice_only)
    return Person(
        address_id=row.id,
        participant=row.participant,
        trial=row.trial,
        language=row.language,
        opted_out=row.opted_out_at is not None,
        noticed=row.noticed_at is not None,
        voice_only=row.voice_only,
        pace=Pace(row.pace),
    )


def address_in(municipality: str, address_id: str, kind: str, sealed: bytes, keys: Keys) -> Address:
    """The address in clear."""
    return Address(AddressKind(kind), keys.decrypt(sealed, _place(municipality, address_id)))


def row_of(
    person: Person, address: Address, municipality: str, at: datetime, keys: Keys, here: Here = NOWHERE
) -> Values:
    """A row of `addresses`."""
    return {
        "municipality": municipality,
        "id": person.address_id,
        "kind": address.kind.value,
        "hash": keys.address_hash(municipality, address),
        "value": keys.encrypt(address.value, _place(municipality, person.address_id)),
        "participant": person.participant,
        "trial": person.trial,
        "language": person.language,
        "opted_out_at": at if person.opted_out else None,
        "noticed_at": at if person.noticed else None,
        "voice_only": person.voice_only,
        "pace": person.pace.value,
        "last_contact": at.date(),
        "revision": here.revision,
        "conversation": here.conversation,
    }


def _place(municipality: str, address_id: str) -> str:
    return f"{municipality}|addresses|value|{address_id}"


# ------------------------------------------------------------------------------------------------------- writing

_NEW = insert(addresses)
_ENTER = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=[addresses.c.municipality, addresses.c.kind, addresses.c.hash],
        set_={column.name: _NEW.excluded[column.name] for column in addresses.columns},
        where=addresses.c.value.is_(None) & (addresses.c.id == _NEW.excluded.id),
    )
)
"""A new address, or a tombstone that comes to life. Anything else was written by somebody else meanwhile."""

_OPTED_OUT = bindparam("now_opted_out", type_=Boolean)
_NOTICED = bindparam("now_noticed", type_=Boolean)
_AT = bindparam("at", type_=Moment)

_GOING_ON = (
    update(addresses)
    .where(
        addresses.c.municipality == bindparam("in_municipality"),
        addresses.c.id == bindparam("of_id"),
        func.coalesce(addresses.c.revision, 0) == bindparam("revision") - 1,
    )
    .values(revision=bindparam("revision"), conversation=bindparam("conversation"))
)
_GO_ON = Prepared(_GOING_ON)
_KEEP = Prepared(
    _GOING_ON.values(
        opted_out_at=case((_OPTED_OUT, func.coalesce(addresses.c.opted_out_at, _AT))),
        noticed_at=case((_NOTICED, func.coalesce(addresses.c.noticed_at, _AT))),
        participant=bindparam("participant"),
        language=bindparam("language"),
        voice_only=bindparam("voice_only"),
        pace=bindparam("pace"),
        last_contact=bindparam("last_contact"),
    )
)


def enter(connection: Connection, row: Values) -> None:
    """Write somebody new. Raises `ConcurrentChange` if she is there already."""
    _ENTER.run_on_one(connection, row)


def go_on(connection: Connection, municipality: str, address_id: str, here: Here) -> None:
    """Write where somebody is now. Raises `ConcurrentChange` if she is no longer where she was one revision before."""
    _GO_ON.run_on_one(connection, _gone_on(municipality, address_id, here))


def keep(connection: Connection, municipality: str, person: Person, at: datetime, here: Here) -> None:
    """The same, with what has changed about her, and that she was here on this day."""
    row = {
        **_gone_on(municipality, person.address_id, here),
        "now_opted_out": person.opted_out,
        "now_noticed": person.noticed,
        "at": at,
        "participant": person.participant,
        "language": person.language,
        "voice_only": person.voice_only,
        "pace": person.pace.value,
        "last_contact": at.date(),
    }
    _KEEP.run_on_one(connection, row)


def _gone_on(municipality: str, address_id: str, here: Here) -> dict[str, object]:
    return {
        "in_municipality": municipality,
        "of_id": address_id,
        "revision": here.revision,
        "conversation": here.conversation,
    }


def is_newer(person: Person, before: Person, last_contact: date | None, at: datetime) -> bool:
    """Whether anything about this person has to be written, beside where she is."""
    return person != before or last_contact is None or last_contact < at.date()


# ----------------------------------------------------------------------------------------------------- no more messages

_WAITING = (
    update(outbox)
    .where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.address_id == bindparam("of_address"),
        outbox.c.state == MessageState.QUEUED.value,
        outbox.c.kind != MessageKind.REPLY.value,
    )
    .values(state=MessageState.FAILED.value, error=bindparam("why"), text="")
)
_WITHDRAW = Prepared(_WAITING)
_WITHDRAW_TEXTS = Prepared(_WAITING.where(outbox.c.channel != CALLS))


_LAST_TRY = Prepared(
    update(outbox)
    .where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.address_id == bindparam("of_address"),
        outbox.c.channel == CALLS,
        one_of(outbox.c.state, sorted(UNDER_WAY)),
    )
    .values(attempts=MOST_TRIES)
)
"""A call that is being placed is not tried again."""


def withdraw_texts(connection: Connection, municipality: str, address_id: str) -> None:
    """No text that we started goes to this number any more. It may be called."""
    _WITHDRAW_TEXTS.run(connection, {"in_municipality": municipality, "of_address": address_id, "why": "voice_only"})


def withdraw_messages(connection: Connection, municipality: str, address_id: str, why: str) -> None:
    """Nothing that we started goes out to this address any more. A reply still does."""
    whose = {"in_municipality": municipality, "of_address": address_id}
    _WITHDRAW.run(connection, {**whose, "why": why})
    _LAST_TRY.run(connection, whose)


# ------------------------------------------------------------------------------------------------------- forgetting

_OF_ADDRESS = [
    Prepared(
        delete(table).where(
            table.c.municipality == bindparam("in_municipality"), table.c.address_id == bindparam("of_address")
        )
    )
    for table in (resume_codes, late_answers)
]
_QUEUED = Prepared(
    delete(outbox).where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.address_id == bindparam("of_address"),
        outbox.c.state == MessageState.QUEUED.value,
    )
)
_BURY = Prepared(
    update(addresses)
    .where(
        addresses.c.municipality == bindparam("in_municipality"),
        addresses.c.id == bindparam("of_address"),
        addresses.c.opted_out_at.is_not(None),
    )
    .values(value=None, participant="", language=None, noticed_at=None, pace=Pace.NORMAL.value)
    .values(revision=None, conversation=None)
)
_REMOVE = Prepared(
    delete(addresses).where(
        addresses.c.municipality == bindparam("in_municipality"),
        addresses.c.id == bindparam("of_address"),
        addresses.c.opted_out_at.is_(None),
    )
)
_FORGET = (*_OF_ADDRESS, _QUEUED, _BURY, _REMOVE)
_ERASE = Prepared(
    delete(addresses).where(
        addresses.c.municipality == bindparam("in_municipality"), addresses.c.id == bindparam("of_address")
    )
)


def forget(connection: Connection, municipality: str, address_ids: list[str]) -> None:
    """Delete these addresses and all that hangs on them. Who has opted out leaves a tombstone, to stay unmolested."""
    rows = [{"in_municipality": municipality, "of_address": address_id} for address_id in address_ids]
    for statement in _FORGET:
        statement.run_each(connection, rows)


def erase(connection: Connection, municipality: str, address_id: str) -> bool:
    """Delete one address; the database deletes what hangs on it. Whether it was there."""
    which = {"in_municipality": municipality, "of_address": address_id}
    _QUEUED.run(connection, which)
    return _ERASE.run(connection, which) == 1


# ------------------------------------------------------------------------------------------------------- opting out

_TOMBSTONE = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=[addresses.c.municipality, addresses.c.kind, addresses.c.hash],
        set_={"opted_out_at": func.coalesce(addresses.c.opted_out_at, _NEW.excluded.opted_out_at)},
    ).returning(addresses.c.id)
)
_VOICE_ONLY = Prepared(
    update(addresses)
    .where(addresses.c.municipality == bindparam("in_municipality"), addresses.c.kind == bindparam("of_kind"))
    .where(addresses.c.hash == bindparam("of_hash"))
    .values(voice_only=True)
    .returning(addresses.c.id)
)


def opt_out(connection: Connection, municipality: str, address: Address, at: datetime, keys: Keys) -> str:
    """Remember that this address wants nothing from us, also one that we do not know. Gives its id."""
    unknown = Person(keys.new_id(), "", opted_out=True)
    ((address_id,),) = _TOMBSTONE.all(connection, _tombstone(row_of(unknown, address, municipality, at, keys)))
    return str(address_id)


def bury(connection: Connection, row: Values, opted_out_at: datetime | None) -> None:
    """Keep of somebody who was erased that she wants no messages, since the moment when she first said so."""
    _TOMBSTONE.all(connection, _tombstone({**row, "opted_out_at": opted_out_at or row["opted_out_at"]}))


def _tombstone(row: Values) -> Values:
    forgotten = {"value": None, "participant": "", "language": None, "noticed_at": None, "pace": Pace.NORMAL.value}
    return {**row, **forgotten}


def voice_only(connection: Connection, municipality: str, address: Address, keys: Keys) -> str | None:
    """Remember that this number cannot receive text. Gives its id; None for one that we do not know."""
    row = {
        "in_municipality": municipality,
        "of_kind": address.kind.value,
        "of_hash": keys.address_hash(municipality, address),
    }
    found = _VOICE_ONLY.first(connection, row)
    return found.id if found else None
