# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung talk`: a conversation in the terminal, as though by text message. Always a trial."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

import click

from app.commands.german import Command as ClickCommand
from app.commands.options import acting, folder_option, keyword_argument, town_option
from app.rehearsal import rehearse
from core.administration import Acting
from core.commands import Command
from core.consultation import Standing
from core.errors import ActNotPossible
from core.participation import Parts, take_turn
from core.people import Address, AddressKind
from core.turns import InboundTurn, Pressed, TurnId
from sms.console import CHANNEL
from sms.console import talk as converse


@click.command(cls=ClickCommand)
@keyword_argument
@click.option("--language", metavar="SPRACHE", help="In welcher Sprache, z. B. en oder de-simple.")
@folder_option
@town_option
def talk(keyword: str, language: str | None, folder: Path | None, town: str | None) -> None:
    """Eine Befragung ausprobieren: im Terminal, so wie per SMS.

    Eine Zeile ist eine Nachricht. Was Sie hier antworten, zählt nicht. Auch ein Entwurf lässt sich so ausprobieren.
    Beenden: Strg-D.
    """
    with acting(folder, town) as (service, by):
        standing = by.standing(keyword)
        _refuse_unknown(language, standing)
        parts = _parts(standing, service.parts, by)
        who, take = secrets.token_hex(8), partial(take_turn, parts=parts)
        to = by.town.numbers.get("sms", "")  # the number that a resident would write to says which town is meant
        if language:
            take(_speaking(language, who, to, parts))
        lines = chain([standing.consultation.keyword], _typed())
        for answer in converse(lines, who, to, parts.clock, take, parts.phrases):
            click.echo(f"\n{answer}\n")


def _refuse_unknown(language: str | None, standing: Standing) -> None:
    languages = standing.consultation.languages
    if language and language not in languages:
        raise ActNotPossible(f"Diese Sprache hat die Befragung nicht. Sie hat: {', '.join(languages)}.")


def _parts(standing: Standing, parts: Parts, by: Acting) -> Parts:
    """The service itself while the consultation is open; else a rehearsal in memory, as though it were."""
    if standing.takes_answers_at(by.clock.now()):
        click.echo("Dies ist eine Probe: Ihre Antworten zählen nicht. Beenden: Strg-D.")
        return parts
    click.echo("Diese Befragung ist nicht offen; dies ist eine Probe, die nichts speichert. Beenden: Strg-D.")
    source = by.store.consultations.source(by.town.key, standing.id)
    return rehearse(source, standing.consultation.keyword, by.town).parts


def _speaking(language: str, who: str, to: str, parts: Parts) -> InboundTurn:
    """The turn of somebody who has chosen her language before she says a word."""
    chosen = Pressed(Command.LANGUAGE, language)
    sender = Address(AddressKind.DESK, who)
    return InboundTurn(TurnId(CHANNEL, f"{who}-0"), CHANNEL, sender, to, chosen, parts.clock.now())


def _typed() -> Iterator[str]:
    """What is typed, line by line; with a sign to type at only where somebody sits."""
    while True:
        if sys.stdin.isatty():
            click.echo("> ", nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line
