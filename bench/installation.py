# SPDX-License-Identifier: EUPL-1.2
"""A town to measure: the real service in a folder of its own, both example consultations open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config import Settings
from app.demonstration import load_examples
from app.files import EXAMPLES
from app.wiring import Service, joined
from storage.keys import Keys
from storage.store import SqlStore

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "http://127.0.0.1:8000"
SMS_PATH = "/sms/twilio"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with TemporaryDirectory(prefix="mitwirkung-bench-") as folder:
        yield Path(folder)


@contextmanager
def installed(folder: Path, database_url: str | None = None) -> Iterator[Service]:
    """The service in this folder, made ready the first time; on SQLite unless another database is named."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXAMPLES / "town.toml", folder / "town.toml")
    environment = {"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": PUBLIC_URL}
    if database_url:
        environment["DATABASE_URL"] = database_url
    with joined(Settings.read(environment, folder)) as service:
        load_examples(service.acting("bench"))
        yield service


def store_of(service: Service) -> SqlStore:
    """The store with its engine, to look at statements and to fill tables."""
    store = service.parts.store
    if not isinstance(store, SqlStore):
        raise TypeError("only a store in a database can be measured")
    return store


def keys_of(service: Service) -> Keys:
    """The keys of this installation."""
    keys = service.parts.secrets
    if not isinstance(keys, Keys):
        raise TypeError("the service has other secrets than its keys")
    return keys
