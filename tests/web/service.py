# SPDX-License-Identifier: EUPL-1.2
"""The pages as a town runs them, on a real store in a folder of its own: what every test of the web form stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis.vendor.pretty import RepresentationPrinter
from werkzeug.test import TestResponse

from app.calendar import GermanHolidays
from app.catalogues import read_all_words, read_phrases
from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from core.administration import Acting, load, open_consultation
from core.files.consultation import read_consultation
from core.files.municipality import read_municipality
from core.municipality import Municipality
from core.participation import Parts
from core.ports import Towns
from storage.keys import KEY_BYTES, Keys
from storage.store import SqlStore
from web.pages import create_pages
from web.settings import WebSettings

EXAMPLES = Path(__file__).resolve().parents[2] / "consultations"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LANGUAGES = ("de", "de-simple", "en")
FIRST = {"de": "Ja", "de-simple": "Ja", "en": "Yes"}

EVERY_KIND = """
keyword = "ALLES"
level = "L0"
languages = ["de", "de-simple", "en"]
opens_at = 2026-11-01T08:00:00+01:00
closes_at = 2027-03-31T18:00:00+02:00
results = "after_close"
legal_basis = "Art. 6 Abs. 1 lit. e DSGVO"
field = "mobility"
title = {de = "Von jeder Art eine", de-simple = "Von jeder Art eine", en = "One of each kind"}
intro = {de = "Fünf Fragen.", de-simple = "Das sind 5 Fragen.", en = "Five questions."}
thanks = {de = "Danke.", de-simple = "Danke.", en = "Thank you."}

[[questions]]
key = "places"
type = "choice"
at_most = 2
text = {de = "Wo fehlen Bänke?", de-simple = "Wo fehlen Bänke?", en = "Where are benches missing?"}
options = [
  {key = "park", text = {de = "Im Park", de-simple = "Im Park", en = "In the park"}},
  {key = "station", text = {de = "Am Bahnhof", de-simple = "Am Bahnhof", en = "At the station"}},
  {key = "church", text = {de = "An der Kirche", de-simple = "An der Kirche", en = "At the church"}},
  {key = "none", exclusive = true, text = {de = "Nichts davon", de-simple = "Nirgends", en = "None of these"}},
]

[[questions]]
key = "quiet"
type = "scale"
least = 0
most = 10
least_label = {de = "gar nicht", de-simple = "schlecht", en = "not at all"}
most_label = {de = "sehr", de-simple = "gut", en = "very"}
text = {de = "Wie ruhig wohnen Sie?", de-simple = "Wie ruhig wohnen Sie?", en = "How quiet is your home?"}

[[questions]]
key = "people"
type = "number"
least = 1
most = 20
unit = {de = "Personen", de-simple = "Personen", en = "people"}
text = {de = "Wie viele wohnen bei Ihnen?", de-simple = "Wie viele wohnen dort?", en = "How many live in your home?"}

[[questions]]
key = "why"
type = "open_text"
optional = true
text = {de = "Was fehlt Ihnen?", de-simple = "Was fehlt Ihnen?", en = "What do you miss?"}
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A town's pages and what stands behind them."""

    app: Flask
    parts: Parts
    town: Municipality
    clock: MovableClock

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """For hypothesis, which would print the whole service with every example."""
        printer.text("Running(…)")

    def browser(self, *, cookies: bool = True) -> Browser:
        return Browser(self.app.test_client(use_cookies=cookies))

    def counted(self, keyword: str) -> dict[tuple[str, str], int]:
        """The tally by question and option, over all channels and languages."""
        standing = Acting("test", self.town, self.parts.store, self.clock).standing(keyword)
        sums: dict[tuple[str, str], int] = {}
        for cell, count in self.parts.store.consultations.tally(self.town.key, standing.id).items():
            sums[cell.question, cell.option] = sums.get((cell.question, cell.option), 0) + count
        return {place: count for place, count in sums.items() if count}


@contextmanager
def running(folder: Path, town: Municipality | None = None, settings: WebSettings | None = None) -> Iterator[Running]:
    town = town or read_municipality((EXAMPLES / "town.toml").read_text("utf-8"), "town.toml")
    keys = Keys.of(bytes(range(KEY_BYTES)), bytes(range(1, KEY_BYTES + 1)))
    store = SqlStore(
        f"sqlite:///{folder / 'mitwirkung.db'}", keys, lambda _, text: read_consultation(text, "kept", town)
    )
    store.migrate()
    clock = MovableClock(NOW)
    try:
        towns = Towns({town.key: town})
        parts = Parts(store, clock, keys, towns, read_phrases(), read_all_words(), GermanHolidays(), GermanNumbers())
        app = Flask("pages", static_folder=None, template_folder=None)
        app.register_blueprint(create_pages(parts, settings or WebSettings("http://127.0.0.1")))
        open_all(Acting("test", town, store, clock))
        yield Running(app, parts, town, clock)
    finally:
        store.close()


def open_all(by: Acting) -> None:
    texts = {name: (EXAMPLES / f"{name}.toml").read_text("utf-8") for name in ("bus", "zukunft")}
    for name, text in {**texts, "alles": EVERY_KIND}.items():
        standing, _ = load(text, f"{name}.toml", by)
        open_consultation(standing.consultation.keyword, by)


# ---------------------------------------------------------------------------------------------- somebody at a page


@dataclass
class Browser:
    """Somebody who sees one page, fills it in and presses its buttons, as the page itself says how."""

    client: FlaskClient
    answer: TestResponse | None = None

    def get(self, path: str, **request: object) -> Browser:
        self.answer = self.client.get(path, follow_redirects=True, **request)
        return self

    def post(self, path: str, data: Mapping[str, object], **request: object) -> Browser:
        self.answer = self.client.post(path, data=data, follow_redirects=True, **request)
        return self

    @property
    def page(self) -> BeautifulSoup:
        assert self.answer is not None
        return BeautifulSoup(self.answer.get_data(as_text=True), "html.parser")

    @property
    def status(self) -> int:
        assert self.answer is not None
        return self.answer.status_code

    @property
    def path(self) -> str:
        assert self.answer is not None
        return self.answer.request.path

    @property
    def heading(self) -> str:
        return words(self.page.h1)

    @property
    def text(self) -> str:
        return words(self.page.main)

    def form(self, button: str) -> tuple[str, dict[str, object]]:
        """Where the form with this button goes and what it carries; a field that is filled in is sent along."""
        pressed = next(each for each in self.page.find_all("button") if words(each).startswith(button))
        form = pressed.find_parent("form")
        carried = {each["name"]: each["value"] for each in form.find_all("input", type="hidden")}
        if pressed.get("name"):
            carried[pressed["name"]] = pressed["value"]
        return form["action"], carried

    def press(self, button: str, **answers: object) -> Browser:
        path, carried = self.form(button)
        return self.post(path, {**carried, **answers})

    def value_of(self, label: str) -> str:
        """What is posted for the row with this label."""
        found = next(each for each in self.page.find_all("label") if words(each) == label)
        return self.page.find(id=found["for"])["value"]

    def choose(self, *labels: str) -> Browser:
        return self.press(GO_ON[self.language], answer=[self.value_of(label) for label in labels])

    def write(self, text: str) -> Browser:
        return self.press(GO_ON[self.language], answer=text)

    @property
    def language(self) -> str:
        return self.page.main["lang"]


GO_ON = {"de": "Weiter", "de-simple": "Weiter", "en": "Continue"}


def words(tag: object) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True)) if tag else ""
