# SPDX-License-Identifier: EUPL-1.2
"""Runs benchmarks: `python -m bench` lists them, `python -m bench turn growth` runs some, `python -m bench all` all.

The exit code is 1 if a goal was not reached. With `--glance` each only shows that it runs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from bench import growth, pages, parts, segments, spoken, start, statements, turn, voice
from bench.measuring import A_GLANCE, ENOUGH, Effort, Report, Result, Verdict, machine

BENCHMARKS: Mapping[str, Callable[[Effort], Report]] = {
    "turn": turn.measure,
    "statements": statements.measure,
    "growth": growth.measure,
    "start": start.measure,
    "segments": segments.measure,
    "parts": parts.measure,
    "pages": pages.measure,
    "voice": voice.measure,
    "spoken": spoken.measure,
}
"""Every benchmark there is; `docs/benchmarks.md` explains each."""

GOAL_MISSED = 1


def main(arguments: list[str]) -> int:
    """Run what was asked for and give the exit code."""
    asked = _parser().parse_args(arguments)
    if not asked.benchmarks:
        print("\n".join(f"{name:<11} {_summary(name)}" for name in BENCHMARKS))
        return 0
    print(machine())
    names = BENCHMARKS if "all" in asked.benchmarks else asked.benchmarks
    results = [_run(name, A_GLANCE if asked.glance else ENOUGH) for name in names]
    return GOAL_MISSED if Result.FALLS_SHORT in set().union(*results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure this service, as ratios in one run.")
    parser.add_argument("benchmarks", nargs="*", choices=[*BENCHMARKS, "all", []], metavar="NAME", help="all, or some")
    parser.add_argument("--glance", action="store_true", help="only show that they run; the verdicts mean nothing")
    return parser


def _summary(name: str) -> str:
    documented = sys.modules[BENCHMARKS[name].__module__].__doc__ or ""
    return documented.partition("\n")[0]


def _run(name: str, effort: Effort) -> set[Result]:
    """Print what a benchmark tells as it comes; the results of its verdicts."""
    print(f"\n{name}: {_summary(name)}", flush=True)
    results = set()
    for told in BENCHMARKS[name](effort):
        print(f"  {told}", flush=True)
        if isinstance(told, Verdict):
            results.add(told.result)
    return results


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
