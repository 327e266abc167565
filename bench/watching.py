# SPDX-License-Identifier: EUPL-1.2
"""What goes to the database: every statement as the driver gets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with what is bound to it; a statement for many rows is one for each of them."""

    sql: str
    bound: Any


@contextmanager
def watched(engine: Engine) -> Iterator[list[Statement]]:
    """The statements of the block, in order. The commit is no statement to the driver and is not among them."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, sql: str, bound: Any, _context: object, many: bool) -> None:  # noqa: FBT001 (SQLAlchemy calls it so)
        seen.extend(Statement(sql, row) for row in (bound if many else (bound,)))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def is_beginning(statement: Statement) -> bool:
    """Whether this only opens a transaction."""
    return statement.sql.startswith("BEGIN")
