# SPDX-License-Identifier: EUPL-1.2
"""Consultations, their versions, their counts, and the destruction of the links at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from sqlalchemy import Connection, bindparam, func, insert, select, update

from core.ballots import Cell, cells
from core.consultation import Consultation, Standing, State
from core.errors import ActNotPossible, ConcurrentChange, NoSuchConsultation
from core.ports import Act
from core.questions.contract import Plain
from storage import audit, ballot_box, sealing
from storage.engine import Database
from storage.keys import Keys
from storage.moves import times_after
from storage.plain import canonical
from storage.prepared import Prepared, Several, Values
from storage.standings import Standings, raise_edition
from storage.statements import upserted
from storage.tables import consultation_versions, consultations, late_answers, publications, tally

_HERE = (consultations.c.municipality == bindparam("in_municipality")) & (consultations.c.id == bindparam("of_id"))

_ADD = Prepared(insert(consultations))
_ADD_VERSION = Prepared(insert(consultation_versions))
_REVISE = Prepared(
    update(consultations)
    .where(_HERE, consultations.c.version == bindparam("before"))
    .values(version=bindparam("after"), keyword=bindparam("keyword"))
)
_MOVE = Prepared(
    update(consultations)
    .where(_HERE)
    .values(state=bindparam("state"), closed_at=bindparam("closed_at"), sealed_at=bindparam("sealed_at"))
)
_TIMES = Prepared(select(consultations.c.closed_at).where(_HERE))
_SOURCE = Prepared(
    select(consultation_versions.c.source)
    .join(
        consultations,
        (consultations.c.municipality == consultation_versions.c.municipality)
        & (consultations.c.id == consultation_versions.c.consultation_id)
        & (consultations.c.version == consultation_versions.c.version),
    )
    .where(_HERE)
)
_COUNT = func.sum(tally.c.count)
_TALLY = Prepared(
    select(tally.c.question, tally.c.option, tally.c.channel, tally.c.language, _COUNT.label("number"))
    .where(tally.c.municipality == bindparam("in_municipality"), tally.c.consultation_id == bindparam("of_id"))
    .group_by(tally.c.question, tally.c.option, tally.c.channel, tally.c.language)
    .having(_COUNT != 0)
)
_PUBLISH = Several(partial(upserted, publications))
_LATE = Prepared(
    select(func.count().label("number")).where(
        late_answers.c.municipality == bindparam("in_municipality"),
        late_answers.c.consultation_id == bindparam("of_id"),
    )
)


@dataclass(frozen=True, slots=True)
class SqlConsultations:
    """What is asked, and what came of it."""

    database: Database
    keys: Keys
    standings: Standings

    def all(self, municipality: str) -> tuple[Standing, ...]:
        """Every consultation in its newest version, by keyword, newest first among equal keywords."""
        with self.database.reading() as connection:
            return self.standings.all(connection, municipality)

    def add(self, municipality: str, consultation: Consultation, source: str, act: Act) -> Standing:
        """A new consultation as a draft, version 1."""
        new = Standing(self.keys.new_id(), 1, State.DRAFT, consultation)
        with self.database.writing() as connection:
            _ADD.run(connection, _row(municipality, new, act))
            self._write_version(connection, municipality, new, source, act)
        return new

    def revise(self, municipality: str, standing: Standing, revised: Consultation, source: str, act: Act) -> Standing:
        """The next version. Raises `ConcurrentChange` if somebody else has revised it meanwhile."""
        after = Standing(
            standing.id, standing.version + 1, standing.state, revised, standing.publication, standing.closed_at
        )
        row = {"before": standing.version, "after": after.version, "keyword": revised.keyword}
        with self.database.writing() as connection:
            _REVISE.run_on_one(connection, {**row, **_which(municipality, standing.id)})
            self._write_version(connection, municipality, after, source, act)
        return after

    def _write_version(
        self, connection: Connection, municipality: str, standing: Standing, source: str, act: Act
    ) -> None:
        row = {"municipality": municipality, "consultation_id": standing.id, "version": standing.version}
        _ADD_VERSION.run(connection, {**row, "source": source})
        raise_edition(connection, municipality)
        audit.append(connection, municipality, act)

    def move(self, municipality: str, consultation_id: str, state: State, act: Act) -> None:
        """Change the state and write the act. Raises `ActNotPossible` for a second open one of the same keyword."""
        try:
            with self.database.writing() as connection:
                self._move(connection, municipality, consultation_id, state, act)
        except ConcurrentChange:
            raise ActNotPossible("Es ist schon eine Befragung mit diesem Schlüsselwort offen.") from None

    def _move(self, connection: Connection, municipality: str, consultation_id: str, state: State, act: Act) -> None:
        which = _which(municipality, consultation_id)
        before = _TIMES.first(connection, which)
        if before is None:
            raise NoSuchConsultation("Diese Befragung gibt es nicht mehr.")
        _MOVE.run(connection, {**which, "state": state.value, **times_after(state, act.at, before.closed_at)})
        raise_edition(connection, municipality)
        audit.append(connection, municipality, act)

    def source(self, municipality: str, consultation_id: str) -> str:
        """The file text of the newest version, as it was loaded."""
        with self.database.reading() as connection:
            found = _SOURCE.first(connection, _which(municipality, consultation_id))
        if found is None:
            raise NoSuchConsultation("Diese Befragung gibt es nicht mehr.")
        return str(found.source)

    def tally(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The live count, summed over the slots."""
        with self.database.reading() as connection:
            rows = _TALLY.all(connection, _which(municipality, consultation_id))
        return {Cell(row.question, row.option, row.channel, row.language): int(row.number) for row in rows}

    def recount(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The same counted anew, ballot by ballot."""
        total = Counter[Cell]()
        with self.database.reading() as connection:
            standings = self.standings.all(connection, municipality)
            consultation = next(each.consultation for each in standings if each.id == consultation_id)
            for ballot in ballot_box.counted_ballots(connection, municipality, consultation_id, self.keys):
                total.update(cells(ballot, consultation))
        return total

    def publish(self, municipality: str, consultation_id: str, publication: Mapping[str, object]) -> None:
        """Replace what residents may see."""
        body = canonical(cast("Mapping[str, Plain]", publication))
        row = {"municipality": municipality, "consultation_id": consultation_id, "body": body}
        with self.database.writing() as connection:
            _PUBLISH.run(connection, [row])
            raise_edition(connection, municipality)

    def seal(self, municipality: str, consultation_id: str, act: Act) -> None:
        """Destroy the links, give every ballot a new random id, write the act; then empty the log of it."""
        with self.database.writing() as connection:
            self._move(connection, municipality, consultation_id, State.SEALED, act)
            sealing.unlink(connection, municipality, consultation_id, self.keys)
        self.database.leave_no_trace()

    def late(self, municipality: str, consultation_id: str) -> int:
        """How many late answers are kept."""
        with self.database.reading() as connection:
            ((found,),) = _LATE.all(connection, _which(municipality, consultation_id))
        return int(found)


def _row(municipality: str, new: Standing, act: Act) -> Values:
    return {
        "municipality": municipality,
        "id": new.id,
        "keyword": new.consultation.keyword,
        "version": new.version,
        "state": new.state.value,
        "added_at": act.at,
        "closed_at": None,
        "sealed_at": None,
    }


def _which(municipality: str, consultation_id: str) -> dict[str, object]:
    return {"in_municipality": municipality, "of_id": consultation_id}
