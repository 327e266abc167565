# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung audit`: what staff and the clock have done, and whether anybody has changed it since."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.german import Group
from app.commands.options import folder_option, opened, town_option
from core.errors import ActNotPossible


@click.group(cls=Group)
def audit() -> None:
    """Das Protokoll: was die Verwaltung und die Uhr getan haben. Antworten stehen nicht darin."""


@audit.command()
@folder_option
@town_option
def verify(folder: Path | None, town: str | None) -> None:
    """Prüfen, ob das Protokoll lückenlos und unverändert ist.

    Jeder Eintrag enthält eine Prüfsumme über sich und den davor. Wer einen ändert oder löscht, fällt hier auf.
    """
    with opened(folder) as service:
        key = service.town(town).key
        broken = service.parts.store.audit.first_broken(key)
        if broken is not None:
            raise ActNotPossible(f"Eintrag {broken} passt nicht zu seiner Prüfsumme. Ab dort gilt das Protokoll nicht.")
        entries = list(service.parts.store.audit.entries(key))
    latest = f" Die letzte Prüfsumme ist {entries[-1][2]}." if entries else ""
    click.echo(f"Das Protokoll ist unverändert: {len(entries)} Einträge.{latest}")
