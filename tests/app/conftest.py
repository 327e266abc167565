# SPDX-License-Identifier: EUPL-1.2
"""The real service in a folder of its own, with a clock that can be moved; nothing in it is replaced but the time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from app.clock import MovableClock
from app.config import Settings
from app.files import EXAMPLES
from app.wiring import ADAPTERS, Service, joined
from core.administration import load, open_consultation
from core.participation import take_turn
from core.people import Address, AddressKind
from core.turns import InboundTurn, Reply, TurnId, Words

TOKEN = "a-token-that-only-this-test-knows"
PUBLIC_URL = "https://mitwirkung.bergheim.example"
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""12:00 in Bergheim; BUS and ZUKUNFT are open."""

Say = Callable[..., Reply]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the example town."""
    shutil.copyfile(EXAMPLES / "town.toml", tmp_path / "town.toml")
    return tmp_path


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MONDAY_NOON)


@pytest.fixture
def service(folder: Path, clock: MovableClock) -> Iterator[Service]:
    """The service on SQLite with a Twilio token, BUS loaded and open."""
    settings = Settings.read({"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC_URL}, folder)
    with joined(settings) as found:
        parts = replace(found.parts, clock=clock)
        moved = replace(found, parts=parts, connections=tuple(adapter(settings, parts) for adapter in ADAPTERS))
        by = moved.acting("test")
        load((EXAMPLES / "bus.toml").read_text(encoding="utf-8"), "bus.toml", by)
        open_consultation("BUS", by)
        yield moved


@pytest.fixture
def say(service: Service) -> Say:
    """What somebody is answered who writes from this number."""
    turns = count(1)

    def said(number: str, text: str) -> Reply:
        sender = Address(AddressKind.PHONE, number)
        now = service.parts.clock.now()
        turn = InboundTurn(TurnId("test", str(next(turns))), "sms", sender, "", Words(text), now)
        return take_turn(turn, service.parts)

    return said


def number_of(person: int) -> str:
    """A mobile number for each person."""
    return f"+4915112{person:06d}"
