# SPDX-License-Identifier: EUPL-1.2
"""A whole service in a folder, started and ended again for every single step, on a clock that the story moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient

from app.clock import MovableClock
from app.config import Settings
from app.http import create_app
from app.wiring import ADAPTERS, Service, joined
from core.administration import Acting, load, open_consultation
from core.tally import Tally

EXAMPLES = Path(__file__).resolve().parents[2] / "consultations"
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "http://127.0.0.1:8000"
FIRST_DAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Town:
    """A data folder and a clock; `running` starts the service on them anew."""

    folder: Path
    clock: MovableClock
    database_url: str = ""

    @contextmanager
    def running(self) -> Iterator[Service]:
        settings = Settings.read({"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC_URL}, self.folder)
        if self.database_url:
            settings = replace(settings, database_url=self.database_url)
        with joined(settings) as service:
            parts = replace(service.parts, clock=self.clock)
            yield replace(service, parts=parts, connections=tuple(adapter(settings, parts) for adapter in ADAPTERS))

    @contextmanager
    def client(self) -> Iterator[tuple[Service, FlaskClient]]:
        with self.running() as service:
            yield service, create_app(service).test_client()

    def tally(self, keyword: str) -> Tally:
        with self.running() as service:
            town = service.town()
            standing = Acting("test", town, service.parts.store, self.clock).standing(keyword)
            return Tally(service.parts.store.consultations.tally(town.key, standing.id))


def founded(folder: Path, database_url: str = "") -> Town:
    """The example town with both example consultations open."""
    (folder / "town.toml").write_bytes((EXAMPLES / "town.toml").read_bytes())
    town = Town(folder, MovableClock(FIRST_DAY), database_url)
    with town.running() as service:
        by = Acting("test", service.town(), service.parts.store, town.clock)
        for name in ("bus", "zukunft"):
            standing, _ = load((EXAMPLES / f"{name}.toml").read_text("utf-8"), f"{name}.toml", by)
            open_consultation(standing.consultation.keyword, by)
    return town
