# SPDX-License-Identifier: EUPL-1.2
"""The embedded web server: waitress in this process, until somebody asks it to end."""

from __future__ import annotations

import errno
import os
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from core.errors import MitwirkungError

if TYPE_CHECKING:
    from flask import Flask
    from waitress.server import BaseWSGIServer  # type: ignore[import-untyped]

THREADS = 8
SECONDS_TO_END = 8
"""After so long the process ends even if a provider has not answered yet. The outbox knows what was under way."""
LARGEST_REQUEST = 1024 * 1024
"""Bytes after which the server itself cuts a request off; the pages refuse far less, in words for a person."""


class PortTaken(MitwirkungError):
    """The port cannot be opened; the message names it and says what to do."""


def listen(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Take the port. Requests wait from now on, and are answered once `answer_until_ended` runs. Raises PortTaken."""
    from waitress import create_server  # type: ignore[import-untyped]

    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST_REQUEST,
            channel_timeout=30,
            clear_untrusted_proxy_headers=False,  # the pages judge X-Forwarded-For by the number of our own proxies
        )
    except OSError as error:
        raise _refused(error, port) from None


def _refused(error: OSError, port: int) -> PortTaken:
    match error.errno:
        case errno.EADDRINUSE:
            return PortTaken(
                f"Der Anschluss {port} ist schon belegt. Läuft mitwirkung vielleicht schon? "
                f"Sonst nehmen Sie einen anderen: --port {port + 1}"
            )
        case errno.EACCES:
            return PortTaken(f"Den Anschluss {port} darf hier nicht jeder öffnen. Nehmen Sie --port 8000.")
        case _:
            return PortTaken(f"Der Anschluss {port} lässt sich nicht öffnen ({error.strerror}).")


def answer_until_ended(server: BaseWSGIServer) -> None:
    """Answer requests until SIGTERM or Ctrl-C; what is under way is finished first."""
    try:
        server.run()
    finally:
        server.close()


def end_on_signal() -> None:
    """From now on SIGTERM ends this process in order: the main thread leaves all its blocks. At most ten seconds."""
    signal.signal(signal.SIGTERM, _end)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    patience = threading.Timer(SECONDS_TO_END, os._exit, (0,))
    patience.daemon = True
    patience.start()
    raise SystemExit(0)
