# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung line`: the process between Asterisk and the service. It opens no database."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path

import click

from app.clock import SystemClock
from app.commands.german import Command
from app.commands.options import folder_option
from app.config import Settings, SettingsNotAccepted
from app.line_secret import FILE as SECRET_FILE
from app.logging import set_up_logging
from core.errors import ActNotPossible
from voice.exchange import ExchangeAccess
from voice.line import Limits, NameTaken, serve_calls


@click.command(cls=Command)
@folder_option
def line(folder: Path | None) -> None:
    """Die Telefonleitung bedienen: Anrufe von Asterisk annehmen und Ansagen abspielen.

    Läuft neben „serve“, auch zweimal unter zwei Namen. Beim Beenden übernimmt die andere Leitung die Gespräche.
    """
    settings = Settings.read(folder=folder)
    access, secret = access_of(settings), secret_of(settings)
    set_up_logging((*settings.secret_values(), secret), logging.WARNING)
    click.echo(f"Die Leitung {access.app} bedient {access.ari_url}. Beenden: Strg-C.")
    try:
        asyncio.run(_until_ended(access, secret.encode()))
    except NameTaken:
        raise ActNotPossible(
            f"Eine andere Leitung hat sich als {access.app} angemeldet. Geben Sie jeder ihren MITWIRKUNG_LINE_NAME."
        ) from None


def access_of(settings: Settings) -> ExchangeAccess:
    """Where Asterisk and the service are. Raises SettingsNotAccepted with everything that is missing."""
    service_url = settings.line_service or settings.public_url
    needed = {
        "ASTERISK_ARI_URL": settings.asterisk_ari_url,
        "ASTERISK_ARI_USER": settings.asterisk_ari_user,
        "ASTERISK_ARI_PASSWORD": settings.asterisk_ari_password,
        "PUBLIC_URL": service_url,
    }
    missing = [f"{name} fehlt. Ohne diese Angabe gibt es keine Telefonleitung." for name in needed if not needed[name]]
    if missing:
        raise SettingsNotAccepted(missing)
    return ExchangeAccess(
        f"{str(settings.asterisk_ari_url).removesuffix('/ari')}/ari",
        str(settings.asterisk_ari_user),
        str(settings.asterisk_ari_password),
        settings.line_name,
        sounds=settings.line_sounds or "",
        service_url=str(service_url),
    )


def secret_of(settings: Settings) -> str:
    """What both sides sign with; only the service makes it. Raises ActNotPossible where it has not yet."""
    if settings.line_secret:
        return settings.line_secret
    file = settings.keys_folder / SECRET_FILE
    with suppress(OSError):
        if written := file.read_text("utf-8").strip():
            return written
    raise ActNotPossible(f"{file} fehlt. Starten Sie zuerst den Dienst, er legt die Datei an: mitwirkung serve")


async def _until_ended(access: ExchangeAccess, secret: bytes) -> None:
    """Serve calls until SIGTERM or SIGINT; calls that are open then go to another line."""
    serving = asyncio.ensure_future(serve_calls(access, secret, Limits(), SystemClock()))
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
