# SPDX-License-Identifier: EUPL-1.2
"""What question types share in hearing: from what was said to its text, and from what stayed unclear to why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from core.questions.contract import Asking, NotUnderstood, Why
from core.texts import Texts
from core.turns import (
    Called,
    CannotBeRead,
    HungUp,
    Keys,
    MachinePickedUp,
    PersonLeft,
    PickedUp,
    Place,
    Pressed,
    Recording,
    Said,
    Silence,
    Words,
)
from core.understanding import Named, Spelling, Unclear, choose, understand_choice, understand_number

_WHY: Mapping[Unclear, Why] = {
    Unclear.NOTHING: Why.NOTHING_FITS,
    Unclear.SEVERAL: Why.SEVERAL_FIT,
    Unclear.TOO_MANY: Why.TOO_MANY,
    Unclear.STANDS_ALONE: Why.STANDS_ALONE,
    Unclear.NO_NUMBER: Why.NO_NUMBER,
    Unclear.TOO_SMALL: Why.TOO_SMALL,
    Unclear.TOO_LARGE: Why.TOO_LARGE,
    Unclear.TOO_PRECISE: Why.TOO_PRECISE,
}


class NumberLimits(NamedTuple):
    """What a number may be: from `least` to `most`, with at most so many decimals."""

    least: Decimal
    most: Decimal
    decimals: int = 0
    named: Named = Named()


def written(said: Said) -> str | NotUnderstood:
    """What was said as text that can be understood, never blank; keys count as the digits they are."""
    match said:
        case Words(text) | Keys(text):
            return text if text.strip() else NotUnderstood(Why.EMPTY)
        case Silence() | HungUp() | CannotBeRead("empty"):
            return NotUnderstood(Why.EMPTY)
        case Recording() | Place() | CannotBeRead():
            return NotUnderstood(Why.CANNOT_BE_READ)
        case Pressed() | Called() | PickedUp() | MachinePickedUp() | PersonLeft():
            return NotUnderstood(Why.NOTHING_FITS)


def chosen(
    said: Said, options: Sequence[Spelling], at_most: int, asking: Asking, *, asked: str = ""
) -> tuple[str, ...] | NotUnderstood:
    """The keys of the options that were said or pressed, in the order of the list; `asked` may be repeated in it."""
    text = written(said)
    if isinstance(text, NotUnderstood):
        return text
    if isinstance(said, Keys):
        keys = choose(_places(said.digits, at_most), options, at_most)
    else:
        keys = understand_choice(text, options, at_most, asking.words, asked=asked)
    if isinstance(keys, Unclear):
        return NotUnderstood(_WHY[keys], {"most": str(at_most), "count": str(len(options))})
    return tuple(option.key for option in options if option.key in keys)


def _places(digits: str, at_most: int) -> frozenset[int]:
    """The places in the list (from 0) that keys stand for, whatever the labels say; several are pressed in a row."""
    if not (digits.isascii() and digits.isdigit()):
        return frozenset()
    return frozenset(int(number) - 1 for number in (digits if at_most > 1 else [digits[:9]]))


def number_said(said: Said, limits: NumberLimits, asking: Asking) -> Decimal | NotUnderstood:
    """The number that was said, within the limits."""
    text = written(said)
    if isinstance(text, NotUnderstood):
        return text
    least, most, decimals, named = limits
    number = understand_number(text, asking.words, least=least, most=most, decimals=decimals, named=named)
    if isinstance(number, Unclear):
        values = {"least": plain(least), "most": plain(most), "decimals": str(decimals)}
        return NotUnderstood(_WHY[number], values)
    return number


def labels_of(text: Texts, language: str) -> tuple[str, ...]:
    """All that an option may be called by somebody of this language, easy language included, in all widths."""
    family = [text.within(language)]
    family += [wording for tag, wording in text.by_language.items() if _main(tag) == _main(language)]
    labels = [label for wording in family for label in (wording.text, wording.spoken, wording.sms) if label]
    return tuple(dict.fromkeys(labels))


def plain(number: Decimal) -> str:
    """The one way to write a number as a key: "4", never "4.0" or "4E+0"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _main(tag: str) -> str:
    return tag.partition("-")[0]
