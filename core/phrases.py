# SPDX-License-Identifier: EUPL-1.2
"""Sentences of ours, translated. Content of a consultation is not among them (`core.texts`).

A phrase has a key ("repair.nothing_fits") and stands in every catalogue. A key may have variants for a width: the
gettext context "spoken" or "sms". Placeholders are named: "Frage {number} von {total}".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.texts import fallbacks
from core.turns import Wording

LAST_RESORT = "de"
"""The language of the town hall: has every phrase, by test."""


Filling = str | int | Wording
"""What a placeholder is filled with."""


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

    def wording(self, key: str, language: str, **values: Filling) -> Wording:
        """A phrase in its widths, placeholders filled; `count` decides the plural form. Raises `PhraseMissing`.

        A value that is a wording itself goes into each width in its own width.
        """
        count = int(str(values["count"])) if "count" in values else None
        text = self._find(key, language, None, count)
        if text is None:
            raise PhraseMissing(key)
        spoken, sms = (self._find(key, language, context, count) for context in ("spoken", "sms"))
        wordings = [each for each in values.values() if isinstance(each, Wording)]
        heard = spoken if spoken is not None or all(each.spoken is None for each in wordings) else text
        narrow = sms if sms is not None or all(each.sms is None for each in wordings) else text
        return Wording(
            text.format(**{name: _in_width(value, _text) for name, value in values.items()}),
            heard and heard.format(**{name: _in_width(value, _heard) for name, value in values.items()}),
            narrow and narrow.format(**{name: _in_width(value, _narrow) for name, value in values.items()}),
        )

    def text(self, key: str, language: str, **values: Filling) -> str:
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


def _in_width(value: Filling, width: Callable[[Wording], str]) -> str | int:
    return width(value) if isinstance(value, Wording) else value


def _text(wording: Wording) -> str:
    return wording.text


def _heard(wording: Wording) -> str:
    return wording.heard


def _narrow(wording: Wording) -> str:
    return wording.narrow
