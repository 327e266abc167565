# SPDX-License-Identifier: EUPL-1.2
"""From the text of a consultation file to a checked `Consultation`; all faults are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from core.consultation import Consultation, ResultsShown
from core.files.changes import refused_changes
from core.files.entry import Entry, Reading
from core.files.plain_words import nearest, shown
from core.files.toml import read_text
from core.municipality import Municipality
from core.people import Level
from core.questions import QUESTION_TYPES
from core.questions.asked import read_key
from core.questions.contract import Question

__all__ = ["FIELDS", "read_consultation", "read_languages", "read_text", "refused_changes"]

FIELDS: Final[Mapping[str, str]] = {
    "infrastructure": "Infrastruktur",
    "mobility": "Mobilität",
    "energy": "Energie- und Umweltmanagement",
    "buildings": "Gebäude und Quartiere",
    "health": "Gesundheit",
    "education": "Bildung",
    "administration": "Verwaltung",
    "economy": "Tourismus und Wirtschaft",
}
"""The eight fields of action of "Bergheim macht's wahr": key and German name."""

RESERVED_KEYWORDS: Final = frozenset(
    {"STOP", "STOPP", "STOPALL", "ENDE", "END", "ABMELDEN", "UNSUBSCRIBE", "CANCEL", "QUIT", "ABBRECHEN"}
    | {"START", "UNSTOP", "ANMELDEN", "BEGIN", "BEGINN", "HILFE", "HELP", "INFO", "INFOS"}
    | {"ZURUECK", "BACK", "NOCHMAL", "REPEAT", "SPRACHE", "LANGUAGE", "DEUTSCH", "ENGLISCH", "ENGLISH"}
    | {"ERGEBNIS", "ERGEBNISSE", "RESULT", "RESULTS", "LOESCHEN", "DELETE", "WEITER", "SKIP", "NEXT"}
    | {"AENDERN", "CHANGE", "MENSCH", "PERSON", "FERTIG", "DONE", "LINK", "UNLINK", "JA", "NEIN", "YES", "NO", "OK"}
    | {"EINS", "ZWEI", "ZWO", "DREI", "VIER", "FUENF", "SECHS", "SIEBEN", "ACHT", "NEUN"}
    | {"ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"}
)
"""Words that already mean something to the service or to the SMS network; as a keyword they would start that."""

_STAND_IN: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""Stands for a moment that has a fault, in a consultation that is never given to anybody."""


def read_consultation(text: str, file: str, municipality: Municipality | None = None) -> Consultation:
    """Read and check a consultation file. `file` is its name for messages.

    With a `municipality` its languages are the ones allowed; a `district` question needs one. Raises
    `FileNotAccepted` with all faults in the order of the file.
    """
    reading = Reading.of(text, file, municipality)
    entry = reading.root
    read_languages(reading, entry, municipality.languages if municipality else ())
    consultation = _consultation(entry, reading.languages)
    reading.settle()
    return consultation


def read_languages(reading: Reading, entry: Entry, known: tuple[str, ...]) -> None:
    """Read the languages of a file, as BCP 47 tags; where `known` are given, each must be one of them."""
    tags = entry.word_list("languages")
    reading.languages = tuple(dict.fromkeys(tag for tag in tags if _is_language(entry, tag, known)))
    reading.more_languages = reading.languages != tags or not tags


def _is_language(entry: Entry, tag: str, known: tuple[str, ...]) -> bool:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        wrong = f"{shown(tag)} ist kein Kürzel einer Sprache."
        entry.fault("languages", wrong, "Schreiben Sie zum Beispiel: de, de-simple, en")
        return False
    if known and tag not in known:
        instead = f"{nearest(tag, known)}Die Stadt bietet an: {', '.join(known)} (town.toml)."
        entry.fault("languages", f"Die Sprache {shown(tag)} bietet die Stadt nicht an.", instead)
        return False
    return True


