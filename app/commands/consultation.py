# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung consultation`: from a file to a consultation that residents answer, and to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.german import Group
from app.commands.options import (
    acting,
    file_argument,
    folder_option,
    keyword_argument,
    really_option,
    told_progress,
    town_option,
)
from app.config import Settings
from app.costs import cost_lines
from app.files import example_town, text_of, town_for
from app.lengths import refuse_too_long
from core.administration import (
    Acting,
    Loading,
    close_consultation,
    level_refused,
    load,
    open_consultation,
)
from core.consultation import Standing, State
from core.errors import ActNotPossible
from core.files.consultation import read_consultation
from core.municipality import Municipality

if TYPE_CHECKING:
    from app.wiring import Service


@click.group(cls=Group)
def consultation() -> None:
    """Befragungen prüfen, laden, öffnen, schließen.

    Eine Befragung ist eine Datei (consultations/bus.toml ist ein Beispiel). Der übliche Weg: check, load, open.
    """


@consultation.command()
@file_argument
@folder_option
@town_option
def check(file: Path, folder: Path | None, town: str | None) -> None:
    """Eine Datei prüfen: Fehler oder Kosten.

    Nennt alle Fehler auf einmal, sonst die Kosten je Frage und je Teilnahme. Nichts wird geladen oder geändert.
    """
    meant = town_for(file, Settings.read(folder=folder).folder, town)
    text = text_of(file)
    read = read_consultation(text, file.name, meant)
    refuse_too_long(text, file.name, meant or example_town(read.languages))
    click.echo(f"{file.name} ist in Ordnung: {read.keyword}, {len(read.questions)} Fragen.")
    refusal = level_refused(read)
    if refusal:
        click.echo(f"Sie lässt sich laden, aber noch nicht öffnen: {refusal}")
    if meant is None:
        click.echo(
            "Die Kosten fehlen hier: Neben der Datei und im Datenordner liegt keine town.toml mit dem Preis. "
            "Die Länge der SMS ist mit dem Hinweis der Beispielstadt gemessen."
        )
        return
    for line in cost_lines(text, file.name, meant):
        click.echo(line)


@consultation.command("load")
@file_argument
@folder_option
@town_option
def load_file(file: Path, folder: Path | None, town: str | None) -> None:
    """Eine Datei laden, als Entwurf oder neue Fassung.

    Ist sie schon offen, dürfen sich nur Texte ändern, Sprachen dazukommen und das Ende später liegen. Alles andere
    würde Antworten verfälschen und wird mit der Zeile genannt.
    """
    with acting(folder, town) as (service, by):
        text = text_of(file)
        _refuse_unfit_while_open(text, file.name, by, service)
        standing, loading = load(text, file.name, by)
    click.echo(_loaded(standing, loading))


def _refuse_unfit_while_open(text: str, file: str, by: Acting, service: Service) -> None:
    """Residents get a new version of what is open at once; it must fit, and be heard, like the one that was opened."""
    revised = read_consultation(text, file, by.town)
    for standing in by.store.consultations.all(by.town.key):
        if standing.state is State.RELEASED and standing.consultation.keyword == revised.keyword:
            refuse_too_long(text, file, by.town)
            _refuse_silent(replace(standing, consultation=revised), by.town, service)


def _loaded(standing: Standing, loading: Loading) -> str:
    keyword = standing.consultation.keyword
    match loading:
        case Loading.ADDED:
            return f"{keyword} ist als Entwurf geladen. Ausprobieren: mitwirkung talk {keyword}"
        case Loading.REVISED:
            return f"{keyword} steht jetzt in Fassung {standing.version}."
        case Loading.UNCHANGED:
            return f"{keyword} ist unverändert; es bleibt bei Fassung {standing.version}."


@consultation.command("list")
@folder_option
@town_option
def list_all(folder: Path | None, town: str | None) -> None:
    """Alle Befragungen zeigen und wie sie stehen."""
    with acting(folder, town) as (_, by):
        standings = by.store.consultations.all(by.town.key)
        lines = [_listed(standing, by) for standing in standings]
    click.echo("\n".join(lines) if lines else "Noch ist keine Befragung geladen: mitwirkung consultation load DATEI")


