# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung results`: how a consultation stands, small groups hidden."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from app.commands.german import Command
from app.commands.options import acting, folder_option, keyword_argument, town_option
from app.wiring import Service
from core.administration import live_results
from core.consultation import Consultation, Standing
from core.phrases import LAST_RESORT
from core.publication import results_sentences
from core.questions.contract import Asking
from core.tally import Tally

HIDDEN = "verdeckt"
"""Stands where a count would show a group of fewer than five people."""

Publication = Mapping[str, Any]


@click.command(cls=Command)
@keyword_argument
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", metavar="FORM",
    help="text zum Lesen (so, wenn nichts angegeben ist), csv für eine Tabelle, json für ein Programm.",
)  # fmt: skip
@folder_option
@town_option
def results(keyword: str, form: str, folder: Path | None, town: str | None) -> None:
    """Zeigen, wie eine Befragung steht.

    Was eine Gruppe von weniger als fünf Menschen erkennen ließe, bleibt verdeckt, auch wenn man es nur ausrechnen
    könnte. Endgültig ist ein Ergebnis zehn Minuten nach dem Schluss.
    """
    with acting(folder, town) as (service, by):
        standing = by.met(keyword)
        tally = Tally(by.store.consultations.tally(by.town.key, standing.id))
        publication = live_results(standing, tally, by)
        click.echo(_FORMS[form](publication, standing, service), nl=False)


def _json(publication: Publication, _standing: Standing, _service: Service) -> str:
    return json.dumps(publication, ensure_ascii=False, indent=2) + "\n"


def _text(publication: Publication, standing: Standing, service: Service) -> str:
    return "".join(f"{line}\n" for line in _lines(publication, standing, service))


def _lines(publication: Publication, standing: Standing, service: Service) -> Iterator[str]:
    consultation = standing.consultation
    state = "endgültig" if publication["final"] else "vorläufig"
    yield f"{consultation.keyword}: {consultation.title.within(LAST_RESORT).text} ({state})"
    yield f"Teilgenommen: {publication['participants']}"
    channels = ", ".join(f"{name} {_shown(count)}" for name, count in publication["by_channel"].items())
    yield f"Auf welchem Weg: {channels}"
    yield f"Ohne Nummer: {_shown(publication['without_number'])}"
    asking = Asking(LAST_RESORT, service.parts.words[LAST_RESORT], service.parts.phrases)
    yield from (sentence.text for sentence in results_sentences(publication, consultation, asking))


def _csv(publication: Publication, standing: Standing, _service: Service) -> str:
    """One row for each count, for a spreadsheet: semicolons and a mark of UTF-8, as Excel in German expects."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(("Frage", "Antwort", "Anzahl"))
    table.writerow(("", "Teilgenommen", publication["participants"]))
    table.writerows(_rows(publication, standing.consultation))
    return "\ufeff" + written.getvalue()


def _rows(publication: Publication, consultation: Consultation) -> Iterator[tuple[str, str, str]]:
    for result in publication["questions"]:
        question = consultation.question(result["key"])
        text = _harmless(question.text.within(LAST_RESORT).text if question else result["key"])
        yield text, "Beantwortet", str(result["answered"])
        for option in result.get("options", ()):
            yield text, _harmless(option["key"]), _shown(option["count"])


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (reliability D18)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) else cell


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


_FORMS: Mapping[str, Callable[[Publication, Standing, Service], str]] = {"text": _text, "csv": _csv, "json": _json}
