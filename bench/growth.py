# SPDX-License-Identifier: EUPL-1.2
"""What one turn costs with few and with many stored answers, on SQLite.

One database for each size, filled so that every table has as many rows as that many answers leave behind. Then known
people answer in each of them in turn, round by round. Time moves with whoever else uses the machine; so the work of the
database is counted too, in steps of its virtual machine (sqlite.org/c3ref/progress_handler.html), which are the same on
every machine: a statement that reads more rows takes more of them.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.wiring import Service
from bench.filling import fill
from bench.installation import installed, scratch, store_of
from bench.measuring import Effort, Report, at_most, ratio, spread
from bench.people import POLL, introduce, say

SIZES = (1_000, 100_000, 1_000_000)
PEOPLE = 20
"""Who answer a whole poll in one round."""
ROUNDS = 5
"""So many times the rounds of a timed run: each is short."""
MOST_GROWTH = 1.2


@dataclass(slots=True)
class Size:
    """One database, and what its turns took: one figure for each round."""

    answers: int
    service: Service
    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)

    def take_round(self, number: int) -> None:
        """Whole polls of people who have not answered yet; the next one is counted instead of timed."""
        first = 1 + number * (PEOPLE + 1)
        turns = [_timed(self.service, person) for person in range(first, first + PEOPLE)]
        self.milliseconds.append(median(wall for each in turns for wall, _ in each))
        self.processor.append(median(processor for each in turns for _, processor in each))
        self.steps.append(_steps(self.service, first + PEOPLE) / len(POLL))


def measure(effort: Effort) -> Report:
    """Time and steps of a turn at each size, and their ratio to the smallest."""
    rounds = effort.rounds * ROUNDS
    with scratch() as folder, ExitStack() as open_services:
        sizes = []
        for answers in SIZES:
            began = time.monotonic()
            service = open_services.enter_context(_filled(folder / str(answers), effort.of(answers), rounds))
            sizes.append(Size(effort.of(answers), service))
            yield f"{effort.of(answers):>9} answers made ready in {time.monotonic() - began:.0f} s"
        for number in range(rounds):
            for size in sizes:
                size.take_round(number)
        yield from _told(sizes)


def _told(sizes: list[Size]) -> Report:
    for size in sizes:
        yield (
            f"{size.answers:>9} answers: {spread(size.milliseconds)} ms a turn, processor {spread(size.processor)} ms, "
            f"{spread(size.steps)} steps; N = {len(size.steps)} × {PEOPLE * len(POLL)} turns"
        )
    first, *larger = sizes
    for size in larger:
        named = f"a turn with {size.answers} answers ÷ with {first.answers}"
        yield at_most(MOST_GROWTH, ratio(size.steps, first.steps), f"{named}, steps of the database")
        yield at_most(MOST_GROWTH, ratio(size.processor, first.processor), f"{named}, processor time")
        yield at_most(MOST_GROWTH, ratio(size.milliseconds, first.milliseconds), f"{named}, time")


@contextmanager
def _filled(folder: Path, answers: int, rounds: int) -> Iterator[Service]:
    """An installation with that many answers, and people who are about to give theirs."""
    with installed(folder) as service:
        town = service.town().key
        standing = service.acting("bench").standing("BUS")
    fill(folder / "mitwirkung.db", town, standing.id, answers)
    with installed(folder) as service:
        introduce(service, rounds * (PEOPLE + 1))
        yield service


def _timed(service: Service, person: int) -> list[tuple[float, float]]:
    """Milliseconds of each turn of one poll, by the clock and of the processor."""
    taken = []
    for turn, text in enumerate(POLL, start=1):
        wall, processor = time.perf_counter(), time.thread_time()
        say(service, person, turn, text)
        taken.append(((time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000))
    return taken


def _steps(service: Service, person: int) -> int:
    """Steps of SQLite's virtual machine in one whole poll."""
    with _counting_steps(service) as counted:
        for turn, text in enumerate(POLL, start=1):
            say(service, person, turn, text)
    return len(counted)


@contextmanager
def _counting_steps(service: Service) -> Iterator[list[None]]:
    """One entry for each step of the block, on the connection that the next turn in this thread will get."""
    counted: list[None] = []
    driver = _driver(service)
    driver.set_progress_handler(lambda: counted.append(None), 1)
    try:
        yield counted
    finally:
        driver.set_progress_handler(None, 1)


def _driver(service: Service) -> sqlite3.Connection:
    """The connection that all writing goes through; it is kept from turn to turn."""
    with store_of(service).database.writing() as connection:
        driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("growth is measured on SQLite")
    return driver
