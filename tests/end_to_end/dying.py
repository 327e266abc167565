# SPDX-License-Identifier: EUPL-1.2
"""A service that is killed (SIGKILL, by itself) while it answers one message: before or after the commit.

python -m tests.end_to_end.dying FOLDER before|after NUMBER MESSAGE-ID TEXT
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.clock import MovableClock
from app.http import create_app
from tests.channels.twilio_requests import NUMBER
from tests.end_to_end.channels import signed
from tests.end_to_end.town import FIRST_DAY, Town


class DyingStore:
    """A store that lives until the first turn is, or is about to be, committed."""

    def __init__(self, store, when):
        self._store, self._when = store, when
        self.turns = self

    def __getattr__(self, name):
        return getattr(self._store if hasattr(self._store, name) else self._store.turns, name)

    @contextmanager
    def answering(self, municipality):
        with self._store.turns.answering(municipality) as transaction:
            yield transaction
            if self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, when: str, number: str, sid: str, text: str) -> None:
    form = {"MessageSid": sid, "From": number, "To": NUMBER, "Body": text, "NumMedia": "0"}
    with Town(Path(folder), MovableClock(FIRST_DAY)).running() as service:
        dying = replace(service, parts=replace(service.parts, store=DyingStore(service.parts.store, when)))
        create_app(dying).test_client().post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
    sys.exit("it was to be killed")


if __name__ == "__main__":
    main(*sys.argv[1:])
