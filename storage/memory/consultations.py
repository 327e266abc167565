# SPDX-License-Identifier: EUPL-1.2
"""Consultations, their counts and the audit chain in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.ballots import Ballot, Cell, cells
from core.consultation import Consultation, Standing, State
from core.errors import ActNotPossible, ConcurrentChange, NoSuchConsultation
from core.ports import Act, Secrets
from storage.chain import START, Head, first_broken, hash_of
from storage.memory.world import Held, World
from storage.moves import times_after
from storage.standings import Read


def standings(world: World, municipality: str) -> tuple[Standing, ...]:
    """Every consultation, by keyword, newest first among equal keywords."""
    held = [each for (town, _), each in world.consultations.items() if town == municipality]
    newest_first = sorted(held, key=lambda each: each.added_at, reverse=True)
    by_keyword = sorted(newest_first, key=lambda each: each.standing.consultation.keyword)
    return tuple(each.standing for each in by_keyword)


def append(world: World, municipality: str, act: Act) -> None:
    """Write one act in the transaction of what was done."""
    before = world.acts.get(municipality, ())
    head = _head(before)
    number = head.number + 1
    world.acts[municipality] = (*before, (number, act, hash_of(head.hash, number, act)))


def _head(entries: tuple[tuple[int, Act, str], ...]) -> Head:
    return Head(entries[-1][0], entries[-1][2]) if entries else START


@dataclass(frozen=True, slots=True)
class MemoryConsultations:
    """What is asked, and what came of it. Texts are read again by `read`, as every store does."""

    world: World
    secrets: Secrets
    read: Read

    def all(self, municipality: str) -> tuple[Standing, ...]:
        """Every consultation in its newest version."""
        with self.world.lock:
            return standings(self.world, municipality)

    def add(self, municipality: str, consultation: Consultation, source: str, act: Act) -> Standing:
        """A new consultation as a draft, version 1."""
        new = Standing(self.secrets.new_id(), 1, State.DRAFT, consultation)
        with self.world.writing():
            kept = replace(new, consultation=self.read(municipality, source))
            self.world.consultations[municipality, new.id] = Held(kept, (source,), act.at)
            append(self.world, municipality, act)
        return new

    def revise(self, municipality: str, standing: Standing, revised: Consultation, source: str, act: Act) -> Standing:
        """The next version. Raises `ConcurrentChange` if somebody else has revised it meanwhile."""
        with self.world.writing():
            held = self._held(municipality, standing.id)
            if held.standing.version != standing.version:
                raise ConcurrentChange("Somebody else has revised this consultation meanwhile.")
            after = replace(held.standing, version=standing.version + 1, consultation=self.read(municipality, source))
            self._keep(municipality, replace(held, standing=after, sources=(*held.sources, source)))
            append(self.world, municipality, act)
        return replace(standing, version=after.version, consultation=revised)

    def move(self, municipality: str, consultation_id: str, state: State, act: Act) -> None:
        """Change the state and write the act. Raises `ActNotPossible` for a second open one of the same keyword."""
        with self.world.writing():
            held = self._held(municipality, consultation_id)
            keyword = held.standing.consultation.keyword
            if state is State.RELEASED and keyword in self.world.open_keywords(municipality, consultation_id):
                raise ActNotPossible("Es ist schon eine Befragung mit diesem Schlüsselwort offen.")
            times = times_after(state, act.at, held.standing.closed_at)
            after = replace(held.standing, state=state, closed_at=times["closed_at"])
            self._keep(municipality, replace(held, standing=after, sealed_at=times["sealed_at"]))
            append(self.world, municipality, act)

    def source(self, municipality: str, consultation_id: str) -> str:
        """The file text of the newest version."""
        return self._held(municipality, consultation_id).sources[-1]

    def tally(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The live count."""
        total = self.world.tally.get((municipality, consultation_id), Counter())
        return {cell: number for cell, number in total.items() if number}

    def recount(self, municipality: str, consultation_id: str) -> Mapping[Cell, int]:
        """The same counted anew, ballot by ballot."""
        consultation = self._held(municipality, consultation_id).standing.consultation
        total = Counter[Cell]()
        for ballot in self._ballots(municipality, consultation_id).values():
            if not ballot.trial:
                total.update(cells(ballot, consultation))
        return total

    def publish(self, municipality: str, consultation_id: str, publication: Mapping[str, object]) -> None:
        """Replace what residents may see."""
        with self.world.writing():
            held = self._held(municipality, consultation_id)
            self._keep(municipality, replace(held, standing=replace(held.standing, publication=dict(publication))))

    def seal(self, municipality: str, consultation_id: str, act: Act) -> None:
        """Destroy the links: voices keep nothing of what they said."""
        with self.world.writing():
            self.move(municipality, consultation_id, State.SEALED, act)
            for key, ballot in self._ballots(municipality, consultation_id).items():
                self.world.ballots[key] = replace(ballot, ballot_id=self.secrets.new_id(), counted={}, drafts={})

    def late(self, municipality: str, consultation_id: str) -> int:
        """How many late answers are kept."""
        where = (municipality, consultation_id)
        return sum((late.municipality, late.consultation_id) == where for late in self.world.late.values())

    def _held(self, municipality: str, consultation_id: str) -> Held:
        try:
            return self.world.consultations[municipality, consultation_id]
        except KeyError:
            raise NoSuchConsultation("Diese Befragung gibt es nicht mehr.") from None

    def _keep(self, municipality: str, held: Held) -> None:
        self.world.consultations[municipality, held.standing.id] = held

    def _ballots(self, municipality: str, consultation_id: str) -> dict[tuple[str, str], Ballot]:
        return {
            key: ballot
            for key, ballot in self.world.ballots.items()
            if key[0] == municipality and ballot.consultation_id == consultation_id
        }


@dataclass(frozen=True, slots=True)
class MemoryAudit:
    """The chain of every municipality."""

    world: World

    def append(self, municipality: str, act: Act) -> None:
        """Write one act."""
        with self.world.writing():
            append(self.world, municipality, act)

    def entries(self, municipality: str) -> tuple[tuple[int, Act, str], ...]:
        """Number, act and hash, in order."""
        return self.world.acts.get(municipality, ())

    def first_broken(self, municipality: str) -> int | None:
        """The number of the first entry that does not fit its hash; None for a sound chain."""
        entries = self.entries(municipality)
        return first_broken(entries, _head(entries))
