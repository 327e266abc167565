# SPDX-License-Identifier: EUPL-1.2
"""Consultations as they stand: small rows, and behind them the file text, read once for each version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, tuple_

from core.consultation import Consultation, Standing, State
from storage.plain import publication_from
from storage.statements import Found
from storage.tables import consultation_versions, consultations, publications

Read = Callable[[str, str], Consultation]
"""From the key of a municipality and the text of one of its consultation files to what it says."""


def _standings() -> Select[Any]:
    published = (publications.c.municipality == consultations.c.municipality) & (
        publications.c.consultation_id == consultations.c.id
    )
    return (
        select(consultations, publications.c.body)
        .select_from(consultations.outerjoin(publications, published))
        .where(consultations.c.municipality == bindparam("in_municipality"))
        .order_by(consultations.c.keyword, consultations.c.added_at.desc(), consultations.c.id)
    )


_ALL = _standings()
_MET = _ALL.where(consultations.c.state != State.DRAFT.value)
_SOURCES = select(
    consultation_versions.c.consultation_id, consultation_versions.c.version, consultation_versions.c.source
).where(
    consultation_versions.c.municipality == bindparam("in_municipality"),
    tuple_(consultation_versions.c.consultation_id, consultation_versions.c.version).in_(
        bindparam("wanted", expanding=True)
    ),
)


class Standings:
    """All consultations of the store. Versions never change, so what was read once is kept."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[str, int], Consultation] = {}

    def all(self, connection: Connection, municipality: str) -> tuple[Standing, ...]:
        """Every consultation, by keyword, newest first among equal keywords."""
        return self._gathered(connection, municipality, _ALL)

    def met(self, connection: Connection, municipality: str) -> tuple[Standing, ...]:
        """Those that a resident may meet. One statement, and one more after something was loaded."""
        return self._gathered(connection, municipality, _MET)

    def _gathered(self, connection: Connection, municipality: str, statement: Select[Any]) -> tuple[Standing, ...]:
        rows = connection.execute(statement, {"in_municipality": municipality}).all()
        self._learn(connection, municipality, rows)
        return tuple(self._standing(row) for row in rows)

    def _learn(self, connection: Connection, municipality: str, rows: Iterable[Any]) -> None:
        wanted = [(row.id, row.version) for row in rows if (row.id, row.version) not in self._known]
        if wanted:
            found = connection.execute(_SOURCES, {"in_municipality": municipality, "wanted": wanted})
            self._known |= {(row.consultation_id, row.version): self._read(municipality, row.source) for row in found}

    def _standing(self, row: Found) -> Standing:
        return Standing(
            id=row.id,
            version=row.version,
            state=State(row.state),
            consultation=self._known[row.id, row.version],
            publication=publication_from(row.body) if row.body else None,
            closed_at=row.closed_at,
        )
