# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung understand`: what would the service understand? For translators and testers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import click

from app.commands.german import Command
from app.commands.options import file_argument, folder_option
from app.config import Settings
from app.files import read_for_understanding
from core.consultation import Consultation
from core.conversation import command_in, is_label
from core.errors import ActNotPossible
from core.questions.contract import Answered, Asking, Plain, Question, Value
from core.turns import SayFreely, Words
from core.understanding import command_beside_keyword

ASK_AGAIN: dict[str, Plain] = {"kind": "ask_again"}


@click.command(cls=Command)
@file_argument
@click.argument("key", metavar="FRAGE")
@click.option("--language", default="de", metavar="SPRACHE", help="In welcher Sprache jemand antwortet, z. B. en.")
@folder_option
def understand(file: Path, key: str, language: str, folder: Path | None) -> None:
    """Zeigen, was der Dienst aus einer Antwort verstehen würde.

    DATEI ist eine Befragung, FRAGE der Schlüssel (key) einer Frage darin. Je Zeile der Eingabe eine Antwort als
    JSON-Text, je Zeile der Ausgabe ein Ergebnis:

    \b
      echo '"die 2."' | mitwirkung understand bus.toml late
      {"kind": "answer", "value": "no"}
    """  # noqa: D301 (click reads the sign itself)
    from app.catalogues import read_all_words, read_phrases

    consultation = read_for_understanding(file, folder or Settings.read().folder)
    question = _question(consultation, key)
    words = read_all_words()
    if language not in consultation.languages or language.partition("-")[0] not in words:
        raise ActNotPossible(f"Diese Sprache hat die Befragung nicht. Sie hat: {', '.join(consultation.languages)}.")
    asking = Asking(language, words.get(language) or words[language.partition("-")[0]], read_phrases())
    hear = _listener(question, asking, consultation.keyword)
    for number, line in enumerate(sys.stdin.buffer, start=1):
        click.echo(json.dumps(hear(_reply(line, number))))


def _question(consultation: Consultation, key: str) -> Question:
    question = consultation.question(key)
    if question is None:
        keys = ", ".join(each.key for each in consultation.questions)
        raise ActNotPossible(f"Eine Frage {key} gibt es in dieser Datei nicht. Es gibt: {keys}.")
    return question


def _reply(line: bytes, number: int) -> str:
    try:
        reply = json.loads(line)
    except ValueError:
        reply = None
    if not isinstance(reply, str):
        raise ActNotPossible(f'Zeile {number} ist kein JSON-Text. Schreiben Sie die Antwort so: "die 2."')
    return reply


def _listener(question: Question, asking: Asking, keyword: str) -> Callable[[str], dict[str, Plain]]:
    """What is made of one reply, in the order of the conversation: STOP, a whole label, other commands, an answer."""
    expects = question.expects(asking)
    free, words = isinstance(expects, SayFreely), asking.words

    def heard(text: str) -> dict[str, Plain]:
        command = command_in(text, expects, words, open_answer=free)
        if command is None and not is_label(text, expects):
            command = command_beside_keyword(text, keyword, words, open_answer=free)
        if command:
            return {"kind": "command", "value": command.command.value}
        understood = question.hear(Words(text), asking)
        return {"kind": "answer", "value": _plain(understood.value)} if isinstance(understood, Answered) else ASK_AGAIN

    return heard


def _plain(value: Value) -> Plain:
    """An answer as JSON holds it: a key or words, a number, or a list of keys."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return list(value) if isinstance(value, tuple) else str(value)
