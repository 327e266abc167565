# SPDX-License-Identifier: EUPL-1.2
"""Whether an installation may answer residents, and everything that is not as it should be, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from app.catalogues import LOCALES
from app.config import Settings, SettingsNotAccepted
from app.demonstration import is_demonstration
from app.wiring import Service
from core.errors import ActNotPossible
from core.municipality import Municipality
from core.phrases import LAST_RESORT

RETRIES = "#rc=3&rp=all"
"""Tells Twilio to try three times, after every kind of failure; without it, a message is lost after one."""

# ------------------------------------------------------------------------------------------------------- may it start


def refuse_unfit(settings: Settings) -> None:
    """Raise rather than answer residents with settings or a folder that were made for a demo (reliability D28)."""
    problems = settings.unfit_for_residents()
    if problems:
        raise SettingsNotAccepted(problems)
    if is_demonstration(settings.folder):
        raise ActNotPossible(
            f"{settings.folder} gehört zu einer Vorführung. Nehmen Sie für den Betrieb einen anderen: --dir ORDNER"
        )


# ------------------------------------------------------------------------------------------------------- is it well


class Grade(Enum):
    """How a finding is to be taken."""

    WELL = "gut"
    HINT = "Hinweis"
    WRONG = "Fehler"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    sentence: str


def look_at(service: Service) -> Iterator[Finding]:
    """Everything that can be looked at from inside; the service itself was opened without an error."""
    settings = service.settings
    yield Finding(Grade.WELL, f"Datenordner: {settings.folder}")
    yield Finding(Grade.WELL, f"Schlüssel: {settings.keys_folder}, für niemand anderen lesbar")
    yield _database(service)
    yield from _settings(service)
    for town in service.parts.towns.by_key.values():
        yield from _town(town, service)
    yield from _connections(service)


def _database(service: Service) -> Finding:
    if service.parts.store.upkeep.reachable():
        return Finding(Grade.WELL, "Datenbank: antwortet und lässt sich beschreiben")
    return Finding(Grade.WRONG, "Datenbank: antwortet nicht. Läuft sie, und ist auf der Platte noch Platz?")


def _settings(service: Service) -> Iterator[Finding]:
    settings = service.settings
    if is_demonstration(settings.folder):
        yield Finding(Grade.HINT, "Dieser Ordner gehört zu einer Vorführung; „serve“ nimmt ihn nicht an.")
    else:
        yield from (Finding(Grade.WRONG, problem) for problem in settings.unfit_for_residents())
    ignored = settings.ignored(service.running)
    if ignored:
        yield Finding(Grade.HINT, f"Ohne Wirkung, weil ihr Weg aus ist: {', '.join(ignored)}")


def _town(town: Municipality, service: Service) -> Iterator[Finding]:
    yield Finding(Grade.WELL, f"Stadt: {town.name}, Sprachen {', '.join(town.languages)}")
    for language in town.languages:
        yield _catalogue(language)
    if not any(language in service.parts.words for language in town.languages):
        yield Finding(Grade.WRONG, f"Für keine Sprache von {town.name} gibt es Wörter zum Verstehen.")
    running = {each.name for each in service.channels}
    if "sms" in town.numbers and "sms" not in running:
        yield Finding(Grade.HINT, f"{town.name} nennt eine SMS-Nummer, aber SMS ist aus.")


def _catalogue(language: str) -> Finding:
    missing = len(_translated(LAST_RESORT) - _translated(language))
    if not missing:
        return Finding(Grade.WELL, f"Sprache {language}: alle Sätze sind übersetzt")
    return Finding(Grade.HINT, f"Sprache {language}: {missing} Sätze fehlen; dort wird Deutsch gesprochen")


def _translated(language: str) -> set[str]:
    """The keys of all phrases that this language has."""
    from babel.messages.pofile import read_po

    found: set[str] = set()
    for file in (LOCALES / language).glob("*.po"):
        with file.open("rb") as source:
            found |= {str(message.id) for message in read_po(source) if message.id and message.string}
    return found


def _connections(service: Service) -> Iterator[Finding]:
    for off in service.off:
        yield Finding(Grade.HINT, off.why)
    for connected in service.channels:
        address = f"{service.settings.public_url or 'PUBLIC_URL'}{connected.path}"
        yield Finding(
            Grade.WELL,
            f"Bei Twilio für eingehende Nachrichten einzutragen, auch als Ersatzadresse (fallback): {address}{RETRIES}",
        )
        if connected.sender is None:
            yield Finding(
                Grade.HINT,
                "Einladungen warten im Ausgang: Zum Verschicken fehlen TWILIO_ACCOUNT_SID oder TWILIO_NUMBER.",
            )
