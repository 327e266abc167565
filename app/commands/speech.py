# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung speech`: what callers hear, made ahead of time."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from app.commands.german import Group
from app.commands.options import folder_option, opened, told_progress, town_option
from app.hearing import shelf_in
from app.speech import Spoken, spoken_in_all_towns, stock, voices_in
from core.errors import ActNotPossible
from core.people import Pace
from voice.engines.recorded import COLUMNS, file_name
from voice.pieces import as_heard
from voice.speech import Made, NotMade, say

SHOWN_AT_MOST = 20
"""Texts without sound that are named; their number is said in any case."""


@click.group(cls=Group)
def speech() -> None:
    """Was am Telefon zu hören ist: vorbereiten, prüfen, selbst aufnehmen.

    Alles, was ein Anruf sagen kann, wird vorher zu Ton. Während eines Anrufs wird nichts mehr gesprochen, nur
    abgespielt. Wer spricht, steht in town.toml unter [voice].
    """


@speech.command("prepare")
@click.option("--all-paces", is_flag=True, help="Auch langsam und schnell vorbereiten.")
@folder_option
def prepare_all(all_paces: bool, folder: Path | None) -> None:  # noqa: FBT001 (click gives a switch as a bool)
    """Vorbereiten, was noch fehlt.

    Bricht das ab, geht es beim nächsten Mal dort weiter. Was niemand mehr braucht, verschwindet nach einem Tag.
    """
    paces = tuple(Pace) if all_paces else (Pace.NORMAL,)
    with opened(folder) as service:
        made = stock(spoken_in_all_towns(service.parts), service.settings.folder, paces, told_progress)
    _tell(made)


@speech.command()
@folder_option
def missing(folder: Path | None) -> None:
    """Zeigen, welche Texte noch nicht zu hören sind."""
    with opened(folder) as service:
        shelf = shelf_in(service.settings.folder)
        silent = [each for spoken in spoken_in_all_towns(service.parts) for each in shelf.missing(spoken.all)]
    for each in silent:
        click.echo(f"{each.language}: {each.text}")
    if silent:
        raise ActNotPossible(f"Zu {len(silent)} Texten fehlt der Ton. Vorbereiten: mitwirkung speech prepare")
    click.echo("Zu allen Texten gibt es Ton.")


@speech.command("list")
@folder_option
@town_option
def list_texts(folder: Path | None, town: str | None) -> None:
    """Alle Texte als Tabelle, zum Aufnehmen.

    Für eine menschliche Stimme: Speichern Sie die Tabelle (CSV) als voice/manifest.csv im Datenordner und die
    Aufnahmen (WAV oder MP3) daneben, unter den Namen der ersten Spalte. Was aufgenommen ist, wird genommen; alles
    andere spricht weiter der Rechner.
    """
    with opened(folder) as service:
        texts = Spoken.of(service.town(town), service.parts).fixed.texts
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\n")
    table.writerow(COLUMNS)
    alike = {(each.language, as_heard(each.text)): each for each in reversed(texts)}
    table.writerows(
        (file_name(each.text, each.language), each.language, each.text) for each in reversed(alike.values())
    )
    click.echo(written.getvalue(), nl=False)


@speech.command("say")
@click.argument("text", metavar="TEXT")
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", default="de", metavar="SPRACHE", help="In welcher Sprache, z. B. en.")
@click.option(
    "--pace", type=click.Choice([each.value for each in Pace]), default=Pace.NORMAL.value, metavar="TEMPO",
    help="slow, normal oder fast.",
)  # fmt: skip
@folder_option
@town_option
def say_one(text: str, file: Path, language: str, pace: str, folder: Path | None, town: str | None) -> None:
    """Einen Text als WAV-Datei speichern.

    So, wie ihn ein Anruf hören würde. Der Text verlässt das Haus nicht.
    """
    with opened(folder) as service:
        spoken = Spoken.of(service.town(town), service.parts)
        voices = voices_in(service.settings.folder, spoken.town, spoken.standings)
    try:
        file.write_bytes(say(text, language, voices, Pace(pace)))
    except ValueError as reason:
        raise ActNotPossible(f"Das lässt sich nicht sprechen. {reason}") from reason
    except OSError:
        raise ActNotPossible(f"{file} lässt sich nicht schreiben. Prüfen Sie den Namen und die Rechte.") from None


def _tell(made: Made) -> None:
    click.echo(f"Neu gesprochen: {made.made}. Schon da: {made.kept}.")
    for each in made.failed[:SHOWN_AT_MOST]:
        click.echo(_told(each))
    if made.failed:
        raise ActNotPossible(f"Ohne Ton sind noch {len(made.failed)} Texte.")


def _told(failed: NotMade) -> str:
    return f"{failed.say.language}: {failed.say.text}\n  {failed.why}"
