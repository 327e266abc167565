# SPDX-License-Identifier: EUPL-1.2
"""A service whose answers are a script: what the telephone line posts goes in, a menu comes out. Over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.clock import SystemClock
from voice.menu import Connect, HangUp, Keypad, Recorder, Then
from voice.wire import SIGNATURE_HEADER, is_signed

SECRET = b"only for tests"
KINDS = {Keypad: "keypad", Recorder: "record", Connect: "connect"}
Event = dict[str, Any]
Script = Callable[[Event], tuple[tuple[str | float, ...], Then]]
"""An event → what is heard (names of clips, seconds of silence, "replay:<id>"), and what then."""

BYE = HangUp()


class ScriptedService:
    """The service. `events` is what it has taken, each step once; a step that comes again gets the same answer."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.events: list[Event] = []
        self.reports: list[Event] = []
        self.posts = 0
        self.refuses: Callable[[int], bool] = lambda _: False
        """Whether the n-th request, from 0, gets a 503."""
        self.slow: Callable[[int], float] = lambda _: 0.0
        self.files: dict[str, bytes] = {}
        """What can be fetched, by path."""
        self.url = ""
        self._answers: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()

    def said(self, call: str | None = None) -> list[str]:
        """The kinds of events, with the keys."""
        return [each["event"] + each.get("keys", "") for each in self.events if call in {None, each["call"]}]

    def wait_for(self, kind: str, count: int = 1, within: float = 5.0) -> Event:
        """The n-th event of a kind. AssertionError: it does not come."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            found = [each for each in [*self.events, *self.reports] if each["event"] == kind]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.02)
        raise AssertionError(f"no {kind} among {self.said()}")

    def take(self, path: str, body: bytes, header: str) -> tuple[int, bytes]:
        number, self.posts = self.posts, self.posts + 1
        time.sleep(self.slow(number))
        if self.refuses(number):
            return 503, b""
        if not is_signed(SECRET, body, header, SystemClock().now()):
            return 403, b""
        event = json.loads(body)
        if path == "/voice/asterisk/status":
            self.reports.append(event)
            return 200, b""
        with self._lock:
            return 200, self._answered(event)

    def _answered(self, event: Event) -> bytes:
        step = (event["call"], "end" if event["event"] == "hung_up" else event["step"].get("n", "0"))
        if step not in self._answers:
            self.events.append(event)
            heard, then = self.script(event) if step[1] != "end" else ((), BYE)
            self._answers[step] = menu(heard, then, int(event["step"].get("n", "0")) + 1)
        return self._answers[step]


def menu(heard: tuple[str | float, ...], then: Then, number: int) -> bytes:
    """A menu as the service writes it."""
    follows = {KINDS[type(then)]: asdict(then)} if type(then) in KINDS else {"hang_up": True}
    return json.dumps({"sounds": [sound(each) for each in heard], "then": follows, "step": {"n": str(number)}}).encode()


def sound(written: str | float) -> dict[str, str | float]:
    """One sound of a menu."""
    if isinstance(written, float):
        return {"silence": written}
    return {"replay": written[7:]} if written.startswith("replay:") else {"play": f"{written}.wav"}


@contextmanager
def serving(script: Script) -> Iterator[ScriptedService]:
    """The service, on a free port of loopback."""
    service = ScriptedService(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = service.take(self.path, body, self.headers.get(SIGNATURE_HEADER, ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            file = service.files.get(self.path)
            self.send_response(404 if file is None else 200)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Content-Length", str(len(file or b"")))
            self.end_headers()
            self.wfile.write(file or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