def _listed(standing: Standing, by: Acting) -> str:
    asked = standing.consultation
    times = f"{_local(asked.opens_at, by.town)} bis {_local(standing.ends_at, by.town)}"
    title = asked.title.within("de").text
    return f"{asked.keyword:<12}  {_state(standing, by):<16}  Fassung {standing.version:<3}  {times}  {title}"


def _state(standing: Standing, by: Acting) -> str:
    now = by.clock.now()
    match standing.state:
        case State.DRAFT:
            return "Entwurf"
        case State.RELEASED if now < standing.consultation.opens_at:
            return "beginnt noch"
        case State.RELEASED if standing.takes_answers_at(now):
            return "offen"
        case State.SEALED:
            return "abgeschlossen"
        case _:
            return "geschlossen"


def _local(moment: datetime, town: Municipality) -> str:
    return moment.astimezone(town.time_zone).strftime("%d.%m.%Y %H:%M")


@consultation.command("open")
@keyword_argument
@folder_option
@town_option
def open_one(keyword: str, folder: Path | None, town: str | None) -> None:
    """Einen Entwurf freigeben. Ab seinem Beginn (opens_at) nimmt er Antworten an."""
    with acting(folder, town) as (service, by):
        draft = by.standing(keyword)
        if draft.state is State.DRAFT:
            source = by.store.consultations.source(by.town.key, draft.id)
            refuse_too_long(source, f"{draft.consultation.keyword}, Fassung {draft.version}", by.town)
            _refuse_silent(draft, by.town, service)
        standing = open_consultation(keyword, by)
        asked = standing.consultation
        if standing.takes_answers_at(by.clock.now()):
            click.echo(f"{asked.keyword} ist offen bis {_local(asked.closes_at, by.town)}.")
        else:
            click.echo(f"{asked.keyword} ist freigegeben und beginnt am {_local(asked.opens_at, by.town)}.")


def _refuse_silent(standing: Standing, town: Municipality, service: Service) -> None:
    """Everything that callers will hear is made before anybody can hear it. Raises ActNotPossible."""
    if service.has_telephone:
        from app.speech import Spoken, refuse_silent

        spoken = Spoken(town, (standing,), service.parts)
        refuse_silent(spoken, service.settings.folder, told_progress)


@consultation.command()
@keyword_argument
@really_option
@folder_option
@town_option
def close(keyword: str, *, really: bool, folder: Path | None, town: str | None) -> None:
    """Eine Befragung vor ihrem Ende schließen. Das lässt sich nicht rückgängig machen.

    Zehn Minuten danach wird nachgezählt, das Ergebnis ist endgültig, und die Verbindung zwischen Menschen und
    Antworten wird gelöscht. Eine Befragung, die noch nicht begonnen hat, wird wieder zum Entwurf.
    """
    with acting(folder, town) as (_, by):
        standing = by.standing(keyword)
        if not really and standing.state is State.RELEASED:
            _confirm(standing.consultation.keyword)
        closed = close_consultation(keyword, by)
    if closed.state is State.DRAFT:
        click.echo(f"{closed.consultation.keyword} hatte noch nicht begonnen und ist wieder ein Entwurf.")
    else:
        click.echo(f"{closed.consultation.keyword} ist geschlossen. In zehn Minuten ist das Ergebnis endgültig.")


def _confirm(keyword: str) -> None:
    """Ask for the keyword, so that nobody closes the wrong one. Raises `ActNotPossible`."""
    typed = click.prompt(f"Zum Schließen bitte {keyword} eintippen", default="", show_default=False)
    if typed.strip().upper() != keyword:
        raise ActNotPossible(f"Das war nicht {keyword}. Es ist nichts geschehen.")


@consultation.command()
@keyword_argument
@folder_option
@town_option
def export(keyword: str, folder: Path | None, town: str | None) -> None:
    """Den Text der geladenen Datei ausgeben.

    Wie bei „results“ ist die gemeint, die Menschen beantwortet haben; ein Entwurf nur, wenn es nichts anderes gibt.
    """
    with acting(folder, town) as (_, by):
        standing = by.met(keyword)
        source = by.store.consultations.source(by.town.key, standing.id)
    click.echo(source, nl=not source.endswith("\n"))
