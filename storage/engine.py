# SPDX-License-Identifier: EUPL-1.2
"""One database and the two ways into it: reading, and writing. The only file that knows SQLite from PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from core.errors import ConcurrentChange, StoreUnavailable
from storage.writer import Writer

PATIENCE_SECONDS: Final = 5
"""How long anybody waits for a lock. A provider gives up after 15 seconds."""

CONNECTIONS: Final = 8
"""Kept open per process; as many again under load. Beyond that threads wait for each other anyway."""

PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)
"""Most are settings of a connection, not of the file, so each connection gets them all. FULL: in WAL mode NORMAL can
lose the last commits when the power fails, and they have been acknowledged. https://www.sqlite.org/pragma.html"""

POSTGRES_OPTIONS: Final = f"-c timezone=UTC -c lock_timeout={PATIENCE_SECONDS}s"


class Database:
    """An engine whose errors are ours: `StoreUnavailable` and `ConcurrentChange`."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(address) if self.is_sqlite else _postgres_engine(address)
        self._writer = Writer(self.engine, PATIENCE_SECONDS)
        self._of_parent: list[object] = []
        _OPENED.add(self)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        way_in = self._writer.alone if self.is_sqlite else self.engine.begin
        with self._translated(), way_in() as connection:
            yield connection

    @contextmanager
    def answering(self) -> Iterator[Connection]:
        """The same for a turn. On SQLite turns that wait for each other are committed together."""
        way_in = self._writer.together if self.is_sqlite else self.engine.begin
        with self._translated(), way_in() as connection:
            yield connection

    def leave_no_trace(self) -> None:
        """Make what was just deleted unreadable in the files too (reliability E9).

        SQLite overwrites deleted rows, but its write-ahead log keeps them until it is emptied. PostgreSQL frees them
        for overwriting; its own log and backups run out with their retention.
        """
        if self.is_sqlite:
            with self._translated(), self._writer.apart(), self.engine.connect() as connection:
                _driver_of(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give back all connections."""
        self._writer.close()
        self.engine.dispose()

    def begin_anew(self) -> None:
        """In a forked process: leave the connections to the parent, not even closed, as SQLite asks for.

        https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_connection_across_a_fork_
        """
        self._of_parent += [self._writer, self.engine.pool]
        self._writer = Writer(self.engine, PATIENCE_SECONDS)
        self.engine.dispose(close=False)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The driver's errors as ours, whether they come by way of SQLAlchemy or not. Rows in them go no further."""
        driver = self.engine.dialect.loaded_dbapi
        try:
            yield
        except NoConnectionFree as error:
            raise _unavailable(error) from error
        except (DBAPIError, driver.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if _lost_a_race(cause):
                raise ConcurrentChange("Somebody else changed the same row first.") from None
            if _is_away(cause, driver):
                raise _unavailable(cause) from error
            raise StatementRefused(_without_rows(cause)) from None


_OPENED: Final[WeakSet[Database]] = WeakSet()


def _forked() -> None:
    for database in list(_OPENED):
        database.begin_anew()


os.register_at_fork(after_in_child=_forked)


def _sqlite_engine(url: URL) -> Engine:
    """`hide_parameters` everywhere: an error must not carry a number or an answer into a log."""
    engine = create_engine(
        url, hide_parameters=True, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes late and deferred; ours is below
        for pragma in PRAGMAS:
            _set(connection, pragma, time.monotonic() + PATIENCE_SECONDS)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        _driver_of(connection).execute(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _set(connection: sqlite3.Connection, pragma: str, until: float) -> None:
    """SQLite does not wait where several make a new file a WAL file at once: all but one are told that it is locked."""
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.02)
        else:
            return


def _postgres_engine(url: URL) -> Engine:
    """A connection is tried before use: after a restart of the server nobody gets an error for a dead one."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        paramstyle="format",  # by place, as on SQLite
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": PATIENCE_SECONDS, "options": POSTGRES_OPTIONS},
    )


def _driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not a connection to SQLite")
    return driver


# ------------------------------------------------------------------------------------------------------- errors


class StatementRefused(Exception):
    """The database does not take a statement as we wrote it: a fault of ours."""


def _is_away(error: BaseException | None, driver: DBAPIModule) -> bool:
    """The server is away, the file locked, full or (exactly DatabaseError) damaged or no database."""
    return isinstance(error, driver.OperationalError | driver.InterfaceError) or type(error) is driver.DatabaseError


def _without_rows(error: BaseException | None) -> str:
    """What PostgreSQL adds as DETAIL holds the row itself; what it says of a value out of place (class 22) names it."""
    told, kind = getattr(error, "diag", None), type(error).__name__
    if told and (told.sqlstate or "").startswith("22"):
        return kind
    return f"{kind}: {told.message_primary if told else error}"


def _unavailable(error: BaseException | None) -> StoreUnavailable:
    return StoreUnavailable(f"The database cannot be used now ({type(error).__name__}).")


def _lost_a_race(error: BaseException | None) -> bool:
    """Somebody else took the key, deleted the row this one hangs on, or stood in the way (SQLSTATE classes 23, 40)."""
    if isinstance(error, sqlite3.IntegrityError):
        return error.sqlite_errorname in _SQLITE_RACES
    return getattr(error, "sqlstate", None) in _POSTGRES_RACES


_SQLITE_RACES: Final = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"}
_POSTGRES_RACES: Final = {"23505", "23503", "40001", "40P01"}
