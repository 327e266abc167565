# SPDX-License-Identifier: EUPL-1.2
"""Codes by which a web draft is found again, as keyed hashes, and the count of wrong tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from core.people import Address
from storage import vault
from storage.engine import Database
from storage.keys import Keys
from storage.prepared import Prepared
from storage.tables import Moment, addresses, resume_codes, wrong_tries

_END_EARLIER = Prepared(
    delete(resume_codes).where(
        resume_codes.c.municipality == bindparam("in_municipality"),
        resume_codes.c.address_id == bindparam("of_address"),
    )
)
_KEEP = Prepared(insert(resume_codes))
_BEHIND = Prepared(
    select(addresses)
    .join(
        resume_codes,
        (resume_codes.c.municipality == addresses.c.municipality) & (resume_codes.c.address_id == addresses.c.id),
    )
    .where(
        resume_codes.c.municipality == bindparam("in_municipality"),
        resume_codes.c.code_hash == bindparam("of_code"),
        resume_codes.c.until > bindparam("now", type_=Moment),
        addresses.c.value.is_not(None),
    )
)
_TRIES = Prepared(
    select(func.count().label("number")).where(
        wrong_tries.c.municipality == bindparam("in_municipality"),
        wrong_tries.c.source_hash == bindparam("of_source"),
        wrong_tries.c.at >= bindparam("since", type_=Moment),
    )
)
_COUNT_TRY = Prepared(insert(wrong_tries))


@dataclass(frozen=True, slots=True)
class SqlCodes:
    """Resume codes and wrong tries."""

    database: Database
    keys: Keys

    def keep(self, municipality: str, address_id: str, code_hash: str, until: datetime) -> None:
        """One code for this address; an earlier one ends. Raises `ConcurrentChange` if the code is taken."""
        row = {"municipality": municipality, "code_hash": code_hash, "address_id": address_id, "until": until}
        with self.database.writing() as connection:
            _END_EARLIER.run(connection, {"in_municipality": municipality, "of_address": address_id})
            _KEEP.run(connection, row)

    def address_behind(self, municipality: str, code_hash: str, now: datetime) -> Address | None:
        """The address a code leads to; None if there is none or it has run out."""
        which = {"in_municipality": municipality, "of_code": code_hash, "now": now}
        with self.database.reading() as connection:
            row = _BEHIND.first(connection, which)
        return None if row is None else vault.address_in(municipality, row.id, row.kind, row.value, self.keys)

    def tries(self, municipality: str, source_hash: str, since: datetime) -> int:
        """Wrong tries from this source since a moment."""
        which = {"in_municipality": municipality, "of_source": source_hash, "since": since}
        with self.database.reading() as connection:
            return sum(row.number for row in _TRIES.all(connection, which))

    def count_try(self, municipality: str, source_hash: str, at: datetime) -> None:
        """One more wrong try."""
        row = {"municipality": municipality, "id": self.keys.new_id(), "source_hash": source_hash, "at": at}
        with self.database.writing() as connection:
            _COUNT_TRY.run(connection, row)
