# SPDX-License-Identifier: EUPL-1.2
"""One service per data folder, by flock: the operating system takes the lock back when the process dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.errors import FolderInUse

TRIED_FOR_SECONDS: Final = 5.0
"""A restart may overlap with the end of the process before it."""


@contextmanager
def hold_folder(folder: Path, *, tried_for: float = TRIED_FOR_SECONDS) -> Iterator[None]:
    """Hold this folder for the block. Raises `FolderInUse` if another service keeps it for `tried_for` seconds."""
    handle = os.open(folder / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(handle, folder, time.monotonic() + tried_for)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise FolderInUse(f"Der Ordner {folder} wird schon von einem laufenden Dienst benutzt.") from None
            time.sleep(0.05)
        else:
            return
