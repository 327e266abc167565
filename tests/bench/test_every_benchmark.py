# SPDX-License-Identifier: EUPL-1.2
"""Every benchmark runs and tells its verdicts. What it measures here means nothing, and nothing here asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS, main
from bench.measuring import A_GLANCE, Verdict

pytestmark = [pytest.mark.service, pytest.mark.slow]

DOCUMENTED = (Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md").read_text("utf-8")

LANGUAGES = ("de", "de-simple", "en")
VERDICTS = {
    "turn": {"turn ÷ its own statements in raw sqlite3 (G8)", "p99 ÷ p50 of the turn at 16 connections (G7)"},
    "statements": {f"statements of a known person's turn on {engine}" for engine in ("SQLite", "PostgreSQL")},
    "growth": {
        f"a turn with {answers} answers ÷ with 10, {what}"
        for answers in (1000, 10000)
        for what in ("steps of the database", "processor time", "time")
    },
    "start": {
        "start to first answer, ours ÷ minimal (G18)",
        "memory at work, ours ÷ minimal (G19)",
        "libraries that have no place at the start (G20)",
        "libraries that can wait for the first answer (G20, stretch)",
    },
    "segments": {
        *(f"segments of bus in {language}, 3 questions (G21)" for language in LANGUAGES),
        *(f"segments of zukunft in {language}, 3 questions (G21)" for language in LANGUAGES),
        "messages of a completed poll in UCS-2 (G22)",
        "texts of ours that need UCS-2 (G22)",
    },
    "parts": {"reading, signature and rendering ÷ whole turn (G24)"},
    "pages": {"kB of the heaviest first view", "requests of any first view"},
    "voice": {"speech-synthesis calls in phone turns (G23)", "prompts served ÷ bare requests, 8 at once (G23)"},
    "spoken": {
        "a whole call of somebody who calls for the first time, seconds",
        "a whole call of somebody whose language is known, seconds",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_runs_and_tells_a_verdict_on_each_of_its_goals(name):
    told = list(BENCHMARKS[name](A_GLANCE))
    assert {each.goal for each in told if isinstance(each, Verdict)} == VERDICTS[name]
    assert any(isinstance(each, str) for each in told)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_explained(name):
    assert f"`{name}`" in DOCUMENTED


def test_without_a_name_the_benchmarks_are_listed(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(BENCHMARKS)


def test_a_run_says_on_what_machine_and_ends_well_if_every_goal_is_reached(capsys):
    assert main(["segments", "--glance"]) == 0
    machine, _, first, *_ = capsys.readouterr().out.splitlines()
    assert "cores" in machine
    assert first.startswith("segments: ")
