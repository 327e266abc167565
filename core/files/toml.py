# SPDX-License-Identifier: EUPL-1.2
"""From the bytes of a file to its TOML values and their lines; what is no TOML is said in words of the town hall."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import Fault, FileNotAccepted
from core.files.lines import Path, lines_of

_SPELLED_WRONG = (
    (
        "Unterminated string|Illegal character .*\\\\n",
        "Ein Text hört nicht auf.",
        'Setzen Sie an sein Ende ein gerades Anführungszeichen: "',
    ),
    (
        "Expected '=' after a key",
        "Hinter dem Namen der Angabe fehlt das Gleichheitszeichen.",
        'Schreiben Sie: name = "…"',
    ),
    (
        "Cannot overwrite a value|Duplicate inline table key",
        "Diese Angabe steht zweimal da.",
        "Behalten Sie nur eine der beiden Zeilen.",
    ),
    (
        "Cannot declare|Cannot mutate|Cannot redefine",
        "Dieser Abschnitt steht zweimal da.",
        "Eine weitere Frage beginnt mit [[questions]], eine weitere Möglichkeit mit [[questions.options]].",
    ),
    (
        "Invalid value|Invalid initial character|Expected newline",
        "Diese Zeile kann nicht gelesen werden.",
        'Schreiben Sie: name = "…" – Texte stehen in geraden Anführungszeichen, eine Angabe je Zeile.',
    ),
    (
        "Unescaped|Invalid hex|not a Unicode scalar",
        "Ein Text enthält einen umgekehrten Schrägstrich (\\).",
        "Löschen Sie ihn, oder schreiben Sie ihn doppelt.",
    ),
    (
        "Unclosed array|Expected ']'|Expected ']]'",
        "Eine eckige Klammer wird nicht geschlossen.",
        "Fügen Sie ] hinzu, hinter [[ auch ]].",
    ),
    (
        "Unclosed inline table",
        "Eine geschweifte Klammer wird nicht geschlossen.",
        "Fügen Sie } hinzu.",
    ),
    (
        "Invalid date",
        "Diesen Tag oder diese Uhrzeit gibt es nicht.",
        "Schreiben Sie zum Beispiel: 2026-11-01T08:00:00+01:00",
    ),
)
"""What `tomllib` says (a pattern), what that means, what to do."""

_OTHERWISE = (
    "Diese Stelle kann nicht gelesen werden.",
    "Vergleichen Sie die Zeile mit der Beispieldatei consultations/bus.toml.",
)


@dataclass(frozen=True, slots=True)
class ReadToml:
    """The values of a file and the line of each key."""

    table: Mapping[str, object]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a key, or of what it would stand in."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_text(data: bytes, file: str) -> str:
    """The text of a file, without a byte order mark. Raises `FileNotAccepted` where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        wrong = "Die Datei ist nicht als UTF-8 gespeichert; Umlaute sind deshalb nicht lesbar."
        instead = "Speichern Sie sie noch einmal: im Editor „Speichern unter“, Codierung „UTF-8“."
        raise FileNotAccepted([Fault(file, line, "", wrong, instead)]) from None


def read_toml(text: str, file: str) -> ReadToml:
    """The values of a TOML text; a byte order mark and Windows line ends are fine. Raises `FileNotAccepted`."""
    document = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return ReadToml(tomllib.loads(document), lines_of(document))
    except RecursionError:
        wrong, instead = "Die Klammern sind zu tief ineinander verschachtelt.", _OTHERWISE[1]
        raise FileNotAccepted([Fault(file, None, "", wrong, instead)]) from None
    except ValueError as error:
        raise FileNotAccepted([_spelling_fault(str(error), document, file)]) from None


def _spelling_fault(message: str, document: str, file: str) -> Fault:
    known = (said[1:] for said in _SPELLED_WRONG if re.search(said[0], message))
    wrong, instead = next(known, _OTHERWISE)
    return Fault(file, _line(message, document), "", wrong, instead)


def _line(message: str, document: str) -> int | None:
    place = re.search(r"\(at line (\d+)", message)
    if place:
        return int(place[1])
    return document.count("\n") + 1 if "end of document" in message else None
