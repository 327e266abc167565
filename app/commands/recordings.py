# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung recordings`: what people have spoken; listening to it and writing it down."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import click

from app.commands.german import Group
from app.commands.options import acting, folder_option, town_option
from core.administration import Acting
from core.errors import ActNotPossible
from core.recordings import KeptRecording, RecordingState
from voice.recordings import left_at_providers
from voice.transcriber import Vosk

STATES = {
    RecordingState.WAITING: "noch beim Anbieter",
    RecordingState.FETCHED: "hier",
    RecordingState.DELETING: "zurückgenommen, wird beim Anbieter gelöscht",
    RecordingState.FAILED: "nicht zu holen",
}
WHY = {
    "never came": "der Anbieter hat sie nicht",
    "no sound": "kein Ton",
    "mp3": "MP3 statt WAV",
    "other format": "nicht im Format des Telefons",
    "broken": "die Datei ist beschädigt",
    "too long": "zu lang",
    "Rejected too long": "zu lang",
}
"""What the fetching job notes, for people."""

_id_argument = click.argument("recording", metavar="KENNUNG")


@click.group(cls=Group)
def recordings() -> None:
    """Aufnahmen: gesprochene Antworten und Nachrichten an die Stadt.

    Eine Aufnahme führt zu niemandem: Bei ihr steht keine Nummer. Eine Stimme kann trotzdem erkannt werden; behandeln
    Sie gespeicherte Dateien vertraulich.
    """


@recordings.command("list")
@folder_option
@town_option
def list_(folder: Path | None, town: str | None) -> None:
    """Alle Aufnahmen zeigen, und was davon noch beim Anbieter liegt."""
    with acting(folder, town) as (_, by):
        kept = by.store.recordings.all(by.town.key)
        named = {each.id: each.consultation.keyword for each in by.store.consultations.all(by.town.key)}
    for each in kept:
        click.echo(_line(each, named))
    click.echo("\n".join(_summary(kept)))


def _line(recording: KeptRecording, keywords: Mapping[str, str]) -> str:
    about = "Nachricht an die Stadt"
    if recording.consultation_id is not None:
        about = f"{keywords.get(recording.consultation_id, '?')}, Frage {recording.question}"
    told = [f"{recording.day:%d.%m.%Y}", about, f"{recording.seconds} s", recording.language, _state(recording)]
    text = f"\n    {recording.transcript}" if recording.transcript else ""
    return f"{recording.id}  {'; '.join(told)}{text}"


def _state(recording: KeptRecording) -> str:
    if recording.silent:
        return "hier, aber niemand ist zu hören"
    if recording.state is RecordingState.FETCHED and not recording.size:
        return "Ton gelöscht, Text bleibt"
    why = f" ({WHY.get(recording.error, recording.error)})" if recording.error else ""
    return STATES[recording.state] + why


def _summary(kept: tuple[KeptRecording, ...]) -> Iterator[str]:
    yield "Es gibt keine Aufnahmen." if not kept else f"Aufnahmen: {len(kept)}"
    for (provider, state), number in sorted(left_at_providers(kept).items()):
        yield f"Noch bei {provider}: {number} ({STATES[state]})"


@recordings.command()
@_id_argument
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path))
@folder_option
@town_option
def save(recording: str, file: Path, folder: Path | None, town: str | None) -> None:
    """Eine Aufnahme als WAV-Datei speichern, um sie anzuhören. Das steht danach im Protokoll.

    Nur wer die Datei speichert, kann sie lesen. Löschen Sie sie, sobald Sie den Text haben.
    """
    with acting(folder, town) as (_, by):
        audio = _audio(recording, by)
        with _new(file) as written:
            by.store.audit.append(by.town.key, by.act("save recording", recording))
            written.write(audio)
    click.echo(f"Gespeichert: {file}. Bitte löschen Sie die Datei nach dem Anhören.")


def _audio(recording_id: str, by: Acting) -> bytes:
    audio = by.store.recordings.audio(by.town.key, recording_id)
    if audio is None:
        raise ActNotPossible("Zu dieser Kennung ist kein Ton da. Was es gibt, zeigt: mitwirkung recordings list")
    return audio


def _new(file: Path) -> BinaryIO:
    """Readable by whoever has called only; never another file."""
    try:
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise ActNotPossible(f"{file} gibt es schon. Nennen Sie eine neue Datei.") from None
    except OSError:
        raise ActNotPossible(f"{file} lässt sich nicht schreiben. Prüfen Sie Ordner und Rechte.") from None


@recordings.command()
@_id_argument
@click.option("--text", metavar="TEXT", help="Was gesagt wurde, von Ihnen aufgeschrieben.")
@click.option(
    "--model", "model", type=click.Path(path_type=Path), metavar="ORDNER",
    help="Ein Sprachmodell von Vosk in der Sprache der Aufnahme. Sonst gilt MITWIRKUNG_TRANSCRIBER_MODEL.",
)  # fmt: skip
@folder_option
@town_option
def transcribe(recording: str, text: str | None, model: Path | None, folder: Path | None, town: str | None) -> None:
    """Aufschreiben, was in einer Aufnahme gesagt wird: selbst mit --text, oder vom Rechner mit --model.

    Der Rechner verhört sich oft. Prüfen Sie seinen Text, und schreiben Sie ihn mit --text richtig.
    """
    with acting(folder, town) as (service, by):
        written = text or _heard(recording, model, service.settings.transcriber_model, by)
        if not by.store.recordings.transcribe(by.town.key, recording, written):
            raise ActNotPossible("Diese Aufnahme gibt es nicht. Was es gibt, zeigt: mitwirkung recordings list")
        by.store.audit.append(by.town.key, by.act("transcribe recording", recording))
    click.echo(written)


def _heard(recording_id: str, named: Path | None, usual: Path | None, by: Acting) -> str:
    audio = _audio(recording_id, by)
    kept = next(each for each in by.store.recordings.all(by.town.key) if each.id == recording_id)
    if kept.transcript:
        raise ActNotPossible("Hier steht schon ein Text. Mit --text schreiben Sie ihn neu.")
    models = {_plain(kept.language): named} if named else {_plain(by.town.languages[0]): usual}
    usable = {language: model for language, model in models.items() if model}
    if _plain(kept.language) not in usable:
        raise ActNotPossible("Schreiben Sie den Text hinter --text, oder nennen Sie mit --model ein Sprachmodell.")
    heard = Vosk(usable).transcribe(audio, kept.language)
    if heard is None:
        raise ActNotPossible("Das Sprachmodell hat nichts verstanden. Bitte hören Sie selbst, und nehmen Sie --text.")
    return heard


def _plain(language: str) -> str:
    return language.partition("-")[0]
