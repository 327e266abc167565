# SPDX-License-Identifier: EUPL-1.2
"""Counts per question, read from the cells of the tally. Only sums mean anything; a single slot may be negative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.ballots import WITHOUT_NUMBER, Cell


@dataclass(frozen=True, slots=True)
class Tally:
    """The live count of one consultation, for the desk. Not for residents: nothing is hidden here."""

    cells: Mapping[Cell, int]

    @property
    def participants(self) -> int:
        """People with at least one counted answer."""
        return self._sum("", "")

    @property
    def without_number(self) -> int:
        """Of these, people who called with a withheld number."""
        return self._sum("", WITHOUT_NUMBER)

    def by_channel(self) -> dict[str, int]:
        """Participants by the channel of their latest counted answer."""
        counts = Counter[str]()
        for cell, count in self.cells.items():
            if (cell.question, cell.option) == ("", ""):
                counts[cell.channel] += count
        return dict(counts)

    def answered(self, question: str) -> int:
        """How many have an answer to this question that counts."""
        return self._sum(question, "")

    def counts(self, question: str) -> dict[str, int]:
        """Answers to one question by option."""
        found = Counter[str]()
        for cell, count in self.cells.items():
            if cell.question == question and cell.option:
                found[cell.option] += count
        return dict(found)

    def _sum(self, question: str, option: str) -> int:
        wanted = (question, option)
        return sum(count for cell, count in self.cells.items() if (cell.question, cell.option) == wanted)
