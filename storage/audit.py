# SPDX-License-Identifier: EUPL-1.2
"""The audit chain in the database: acts of staff and of the clock, written with the act itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from core.ports import Act
from storage.chain import START, Head, first_broken, hash_of
from storage.engine import Database
from storage.plain import canonical, mapping_from
from storage.prepared import Found, Prepared
from storage.tables import acts, chain_heads

_NEXT = Prepared(
    insert_or(chain_heads)
    .on_conflict_do_update(index_elements=[chain_heads.c.municipality], set_={"number": chain_heads.c.number + 1})
    .returning(chain_heads.c.number, chain_heads.c.hash)
)
"""Takes the next number and holds the chain until the commit, so that two acts never have the same predecessor."""

_WRITE = Prepared(insert(acts))
_MOVE_HEAD = Prepared(
    update(chain_heads)
    .where(chain_heads.c.municipality == bindparam("in_municipality"))
    .values(hash=bindparam("new_hash"))
)
_ENTRIES = Prepared(select(acts).where(acts.c.municipality == bindparam("in_municipality")).order_by(acts.c.number))
_HEAD = Prepared(select(chain_heads).where(chain_heads.c.municipality == bindparam("in_municipality")))


def append(connection: Connection, municipality: str, act: Act) -> None:
    """Write one act in the transaction of what was done."""
    first = {"municipality": municipality, "number": START.number + 1, "hash": START.hash}
    ((number, before),) = _NEXT.all(connection, first)
    hash_ = hash_of(before, number, act)
    _WRITE.run(connection, _row(municipality, number, act, hash_))
    _MOVE_HEAD.run(connection, {"in_municipality": municipality, "new_hash": hash_})


def _row(municipality: str, number: int, act: Act, hash_: str) -> dict[str, object]:
    return {
        "municipality": municipality,
        "number": number,
        "actor": act.actor,
        "what": act.what,
        "subject": act.subject,
        "detail": canonical(act.detail),
        "at": act.at,
        "hash": hash_,
    }


def _entry(row: Found) -> tuple[int, Act, str]:
    return row.number, Act(row.actor, row.what, row.subject, mapping_from(row.detail), row.at), row.hash


@dataclass(frozen=True, slots=True)
class SqlAudit:
    """The chain of every municipality."""

    database: Database

    def append(self, municipality: str, act: Act) -> None:
        """Write one act."""
        with self.database.writing() as connection:
            append(connection, municipality, act)

    def entries(self, municipality: str) -> Iterator[tuple[int, Act, str]]:
        """Number, act and hash, in order."""
        with self.database.reading() as connection:
            rows = _ENTRIES.all(connection, {"in_municipality": municipality})
        return (_entry(row) for row in rows)

    def first_broken(self, municipality: str) -> int | None:
        """The number of the first entry that does not fit its hash; None for a sound chain."""
        with self.database.reading() as connection:
            head = _HEAD.first(connection, {"in_municipality": municipality})
        newest = Head(head.number, head.hash) if head else START
        return first_broken(self.entries(municipality), newest)
