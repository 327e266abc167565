# SPDX-License-Identifier: EUPL-1.2
"""Tables of calls: who called, what was heard and how surely; how long each step of a call speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.telephone.hearing import RATE
from tests.telephone.listening import Listener, Person, Sentence

AFTER_KEY = 0.5
"""Seconds of silence with which every step begins."""


def table_of_calls(people: Sequence[Person]) -> str:
    """One line for each kind of call."""
    rows = ["calls  sentences  least r  mean r  seconds  what"]
    by_name = sorted(people, key=lambda person: person.name)
    for name, alike in groupby(by_name, key=lambda person: person.name):
        calls = [call for person in alike for call in person.calls]
        rows.append(_row(name, calls))
    rows.append(_row("all", [call for person in people for call in person.calls]))
    return "\n".join(rows)


def _row(name: str, calls: Sequence[Listener]) -> str:
    r = [sentence.r for call in calls for sentence in call.sentences]
    seconds = sum(len(call.call.heard()) for call in calls) / RATE
    least, mean = (min(r), sum(r) / len(r)) if r else (0.0, 0.0)
    return f"{len(calls):5}  {len(r):9}  {least:7.4f}  {mean:6.4f}  {seconds:7.1f}  {name}"


def table_of_steps(call: Listener, keys: Sequence[str]) -> str:
    """Seconds of prompt and words a minute for each step, and every sentence with its likeness."""
    rows = []
    for key, sentences in zip(keys, _steps(call), strict=False):
        words, speech = sum(len(each.text.split()) for each in sentences), sum(each.seconds for each in sentences)
        rows.append(
            f"key {key or '-'}: {_lasts(sentences):5.1f} s of prompt, {speech:5.1f} s of speech, {words} words, "
            f"{words * 60 / speech:.0f} words a minute"
        )
        rows += [f"    {each.r:.4f}  {each.text}" for each in sentences]
    words = sum(len(each.text.split()) for each in call.sentences)
    speech = sum(each.seconds for each in call.sentences)
    rows.append(f"whole call: {prompt_seconds(call):.1f} s of prompt, {words * 60 / speech:.0f} words a minute")
    return "\n".join(rows)


def prompt_seconds(call: Listener) -> float:
    """Seconds in which the call speaks, with all its pauses, without the time a caller takes."""
    return sum(_lasts(sentences) for sentences in _steps(call))


def _lasts(sentences: Sequence[Sentence]) -> float:
    return AFTER_KEY + sentences[-1].at + sentences[-1].seconds - sentences[0].at


def _steps(call: Listener) -> Iterator[list[Sentence]]:
    for begin, end in zip([0, *call.steps], call.steps, strict=False):
        yield call.sentences[begin:end]
