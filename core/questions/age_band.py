# SPDX-License-Identifier: EUPL-1.2
"""How old somebody is, in seven bands up to "80 and over": only to split results, never to know a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from core.files.entry import Entry
from core.questions.asked import Asked, read_asked
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Value, Why
from core.questions.hearing import chosen, written
from core.turns import ChooseOptions, Option, Said, Wording
from core.understanding import Meaning, Named, Spelling, understand_number

BANDS: Mapping[str, range] = {
    "under_18": range(18),
    "18_29": range(18, 30),
    "30_44": range(30, 45),
    "45_59": range(45, 60),
    "60_69": range(60, 70),
    "70_79": range(70, 80),
    "80_over": range(80, 131),
}
"""Key and years. People over 80 have a band of their own: they are many, and they are the ones a web form misses."""

_YEARS = Named(kind="year")
YOUNGEST_WRITTEN = Decimal(10)
"""A smaller number is the place of a band in the list, never an age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand(Asked):
    """A band of age. A written age of ten or more is understood as its band.

    ```toml
    key = "age"
    type = "age_band"
    optional = true
    text.de = "Wie alt sind Sie?"
    ```

    "67" → "60_69"
    "1" → "under_18"
    "unter 18" → "under_18"
    "ich bin 67 Jahre alt" → "60_69"
    "unter 30" → several_fit
    "5 Jahre" → "under_18"
    "ich bin 7" → several_fit
    "9" → nothing_fits
    """

    type: ClassVar[str] = "age_band"

    @classmethod
    def read(cls, entry: Entry) -> Self:
        return cls(**read_asked(entry))

    def expects(self, asking: Asking) -> ChooseOptions:
        recorded = (asking.recorded,) if isinstance(asking.recorded, str) else ()
        return ChooseOptions(tuple(Option(band, self.name(band, asking)) for band in BANDS), chosen=recorded)

    def hear(self, said: Said, asking: Asking) -> Heard:
        text = written(said)
        if isinstance(text, NotUnderstood):
            return text
        age = understand_number(text, asking.words, least=None, most=None, decimals=0, named=_YEARS)
        if isinstance(age, Decimal) and (age >= YOUNGEST_WRITTEN or _says(Meaning.UNIT, text, asking)):
            return _band_of(age)
        if isinstance(age, Decimal) and _says(Meaning.FILLER, text, asking):
            return NotUnderstood(Why.SEVERAL_FIT)  # "ich bin 7": a place in the list, or an age
        keys = chosen(said, [_spelling(band, self.name(band, asking)) for band in BANDS], 1, asking)
        return keys if isinstance(keys, NotUnderstood) else Answered(keys[0])

    def name(self, value: Value, asking: Asking) -> Wording:
        known = value in BANDS
        return asking.phrases.wording(f"questions.age_{value}", asking.language) if known else Wording(str(value))

    def cells(self, value: Value) -> tuple[str, ...]:
        return (str(value),)

    def options(self) -> tuple[str, ...]:
        return tuple(BANDS)

    def mean(self, counts: Mapping[str, int]) -> None:
        """Bands have no mean."""


def _says(meaning: Meaning, text: str, asking: Asking) -> bool:
    return any(part.meaning is meaning for part in asking.words.parts(asking.words.tokens(text)))


def _spelling(band: str, name: Wording) -> Spelling:
    return Spelling(band, tuple(dict.fromkeys((name.text, name.heard, name.narrow))))


def _band_of(age: Decimal) -> Heard:
    band = next((band for band, years in BANDS.items() if int(age) in years), None)
    return Answered(band) if band else NotUnderstood(Why.NOTHING_FITS)
