# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung doctor`: is everything as it should be, and what is still missing?"""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.german import Command
from app.commands.options import folder_option, opened
from app.fitness import Grade, look_at
from core.errors import ActNotPossible


@click.command(cls=Command)
@folder_option
def doctor(folder: Path | None) -> None:
    """Nachsehen, ob alles stimmt, und sagen, was noch fehlt.

    Prüft Einstellungen, Datenordner, Schlüssel, Datenbank, Übersetzungen und die Wege nach außen, und nennt die
    Adresse, die bei Twilio einzutragen ist. Verändert nichts.
    """
    with opened(folder) as service:
        findings = list(look_at(service))
    for finding in findings:
        click.echo(f"{finding.grade.value:<8} {finding.sentence}")
    wrong = sum(finding.grade is Grade.WRONG for finding in findings)
    if wrong:
        raise ActNotPossible(f"{wrong} Fehler: So kann der Dienst nicht für Bürgerinnen und Bürger starten.")
