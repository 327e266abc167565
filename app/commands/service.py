# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung demo`, `serve`, `work` and `migrate`: the service itself."""

from __future__ import annotations

import logging
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from app.commands.german import Command
from app.commands.options import folder_option
from app.config import Settings
from app.demonstration import load_examples, make_folder
from app.files import make_data_folder, using
from app.fitness import refuse_unfit
from app.in_process import jobs_running, keep_jobs
from app.logging import set_up_logging
from app.serving import answer_until_ended, end_on_signal, listen
from app.wiring import Service, bring_up_to_date, joined
from storage.lock import hold_folder

port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, metavar="ZAHL",
    help="Der Anschluss, auf dem die Seite antwortet. Sonst gilt 8000.",
)  # fmt: skip


@click.command(cls=Command)
@port_option
@folder_option
def demo(port: int, folder: Path | None) -> None:
    """Alles ausprobieren, ohne Einrichtung.

    Mit zwei ausgedachten Befragungen, ohne Netz und erreichbar nur auf diesem Rechner. Beim zweiten Start ist alles
    noch da.
    """
    settings = Settings.read(folder=folder).demo_defaults(f"http://127.0.0.1:{port}")
    make_folder(settings.folder)
    with _running(settings) as service:
        load_examples(service.acting("demo"))
        _answer(service, "127.0.0.1", port, _demo_greeting(service, port))


@click.command(cls=Command)
@port_option
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", help="Auf welcher Adresse. Sonst nur dieser Rechner.")
@folder_option
def serve(port: int, host: str, folder: Path | None) -> None:
    """Den Dienst für Bürgerinnen und Bürger starten.

    Mit allen Aufgaben, in einem Prozess. Davor gehört ein Server, der verschlüsselt (https). Was noch fehlt, sagt:
    mitwirkung doctor
    """
    settings = Settings.read(folder=folder)
    refuse_unfit(settings)
    with _running(settings) as service:
        _answer(service, host, port, _greeting(service, host, port))


@click.command(cls=Command)
@folder_option
def work(folder: Path | None) -> None:
    """Nur die Aufgaben erledigen, ohne Seite.

    Schließen, veröffentlichen, verschicken, löschen. Für den Betrieb auf mehreren Rechnern.
    In „demo“ und „serve“ ist das schon enthalten.
    """
    settings = Settings.read(folder=folder)
    refuse_unfit(settings)
    with _running(settings) as service:
        click.echo("Die Aufgaben laufen. Beenden: Strg-C.")
        keep_jobs(service)


@click.command(cls=Command)
@folder_option
def migrate(folder: Path | None) -> None:
    """Die Datenbank auf den neuesten Stand bringen.

    Sichern Sie sie vorher.
    """
    settings = Settings.read(folder=folder)
    make_data_folder(settings.folder)
    bring_up_to_date(settings)
    click.echo("Die Datenbank ist auf dem Stand dieses Programms.")


@contextmanager
def _running(settings: Settings) -> Iterator[Service]:
    """The service, alone in its folder, with an up-to-date database, until it is asked to end."""
    end_on_signal()
    set_up_logging(settings.secret_values(), logging.WARNING)
    make_data_folder(settings.folder)
    with ExitStack() as held:
        with using(settings.folder):
            held.enter_context(hold_folder(settings.folder))
        bring_up_to_date(settings)
        with joined(settings) as service:
            yield service


def _answer(service: Service, host: str, port: int, greeting: str) -> None:
    from app.http import create_app

    server = listen(create_app(service), host, port)
    with jobs_running(service):
        click.echo(greeting)
        answer_until_ended(server)


def _demo_greeting(service: Service, port: int) -> str:
    settings = service.settings
    lines = (
        "Mitwirkung, zum Ausprobieren. Nichts hier ist echt, und nichts wird verschickt.",
        "",
        f"  Die Seite          http://127.0.0.1:{port}/",
        f"  So wie per SMS     {_command('talk BUS', settings)}   (in einem zweiten Fenster)",
        f"  Der Stand          {_command('results BUS', settings)}",
        f"  Twilio schickt an  {settings.public_url}/sms/twilio",
        f"  Die Daten          {settings.folder}",
        "  Beenden            Strg-C",
    )
    return "\n".join((*lines, *_remarks(service)))


def _greeting(service: Service, host: str, port: int) -> str:
    settings = service.settings
    lines = (
        f"Mitwirkung antwortet auf http://{host}:{port}/, öffentlich als {settings.public_url}/",
        f"  Was noch fehlt     {_command('doctor', settings)}",
        f"  Die Daten          {settings.folder}",
        "  Beenden            Strg-C",
    )
    return "\n".join((*lines, *_remarks(service)))


def _command(words: str, settings: Settings) -> str:
    """A command as it has to be typed here: how this one was called, and the folder where it is not the usual one."""
    program = "mitwirkung" if shutil.which("mitwirkung") else sys.argv[0]
    here = "" if Settings.read().folder == settings.folder else f" --dir {shlex.quote(str(settings.folder))}"
    return f"{program} {words}{here}"


def _remarks(service: Service) -> Iterator[str]:
    """Channels that are off, and settings that therefore mean nothing."""
    yield from (each.why for each in service.off)
    ignored = service.settings.ignored(service.running)
    if ignored:
        yield f"Ohne Wirkung, weil ihr Weg aus ist: {', '.join(ignored)}"
