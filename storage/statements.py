# SPDX-License-Identifier: EUPL-1.2
"""Shapes that several statements have: rows that are written under their key, and rows that are removed by it.

`insert` is PostgreSQL's; its ON CONFLICT holds all of SQLite's, and either compiler writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import BindParameter, Column, ColumnElement, Delete, Table, and_, bindparam, delete, literal, or_
from sqlalchemy.dialects.postgresql import Insert, insert


def inserted(table: Table, how_many: int) -> Insert:
    """So many new rows."""
    return insert(table).values([_bound(table.columns, place) for place in range(how_many)])


def upserted(table: Table, how_many: int) -> Insert:
    """So many rows; where the key is there, everything else is replaced."""
    statement = inserted(table, how_many)
    key = list(table.primary_key.columns)
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column not in set(key)}
    return statement.on_conflict_do_update(index_elements=key, set_=rest)


def removed(table: Table, how_many: int) -> Delete:
    """So many rows, by their key."""
    key = table.primary_key.columns
    return delete(table).where(or_(*(_is(key, place) for place in range(how_many))))


def one_of(column: Column[str], values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether a column has one of these values, which are part of the statement and not bound with it."""
    return column.in_([literal(value.value) for value in values])


def _is(key: Iterable[Column[object]], place: int) -> ColumnElement[bool]:
    bound = _bound(key, place)
    return and_(*(column == bound[column.name] for column in key))


def _bound(columns: Iterable[Column[object]], place: int) -> dict[str, BindParameter[object]]:
    """The names under which `Several` binds the row at this place."""
    return {column.name: bindparam(f"row{place}_{column.name}", type_=column.type) for column in columns}
