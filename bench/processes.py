# SPDX-License-Identifier: EUPL-1.2
"""Processes that are measured: started, watched through /proc, and ended by their own id."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_END = 10
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None, errors: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Python with these arguments, in the project's folder, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**_inherited(), **(environment or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=errors or subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        _end(process)


def _inherited() -> dict[str, str]:
    """What any process needs, and no setting of ours."""
    return {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, its own and that of its threads (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_megabytes(pid: int) -> float:
    """Memory of one process as its proportional share (PSS): what it would give back if it ended."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
