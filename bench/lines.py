# SPDX-License-Identifier: EUPL-1.2
"""The servers that a call reaches, each one process under the same waitress: `python -m bench.lines NAME FOLDER`.

Prints its port once it is ready and answers until it is terminated. In `turn` no sound can be made: whatever starts a
process, loads a library or connects to anybody raises, and is written down.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from flask import Flask, Response

from app.http import create_app
from app.serving import answer_until_ended, end_on_signal, listen
from bench.installation import installed
from voice.twiml import TURN

ANSWER = "answer.xml"
"""A real answer to a key, which `bare` gives every time."""
TRIED = "tried"
"""Where `turn` writes down, line by line, what was tried and is not allowed."""
MAKES_SOUND = frozenset(
    {
        *("subprocess.Popen", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system"),
        *("ctypes.dlopen", "socket.connect"),
    }
)
"""Audit events (docs.python.org/3/library/audit_events.html) of all ways to a speech engine: a process, a library, the
network."""


def refuse_sound(folder: Path) -> None:
    """From now on no sound can be made in this process. Not to be undone: an audit hook stays (PEP 578)."""
    tried = os.open(folder / TRIED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def refuse(event: str, _arguments: object) -> None:
        if event in MAKES_SOUND:
            os.write(tried, f"{event}\n".encode("ascii"))
            raise PermissionError(event)

    sys.addaudithook(refuse)


@contextmanager
def turn(folder: Path) -> Iterator[Flask]:
    """The whole service, without the jobs beside it: they prepare sound."""
    with installed(folder) as service:
        refuse_sound(folder)
        yield create_app(service)


@contextmanager
def bare(folder: Path) -> Iterator[Flask]:
    """The same answer every time, and nothing else."""
    answer = (folder / ANSWER).read_bytes()
    app = Flask("bare")
    app.add_url_rule(TURN, "bare", lambda: Response(answer, content_type="text/xml; charset=utf-8"), methods=["POST"])
    yield app


LINES: Mapping[str, Callable[[Path], AbstractContextManager[Flask]]] = {"turn": turn, "bare": bare}


def main(name: str, folder: str) -> None:
    """Serve one of them."""
    end_on_signal()
    with LINES[name](Path(folder)) as app:
        server = listen(app, "127.0.0.1", 0)
        print(server.effective_port, flush=True)
        answer_until_ended(server)


if __name__ == "__main__":
    main(*sys.argv[1:])
