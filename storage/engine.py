# SPDX-License-Identifier: EUPL-1.2
"""One database and the two ways into it: reading, and writing. The only file that knows SQLite from PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from core.errors import ConcurrentChange, StoreUnavailable

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
        self._writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        self._writer = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any error."""
        with _translated(), self._my_turn(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite has one writer. Queueing for it here is ten times steadier than its own waiting and trying again."""
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable("Another turn has kept the database busy for too long.")
        try:
            yield
        finally:
            self._writer.release()

    def leave_no_trace(self) -> None:
        """Make what was just deleted unreadable in the files too (reliability E9).

        SQLite overwrites deleted rows, but its write-ahead log keeps them until it is emptied. PostgreSQL frees them
        for overwriting; its own log and backups run out with their retention.
        """
        if self.is_sqlite:
            with _translated(), self._my_turn(), self.engine.connect() as connection:
                _driver_of(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    """`hide_parameters` everywhere: an error must not carry a number or an answer into a log."""
    engine = create_engine(
        url, hide_parameters=True, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes late and deferred; ours is below
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _postgres_engine(url: URL) -> Engine:
    """A connection is tried before use: after a restart of the server nobody gets an error for a dead one."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
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


@contextmanager
def _translated() -> Iterator[None]:
    """The driver's errors as ours. What they say about rows goes no further."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        if _lost_a_race(error.orig):
            raise ConcurrentChange("Somebody else changed the same row first.") from None
        if isinstance(error, IntegrityError):
            raise
        raise _unavailable(error) from error
    except (InterfaceError, NoConnectionFree) as error:
        raise _unavailable(error) from error
    except DatabaseError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and type(error.orig) is sqlite3.DatabaseError:
            raise _unavailable(error) from error  # the file is damaged or no database
        raise


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"The database cannot be used now ({type(error).__name__}).")


def _lost_a_race(error: BaseException | None) -> bool:
    """Somebody else took the key, deleted the row this one hangs on, or stood in the way (SQLSTATE classes 23, 40)."""
    if isinstance(error, sqlite3.IntegrityError):
        return error.sqlite_errorname in _SQLITE_RACES
    return getattr(error, "sqlstate", None) in _POSTGRES_RACES


_SQLITE_RACES: Final = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_FOREIGNKEY"}
_POSTGRES_RACES: Final = {"23505", "23503", "40001", "40P01"}
