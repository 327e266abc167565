# SPDX-License-Identifier: EUPL-1.2
"""A town on each kind of store."""

import pytest

from tests.storage.town import Town


@pytest.fixture
def town(store):
    return Town(store)


@pytest.fixture
def sql_town(sql_store):
    return Town(sql_store)
