# SPDX-License-Identifier: EUPL-1.2
"""The servers that are compared, each one process under the same waitress: `python -m bench.contenders NAME FOLDER N`.

Prints its port once it is ready and answers until it is terminated.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, request

from app.http import create_app
from app.in_process import jobs_running
from app.serving import answer_until_ended, end_on_signal, listen
from bench.installation import SMS_PATH, installed
from bench.people import introduce
from bench.replay import Floor, plans
from sms.twilio import twiml

ANSWER = twiml(("Notiert: Ja.\nWie zufrieden sind Sie mit dem Bus? 1 ist gar nicht, 5 ist sehr.",))
TYPE = "text/xml; charset=utf-8"


@contextmanager
def turn(folder: Path, people: int) -> Iterator[Flask]:
    """The whole service with its jobs beside it, as `mitwirkung serve` runs it once all sound is made."""
    with installed(folder) as joined:
        service = replace(joined, connections=tuple(each for each in joined.connections if each.path == SMS_PATH))
        introduce(service, people)
        with jobs_running(service):
            yield create_app(service)


@contextmanager
def bare(_folder: Path, _people: int) -> Iterator[Flask]:
    """The same answer every time, and nothing else."""
    app = Flask("bare")
    app.add_url_rule(SMS_PATH, "bare", lambda: Response(ANSWER, content_type=TYPE), methods=["POST"])
    yield app


@contextmanager
def floor(folder: Path, people: int) -> Iterator[Flask]:
    """The form is read, the turn's own statements run in raw `sqlite3`, and the same answer goes out every time."""
    with installed(folder) as service:
        todo = plans(service, people)
    statements = Floor.opened(folder / "mitwirkung.db")
    app = Flask("floor")

    def replayed() -> Response:
        statements.do(todo[request.form["MessageSid"]])
        return Response(ANSWER, content_type=TYPE)

    app.add_url_rule(SMS_PATH, "floor", replayed, methods=["POST"])
    yield app


CONTENDERS: Mapping[str, Callable[[Path, int], AbstractContextManager[Flask]]] = {
    "turn": turn,
    "bare": bare,
    "floor": floor,
}


def main(name: str, folder: str, people: str) -> None:
    """Serve one of them."""
    end_on_signal()
    with CONTENDERS[name](Path(folder), int(people)) as app:
        server = listen(app, "127.0.0.1", 0)
        print(server.effective_port, flush=True)
        answer_until_ended(server)


if __name__ == "__main__":
    main(*sys.argv[1:])
