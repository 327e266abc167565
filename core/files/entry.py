# SPDX-License-Identifier: EUPL-1.2
"""One TOML table being read: typed getters that note faults instead of raising, so that all are told at once.

A getter whose value is missing or wrong notes the fault and gives a harmless stand-in; who reads goes on as if all
were well, and `Reading.settle` raises at the end.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, tzinfo
from decimal import Decimal
from typing import Final, Self, TypeVar
from zoneinfo import ZoneInfo

from core.errors import Fault, FileNotAccepted
from core.files.lines import Path
from core.files.plain_words import Kind, language_name, nearest, place_name, shown
from core.files.toml import ReadToml, read_toml
from core.municipality import Municipality
from core.texts import Texts
from core.turns import Wording

LARGEST_NUMBER: Final = Decimal(10**12)
"""No number in a file or in an answer lies beyond it: what is longer is a slip or an attack."""

_NO_TEXTS: Final = Texts({"de": Wording("")})
_GERMAN_TIME: Final = ZoneInfo("Europe/Berlin")

_CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no line of text may hold: they break text messages, speech and tables."""

T = TypeVar("T")


@dataclass(slots=True)
class Reading:
    """A file while it is being read: what all its tables share.

    `languages` are those every text must have, and may have unless `more_languages`: as long as the list itself has a
    fault, nobody can say which texts are too many.
    """

    file: str
    toml: ReadToml
    municipality: Municipality | None = None
    languages: tuple[str, ...] = ()
    more_languages: bool = True
    faults: list[Fault] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, file: str, municipality: Municipality | None = None) -> Self:
        """Begin to read a TOML text. Raises `FileNotAccepted` where it is no TOML at all."""
        return cls(file, read_toml(text, file), municipality)

    @property
    def root(self) -> Entry:
        """The table of the whole file."""
        return Entry(self, self.toml.table, ())

    def aside(self) -> Reading:
        """A reading whose faults nobody hears, for what would stand in a table that is missing as a whole."""
        return replace(self, faults=[], entries=[])

    def settle(self) -> None:
        """End reading. Raises `FileNotAccepted` with all faults in the order of the file, if there are any."""
        for entry in self.entries:
            entry.fault_unknown_keys()
        if self.faults:
            raise FileNotAccepted(sorted(self.faults, key=lambda fault: fault.line or 0))


