# SPDX-License-Identifier: EUPL-1.2
"""A telephone on a socket: it hands what arrives to the call that it belongs to, or lets a new call ring."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from tests.telephone.sip import Address, Message


class Party(Protocol):
    """Whoever takes the messages of one call."""

    def receive(self, message: Message) -> None: ...


class Phone(asyncio.DatagramProtocol):
    """One SIP socket, any number of calls. `rings` takes an INVITE that belongs to none of them."""

    def __init__(self, rings: Callable[[Message, Address], None]) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._rings = rings
        self._calls: dict[str, Party] = {}

    @classmethod
    async def open(
        cls, own: Address = ("127.0.0.1", 0), rings: Callable[[Message, Address], None] = lambda *_: None
    ) -> Phone:
        """Open it, on a free port unless one is named."""
        _, phone = await asyncio.get_running_loop().create_datagram_endpoint(lambda: cls(rings), own)
        return phone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    @property
    def own(self) -> Address:
        """Where we are."""
        assert self._transport is not None
        address: Address = self._transport.get_extra_info("sockname")
        return address

    def close(self) -> None:
        """Unplug it."""
        if self._transport:
            self._transport.close()

    def attach(self, call_id: str, party: Party) -> None:
        """From now on, messages of this call go there."""
        self._calls[call_id] = party

    def send(self, message: Message, to: Address) -> None:
        """Send one message; on loopback none is lost, so none is sent twice."""
        assert self._transport is not None
        self._transport.sendto(message.write(), to)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        message = Message.read(data)
        party = self._calls.get(message.header("Call-ID"))
        if party:
            party.receive(message)
        elif message.method == "INVITE" and message.status is None:
            self._rings(message, addr)
        elif message.status is None and message.method != "ACK":
            self.send(message.answer(200, "OK"), addr)
