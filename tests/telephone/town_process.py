# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung` as a process that is cut off from the world, and whose clock a test moves.

    python -m tests.telephone.town_process CLOCK serve --dir ...

All else is as a town runs it. CLOCK is a file with the seconds by which time is another one. No program can be started
from here, so no speech engine either, and nothing but loopback is reached: whatever tries is told so and fails.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.clock import SystemClock

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CUT_OFF = "cut off: "
"""How each vain try begins in what the process prints."""


def forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """Let no program start and no connection leave this machine (Python, audit events)."""
    if event == "subprocess.Popen":
        refuse("a program")
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in LOOPBACK:
        refuse("a connection")
    if event == "socket.getaddrinfo" and arguments[0] not in LOOPBACK | {None}:
        refuse("a name")


def refuse(what: str) -> None:
    """Say so and fail."""
    sys.stderr.write(f"{CUT_OFF}{what}\n")
    sys.stderr.flush()
    raise PermissionError(f"{CUT_OFF}{what}")


def moved(clock: Path) -> datetime:
    """The time of this machine, by so much another one as the file says."""
    return datetime.now(UTC) + timedelta(seconds=float(clock.read_text("utf-8")))


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    SystemClock.now = lambda _: moved(file)  # type: ignore[method-assign]
    sys.addaudithook(forbid)
    from app.cli import main

    sys.exit(main())
