# SPDX-License-Identifier: EUPL-1.2
"""Our own statements of a turn, written down once and done again in raw `sqlite3` for many other people.

One person answers through the service; what reaches the driver is kept. For anybody else the same statements run with
that person's own keys in their places. So the floor is never another turn than ours, however ours changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from app.wiring import Service
from bench.installation import keys_of, store_of
from bench.people import FIRST, POLL, address_of, introduce, say, sid_of
from bench.watching import Statement, is_beginning, watched
from core.people import Person
from storage.engine import PRAGMAS
from storage.tables import links, voices

Plan = tuple[Statement, ...]
"""The statements of one turn, without beginning and commit."""

OwnValues = tuple[str, ...]
"""What is one person's alone in her statements; the same place means the same thing for everybody."""


def plans(service: Service, people: int) -> dict[str, Plan]:
    """What has to be done for each message of `people` persons, by the provider's id of the message."""
    persons = introduce(service, people)
    recorded = list(_recorded(service))
    recipe = _own_values(service, FIRST, persons[FIRST], *_ballot_of_the_first(service))
    made: dict[str, Plan] = {}
    for number, person in enumerate(persons[1:], start=1):
        own = _own_values(service, number, person, keys_of(service).new_id(), f"{number:08d}")
        swap = dict(zip(recipe, own, strict=True))
        for turn, plan in enumerate(recorded, start=1):
            made[sid_of(number, turn)] = tuple(_swapped(statement, swap) for statement in plan)
    return made


def _recorded(service: Service) -> Iterator[Plan]:
    for turn, text in enumerate(POLL, start=1):
        with watched(store_of(service).database.engine) as seen:
            say(service, FIRST, turn, text)
        yield tuple(statement for statement in seen if not is_beginning(statement))


def _ballot_of_the_first(service: Service) -> tuple[str, str]:
    """Ballot and receipt, which are drawn at random with the first answer."""
    found = voices.join(links, voices.c.voice_id == links.c.voice_id).select()
    with store_of(service).database.reading() as connection:
        row = connection.execute(found.with_only_columns(links.c.ballot_id, voices.c.receipt)).first()
    if row is None:
        raise LookupError("the first person has no ballot")
    return row.ballot_id, row.receipt


def _own_values(service: Service, number: int, person: Person, ballot: str, receipt: str) -> OwnValues:
    keys, town = keys_of(service), service.town().key
    standings = service.parts.store.consultations.all(town)
    voice_ids = (keys.voice_id(town, each.id, person.participant) for each in standings)
    sids = (sid_of(number, turn) for turn in range(1, len(POLL) + 1))
    address_hash = keys.address_hash(town, address_of(number))
    return (*sids, address_hash, person.address_id, ballot, receipt, *voice_ids)


def _swapped(statement: Statement, swap: Mapping[str, str]) -> Statement:
    return Statement(statement.sql, tuple(swap.get(value, value) for value in statement.bound))


@dataclass(frozen=True, slots=True)
class Floor:
    """One connection with the settings of ours, one lock, one commit for each turn."""

    connection: sqlite3.Connection
    lock: Lock

    @classmethod
    def opened(cls, file: Path) -> Floor:
        """The same file as ours, without anything of ours in between."""
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return cls(connection, Lock())

    def do(self, plan: Plan) -> None:
        """One turn: every row is fetched, all is durable when this returns."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            for statement in plan:
                self.connection.execute(statement.sql, statement.bound).fetchall()
            self.connection.execute("COMMIT")
