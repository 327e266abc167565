# SPDX-License-Identifier: EUPL-1.2
"""The schema: the same from empty as from the tables, every key of a town, every connection set as it must be."""

import re
import subprocess
import sys
from threading import Barrier, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from storage import schema
from storage.engine import Database
from storage.store import SqlStore
from storage.tables import metadata
from tests import factories

NOT_OF_A_TOWN = {"alembic_version"}


def test_the_database_has_every_key_begin_with_the_municipality(sql_store):
    with sql_store.database.reading() as connection:
        there = inspect(connection)
        keys = [
            (table, key)
            for table in there.get_table_names()
            if table not in NOT_OF_A_TOWN
            for key in keys_of(there, table)
        ]
    assert {table for table, _ in keys} == set(metadata.tables)
    assert [key for key in keys if key[1][0] != "municipality"] == []


def keys_of(there, table):
    """The columns of the primary key, of every unique constraint and of every index, unique or not."""
    yield there.get_pk_constraint(table)["constrained_columns"]
    yield from (unique["column_names"] for unique in there.get_unique_constraints(table))
    yield from (index["column_names"] for index in there.get_indexes(table))
    yield from (foreign["constrained_columns"] for foreign in there.get_foreign_keys(table))


def test_the_migrations_lead_from_empty_to_the_tables(sql_store):
    with sql_store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_named_right():
    steps = ScriptDirectory("storage/migrations")
    assert steps.get_heads() == [schema.NEWEST]


def test_what_is_kept_by_random_key_has_no_order_of_arrival(sqlite_store):
    """SQLite: WITHOUT ROWID. The order of rows in the file is the order of their random keys (E6)."""
    with sqlite_store.database.reading() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    without = {name for name, sql in made if re.search(r"\)\s*WITHOUT ROWID\s*$", sql)}
    assert {"answers", "links", "voices"} <= without


# ---------------------------------------------------------------------------------------------- migrating


def test_migrating_again_does_nothing_and_does_not_load_alembic(sqlite_file):
    program = (
        "import sys; from storage.engine import Database; from storage import schema;"
        f"print(schema.migrate(Database('sqlite:///{sqlite_file}')), 'alembic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_f6_a_migration_that_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("alembic.operations.Operations.create_index", lambda *_, **__: 1 / 0)
    database = Database(f"sqlite:///{tmp_path}/half.db")
    with pytest.raises(ZeroDivisionError):
        schema.migrate(database)
    monkeypatch.undo()
    assert schema.version(database) is None
    assert schema.migrate(database)
    assert schema.version(database) == schema.NEWEST
    database.close()


def test_several_processes_may_start_at_once(tmp_path):
    migrated = []

    def start():
        store = SqlStore(f"sqlite:///{tmp_path}/new.db", factories.keys(), factories.read_again)
        migrated.append(store.migrate())
        store.close()

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(migrated) == 4
    assert any(migrated)
    assert schema.version(Database(f"sqlite:///{tmp_path}/new.db")) == schema.NEWEST


@pytest.mark.parametrize("attempt", range(50))
def test_a_new_file_may_be_opened_by_several_at_once(tmp_path, attempt):
    """Whoever switches it to WAL, nobody is turned away. Each attempt alone seldom meets the moment."""
    opened, together = [], Barrier(8)

    def look():
        database = Database(f"sqlite:///{tmp_path}/new.db")
        together.wait()
        with database.reading() as connection:
            opened.append(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
        database.close()

    threads = [Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["wal"] * 8


# ---------------------------------------------------------------------------------------------- connections

SET = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}


def test_f2_every_connection_is_durable_and_overwrites_what_is_deleted(sqlite_store):
    engine = sqlite_store.database.engine
    connections = [engine.connect() for _ in range(10)]
    for connection in connections:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SET}
        connection.close()
        assert found == SET


def test_an_error_shows_no_value_that_was_bound(sql_store):
    engine = create_engine(sql_store.database.engine.url)
    assert not engine.hide_parameters  # what SQLAlchemy does by itself
    assert sql_store.database.engine.hide_parameters
    engine.dispose()
