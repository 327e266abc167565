# SPDX-License-Identifier: EUPL-1.2
"""The plain words in which faults of a file are told: what should stand there, how to write it, what was meant."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import Enum

from core.files.lines import Path

_LANGUAGE_NAMES = {
    "de": "Deutsch",
    "de-simple": "Deutsch in Leichter Sprache (de-simple)",
    "en": "Englisch",
    "ar": "Arabisch",
    "fr": "Französisch",
    "pl": "Polnisch",
    "ru": "Russisch",
    "tr": "Türkisch",
    "uk": "Ukrainisch",
}

_LONGEST_SHOWN = 40


class Kind(Enum):
    """What a value should be, in plain words, and an example of how to write it behind its key."""

    TEXT = ("ein Text in Anführungszeichen", ' = "…"')
    TEXT_PER_LANGUAGE = ("ein Text je Sprache", '.de = "…"')
    LIST = ("eine Liste in eckigen Klammern", ' = ["…", "…"]')
    WHOLE = ("eine ganze Zahl ohne Anführungszeichen", " = 1")
    NUMBER = ("eine Zahl ohne Anführungszeichen, mit Punkt statt Komma", " = 1.5")
    MOMENT = (
        "Tag und Uhrzeit ohne Anführungszeichen, mit Zeitzone (im Winter +01:00, im Sommer +02:00)",
        " = 2026-11-01T08:00:00+01:00",
    )
    TIME = ("eine Uhrzeit ohne Anführungszeichen", " = 20:00:00")
    YES_OR_NO = ("true (ja) oder false (nein) ohne Anführungszeichen", " = true")
    TABLE = ("eine Gruppe von Angaben in geschweiften Klammern", ' = { … = "…" }')

    @property
    def wanted(self) -> str:
        """What it should be."""
        return str(self.value[0])

    def written(self, key: str) -> str:
        """How it is written."""
        return f"{key}{self.value[1]}"

    def advice(self, key: str) -> str:
        """What to do."""
        return f"Schreiben Sie zum Beispiel: {self.written(key)}"


def language_name(tag: str) -> str:
    """A language in German, e.g. "Englisch"; a tag without a name here stands for itself."""
    return _LANGUAGE_NAMES.get(tag, tag)


def shown(value: object) -> str:
    """A value of a file as it may be repeated to its writer: short, in quotation marks, without control characters."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "eine Gruppe von Angaben"
        case list():
            return "eine Liste"
        case int() if abs(value) > 10**_LONGEST_SHOWN:
            return "eine sehr große Zahl"
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            text = "".join(sign if sign.isprintable() else "�" for sign in str(value))
            return f"„{text[:_LONGEST_SHOWN]}{'…' if len(text) > _LONGEST_SHOWN else ''}“"


def nearest(word: str, known: Iterable[str]) -> str:
    """The question whether a known word was meant, with a blank behind it; "" where none is near."""
    by_fold = {each.casefold(): each for each in known}
    meant = difflib.get_close_matches(word.casefold(), by_fold, 1)
    return f"Meinten Sie „{by_fold[meant[0]]}“? " if meant else ""


def place_name(path: Path) -> str:
    """A path as people count: ("questions", 1, "text", "en") is "questions[2].text.en", in the second question."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            plain = part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else json.dumps(part[:_LONGEST_SHOWN])
            name += f".{plain}" if name else plain
    return name
