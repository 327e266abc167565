# SPDX-License-Identifier: EUPL-1.2
"""Options as numbers, for every medium without buttons: "1 Ja", "2 Nein".

The number is the option's place in the list, counted from one; the core understands it as such.
"""

from __future__ import annotations

from collections.abc import Callable

from core.phrases import Phrases
from core.turns import ChooseOptions, Expectation, GivenAnswer, ReviewAnswers, Wording

Width = Callable[[Wording], str]
"""Which wording a medium uses: `lambda wording: wording.narrow` for a narrow line."""


def numbered(expects: Expectation, width: Width, phrases: Phrases, language: str) -> tuple[str, ...]:
    """One line for each thing that can be named by its number; empty where nothing is chosen from a list."""
    match expects:
        case ChooseOptions(options=options):
            texts = [width(option.wording) for option in options]
        case ReviewAnswers(given=given):
            open_still = width(phrases.wording("channels.not_answered", language))
            texts = [_reviewed(each, width, open_still) for each in given]
        case _:
            texts = []
    return tuple(f"{place} {text}" for place, text in enumerate(texts, start=1))


def _reviewed(given: GivenAnswer, width: Width, open_still: str) -> str:
    return f"{width(given.asked)} {width(given.answer) if given.answer else open_still}"
