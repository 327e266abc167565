# SPDX-License-Identifier: EUPL-1.2
"""The one writer of a SQLite file: whoever wants to write stands in line, and turns in line share a commit.

A commit waits for the disk, longer than SQLite works on a turn. So a turn whose next in line is a turn too leaves its
transaction open to that one, and the last of the line commits for all. Each has a savepoint: what fails takes back
itself alone. Nobody goes on before the commit, and if that fails, nothing of any of them is stored.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection, Engine, RootTransaction

from core.errors import StoreUnavailable


class Line:
    """First come, first served. Queueing here is ten times steadier than SQLite's own waiting and trying again."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._waiting: deque[Lock] = deque()
        self._busy = False
        self._gate = Lock()

    def come(self) -> None:
        """Wait for one's turn. Raises StoreUnavailable after so many seconds."""
        with self._gate:
            if not self._busy:
                self._busy = True
                return
            place = _closed()
            self._waiting.append(place)
        if not place.acquire(timeout=self._patience):
            self._give_up(place)

    def _give_up(self, place: Lock) -> None:
        with self._gate:
            if place not in self._waiting:
                return  # it has become our turn in this very moment
            self._waiting.remove(place)
        raise StoreUnavailable("Another turn has kept the database busy for too long.")

    def hand_on(self) -> bool:
        """Let the next one go; False if nobody is waiting: then it is still our turn."""
        with self._gate:
            if self._waiting:
                self._waiting.popleft().release()
                return True
            return False

    def leave(self) -> None:
        """Let the next one go, if there is one."""
        with self._gate:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False


def _closed() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True)
class _Shared:
    """A transaction that is open with turns in it, and those who wait for its commit."""

    transaction: RootTransaction
    waiting: list[Lock] = field(default_factory=list)
    stored: bool = False

    def end(self, *, stored: bool) -> None:
        """Tell all of them what became of it."""
        self.stored = stored
        for each in self.waiting:
            each.release()


class Writer:
    """Writes on one connection that is kept from turn to turn; after an error the next turn opens another."""

    def __init__(self, engine: Engine, patience: float) -> None:
        self._engine = engine
        self._patience = patience
        self._line = Line(patience)
        self._kept: Connection | None = None
        self._shared: _Shared | None = None

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        with self.apart():
            try:
                connection = self._connection()
                with connection.begin():
                    yield connection
            except BaseException:
                self._discard()
                raise

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """A part of a transaction: stored with all of it before this returns; on any error it alone is taken back.

        Raises StoreUnavailable if the whole could not be stored, whoever had to do it.
        """
        self._line.come()
        try:
            with self._part() as shared:
                yield self._connection()
                told = _closed()
                shared.waiting.append(told)
        finally:
            self._go_on()
        if not told.acquire(timeout=self._patience) or not shared.stored:
            raise StoreUnavailable("What was to be stored together could not be stored.")

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Nobody else writes, and all that was written is stored."""
        self._line.come()
        try:
            self._commit()
            yield
        finally:
            self._line.leave()

    def close(self) -> None:
        """Give the connection back."""
        with suppress(StoreUnavailable), self.apart():
            self._give_back()

    # ------------------------------------------------------------------------------------------ the shared transaction

    @contextmanager
    def _part(self) -> Iterator[_Shared]:
        """The first part needs no savepoint: nothing else would be taken back with it."""
        shared = self._shared
        try:
            if shared is None:
                shared = self._shared = _Shared(self._connection().begin())
                yield shared
            else:
                self._send("SAVEPOINT part")
                yield shared
                self._send("RELEASE part")
        except BaseException:
            self._take_back(alone=shared is None or not shared.waiting)
            raise

    def _take_back(self, *, alone: bool) -> None:
        """Where SQLite itself has taken back everything (a full disk), there is no savepoint any more."""
        if not alone:
            with suppress(sqlite3.Error):
                self._send("ROLLBACK TO part")
                self._send("RELEASE part")
                return
        self._end(stored=False)
        self._discard()

    def _go_on(self) -> None:
        """The last of the line commits for all."""
        if not self._line.hand_on():
            try:
                self._commit()
            finally:
                self._line.leave()

    def _commit(self) -> None:
        if self._shared is None:
            return
        try:
            self._shared.transaction.commit()
        except BaseException:
            self._end(stored=False)
            self._discard()
            raise
        self._end(stored=True)

    def _end(self, *, stored: bool) -> None:
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.end(stored=stored)

    # ------------------------------------------------------------------------------------------ the connection

    def _connection(self) -> Connection:
        if self._kept is None:
            self._kept = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
        return self._kept

    def _give_back(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _discard(self) -> None:
        """Nobody knows what an error has left on this connection: closing it takes back whatever was not committed."""
        if self._kept is not None:
            self._kept.invalidate()
            self._give_back()

    def _send(self, sql: str) -> None:
        """Not as a statement that is watched: like beginning and commit, this is no work of a turn."""
        self._connection().connection.cursor().execute(sql)
