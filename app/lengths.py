# SPDX-License-Identifier: EUPL-1.2
"""Whether every text message of a consultation is short enough; a fault for each question and language if not."""

from __future__ import annotations

from collections.abc import Iterator

from app.rehearsal import of_everything, rehearse
from core.consultation import Consultation
from core.errors import Fault, FileNotAccepted
from core.files.lines import Path
from core.files.plain_words import language_name, place_name
from core.files.toml import read_toml
from core.municipality import Municipality
from sms.cost import MessageCost, cost_of
from sms.text import MOST_SEGMENTS


def refuse_too_long(text: str, file: str, town: Municipality) -> None:
    """Raise `FileNotAccepted` if a question takes more than `MOST_SEGMENTS`, naming each such question and language.

    The first question is measured as residents get it: together with what answers the keyword.
    """
    toml = read_toml(text, file)
    faults = [
        Fault(file, toml.line(path), place_name(path), wrong, _way_out(path))
        for path, wrong in _too_long(text, file, town)
    ]
    if faults:
        raise FileNotAccepted(sorted(faults, key=lambda fault: fault.line or 0))


def _too_long(text: str, file: str, town: Municipality) -> Iterator[tuple[Path, str]]:
    for language in rehearse(text, file, town).consultation.languages:
        rehearsal = rehearse(text, file, town, of_everything)  # a new person for each language
        cost = cost_of(rehearsal.walk(language), rehearsal.parts.phrases)
        for message in cost.messages:
            place = _place(message.about, rehearsal.consultation)
            if place is not None and message.segments.count > MOST_SEGMENTS:
                yield ("questions", place, "text", language), _wrong(message, language, first=place == 0)


def _place(about: str, consultation: Consultation) -> int | None:
    """Which question a message asks; None where it asks none."""
    return next((place for place, question in enumerate(consultation.questions) if question.key == about), None)


def _wrong(message: MessageCost, language: str, *, first: bool) -> str:
    size = message.segments
    what = "Die Antwort auf das Kennwort mit Hinweis und erster Frage" if first else "Diese Frage"
    return (
        f"{what} braucht auf {language_name(language)} {size.count} SMS "
        f"({size.units} Zeichen, {size.encoding}), höchstens {MOST_SEGMENTS} sind möglich."
    )


def _way_out(path: Path) -> str:
    shorter = f'sms.{path[-1]} = "…"'
    return f"Kürzen Sie den Text oder die Antworten, oder geben Sie für die SMS eine kürzere Fassung an: {shorter}"
