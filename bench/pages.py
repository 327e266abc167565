# SPDX-License-Identifier: EUPL-1.2
"""The weight of every page that a resident can come to, as her browser gets it: counted, not timed.

Found by following every link from the first page, and by beginning each consultation in each language and looking at
each of its pages. The first view is the page with everything that it makes the browser fetch, gzipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from app.http import create_app
from app.wiring import Service
from bench.installation import installed, scratch
from bench.measuring import Effort, Report, at_most, spread
from core.participation import open_consultations
from core.turns import Prompt

MOST_KILOBYTES = 24
MOST_REQUESTS = 2
PACKED = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class View:
    """The first view of one page."""

    path: str
    requests: int
    html: int
    rest: int
    headers: int

    @property
    def kilobytes(self) -> float:
        """Bodies only, in units of 1024 bytes."""
        return (self.html + self.rest) / 1024


class _Read(HTMLParser):
    """What a page links to, and what it makes a browser fetch by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.tokens: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.add(urlsplit(given["href"]).path)
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "manifest"}:
            self._fetch(given["href"])
        elif tag in {"script", "img", "audio", "video", "iframe", "source", "embed"}:
            self._fetch(given.get("src", ""))
        elif tag == "input" and given.get("type") == "hidden":
            self.tokens.setdefault(given["name"], given.get("value", ""))

    def _fetch(self, address: str) -> None:
        """What stands in the page itself ("data:") is no request."""
        if address and not address.startswith("data:"):
            self.fetched.add(address)


def measure(effort: Effort) -> Report:
    """The heaviest pages, then the budget."""
    with scratch() as folder, installed(folder) as service:
        app = create_app(service)
        views = [*_linked(app.test_client()), *_within_consultations(app, service)]
    heaviest = sorted(views, key=lambda view: view.kilobytes, reverse=True)
    yield f"pages looked at: {len(views)}"
    for view in (*heaviest[:8], heaviest[-1]):
        yield (
            f"{view.kilobytes:5.1f} kB in {view.requests} requests: page {view.html} B, "
            f"with it {view.rest} B (headers {view.headers} B)  {view.path}"
        )
    yield at_most(MOST_KILOBYTES, spread([view.kilobytes for view in heaviest[:1]]), "kB of the heaviest first view")
    yield at_most(MOST_REQUESTS, spread([max(float(view.requests) for view in views)]), "requests of any first view")


def _linked(client: FlaskClient) -> Iterator[View]:
    """Every page that can be reached by links alone."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        view, read = _seen(client, waiting.pop())
        yield view
        new = read.links - seen
        seen |= new
        waiting += sorted(new)


def _within_consultations(app: Flask, service: Service) -> Iterator[View]:
    """The page of every question and the check page, for somebody who has begun."""
    for standing in open_consultations(service.town(), service.parts):
        for language in standing.consultation.languages:
            start = f"/{language}/{standing.consultation.keyword}"
            client = app.test_client()
            client.post(start, data=_seen(client, start)[1].tokens)
            prompts = [*(question.key for question in standing.consultation.questions), str(Prompt.CHECK)]
            yield from (_seen(client, f"{start}/{prompt}")[0] for prompt in prompts)


def _seen(client: FlaskClient, path: str) -> tuple[View, _Read]:
    """One page as a browser gets it. Raises LookupError if there is none."""
    page = client.get(path, headers=PACKED)
    if page.status_code != 200:
        raise LookupError(f"{path} answers {page.status_code}")
    read = _Read(client.get(path).get_data(as_text=True))
    fetched = [client.get(each, headers=PACKED) for each in sorted(read.fetched)]
    headers = sum(len(str(each.headers)) for each in (page, *fetched))
    return View(path, 1 + len(fetched), len(page.data), sum(len(each.data) for each in fetched), headers), read
