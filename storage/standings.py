# SPDX-License-Identifier: EUPL-1.2
"""Consultations as they stand, read once for each edition: whoever changes one raises its town's edition.

The edition is read before what it stands for. So what is kept under a number is at least as new as that number, and
a change by any process is seen by everybody's next turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from core.consultation import Consultation, Standing, State
from storage.plain import publication_from
from storage.prepared import Found, Prepared
from storage.tables import consultation_versions, consultations, editions, publications

Read = Callable[[str, str], Consultation]
"""From the key of a municipality and the text of one of its consultation files to what it says."""

BEFORE_ANY: Final = 0
"""The edition of a town in which nothing was ever loaded."""

_RAISE = Prepared(
    insert_or(editions).on_conflict_do_update(
        index_elements=[editions.c.municipality], set_={"number": editions.c.number + 1}
    )
)
_EDITION = Prepared(select(editions.c.number).where(editions.c.municipality == bindparam("in_municipality")))


def _standings() -> Select[Any]:
    newest = (
        (consultation_versions.c.municipality == consultations.c.municipality)
        & (consultation_versions.c.consultation_id == consultations.c.id)
        & (consultation_versions.c.version == consultations.c.version)
    )
    published = (publications.c.municipality == consultations.c.municipality) & (
        publications.c.consultation_id == consultations.c.id
    )
    return (
        select(consultations, consultation_versions.c.source, publications.c.body)
        .select_from(consultations.join(consultation_versions, newest).outerjoin(publications, published))
        .where(consultations.c.municipality == bindparam("in_municipality"))
        .order_by(consultations.c.keyword, consultations.c.added_at.desc(), consultations.c.id)
    )


_ALL = Prepared(_standings())


def edition(connection: Connection, municipality: str) -> int:
    """The number of what this town's consultations say now."""
    found = _EDITION.first(connection, {"in_municipality": municipality})
    return found.number if found else BEFORE_ANY


def raise_edition(connection: Connection, municipality: str) -> None:
    """Say, in the transaction of the change itself, that consultations have changed."""
    _RAISE.run(connection, {"municipality": municipality, "number": BEFORE_ANY + 1})


@dataclass(frozen=True, slots=True)
class _Edition:
    """What was read under this number."""

    number: int
    all: tuple[Standing, ...]
    met: tuple[Standing, ...]


class Standings:
    """All consultations of the store. Versions never change, so what one says is read once."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._said: dict[tuple[str, int], Consultation] = {}
        self._editions: dict[str, _Edition] = {}

    def all(self, connection: Connection, municipality: str) -> tuple[Standing, ...]:
        """Every consultation, by keyword, newest first among equal keywords. One statement, or two after a change."""
        return self._at(connection, municipality, edition(connection, municipality)).all

    def met(self, connection: Connection, municipality: str, number: int) -> tuple[Standing, ...]:
        """Those that a resident may meet in this edition. No statement, or one if it is not what was read last."""
        return self._at(connection, municipality, number).met

    def _at(self, connection: Connection, municipality: str, number: int) -> _Edition:
        kept = self._editions.get(municipality)
        if kept is None or kept.number != number:
            rows = _ALL.all(connection, {"in_municipality": municipality})
            every = tuple(self._standing(municipality, row) for row in rows)
            met = tuple(standing for standing in every if standing.state is not State.DRAFT)
            kept = self._editions[municipality] = _Edition(number, every, met)
        return kept

    def _standing(self, municipality: str, row: Found) -> Standing:
        which = (row.id, row.version)
        if which not in self._said:
            self._said[which] = self._read(municipality, row.source)
        return Standing(
            id=row.id,
            version=row.version,
            state=State(row.state),
            consultation=self._said[which],
            publication=publication_from(row.body) if row.body else None,
            closed_at=row.closed_at,
        )
