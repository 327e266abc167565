# SPDX-License-Identifier: EUPL-1.2
"""Numbers as a telephone can key them in: whole and not negative, for it has no minus and no decimal mark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from core.turns import EnterNumber

MOST_DIGITS = 9
"""Of a number without a greatest: nobody keys more in without a slip."""


@dataclass(frozen=True, slots=True)
class KeyedNumber:
    """The least and the greatest number that can be keyed in."""

    least: int
    most: int

    @classmethod
    def of(cls, expects: EnterNumber) -> Self:
        """The part of what is expected that keys can say."""
        least = max(math.ceil(expects.least or 0), 0)
        most = 10**MOST_DIGITS - 1 if expects.most is None else max(math.floor(expects.most), least)
        return cls(least, most)

    @property
    def digits(self) -> int:
        """How many keys the greatest number takes."""
        return len(str(self.most))

    @property
    def holds_zero(self) -> bool:
        """Whether any of the numbers holds the digit 0. Of ten in a row one is a multiple of ten."""
        first_ten = range(self.least, min(self.most, self.least + 9) + 1)
        return any("0" in str(number) for number in first_ten)
