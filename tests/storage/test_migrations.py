# SPDX-License-Identifier: EUPL-1.2
"""What is stored outlives every step of the schema."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url, text

from storage import schema
from storage.engine import Database
from storage.store import SqlStore
from storage.vault import row_of
from tests import factories
from tests.factories import NOON, TOWN

BEFORE = "0002"
MOVED = {"revision", "conversation"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request, tmp_path):
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    url = make_url(request.getfixturevalue("postgres_url"))
    database = Database(url.render_as_string(hide_password=False))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS old")
        connection.exec_driver_sql("CREATE DATABASE old")
    database.close()
    return url.set(database="old").render_as_string(hide_password=False)


def as_at(database, revision):
    """Make the tables as they were at a revision."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def write(database, table, row):
    """A row with just these columns."""
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    with database.writing() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)


def test_who_has_talked_goes_on_where_she_was_and_who_was_only_invited_begins(empty):
    database, keys = Database(empty), factories.keys()
    as_at(database, BEFORE)
    for number in (1, 2):
        person = factories.person(address_id=f"a{number}", participant=f"p{number}")
        row = row_of(person, factories.address(number), TOWN, NOON, keys)
        write(database, "addresses", {name: value for name, value in row.items() if name not in MOVED})
    state = '{"language":"de","asking":"late"}'
    talk = {"municipality": TOWN, "address_id": "a1", "revision": 3, "state": state}
    write(database, "conversations", talk)
    database.close()
    store = SqlStore(empty, keys, factories.read_again)
    assert store.migrate()
    talked, invited = (store.turns.meet(TOWN, factories.address(number)) for number in (1, 2))
    assert (talked.revision, talked.conversation.asking, talked.conversation.language) == (3, "late", "de")
    assert (invited.revision, invited.known) == (0, True)
    assert schema.version(store.database) == schema.NEWEST
    store.close()
