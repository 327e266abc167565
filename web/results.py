# SPDX-License-Identifier: EUPL-1.2
"""A publication as tables: one row per option with its count and the length of its bar. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.consultation import Consultation
from core.questions.contract import Asking, Question
from core.turns import ChooseOptions

Publication = Mapping[str, Any]
"""The shape of `examples/results.json`."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. `count` is None where it is hidden; `share` is its part of the greatest count, 0 to 100."""

    label: str
    count: int | None
    share: int


@dataclass(frozen=True, slots=True)
class Table:
    """One question's results. No rows where only the number of those who answered may be shown."""

    caption: str
    answered: int
    rows: tuple[Bar, ...]
    mean: float | None = None


def question_tables(publication: Publication, consultation: Consultation, asking: Asking) -> tuple[Table, ...]:
    """One table for each published question that the consultation still has, in its order of publication."""
    tables = ((consultation.question(each["key"]), each) for each in publication["questions"])
    return tuple(_table(question, each, asking) for question, each in tables if question)


def channel_bars(publication: Publication, name: Callable[[str], str]) -> tuple[Bar, ...]:
    """How people answered; `name` gives a channel's name in the person's language."""
    return bars([(name(channel), count) for channel, count in publication.get("by_channel", {}).items()])


def bars(counts: Sequence[tuple[str, int | None]]) -> tuple[Bar, ...]:
    """Rows with bars; the greatest count that may be shown fills the line."""
    greatest = max((count for _, count in counts if count), default=1)
    return tuple(Bar(label, count, round(100 * (count or 0) / greatest)) for label, count in counts)


def _table(question: Question, published: Mapping[str, Any], asking: Asking) -> Table:
    labels = _labels(question, asking)
    counts = [(labels.get(each["key"], each["key"]), each["count"]) for each in published.get("options", ())]
    caption = question.text.within(asking.language).text
    return Table(caption, published["answered"], bars(counts), published.get("mean"))


def _labels(question: Question, asking: Asking) -> dict[str, str]:
    expects = question.expects(asking)
    options = expects.options if isinstance(expects, ChooseOptions) else ()
    return {option.key: option.wording.text for option in options}
