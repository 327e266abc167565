# SPDX-License-Identifier: EUPL-1.2
"""The project's own phrases."""

import pytest

from app.catalogues import read_phrases


@pytest.fixture(scope="session")
def phrases():
    return read_phrases()
