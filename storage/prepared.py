# SPDX-License-Identifier: EUPL-1.2
"""Statements that are compiled once and then go straight to the driver: SQLAlchemy writes them, nobody waits for it.

A turn is some eight small statements. Executed by SQLAlchemy, each cost five times as much as SQLite needs to do it.
What is kept from a compiled statement: its text, the order of what is bound, and how values of its columns' types
(moments, days, truth values, bytes) are converted on their way in and out. The types decide that, for both engines.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.sql.visitors import iterate

from core.errors import ConcurrentChange

Statement: TypeAlias = Select[Any] | Insert | Update | Delete

Values = Mapping[str, object]
"""What is bound to a statement, by name, or one row to be written: then every column is named."""

Found: TypeAlias = Any
"""One row as it was read: a tuple whose fields have the names of the columns."""

AT_ONCE: Final = 100
"""So many rows go into one statement. SQLite takes no condition that is nested deeper than 1,000 and no more than
32,766 values (sqlite.org/limits.html)."""


class Prepared:
    """One statement, compiled at its first use on each engine; with lists in it, once for their lengths."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[object, ...], _Compiled] = {}

    def all(self, connection: Connection, values: Values) -> list[Found]:
        """The rows that it finds."""
        compiled = self._on(connection, values)
        return compiled.named(_send(connection, compiled.sql, compiled.bound(values)).fetchall())

    def first(self, connection: Connection, values: Values) -> Found | None:
        """The first row that it finds; None if there is none."""
        return next(iter(self.all(connection, values)), None)

    def run(self, connection: Connection, values: Values) -> int:
        """Change what it changes; how many rows."""
        compiled = self._on(connection, values)
        return int(_send(connection, compiled.sql, compiled.bound(values)).rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """The same once for each row."""
        if rows:
            compiled = self._on(connection, rows[0])
            _send_each(connection, compiled.sql, [compiled.bound(row) for row in rows])

    def run_on_one(self, connection: Connection, values: Values) -> None:
        """Change exactly one row. Raises `ConcurrentChange` if it is no longer as it was read."""
        if self.run(connection, values) != 1:
            raise ConcurrentChange("Somebody else changed the same row first.")

    def _on(self, connection: Connection, values: Values) -> _Compiled:
        lengths = tuple([len(_list(values[name])) for name in self._lists])
        which = (connection.dialect.name, *lengths)
        compiled = self._compiled.get(which)
        if compiled is None:
            blank = {name: [None] * length for name, length in zip(self._lists, lengths, strict=True)}
            compiled = _compiled(self._statement, connection.dialect, blank)
            if max(lengths, default=0) <= AT_ONCE:  # long lists are rare, and seldom of the same length again
                self._compiled[which] = compiled
        return compiled

    @cached_property
    def _lists(self) -> tuple[str, ...]:
        binds = (each for each in iterate(self._statement) if isinstance(each, BindParameter))
        return tuple(dict.fromkeys(bind.key for bind in binds if bind.expanding))


class Several:
    """One statement for several rows, prepared once for each number of them. `build` writes it for so many.

    A column of a row is bound under the place of the row and its name: "row0_question", "row1_question".
    """

    def __init__(self, build: Callable[[int], Statement]) -> None:
        self._for = cache(lambda how_many: Prepared(build(how_many)))

    def run(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Change what it changes, in as few statements as can be; how many rows."""
        parts = (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
        return sum(self._for(len(part)).run(connection, _numbered(part)) for part in parts)


def _numbered(rows: Sequence[Values]) -> Values:
    return {f"row{place}_{name}": value for place, row in enumerate(rows) for name, value in row.items()}


# ------------------------------------------------------------------------------------------------------- sending


def _send(connection: Connection, sql: str, bound: Bound) -> Any:  # noqa: ANN401 (the drivers' cursors share no type)
    cursor = connection.connection.cursor()
    _announce(connection, cursor, sql, bound, many=False)
    cursor.execute(sql, bound)
    return cursor


def _send_each(connection: Connection, sql: str, bound: list[Bound]) -> None:
    cursor = connection.connection.cursor()
    _announce(connection, cursor, sql, bound, many=True)
    cursor.executemany(sql, bound)


def _announce(connection: Connection, cursor: object, sql: str, bound: object, *, many: bool) -> None:
    """Whoever watches the statements of this engine sees these as well as SQLAlchemy's own."""
    for watch in connection.engine.dispatch.before_cursor_execute:
        watch(connection, cursor, sql, bound, None, many)


# ------------------------------------------------------------------------------------------------------- compiling

Bound: TypeAlias = tuple[object, ...]
_Conversions: TypeAlias = tuple[tuple[int, Callable[[Any], object]], ...]
"""Place and function, for the places that need one."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one engine gets it, and what has to be done to values on their way in and out."""

    sql: str
    names: tuple[str, ...]
    fixed: Values
    lists: Mapping[str, Sequence[str]]
    inward: _Conversions
    found: Callable[..., Found]
    outward: _Conversions

    def bound(self, values: Values) -> Bound:
        """What is bound, in its order. Raises KeyError, which names the parameter, if one is missing."""
        if self.fixed:
            values = {**self.fixed, **values}
        for name, each in self.lists.items():
            values = {**values, **dict(zip(each, _list(values[name]), strict=True))}
        return _converted([values[name] for name in self.names], self.inward)

    def named(self, fetched: Iterable[Bound]) -> list[Found]:
        """Rows with names."""
        if not self.outward:
            return [self.found(*row) for row in fetched]
        return [self.found(*_converted(list(row), self.outward)) for row in fetched]


def _converted(row: list[object], conversions: _Conversions) -> Bound:
    for place, convert in conversions:
        row[place] = convert(row[place])
    return tuple(row)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("a list is to be bound here")
    return value


def _compiled(statement: Statement, dialect: Dialect, lists: Values) -> _Compiled:
    compiler = statement.compile(dialect=dialect)
    state = compiler.construct_expanded_state({**dict.fromkeys(compiler.binds), **lists})
    names = tuple(state.positiontup or ())
    kinds = {name: bind.type for name, bind in compiler.binds.items()}
    kinds |= {each: kinds[name] for name, every in state.parameter_expansion.items() for each in every}
    columns = {str(name): column.type.dialect_impl(dialect) for name, column in statement.exported_columns.items()}
    return _Compiled(
        sql=state.statement,
        names=names,
        fixed={name: bind.value for name, bind in compiler.binds.items() if not bind.required},
        lists=state.parameter_expansion,
        inward=_needed(kinds[name].dialect_impl(dialect).bind_processor(dialect) for name in names),
        found=namedtuple("Found", columns) if columns else tuple,  # noqa: PYI024 (no fields are known before)
        outward=_needed(kind.result_processor(dialect, None) for kind in columns.values()),
    )


def _needed(conversions: Iterable[Callable[[Any], object] | None]) -> _Conversions:
    return tuple((place, convert) for place, convert in enumerate(conversions) if convert)
