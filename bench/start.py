# SPDX-License-Identifier: EUPL-1.2
"""How long the embedded default takes to its first answer, what memory it needs, and what it does not load.

`mitwirkung serve` in a folder that is in use, against Flask + SQLAlchemy + waitress with SQLite; both are started anew
in each round, in turn. The first start of `mitwirkung demo` in an empty folder is shown beside it.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.in_process import SECONDS_BEFORE
from bench.installation import TOKEN, installed, scratch
from bench.measuring import Effort, Report, at_most, none_of, ratio, spread
from bench.processes import cpu_seconds, memory_megabytes, running

OURS = ("-c", "import sys; from app.cli import main; sys.exit(main())")
PATIENCE_SECONDS = 30
NEVER_AT_START = ("telegram", "gtts", "twilio.rest", "celery", "alembic", "babel.messages")
BETTER_NOT_AT_START = ("apscheduler",)
"""Wanted only once the first page has gone out."""


@dataclass(frozen=True, slots=True)
class Started:
    """One start: seconds to the first answer, processor seconds until then, megabytes then and at work."""

    seconds: float
    processor: float
    megabytes: float
    at_work: float


def measure(effort: Effort) -> Report:
    """Start and memory of both, then what was loaded."""
    with scratch() as folder:
        yield f"first start of the demo in an empty folder: {_demo(folder / 'demo', effort).seconds:.2f} s"
        with installed(folder / "ours"):
            pass  # made ready, as an installation in use is
        ours, theirs = [], []
        for number in range(effort.rounds):
            ours.append(_start(*_serve(folder / "ours"), effort))
            theirs.append(_start(*_minimal(folder / f"{number}.db"), effort))
        yield _line("mitwirkung serve", ours)
        yield _line("Flask + SQLAlchemy", theirs)
        yield from _verdicts(ours, theirs)
        loaded = _loaded_at_start(folder / "imports", *_serve(folder / "ours"))
    yield f"modules loaded at the first answer: {len(loaded)}"
    yield none_of(_among(NEVER_AT_START, loaded), "libraries that have no place at the start (G20)")
    yield none_of(_among(BETTER_NOT_AT_START, loaded), "libraries that can wait for the first answer (G20, stretch)")


def _verdicts(ours: Sequence[Started], theirs: Sequence[Started]) -> Report:
    def against(name: str) -> tuple[list[float], list[float]]:
        return [getattr(each, name) for each in ours], [getattr(each, name) for each in theirs]

    yield f"processor time to the first answer, ours ÷ minimal: {ratio(*against('processor'))}"
    yield f"memory at the first answer, ours ÷ minimal: {ratio(*against('megabytes'))}"
    yield at_most(1.5, ratio(*against("seconds")), "start to first answer, ours ÷ minimal (G18)")
    yield at_most(1.5, ratio(*against("at_work")), "memory at work, ours ÷ minimal (G19)")


def _line(name: str, starts: Sequence[Started]) -> str:
    figures = [spread([getattr(each, field) for each in starts]) for field in Started.__slots__]
    return "{:<19} {} s to the first answer, processor {} s; memory {} MB, at work {} MB; N = {}".format(
        name, *figures, len(starts)
    )


# ------------------------------------------------------------------------------------------------------- starting

Command = tuple[Sequence[str], Mapping[str, str], int]
"""Arguments for Python, environment, port."""


def _serve(folder: Path) -> Command:
    port = _free_port()
    environment = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "TWILIO_AUTH_TOKEN": TOKEN}
    return (*OURS, "serve", "--port", str(port), "--dir", str(folder)), environment, port


def _minimal(file: Path) -> Command:
    port = _free_port()
    return ("-m", "bench.minimal", str(port), str(file)), {}, port


def _demo(folder: Path, effort: Effort) -> Started:
    port = _free_port()
    return _start((*OURS, "demo", "--port", str(port), "--dir", str(folder)), {}, port, effort)


def _start(arguments: Sequence[str], environment: Mapping[str, str], port: int, effort: Effort) -> Started:
    """Memory is read twice: the jobs begin a moment after the first answer, and what they need belongs to it."""
    began = time.monotonic()
    with running(arguments, environment) as process:
        _wait_for_answer(process, port)
        seconds = time.monotonic() - began
        processor, megabytes = cpu_seconds(process.pid), memory_megabytes(process.pid)
        time.sleep(SECONDS_BEFORE + effort.seconds)
        _ask(port)
        return Started(seconds, processor, megabytes, memory_megabytes(process.pid))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for_answer(process: subprocess.Popen[str], port: int) -> None:
    """Ask again and again. Raises RuntimeError if the process ends or stays silent."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            return _ask(port)
        except (OSError, HTTPException):
            time.sleep(0.005)
    raise RuntimeError("a service has not started")


def _ask(port: int) -> None:
    """The first page, whole. Raises OSError or HTTPException where nobody answers yet."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/")
        if line.getresponse().status != 200:
            raise HTTPException("the first page does not come")
    finally:
        line.close()


# ------------------------------------------------------------------------------------------------------- what is loaded

_IMPORTED = re.compile(r"^import time:.*\|\s*([\w.]+)$", re.MULTILINE)


def _loaded_at_start(told: Path, arguments: Sequence[str], environment: Mapping[str, str], port: int) -> frozenset[str]:
    """All modules that a start imports up to its first answer, as Python itself tells them (`-X importtime`)."""
    with told.open("wb") as errors, running(("-X", "importtime", *arguments), environment, errors) as process:
        _wait_for_answer(process, port)
        return frozenset(_IMPORTED.findall(told.read_text(encoding="utf-8")))


def _among(libraries: Sequence[str], loaded: frozenset[str]) -> list[str]:
    """Those libraries of which anything is loaded."""
    return [each for each in libraries if any(f"{name}.".startswith(f"{each}.") for name in loaded)]