def _consultation(entry: Entry, languages: tuple[str, ...]) -> Consultation:
    opens_at, closes_at = entry.moment("opens_at"), entry.moment("closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        wrong = f"Der Schluss ({shown(closes_at)}) liegt nicht nach dem Beginn ({shown(opens_at)})."
        entry.fault("closes_at", wrong, "Wählen Sie einen späteren Schluss.")
    return Consultation(
        keyword=_keyword(entry),
        level=Level(entry.one_of("level", [level.value for level in Level]) or Level.OPEN),
        languages=languages,
        opens_at=opens_at or _STAND_IN,
        closes_at=closes_at or _STAND_IN,
        results=ResultsShown(entry.one_of("results", [policy.value for policy in ResultsShown]) or ResultsShown.NEVER),
        legal_basis=entry.words("legal_basis"),
        field=entry.one_of("field", FIELDS),
        title=entry.texts("title"),
        intro=entry.texts("intro"),
        thanks=entry.texts("thanks"),
        questions=_questions(entry),
    )


def _keyword(entry: Entry) -> str:
    keyword = entry.words("keyword")
    instead = 'Wählen Sie ein kurzes Wort, zum Beispiel: keyword = "BUS"'
    if keyword and not re.fullmatch(r"(?=.*[A-Z])[A-Z0-9]{2,12}", keyword):
        wrong = (
            f"{shown(keyword)} geht nicht: gebraucht werden 2 bis 12 Zeichen, nur A bis Z und Ziffern, ein Buchstabe."
        )
        entry.fault("keyword", wrong, instead)
    elif keyword in RESERVED_KEYWORDS:
        entry.fault("keyword", f"{shown(keyword)} hat für alle Befragungen schon eine feste Bedeutung.", instead)
    return keyword


def _questions(entry: Entry) -> tuple[Question, ...]:
    entries = entry.tables("questions")
    if not entries:
        entry.fault("questions", "Es gibt noch keine Frage.", "Beginnen Sie jede Frage mit der Zeile [[questions]].")
    read: dict[str, Question | None] = {}
    for each in entries:
        question = _question(each)
        key = question.key if question else read_key(each)
        if key and key in read:
            each.fault(
                "key", f"Den Namen {shown(key)} hat schon eine frühere Frage.", "Jede Frage braucht ihren eigenen."
            )
        if question and question.asked_if:
            _check_condition(each, question, read)
        read.setdefault(key, question)
    return tuple(question for question in read.values() if question)


def _question(entry: Entry) -> Question | None:
    """One question as its type reads it; None where the type is not known."""
    name = entry.one_of("type", QUESTION_TYPES)
    if not name:
        entry.leave_unread()
        return None
    return QUESTION_TYPES[name].read(entry)


def _check_condition(entry: Entry, question: Question, before: Mapping[str, Question | None]) -> None:
    """`asked_if` can only look back, and only at answers that are known beforehand."""
    condition = question.asked_if
    if condition is None or not condition.question:
        return
    if condition.question not in before:
        wrong = f"Die Bedingung nennt {shown(condition.question)}; so heißt keine frühere Frage."
        entry.fault(
            "asked_if.question", wrong, f"{nearest(condition.question, before)}Möglich sind nur Fragen weiter oben."
        )
    elif earlier := before[condition.question]:
        _check_values(entry, condition.values, earlier)


def _check_values(entry: Entry, values: tuple[str, ...], earlier: Question) -> None:
    options = earlier.options()
    if options is None:
        wrong = f"Die Antworten auf {shown(earlier.key)} stehen nicht vorher fest."
        entry.fault("asked_if.question", wrong, "Wählen Sie eine Frage mit Möglichkeiten oder einer Skala.")
        return
    for value in values:
        if value and value not in options:
            instead = f"{nearest(value, options)}Möglich ist: {', '.join(dict.fromkeys(options))}."
            entry.fault("asked_if.is", f"{shown(value)} kann niemand auf {shown(earlier.key)} antworten.", instead)
