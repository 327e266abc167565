# SPDX-License-Identifier: EUPL-1.2
"""Whether the options of a question can be told apart by key, place and name, also after a typing error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from core.files.entry import Entry
from core.files.plain_words import shown
from core.questions.hearing import labels_of
from core.texts import Texts
from core.understanding.spelling import LETTERS_PER_ERROR, tokens, typing_errors

_UMLAUTS = {"ae": "a", "oe": "o", "ue": "u"}
"""How German is written without its dots; the loosest comparison, because a file is read without a language's words."""


@dataclass(frozen=True, slots=True)
class Named:
    """An option, where it stands in the file, and under which key its name is written there."""

    entry: Entry
    key: str
    text: Texts
    written_at: str = "text"


def fault_alike(options: Sequence[Named]) -> None:
    """Note a fault for each option that could be taken for another one."""
    for place, option in enumerate(options, start=1):
        _fault_number(option, place, len(options))
    for before, after in combinations(options, 2):
        if before.key == after.key != "":
            wrong = f"Den Namen {shown(after.key)} hat schon eine andere Möglichkeit."
            after.entry.fault("key", wrong, "Jede braucht ihren eigenen.")
        elif pair := _mistakable(before.text, after.text):
            wrong = f"{shown(pair[1])} ist von {shown(pair[0])} nicht sicher zu unterscheiden."
            after.entry.fault(
                after.written_at, wrong, "Wählen Sie Wörter, die sich auch mit einem Tippfehler unterscheiden."
            )


def _fault_number(option: Named, place: int, count: int) -> None:
    """An option called "3" that stands in place 2 makes a plain "3" unclear."""
    others = {str(number) for number in range(1, count + 1) if number != place}
    for label in _labels(option.text):
        if " ".join(_as_compared(label)) in others:
            wrong = f"Die Möglichkeit {shown(label)} steht an Stelle {place}; die Antwort {shown(label)} wäre unklar."
            option.entry.fault(
                option.written_at, wrong, "Schreiben Sie ein Wort dazu, oder stellen Sie sie an ihre Stelle."
            )
            return


def _mistakable(one: Texts, other: Texts) -> tuple[str, str] | None:
    """Two names that are one, or that one typing error turns into each other, in a language or its easy form."""
    for language in one.by_language:
        for pair in product(labels_of(one, language), labels_of(other, language)):
            if _as_compared(pair[0]) == _as_compared(pair[1]) != () or _near(*map(_as_written, pair)):
                return pair
    return None


def _near(one: list[str], other: list[str]) -> bool:
    """Whether one word differs, by no more typing errors than are forgiven in it. Numbers differ as they stand."""
    different = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(different) != 1:
        return False
    first, second = different[0]
    forgiven = min(len(first), len(second)) // LETTERS_PER_ERROR
    return first.isalpha() and typing_errors(first, second, forgiven) <= forgiven


def _as_compared(label: str) -> tuple[str, ...]:
    return tokens(label, _UMLAUTS)


def _as_written(label: str) -> list[str]:
    """The words with doubled letters kept: people who write "Sonntag" do not write "Montag" by mistake."""
    return re.findall(r"\w+", label.casefold())


def _labels(text: Texts) -> tuple[str, ...]:
    return tuple(label for language in text.by_language for label in labels_of(text, language))
