# SPDX-License-Identifier: EUPL-1.2
"""A number, with limits, decimals and a unit where the file gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from core.files.entry import LARGEST_NUMBER, Entry
from core.questions.asked import Asked, read_asked
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Value
from core.questions.hearing import NumberLimits, labels_of, number_said, plain
from core.questions.scale import mean_of
from core.texts import Texts
from core.turns import EnterNumber, Said, Wording
from core.understanding import Named

LISTED_AT_MOST = 20
"""Results list each whole number up to so many; of more, a table of mostly hidden cells would tell nobody anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Asked):
    """A number between `least` and `most`, both optional.

    ```toml
    key = "bikes"
    type = "number"
    least = 0
    most = 12
    text.de = "Wie viele Fahrräder haben Sie zu Hause?"
    unit.de = "Fahrräder"
    ```

    "3" → Decimal("3")
    "zwei" → Decimal("2")
    "1 Fahrrad" → Decimal("1")
    "40" → too_large
    """

    type: ClassVar[str] = "number"

    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0
    unit: Texts | None = None

    @classmethod
    def read(cls, entry: Entry) -> Self:
        least, most = entry.decimal_or_none("least"), entry.decimal_or_none("most")
        if least is not None and most is not None and least >= most:
            wrong = f"Die größte Zahl ({plain(most)}) muss größer sein als die kleinste ({plain(least)})."
            entry.fault("most", wrong, "Schreiben Sie zum Beispiel: least = 0 und most = 120")
        decimals = entry.integer("decimals", least=0, most=4) if entry.holds("decimals") else 0
        unit = entry.texts_or_none("unit")
        return cls(**read_asked(entry), least=least, most=most, decimals=decimals, unit=unit)

    def expects(self, asking: Asking) -> EnterNumber:
        unit = self.unit.within(asking.language) if self.unit else None
        entered = asking.recorded if isinstance(asking.recorded, Decimal) else None
        return EnterNumber(self.least, self.most, self.decimals, unit, entered=entered)

    def hear(self, said: Said, asking: Asking) -> Heard:
        least = self.least if self.least is not None else -LARGEST_NUMBER
        most = self.most if self.most is not None else LARGEST_NUMBER
        units = labels_of(self.unit, asking.language) if self.unit else None
        named = Named(units=units, asked=self.text.within(asking.language).text)
        number = number_said(said, NumberLimits(least, most, self.decimals, named), asking)
        return number if isinstance(number, NotUnderstood) else Answered(Decimal(plain(number)))

    def name(self, value: Value, asking: Asking) -> Wording:
        mark = asking.phrases.text("questions.decimal_mark", asking.language)
        number = self.cells(value)[0].replace(".", mark)
        if self.unit is None:
            return Wording(number)
        unit = self.unit.within(asking.language)
        return Wording(f"{number} {unit.text}", f"{number} {unit.heard}", f"{number} {unit.narrow}")

    def cells(self, value: Value) -> tuple[str, ...]:
        return (plain(Decimal(str(value))),)

    def options(self) -> tuple[str, ...] | None:
        if self.least is None or self.most is None or self.decimals:
            return None
        numbers = range(math.ceil(self.least), math.floor(self.most) + 1)
        return tuple(map(str, numbers)) if len(numbers) <= LISTED_AT_MOST else None

    def mean(self, counts: Mapping[str, int]) -> float | None:
        return mean_of(counts)
