# SPDX-License-Identifier: EUPL-1.2
"""Any number from a few prepared pieces: 4211 is said "4000", "200", "11"; 3.4 is said "3", "point", "4".

Thousands, hundreds and the rest stand one behind the other in every language that the service speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.texts import fallbacks

SMALL = range(101)
HUNDREDS = range(200, 1000, 100)
THOUSANDS = range(1000, 10_000, 1000)
LARGEST = 99_999
"""Beyond the people of a town of a hundred thousand a number is said digit by digit."""


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands between the digits: the decimal sign, below zero, and how many thousands."""

    point: str
    minus: str
    thousand: str


_WORDS: Mapping[str, _Words] = {
    "de": _Words("Komma", "minus", "tausend"),
    "en": _Words("point", "minus", "thousand"),
    "tr": _Words("virgül", "eksi", "bin"),
    "pl": _Words("przecinek", "minus", "tysięcy"),
    "ru": _Words("запятая", "минус", "тысяч"),
    "uk": _Words("кома", "мінус", "тисяч"),
}
_NUMBER = re.compile(r"([-\u2212]?)(\d+)(?:[.,](\d+))?", re.ASCII)


def number_pieces(language: str) -> Iterator[str]:
    """All that has to be prepared so that any number can be said in this language."""
    yield from map(str, (*SMALL, *HUNDREDS, *THOUSANDS))
    words = _words(language)
    yield from (words.point, words.minus, words.thousand)


def parts_of_number(written: str, language: str) -> tuple[str, ...]:
    """The pieces that say this number, in order; none where it is no number."""
    found = _NUMBER.fullmatch(written)
    if found is None:
        return ()
    minus, whole, decimals = found.groups()
    words = _words(language)
    before = (words.minus,) if minus else ()
    return (*before, *_whole(whole, words), *((words.point, *decimals) if decimals else ()))


def _words(language: str) -> _Words:
    return next((_WORDS[tag] for tag in fallbacks(language) if tag in _WORDS), _WORDS["en"])


def _whole(digits: str, words: _Words) -> tuple[str, ...]:
    number = int(digits)
    if number > LARGEST or (digits.startswith("0") and len(digits) > 1):
        return tuple(digits)
    if number in SMALL:
        return (str(number),)
    thousands, hundreds, rest = number // 1000, number % 1000 // 100 * 100, number % 100
    many = (str(thousands), words.thousand) if thousands * 1000 not in THOUSANDS else (str(thousands * 1000),)
    return (*(many if thousands else ()), *(str(part) for part in (hundreds, rest) if part))
