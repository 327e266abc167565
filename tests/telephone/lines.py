# SPDX-License-Identifier: EUPL-1.2
"""Telephone lines between a real exchange and a service, in the event loop of a test."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace

from app.clock import SystemClock
from tests.telephone.exchange import Exchange
from tests.telephone.line_service import SECRET
from tests.telephone.steering import FIRST
from voice.asterisk_calls import AsteriskAccess
from voice.exchange import ExchangeAccess
from voice.line import Limits, serve_calls


def access(exchange: Exchange, service_url: str, app: str = FIRST) -> ExchangeAccess:
    """How a line reaches both."""
    return ExchangeAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password, app, service_url=service_url)


@contextmanager
def asterisk_of(exchange: Exchange) -> Iterator[AsteriskAccess]:
    """How the service itself reaches the exchange."""
    reaching = AsteriskAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password)
    try:
        yield reaching
    finally:
        reaching.close()


@asynccontextmanager
async def line(
    exchange: Exchange, service_url: str, app: str = FIRST, limits: Limits | None = None, **otherwise: str
) -> AsyncIterator[asyncio.Task[None]]:
    """One line, connected. `otherwise` are fields of its access."""
    reaching = replace(access(exchange, service_url, app), **otherwise)
    with connection_told() as connected:
        task = asyncio.create_task(serve_calls(reaching, SECRET, limits or Limits(), SystemClock()))
        try:
            await asyncio.wait_for(connected.wait(), 5)
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@contextmanager
def connection_told() -> Iterator[asyncio.Event]:
    """When a line says that it is connected. The exchange itself still names one that has just left."""
    told, log = asyncio.Event(), logging.getLogger("voice.line")

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == "connected to the exchange":
                told.set()

    ear, level = Ear(), log.level
    log.addHandler(ear)
    log.setLevel(logging.INFO)
    try:
        yield told
    finally:
        log.removeHandler(ear)
        log.setLevel(level)


class Cable:
    """A TCP connection to the exchange that can be cut and mended. `near` is the address of its near end."""

    def __init__(self, exchange: Exchange) -> None:
        host, _, rest = exchange.ari_url.removeprefix("http://").partition(":")
        self._to = (host, int(rest.partition("/")[0]))
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self.near = ""

    async def lay(self) -> asyncio.Server:
        """Let the near end be found."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.near = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ari"
        return server

    def cut(self) -> None:
        """All connections break, and no new one stands."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        """New connections stand."""
        self._is_cut = False

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self._is_cut:
            back.transport.abort()
            return
        far, forth = await asyncio.open_connection(*self._to)
        self._writers |= {back, forth}
        await asyncio.gather(self._pass_on(near, forth), self._pass_on(far, back))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
        self._writers.discard(writer)


@asynccontextmanager
async def cable_to(exchange: Exchange) -> AsyncIterator[Cable]:
    """A cable, for a while."""
    cable = Cable(exchange)
    server = await cable.lay()
    try:
        yield cable
    finally:
        cable.cut()
        server.close()
        await asyncio.sleep(0.1)  # what is carried ends by itself
