# SPDX-License-Identifier: EUPL-1.2
"""A provider that really listens: a small HTTP server on the loopback that answers what a test tells it to."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from app.catalogues import read_phrases


@dataclass
class Provider:
    """What the provider answers next, and what it was asked."""

    url: str = ""
    status: int = 201
    body: str = '{"sid": "SM1"}'
    headers: dict = field(default_factory=dict)
    stall: threading.Event | None = None
    asked: list = field(default_factory=list)


def handler_of(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(content, keep_blank_values=True).items()}
            provider.asked.append((self.path, form, self.headers.get("Authorization", "")))
            if provider.stall:
                provider.stall.wait(5)
                return
            self.send_response(provider.status)
            for name, value in {**provider.headers, "Content-Length": str(len(provider.body.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(provider.body.encode())

        def log_message(self, *_):
            pass

    return Handler


@pytest.fixture
def provider():
    told = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(told))
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    if told.stall:
        told.stall.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def phrases():
    return read_phrases()
