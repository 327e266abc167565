# SPDX-License-Identifier: EUPL-1.2
"""The exchange, and one event loop for tests that call."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telephone.exchange import Exchange, running
from tests.telephone.fixtures import asterisk, exchange
from tests.telephone.town_on_the_phone import TownOnThePhone, founded, town_on_the_phone

__all__ = ["asterisk", "exchange"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def quick_exchange(asterisk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """An exchange with small limits, so that no test waits for them: two calls, one that is dead for two seconds."""
    limits = {"PHONE_MAX_CALLS": "2", "PHONE_DEAD_LINE_SECONDS": "2", "PHONE_PERSON_SECONDS": "1"}
    with running(asterisk, tmp_path_factory.mktemp("quick"), **limits) as started:
        yield started


@pytest.fixture(scope="session")
def two_towns(asterisk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TownOnThePhone, ...]]:
    """Two whole towns that can be called: one for what goes well, one whose clock and processes may be disturbed."""
    calm, disturbed = tmp_path_factory.mktemp("calm"), tmp_path_factory.mktemp("disturbed")
    founded(calm)
    shutil.copytree(calm, disturbed, dirs_exist_ok=True)
    with town_on_the_phone(asterisk, calm) as first, town_on_the_phone(asterisk, disturbed) as second:
        yield first, second


collect_ignore = [] if os.environ.get("WHOLE_CALLS") else ["test_whole_calls.py"]
"""Sixty calls in three minutes, every sentence found by correlation: a machine that does anything else beside it loses
sound now and then, so this is a campaign of its own. `WHOLE_CALLS=1 script/test tests/telephone/test_whole_calls.py`"""
