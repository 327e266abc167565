# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung invite`: invitations by text message or by a call to a list; told first, sent only on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from app.commands.german import Command
from app.commands.options import acting, file_argument, folder_option, keyword_argument, really_option, town_option
from app.costs import cents
from app.inviting import AT_ONCE, WAYS, Plan, invite_all, plan
from app.wiring import Service
from core.administration import Acting
from core.call_backs import MINUTES, MOST_TRIES, USUAL_MINUTES
from core.errors import ActNotPossible
from core.files.plain_words import language_name, shown
from core.invitation_list import LanguageNotOffered, LinePassedOver, PassedOver
from core.invitations import Forecast

LINES_SHOWN = 20
"""Lines named one by one for each reason; the rest is counted."""

REASONS = {
    PassedOver.NO_NUMBER: "keine Telefonnummer",
    PassedOver.ROUNDED: "von der Tabelle gerundet; als Text speichern",
    PassedOver.LANDLINE: "Festnetz, kann keine SMS empfangen; per Anruf einladen mit --by phone",
    PassedOver.SERVICE_NUMBER: "Sondernummer",
    PassedOver.ABROAD: "Vorwahl nicht erlaubt (allowed_prefixes in town.toml)",
    PassedOver.DUPLICATE: "doppelt",
}
HINDRANCES = {
    "opted_out": "möchten keine Nachrichten",
    "voice_only": "können keine SMS empfangen; per Anruf einladen mit --by phone",
    "already_invited": "sind schon eingeladen",
}


@dataclass(frozen=True, slots=True)
class Words:
    """How one means is spoken of; what stands in braces is filled in."""

    met: str
    """Before what residents read or hear, in each language."""
    units: str
    assumed: str
    when: str
    budget: str
    """What is allowed in a day."""
    not_yet: str
    off: str
    """Why they wait, where nothing can be sent."""


BY_SMS = Words(
    met="Die Nachricht ({language}, {segments} SMS):",
    units="{units} SMS",
    assumed="",
    when="Versand ab {begins}, fertig gegen {ends}; nachts, sonntags und an Feiertagen ruht er.",
    budget="{most} SMS (most_segments_per_day in town.toml)",
    not_yet="Es ist nichts verschickt. Zum Verschicken denselben Befehl mit --really.",
    off="Der Versand ist noch nicht eingerichtet (siehe mitwirkung doctor).",
)
BY_PHONE = Words(
    met="So beginnt der Anruf ({language}):",
    units="{invitations} Anrufe, {units} Minuten",
    assumed=(
        f"Angenommen sind {USUAL_MINUTES} Minuten je Anruf und dass alle abnehmen. "
        "Bezahlt wird jede begonnene Minute.\n"
        f"Wer nicht abnimmt oder gerade spricht, wird bis zu {MOST_TRIES - 1}-mal wieder angerufen.\n"
    ),
    when="Anrufe ab {begins}, alle einmal angerufen gegen {ends}; nachts, sonntags und an Feiertagen ruhen sie.",
    budget=(
        "{most} Minuten (most_minutes_per_day in town.toml), und ein Anruf beginnt nur, "
        f"solange {MINUTES} Minuten frei sind"
    ),
    not_yet="Es wird niemand angerufen. Zum Anrufen denselben Befehl mit --really.",
    off="Anrufe sind noch nicht eingerichtet (siehe mitwirkung doctor).",
)
WORDS = {"sms": BY_SMS, "phone": BY_PHONE}


