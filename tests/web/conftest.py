# SPDX-License-Identifier: EUPL-1.2
"""One running town for each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.service import Browser, Running, running


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as service:
        yield service


@pytest.fixture
def browser(town: Running) -> Browser:
    return town.browser()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A town for tests that only read, or that may leave drafts behind."""
    with running(tmp_path_factory.mktemp("town")) as service:
        yield service
