# SPDX-License-Identifier: EUPL-1.2
"""Sentences of ours, translated. Content of a consultation is not among them (`core.texts`).

A phrase has a key ("repair.nothing_fits") and stands in every catalogue. A key may have variants for a width: the
gettext context "spoken" or "sms". Placeholders are named: "Frage {number} von {total}".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.texts import fallbacks
from core.turns import Wording

LAST_RESORT = "de"
"""The language of the town hall: has every phrase, by test."""


class Catalogue(Protocol):
    """The phrases of one language."""

    def phrase(self, key: str, context: str | None = None, count: int | None = None) -> str | None:
        """The sentence, in the plural form for `count` where it has any; None where the catalogue lacks it."""


class PhraseMissing(KeyError):
    """A key that no catalogue has: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """All catalogues by language."""

    catalogues: Mapping[str, Catalogue]

    def wording(self, key: str, language: str, **values: str | int) -> Wording:
        """A phrase in its widths, placeholders filled; `count` decides the plural form. Raises `PhraseMissing`."""
        count = int(values["count"]) if "count" in values else None
        text = self._find(key, language, None, count)
        if text is None:
            raise PhraseMissing(key)
        spoken, sms = (self._find(key, language, context, count) for context in ("spoken", "sms"))
        filled = [each.format(**values) if each is not None else None for each in (text, spoken, sms)]
        return Wording(filled[0] or "", filled[1], filled[2])

    def text(self, key: str, language: str, **values: str | int) -> str:
        """The phrase for the eye."""
        return self.wording(key, language, **values).text

    def _find(self, key: str, language: str, context: str | None, count: int | None) -> str | None:
        for tag in (*fallbacks(language), LAST_RESORT):
            catalogue = self.catalogues.get(tag)
            found = catalogue.phrase(key, context, count) if catalogue else None
            if found is not None:
                return found
            if context and catalogue and catalogue.phrase(key, None, count) is not None:
                return None  # a language that words it once means that wording for every width
        return None
