# SPDX-License-Identifier: EUPL-1.2
"""In which part of the town somebody lives: only to split results. The districts come from `town.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from core.files.entry import Entry
from core.municipality import District
from core.questions.asked import Asked, read_asked
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Value
from core.questions.hearing import chosen
from core.turns import ChooseOptions, Option, Said, Wording
from core.understanding import Spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class TownDistrict(Asked):
    """A district of the town. The names of places in it are understood too.

    ```toml
    key = "district"
    type = "district"
    optional = true
    text.de = "In welchem Stadtteil wohnen Sie?"
    ```

    "2" → "sued"
    "Nord" → "nord"
    "Unterdorf" → "sued"
    """

    type: ClassVar[str] = "district"

    districts: tuple[District, ...]

    @classmethod
    def read(cls, entry: Entry) -> Self:
        districts = entry.municipality.districts if entry.municipality else ()
        if len(districts) < 2:
            wrong = "Für eine Frage nach dem Stadtteil braucht es Stadtteile."
            entry.fault("type", wrong, "Tragen Sie sie in town.toml ein: zwei bis neun Abschnitte [[districts]].")
        return cls(**read_asked(entry), districts=districts)

    def expects(self, asking: Asking) -> ChooseOptions:
        recorded = (asking.recorded,) if isinstance(asking.recorded, str) else ()
        return ChooseOptions(tuple(_offered(district) for district in self.districts), chosen=recorded)

    def hear(self, said: Said, asking: Asking) -> Heard:
        spellings = [Spelling(district.key, (district.name, *district.also)) for district in self.districts]
        keys = chosen(said, spellings, 1, asking)
        return keys if isinstance(keys, NotUnderstood) else Answered(keys[0])

    def name(self, value: Value, asking: Asking) -> Wording:
        names = {district.key: district.name for district in self.districts}
        return Wording(names.get(str(value), str(value)))

    def cells(self, value: Value) -> tuple[str, ...]:
        return (str(value),)

    def options(self) -> tuple[str, ...]:
        return tuple(district.key for district in self.districts)

    def mean(self, counts: Mapping[str, int]) -> None:
        """Districts have no mean."""


def _offered(district: District) -> Option:
    """Place names are the same in every language; the places in a district explain it."""
    return Option(district.key, Wording(district.name), Wording(", ".join(district.also)) if district.also else None)
