# SPDX-License-Identifier: EUPL-1.2
"""Choose one of up to nine options, or several of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from core.files.entry import Entry
from core.questions.asked import Asked, read_asked, read_key
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Value
from core.questions.hearing import chosen, labels_of
from core.questions.telling_apart import Named, fault_alike
from core.texts import Texts
from core.turns import ChooseOptions, Option, Said, Wording
from core.understanding import Spelling

MOST_OPTIONS = 9
"""A telephone has nine keys to choose with; 0 and * are taken for help and repeating."""


@dataclass(frozen=True, slots=True)
class ChoiceOption:
    """One option of the file. `exclusive` stands alone among several ("Nichts davon")."""

    key: str
    text: Texts
    explain: Texts | None = None
    exclusive: bool = False

    @classmethod
    def read(cls, entry: Entry) -> Self:
        """Read one `[[questions.options]]`."""
        return cls(read_key(entry), entry.texts("text"), entry.texts_or_none("explain"), entry.boolean("exclusive"))

    def offered(self, language: str) -> Option:
        """This option in a language."""
        explain = self.explain.within(language) if self.explain else None
        return Option(self.key, self.text.within(language), explain, self.exclusive)

    def spelling(self, language: str) -> Spelling:
        """What it may be called."""
        return Spelling(self.key, labels_of(self.text, language), self.exclusive)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Asked):
    """One option, or with `at_most` up to so many; then the value is always a tuple of keys, in the file's order.

    ```toml
    key = "when"
    type = "choice"
    at_most = 2
    text.de = "Wann möchten Sie fahren?"
    options = [
      { key = "morning", text.de = "Am Morgen" },
      { key = "evening", text.de = "Am Abend" },
      { key = "never", text.de = "Gar nicht", exclusive = true },
    ]
    ```

    "am Abend" → ("evening",)
    "1 und 2" → ("morning", "evening")
    "1 und 3" → stands_alone
    """

    type: ClassVar[str] = "choice"

    choices: tuple[ChoiceOption, ...]
    at_most: int | None = None

    @classmethod
    def read(cls, entry: Entry) -> Self:
        options = read_options(entry)
        most = max(1, len(options))
        at_most = entry.integer("at_most", least=1, most=most) if entry.holds("at_most") else None
        return cls(**read_asked(entry), choices=options, at_most=at_most)

    def expects(self, asking: Asking) -> ChooseOptions:
        recorded = self.cells(asking.recorded) if asking.recorded is not None else ()
        offered = tuple(option.offered(asking.language) for option in self.choices)
        return ChooseOptions(offered, most=self.at_most or 1, chosen=recorded)

    def hear(self, said: Said, asking: Asking) -> Heard:
        spellings = [option.spelling(asking.language) for option in self.choices]
        keys = chosen(said, spellings, self.at_most or 1, asking, asked=self.text.within(asking.language).text)
        if isinstance(keys, NotUnderstood):
            return keys
        return Answered(keys[0] if self.at_most is None else keys)

    def name(self, value: Value, asking: Asking) -> Wording:
        texts = {option.key: option.text.within(asking.language) for option in self.choices}
        named = [texts.get(key, Wording(key)) for key in self.cells(value)]
        widths = ([each.text for each in named], [each.heard for each in named], [each.narrow for each in named])
        return Wording(*(", ".join(width) for width in widths))

    def cells(self, value: Value) -> tuple[str, ...]:
        return value if isinstance(value, tuple) else (str(value),)

    def options(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.choices)

    def mean(self, counts: Mapping[str, int]) -> None:
        """Options have no mean."""


def read_options(entry: Entry) -> tuple[ChoiceOption, ...]:
    """Two to nine `[[questions.options]]` that can be told apart; for every type that offers a list."""
    entries = entry.tables("options")
    if len(entries) < 2:
        instead = "Beginnen Sie jede Möglichkeit mit der Zeile [[questions.options]]; es müssen mindestens zwei sein."
        entry.fault("options", f"Zum Auswählen gibt es hier {len(entries)} Möglichkeiten.", instead)
    if len(entries) > MOST_OPTIONS:
        wrong = f"Es sind {len(entries)} Möglichkeiten. Ein Telefon hat nur neun Tasten zum Auswählen."
        entries[MOST_OPTIONS].fault("", wrong, "Fassen Sie zusammen, oder stellen Sie zwei Fragen.")
    options = tuple(ChoiceOption.read(each) for each in entries)
    fault_alike([Named(at, option.key, option.text) for at, option in zip(entries, options, strict=True)])
    return options
