# SPDX-License-Identifier: EUPL-1.2
"""A whole number on a short scale, such as 1 to 5, whose ends may have names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from core.files.entry import Entry
from core.questions.asked import Asked, read_asked
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Value
from core.questions.hearing import NumberLimits, labels_of, number_said, plain
from core.texts import Texts
from core.turns import EnterNumber, Said, Wording
from core.understanding import Named

_TOLD = r"(?<!\d){}\s+[^\W\d]+\s+([^\d.,;:?!()]+)"
"""The end of a scale in digits, one word ("ist"), and what it means."""
WIDEST = (0, 10)
"""A scale wider than 0 to 10 is not heard in one go, nor does its row of choices fit a small page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Asked):
    """A whole number from `least` to `most`. The names of the ends are understood as answers too.

    ```toml
    key = "satisfied"
    type = "scale"
    least = 1
    most = 5
    text.de = "Wie zufrieden sind Sie?"
    least_label.de = "gar nicht"
    most_label.de = "sehr"
    ```

    "4" → Decimal("4")
    "sehr" → Decimal("5")
    "6" → too_large
    """

    type: ClassVar[str] = "scale"

    least: int
    most: int
    least_label: Texts | None = None
    most_label: Texts | None = None

    @classmethod
    def read(cls, entry: Entry) -> Self:
        least, most = (entry.decimal(key) for key in ("least", "most"))
        if any(end != int(end) or not WIDEST[0] <= end <= WIDEST[1] for end in (least, most)):
            wrong = f"Die Skala geht von {plain(least)} bis {plain(most)}; möglich sind ganze Zahlen von 0 bis 10."
            entry.fault(
                "most", f"{wrong} Mehr kann sich am Telefon niemand merken.", "Wählen Sie 1 bis 5 oder 0 bis 10."
            )
        elif least >= most and entry.holds("least") and entry.holds("most"):
            wrong = f"Das Ende der Skala ({plain(most)}) muss größer sein als ihr Anfang ({plain(least)})."
            entry.fault("most", wrong, "Schreiben Sie zum Beispiel: least = 1 und most = 5")
        ends = (entry.texts_or_none("least_label"), entry.texts_or_none("most_label"))
        return cls(**read_asked(entry), least=int(least), most=int(most), least_label=ends[0], most_label=ends[1])

    def expects(self, asking: Asking) -> EnterNumber:
        ends = [label.within(asking.language) if label else None for label in (self.least_label, self.most_label)]
        entered = asking.recorded if isinstance(asking.recorded, Decimal) else None
        limits = (Decimal(self.least), Decimal(self.most))
        return EnterNumber(*limits, least_label=ends[0], most_label=ends[1], scale=True, entered=entered)

    def hear(self, said: Said, asking: Asking) -> Heard:
        ends = ((self.least_label, Decimal(self.least)), (self.most_label, Decimal(self.most)))
        labels = tuple((name, end) for label, end in ends if label for name in labels_of(label, asking.language))
        number = self._said(said, labels, asking)
        if isinstance(number, NotUnderstood) and not labels and (told := self._ends_told(asking)):
            number = self._said(said, told, asking)
        return number if isinstance(number, NotUnderstood) else Answered(number)

    def _said(self, said: Said, labels: tuple[tuple[str, Decimal], ...], asking: Asking) -> Decimal | NotUnderstood:
        return number_said(
            said, NumberLimits(Decimal(self.least), Decimal(self.most), named=Named(labels, units=())), asking
        )

    def _ends_told(self, asking: Asking) -> tuple[tuple[str, Decimal], ...]:
        """What the question itself calls its ends, where it has no labels: "1 ist gar nicht, 5 ist sehr"."""
        text = self.text.within(asking.language).text
        told = [(_TOLD.format(end), Decimal(end)) for end in (self.least, self.most)]
        return tuple((found[1], end) for pattern, end in told if (found := re.search(pattern, text)))

    def name(self, value: Value, asking: Asking) -> Wording:
        return Wording(*self.cells(value))

    def cells(self, value: Value) -> tuple[str, ...]:
        return (plain(Decimal(str(value))),)

    def options(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(self.least, self.most + 1))

    def mean(self, counts: Mapping[str, int]) -> float | None:
        return mean_of(counts)


def mean_of(counts: Mapping[str, int]) -> float | None:
    """The mean of cells that are numbers, rounded half up to one decimal; None without answers."""
    answers = sum(counts.values())
    if answers <= 0:
        return None
    total = sum((Decimal(cell) * count for cell, count in counts.items()), Decimal())
    return float(round_half_up(total / answers))


def round_half_up(number: Decimal) -> Decimal:
    """One decimal, as people round: 2.25 is 2.3, where Python's `round` gives 2.2."""
    return number.quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")
