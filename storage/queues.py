# SPDX-License-Identifier: EUPL-1.2
"""One turn at a time for each address, within this process: who has to wait then reads what the one before has written.

What decides is still the database (UNIQUE keys, revisions). But on PostgreSQL sixteen turns of one person at once tried
up to ninety times each before all had got through; queueing makes that one try, and between processes a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from core.errors import StoreUnavailable
from storage.engine import PATIENCE_SECONDS

_QUEUES: Final = 256
"""Enough that two people seldom share one; sharing costs a wait, nothing else."""


class Queues:
    """A fixed number of queues; every address has its place in one of them."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(_QUEUES))

    @contextmanager
    def turn_of(self, address_hash: str) -> Iterator[None]:
        """Wait for this address's turn. Raises `StoreUnavailable` if the one before does not end."""
        lock = self._locks[int(address_hash, 16) % _QUEUES]
        if not lock.acquire(timeout=PATIENCE_SECONDS):
            raise StoreUnavailable("An earlier turn of the same address does not end.")
        try:
            yield
        finally:
            lock.release()