@click.command(cls=Command)
@keyword_argument
@file_argument
@click.option(
    "--by",
    "means",
    type=click.Choice(list(WAYS)),
    default="sms",
    help="Womit eingeladen wird: sms (so ist es sonst) oder phone, mit einem Anruf.",
)
@really_option
@folder_option
@town_option
def invite(keyword: str, file: Path, *, means: str, really: bool, folder: Path | None, town: str | None) -> None:
    """Menschen per SMS oder Anruf zu einer offenen Befragung einladen.

    DATEI ist eine Liste aus einer Tabelle (CSV), eine Nummer je Zeile; eine Spalte „Sprache“ ist möglich. Ohne
    --really wird nur gezeigt, wer eine Einladung bekäme, was das kostet und wie lange es dauert.
    """
    with acting(folder, town) as (service, by):
        click.echo("Die Liste wird gelesen …", err=True)
        planned = plan(keyword, file, WAYS[means], service.parts, by)
        _tell(planned, WORDS[means], by)
        _refuse_beyond_budget(planned, WORDS[means])
        if not really:
            click.echo(f"\n{WORDS[means].not_yet}")
            return
        _send(planned, WORDS[means], service, by)


def _refuse_beyond_budget(planned: Plan, words: Words) -> None:
    if not planned.forecast.within_budget:
        limit = words.budget.format(most=planned.means.most_per_day)
        raise ActNotPossible(
            f"Das ist mehr, als an einem Tag erlaubt ist: {limit}. Teilen Sie die Liste auf mehrere Tage auf."
        )


def _tell(planned: Plan, words: Words, by: Acting) -> None:
    """Who gets nothing and why; what everybody else gets; what it costs and when it ends."""
    not_offered = _not_offered(planned.not_offered, by.town.languages[0])
    remarks = (*_passed_over(planned.passed_over), *_hindered(planned.hindered), *not_offered)
    click.echo("\n".join(remarks) or "Alle Zeilen passen.")
    for language, met in planned.met.items():
        before = words.met.format(language=language, segments=planned.texts[language].segments)
        click.echo(f"\n{before}\n{met}")
    click.echo(_forecast(planned.forecast, words, by))


def _forecast(told: Forecast, words: Words, by: Acting) -> str:
    units = words.units.format(invitations=told.invitations, units=told.units)
    when = words.when.format(begins=_local(told.begins_at, by), ends=_local(told.ends_at, by))
    return f"\n{told.invitations} Einladungen, {units}, {cents(told.cents)}.\n{words.assumed}{when}"


def _passed_over(lines: Sequence[LinePassedOver]) -> Iterator[str]:
    by_reason: dict[PassedOver, list[str]] = {}
    for line in lines:
        first = f" (wie {line.first})" if line.first else ""
        by_reason.setdefault(line.why, []).append(f"{line.line}{first}")
    for why, places in by_reason.items():
        yield f"Keine Einladung, {REASONS[why]}: {_places(places)}"


def _not_offered(lines: Sequence[LanguageNotOffered], instead: str) -> Iterator[str]:
    by_language: dict[str, list[str]] = {}
    for line in lines:
        by_language.setdefault(line.written, []).append(str(line.line))
    for written, places in by_language.items():
        what = f"Die Sprache {shown(written)}" if written else "Was dort als Sprache steht,"
        yield f"{what} hat die Stadt nicht; die Einladung kommt auf {language_name(instead)}: {_places(places)}"


def _places(lines: Sequence[str]) -> str:
    more = f" und {len(lines) - LINES_SHOWN} weitere" if len(lines) > LINES_SHOWN else ""
    return f"Zeile {', '.join(lines[:LINES_SHOWN])}{more}"


def _hindered(hindered: Counter[str]) -> Iterator[str]:
    for why, number in hindered.items():
        yield f"Keine Einladung: {number} {HINDRANCES.get(why, why)}"


def _local(moment: datetime, by: Acting) -> str:
    return moment.astimezone(by.town.time_zone).strftime("%d.%m.%Y %H:%M")


def _send(planned: Plan, words: Words, service: Service, by: Acting) -> None:
    parts = -(-len(planned.invitees) // AT_ONCE)
    with click.progressbar(invite_all(planned, by), length=parts, label="In den Ausgang") as written:
        queued = sum(written)
    click.echo(f"{queued} Einladungen liegen im Ausgang.")
    if not any(each.sender for each in service.channels if each.name == planned.means.channel):
        click.echo(f"Sie warten dort: {words.off}")
