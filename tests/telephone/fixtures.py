# SPDX-License-Identifier: EUPL-1.2
"""The exchange of this run. A conftest that needs it imports these two names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telephone.exchange import Exchange, NoExchange, running, unpacked_asterisk


@pytest.fixture(scope="session")
def asterisk() -> Path:
    """The folder of an unpacked Asterisk."""
    try:
        return unpacked_asterisk()
    except NoExchange as error:
        pytest.skip(f"NO REAL CALLS TESTED: {error}")


@pytest.fixture(scope="session")
def exchange(asterisk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    """An exchange without a service: whoever needs one connects to its control interface."""
    try:
        with running(asterisk, tmp_path_factory.mktemp("exchange")) as started:
            yield started
    except NoExchange as error:
        pytest.fail(str(error))
