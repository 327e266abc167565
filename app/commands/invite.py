# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung invite`: invitations by text message to a list of numbers; told first, sent only on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from app.commands.german import Command
from app.commands.options import acting, file_argument, folder_option, keyword_argument, really_option, town_option
from app.costs import cents
from app.inviting import AT_ONCE, Plan, invite_all, plan
from app.wiring import Service
from core.administration import Acting
from core.errors import ActNotPossible
from core.files.plain_words import language_name, shown
from core.invitations import LanguageNotOffered, LinePassedOver, PassedOver

LINES_SHOWN = 20
"""Lines named one by one for each reason; the rest is counted."""

REASONS = {
    PassedOver.NO_NUMBER: "keine Telefonnummer",
    PassedOver.ROUNDED: "von der Tabelle gerundet; als Text speichern",
    PassedOver.LANDLINE: "Festnetz, kann keine SMS empfangen; bitte anrufen oder schreiben",
    PassedOver.NO_MOBILE: "Sondernummer",
    PassedOver.ABROAD: "Vorwahl nicht erlaubt (allowed_prefixes in town.toml)",
    PassedOver.DUPLICATE: "doppelt",
}
HINDRANCES = {
    "opted_out": "möchten keine Nachrichten",
    "voice_only": "können keine SMS empfangen",
    "already_invited": "sind schon eingeladen",
}


@click.command(cls=Command)
@keyword_argument
@file_argument
@really_option
@folder_option
@town_option
def invite(keyword: str, file: Path, *, really: bool, folder: Path | None, town: str | None) -> None:
    """Menschen per SMS zu einer offenen Befragung einladen.

    DATEI ist eine Liste aus einer Tabelle (CSV), eine Nummer je Zeile; eine Spalte „Sprache“ ist möglich. Ohne
    --really wird nur gezeigt, wer eine Einladung bekäme, was das kostet und wie lange es dauert.
    """
    with acting(folder, town) as (service, by):
        click.echo("Die Liste wird gelesen …", err=True)
        planned = plan(keyword, file, service.parts, by)
        _tell(planned, by)
        if not planned.forecast.within_budget:
            limit = by.town.sms.most_segments_per_day
            raise ActNotPossible(
                f"Das ist mehr, als an einem Tag erlaubt ist: {limit} SMS (most_segments_per_day in town.toml). "
                "Teilen Sie die Liste auf mehrere Tage auf."
            )
        if not really:
            click.echo("\nEs ist nichts verschickt. Zum Verschicken denselben Befehl mit --really.")
            return
        _send(planned, service, by)


def _tell(planned: Plan, by: Acting) -> None:
    """Who gets nothing and why; what everybody else gets; what it costs and when it ends."""
    not_offered = _not_offered(planned.not_offered, by.town.languages[0])
    remarks = (*_passed_over(planned.passed_over), *_hindered(planned.hindered), *not_offered)
    click.echo("\n".join(remarks) or "Alle Zeilen passen.")
    for language, message in planned.texts.items():
        if language:
            click.echo(f"\nDie Nachricht ({language}, {message.segments} SMS):\n{message.text}")
    told = planned.forecast
    begins, ends = _local(told.begins_at, by), _local(told.ends_at, by)
    click.echo(f"\n{told.messages} Einladungen, {told.segments} SMS, {cents(told.cents)}.")
    click.echo(f"Versand ab {begins}, fertig gegen {ends}; nachts, sonntags und an Feiertagen ruht er.")


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


def _send(planned: Plan, service: Service, by: Acting) -> None:
    parts = -(-len(planned.invitees) // AT_ONCE)
    with click.progressbar(invite_all(planned, by), length=parts, label="In den Ausgang") as written:
        queued = sum(written)
    click.echo(f"{queued} Einladungen liegen im Ausgang.")
    if not any(each.sender for each in service.channels if each.name == "sms"):
        click.echo("Sie warten dort: Der Versand ist noch nicht eingerichtet (siehe mitwirkung doctor).")
