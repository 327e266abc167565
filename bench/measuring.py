# SPDX-License-Identifier: EUPL-1.2
"""How a benchmark measures and judges: rounds, medians with their range, and one line for each goal.

On a shared machine only ratios inside one run mean anything: whatever is compared takes turns, round by round, and the
result is the median of the ratios of each round, with the lowest and the highest.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median

# ------------------------------------------------------------------------------------------------------- how much


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a benchmark does. `share` is the part of the people, turns and rows of a whole run."""

    rounds: int
    seconds: float
    share: float

    def of(self, whole: int, *, least: int = 1) -> int:
        """So many of `whole`, and never fewer than `least`."""
        return max(least, round(whole * self.share))


ENOUGH = Effort(rounds=5, seconds=2.0, share=1.0)
"""Enough for a verdict, in less than two minutes each."""
A_GLANCE = Effort(rounds=1, seconds=0.3, share=0.01)
"""Only enough to see that it runs: its verdicts mean nothing."""

# ------------------------------------------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several measurements, and how far they went."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


def spread(values: Sequence[float]) -> Spread:
    """The spread of at least one value."""
    return Spread(median(values), min(values), max(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours over theirs, round by round."""
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])


# ------------------------------------------------------------------------------------------------------- verdicts


class Result(StrEnum):
    """What a measurement says about a goal."""

    PASS = "PASS"
    FALLS_SHORT = "FALLS SHORT"
    UNDECIDED = "UNDECIDED"
    """The run does not count: something failed in it, or the machine was too busy with other things."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal and what became of it."""

    result: Result
    goal: str
    measured: str

    def __str__(self) -> str:
        return f"{self.result:<11}  {self.goal}: {self.measured}"


Report = Iterator[str | Verdict]
"""What a benchmark tells, line by line, as it comes to know it."""


def at_least(limit: float, measured: Spread, goal: str) -> Verdict:
    """The median must reach the limit."""
    return Verdict(_result(met=measured.median >= limit), goal, f"{measured}, at least {limit:g}")


def at_most(limit: float, measured: Spread, goal: str) -> Verdict:
    """The median must stay within the limit."""
    return Verdict(_result(met=measured.median <= limit), goal, f"{measured}, at most {limit:g}")


def none_of(found: Collection[str], goal: str) -> Verdict:
    """There must be none; those there are get named."""
    return Verdict(_result(met=not found), goal, ", ".join(sorted(found)) or "none")


def undecided(goal: str, why: str) -> Verdict:
    """Nothing can be said about this goal."""
    return Verdict(Result.UNDECIDED, goal, why)


def _result(*, met: bool) -> Result:
    return Result.PASS if met else Result.FALLS_SHORT


# ------------------------------------------------------------------------------------------------------- the machine


def machine() -> str:
    """What this ran on, in one line."""
    cores = len(os.sched_getaffinity(0))
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{_processor()}, {cores} cores, {_memory_gigabytes():.0f} GB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; load before: {busy}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gigabytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