class Entry:
    """One table of a file being read."""

    def __init__(self, reading: Reading, table: Mapping[str, object], path: Path) -> None:
        self.path = path
        self._reading = reading
        self._table = table
        self._known: set[str] = set()
        reading.entries.append(self)

    @property
    def municipality(self) -> Municipality | None:
        """The town whose file this is, where it is known."""
        return self._reading.municipality

    @property
    def line(self) -> int:
        """Where this table begins."""
        return self._reading.toml.line(self.path)

    def fault(self, key: str, wrong: str, instead: str) -> None:
        """Note a fault in plain German words at a key ("text.en" is the key `en` of `text`); at "", the whole table."""
        self._fault(tuple(key.split(".")) if key else (), wrong, instead)

    def holds(self, key: str) -> bool:
        """Whether the file gives this key here."""
        self._known.add(key)
        return key in self._table

    def words(self, key: str) -> str:
        """A required text of one line, normalised (NFC, trimmed); "" stands for none."""
        value = self._value(key, str, Kind.TEXT)
        return self._clean((key,), value) if value is not None else ""

    def word_list(self, key: str) -> tuple[str, ...]:
        """Different texts or whole numbers, as texts; required, and at least one."""
        value = self._value(key, list, Kind.LIST)
        if value is None:
            return ()
        if not value or not all(_is_word(item) for item in value):
            wrong = "Hier fehlen Einträge, oder einer ist weder Text noch ganze Zahl."
            self.fault(key, wrong, Kind.LIST.advice(key))
            return ()
        words = tuple(self._clean((key,), str(item)) for item in value)
        for twice in sorted({word for word in words if words.count(word) > 1}):
            self.fault(key, f"{shown(twice)} steht zweimal in der Liste.", "Löschen Sie einen der beiden Einträge.")
        return words

    def texts(self, key: str) -> Texts:
        """A required text of one line in every language of the file.

        Its spoken and narrow forms stand beside it: `spoken.de` and `sms.de` beside `text.de`, `intro_spoken.de` and
        `intro_sms.de` beside `intro.de`.
        """
        return self._texts(key, layout="")

    def texts_or_none(self, key: str) -> Texts | None:
        """An optional text of one line; where it is given, it is given in every language."""
        return self.texts(key) if self.holds(key) else None

    def paragraphs(self, key: str) -> Texts:
        """A required text of several lines in every language."""
        return self._texts(key, layout="\n\t")

    def boolean(self, key: str) -> bool:
        """True or false; false where it is missing."""
        return self.holds(key) and self._value(key, bool, Kind.YES_OR_NO) is True

    def integer(self, key: str, *, least: int, most: int) -> int:
        """A required whole number within limits; `least` stands for none."""
        value = self._value(key, int, Kind.WHOLE)
        if value is not None and not least <= value <= most:
            wrong = f"{shown(value)} liegt nicht zwischen {least} und {most}."
            self.fault(key, wrong, f"Schreiben Sie eine ganze Zahl von {least} bis {most}.")
        return value if value is not None and least <= value <= most else least

    def decimal(self, key: str) -> Decimal:
        """A required number, not beyond `LARGEST_NUMBER`."""
        self._known.add(key)
        number = _number(self._table.get(key))
        if number is None:
            self._fault_kind(key, Kind.NUMBER)
        return number if number is not None else Decimal()

    def decimal_or_none(self, key: str) -> Decimal | None:
        """An optional number."""
        return self.decimal(key) if self.holds(key) else None

    def moment(self, key: str) -> datetime | None:
        """A required point in time with its offset, in the years 2000 to 2100; None where it has a fault.

        No stand-in: it would be compared with other moments, and that would make a second fault.
        """
        value = self._value(key, datetime, Kind.MOMENT)
        if value is None:
            return None
        if not 2000 <= value.year <= 2100:
            self.fault(key, f"Das Jahr {value.year} ist wohl ein Tippfehler.", Kind.MOMENT.advice(key))
            return None
        if value.tzinfo is None:
            here = value.replace(tzinfo=self._time_zone)
            self.fault(key, f"Bei {shown(value)} fehlt die Zeitzone.", f"Schreiben Sie: {key} = {here.isoformat()}")
            return None
        return value

    def time_of_day(self, key: str) -> time:
        """A required local time."""
        value = self._value(key, time, Kind.TIME)
        return value if value is not None else time()

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of these words; required. Where it is none of them, the nearest is suggested and "" given."""
        word = self.words(key)
        if word and word not in known:
            instead = f"{nearest(word, known)}Möglich ist: {', '.join(known)}."
            self.fault(key, f"{shown(word)} ist hier nicht bekannt.", instead)
        return word if word in known else ""

    def table(self, key: str) -> Entry:
        """A required table, e.g. `[office]`."""
        value = self._value(key, dict, Kind.TABLE)
        if value is None:
            return Entry(self._reading.aside(), {}, ())
        return self._inner(value, key)

    def tables(self, key: str) -> tuple[Entry, ...]:
        """The sections `[[key]]` in order; () where there are none."""
        value = self._table.get(key, [])
        self._known.add(key)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return tuple(self._inner(item, key, place) for place, item in enumerate(value))
        header = ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))
        instead = f"Beginnen Sie jeden Abschnitt mit der Zeile [[{header}]]."
        self.fault(key, f"„{key}“ gehört in eigene Abschnitte.", instead)
        return ()

    @property
    def _time_zone(self) -> tzinfo:
        return self.municipality.time_zone if self.municipality else _GERMAN_TIME

    def leave_unread(self) -> None:
        """Let no key count as unknown, because nobody can say which belong here."""
        self._known.update(self._table)

    def fault_unknown_keys(self) -> None:
        """Note each key that nobody has asked for: mostly a slip of the pen."""
        for key in self._table:
            if key not in self._known:
                instead = f"{nearest(key, self._known)}Berichtigen oder löschen Sie sie."
                self._fault((key,), f"Die Angabe {shown(key)} ist hier nicht bekannt.", instead)

    def _fault(self, keys: Path, wrong: str, instead: str) -> None:
        path = (*self.path, *keys)
        reading = self._reading
        reading.faults.append(Fault(reading.file, reading.toml.line(path), place_name(path), wrong, instead))

    def _value(self, key: str, wanted: type[T], kind: Kind) -> T | None:
        """A required value of exactly this type (`true` is no number); None, and a fault, where it is not."""
        self._known.add(key)
        value = self._table.get(key)
        if type(value) is wanted:
            return value
        self._fault_kind(key, kind)
        return None

    def _fault_kind(self, key: str, kind: Kind) -> None:
        if key in self._table:
            wrong = f"Hier steht {shown(self._table[key])}, gebraucht wird {kind.wanted}."
            self.fault(key, wrong, kind.advice(key))
        else:
            self.fault(key, f"Die Angabe „{key}“ fehlt.", f"Fügen Sie eine Zeile hinzu: {kind.written(key)}")

    def _inner(self, table: Mapping[str, object], *keys: str | int) -> Entry:
        return Entry(self._reading, table, (*self.path, *keys))

    def _texts(self, key: str, layout: str) -> Texts:
        if self._value(key, dict, Kind.TEXT_PER_LANGUAGE) is None:
            return _NO_TEXTS
        written = self._by_language(key, layout)
        spoken, narrow = (self._by_language(_beside(key, width), layout) for width in ("spoken", "sms"))
        for tag in self._reading.languages:
            if tag not in written:
                instead = f'Fügen Sie eine Zeile hinzu: {key}.{tag} = "…"'
                self._fault((key, tag), f"Der Text auf {language_name(tag)} fehlt.", instead)
        texts = {tag: Wording(text, spoken.get(tag), narrow.get(tag)) for tag, text in written.items()}
        return Texts(texts) if texts else _NO_TEXTS

    def _by_language(self, key: str, layout: str) -> dict[str, str]:
        """The texts of one width, in the order of the file's languages; {} where there are none."""
        table = self._value(key, dict, Kind.TEXT_PER_LANGUAGE) if self.holds(key) else None
        listed = self._reading.languages
        for tag in table or {}:
            if tag not in listed and not self._reading.more_languages:
                instead = f"{nearest(tag, listed)}Nehmen Sie die Sprache dort auf, oder löschen Sie den Text."
                self._fault((key, tag), f"Die Sprache {shown(tag)} steht nicht in der Liste „languages“.", instead)
        return {
            tag: self._text((key, tag), table[tag], layout) for tag in listed or table or () if table and tag in table
        }

    def _text(self, keys: tuple[str, str], value: object, layout: str) -> str:
        if isinstance(value, str):
            return self._clean(keys, value, layout)
        wrong = f"Hier steht {shown(value)}, gebraucht wird {Kind.TEXT.wanted}."
        self._fault(keys, wrong, Kind.TEXT.advice(".".join(keys)))
        return ""

    def _clean(self, keys: tuple[str, ...], value: str, layout: str = "") -> str:
        """The text normalised; `layout` are the control characters that it may hold."""
        text = unicodedata.normalize("NFC", value).strip()
        if not text:
            instead = "Schreiben Sie ihn; darf er fehlen, löschen Sie die Zeile."
            self._fault(keys, "Der Text ist leer.", instead)
        if any(unicodedata.category(sign) in _CONTROLS and sign not in layout for sign in text):
            wrong = "Der Text enthält einen Zeilenwechsel oder ein unsichtbares Zeichen."
            self._fault(keys, wrong, "Schreiben Sie ihn neu, in einer Zeile.")
        return text


def _beside(key: str, width: str) -> str:
    """The name under which the spoken or narrow form of a text stands."""
    return width if key == "text" else f"{key}_{width}"


def _number(value: object) -> Decimal | None:
    """A whole or broken number, not beyond `LARGEST_NUMBER`."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= int(LARGEST_NUMBER):
        return Decimal(str(value))
    return None


def _is_word(item: object) -> bool:
    return isinstance(item, str) or (isinstance(item, int) and _number(item) is not None)
