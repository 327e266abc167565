# SPDX-License-Identifier: EUPL-1.2
"""Bringing a database to the newest schema. On one that is there already this costs one query and no import."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Text, column, inspect, select, table

from storage.engine import Database

NEWEST: Final = "0003"
"""The newest revision in `storage/migrations/versions`; a test compares."""

_VERSION = select(column("version_num", Text)).select_from(table("alembic_version"))
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(975001)"


def version(database: Database) -> str | None:
    """The revision this database is at; None for an empty one."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(_VERSION).scalar_one_or_none()
        return found


def migrate(database: Database) -> bool:
    """Bring the database to the newest schema, in one transaction; whether anything was to do.

    Several processes may start at once: one migrates, the others wait and find nothing to do.
    """
    if version(database) == NEWEST:
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(_ONE_AT_A_TIME)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
