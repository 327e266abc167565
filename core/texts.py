# SPDX-License-Identifier: EUPL-1.2
"""Content of a consultation in several languages, and which language serves where one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.turns import Wording


def fallbacks(language: str) -> Iterator[str]:
    """A BCP 47 tag, then its shorter forms: "de-simple" gives "de-simple", "de"."""
    while language:
        yield language
        language = language.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Texts:
    """One text by language. At least one language is present; a checked file has all that it lists."""

    by_language: Mapping[str, Wording]

    def within(self, language: str) -> Wording:
        """The text in this language, or in its nearest shorter form, or in the first language there is."""
        for tag in fallbacks(language):
            if tag in self.by_language:
                return self.by_language[tag]
        return next(iter(self.by_language.values()))
