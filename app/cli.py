# SPDX-License-Identifier: EUPL-1.2
"""The command `mitwirkung`: names its commands and says in plain words what went wrong."""

from __future__ import annotations

import secrets
import sys
import traceback
from collections.abc import Sequence

import click

from app.commands.german import Index, sentence
from core.errors import MitwirkungError, StoreUnavailable

NOT_POSSIBLE, NOT_CALLED_RIGHT = 1, 2
"""Exit codes: something could not be done; the call was not understood."""

PLACES = {
    "demo": "app.commands.service:demo",
    "serve": "app.commands.service:serve",
    "work": "app.commands.service:work",
    "migrate": "app.commands.service:migrate",
    "doctor": "app.commands.doctor:doctor",
    "talk": "app.commands.talk:talk",
    "consultation": "app.commands.consultation:consultation",
    "invite": "app.commands.invite:invite",
    "results": "app.commands.results:results",
    "speech": "app.commands.speech:speech",
    "recordings": "app.commands.recordings:recordings",
    "line": "app.commands.line:line",
    "audit": "app.commands.audit:audit",
    "understand": "app.commands.understand:understand",
}


@click.command(cls=Index, name="mitwirkung", places=PLACES)
@click.option("--debug", is_flag=True, help="Bei einem Fehler auch zeigen, wo im Programm er entstand.")
def cli(debug: bool) -> None:  # noqa: FBT001 (click gives a switch as a bool)
    """Beteiligung auf jedem Telefon: Eine Stadt fragt, alle können antworten.

    Zum Ausprobieren:   mitwirkung demo

    Eine eigene Befragung, Schritt für Schritt:

    \b
      mitwirkung consultation check bus.toml    prüft die Datei und nennt die Kosten
      mitwirkung consultation load bus.toml     lädt sie als Entwurf
      mitwirkung talk BUS                       probiert sie aus; das zählt nicht
      mitwirkung consultation open BUS          gibt sie frei
      mitwirkung results BUS                    zeigt den Stand
    """  # noqa: D301 (click reads the sign itself)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Never shows a traceback unless `--debug` asks for it."""
    called = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = cli.main(called, prog_name="mitwirkung", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 (the last line: whatever happens is said in words)
        if "--debug" in called:
            traceback.print_exc()
        click.echo(_told(error), err=True)
        return NOT_CALLED_RIGHT if isinstance(error, click.ClickException) else NOT_POSSIBLE
    return code if isinstance(code, int) else 0


def _told(error: Exception) -> str:
    """What went wrong, for somebody who is no programmer."""
    match error:
        case click.ClickException():
            return sentence(error)
        case click.Abort():
            return "Abgebrochen. Es wurde nichts weiter getan."
        case StoreUnavailable():
            return "Die Datenbank ist gerade nicht zu erreichen. Bitte versuchen Sie es gleich noch einmal."
        case MitwirkungError():
            return str(error)
        case _:
            return _unexpected(error)


def _unexpected(error: Exception) -> str:
    """An error of ours, by its kind alone: its text may hold what a person wrote."""
    return (
        f"Das ist ein Fehler in diesem Programm ({type(error).__name__}, {secrets.token_hex(4)}). "
        "Mit „mitwirkung --debug …“ sehen Sie, wo er entstand."
    )
