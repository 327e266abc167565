# SPDX-License-Identifier: EUPL-1.2
"""What all statements share. They are built once, at import, with bind parameters: built anew they cost twice as much.

`insert` is PostgreSQL's; its ON CONFLICT holds all of SQLite's, and either compiler writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Row, Table
from sqlalchemy.dialects.postgresql import Insert, insert

from core.errors import ConcurrentChange

Values = Mapping[str, object]
"""What is bound to a statement, or one row to be written."""

Found = Row[*tuple[Any, ...]]
"""One row as it was read."""


def upsert(table: Table) -> Insert:
    """Insert, or where the key is there, replace everything else."""
    statement = insert(table)
    key = list(table.primary_key.columns)
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column not in set(key)}
    return statement.on_conflict_do_update(index_elements=key, set_=rest)


def run(connection: Connection, statement: Executable, rows: Sequence[Values]) -> None:
    """The statement for each row. One row goes the short way: drivers take a detour for many."""
    if rows:
        connection.execute(statement, rows[0] if len(rows) == 1 else rows)


def run_on_one(connection: Connection, statement: Executable, row: Values) -> None:
    """Change exactly one row. Raises `ConcurrentChange` if it is no longer as it was read."""
    if connection.execute(statement, row).rowcount != 1:
        raise ConcurrentChange("Somebody else changed the same row first.")
