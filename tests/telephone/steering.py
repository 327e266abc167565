# SPDX-License-Identifier: EUPL-1.2
"""The least that steers calls over ARI: what the exchange is tested with. The product has its own."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import websockets

from tests.telephone.call import Call
from tests.telephone.caller import Caller
from tests.telephone.exchange import NUMBER, Exchange

FIRST, SECOND = "mitwirkung-1", "mitwirkung-2"
PATIENCE = 10.0
Event = dict[str, Any]
Queue = asyncio.Queue[Event]


class Steering:
    """A service that is connected: calls come as events, and each call's events come in order."""

    def __init__(self, http: httpx.AsyncClient, socket: websockets.ClientConnection) -> None:
        self.http, self._socket = http, socket
        self._calls: Queue = asyncio.Queue()
        self._events: defaultdict[str, Queue] = defaultdict(asyncio.Queue)

    async def read(self) -> None:
        """Hand each event to its call."""
        async for text in self._socket:
            event = json.loads(text)
            if event["type"] == "StasisStart":
                self._calls.put_nowait(event)
            else:
                self._events[call_of(event)].put_nowait(event)

    async def next_call(self) -> Event:
        """Wait for a call: its channel, and the arguments from the dialplan."""
        return await asyncio.wait_for(self._calls.get(), PATIENCE)

    def nobody_has_called(self) -> bool:
        """Is no call waiting?"""
        return self._calls.empty()

    async def leave(self) -> None:
        """Lose the connection."""
        await self._socket.close()

    async def event(self, call: Event, kind: str, within: float = PATIENCE) -> Event:
        """Wait for an event of this kind, past all others of this call."""
        async with asyncio.timeout(within):
            while (event := await self._events[call["channel"]["id"]].get())["type"] != kind:
                pass
            return event

    async def do(self, method: str, path: str, **parameters: Any) -> httpx.Response:
        """Ask the exchange to do something."""
        answer = await self.http.request(method, path, params=parameters)
        answer.raise_for_status()
        return answer

    async def on(self, call: Event, method: str, path: str, **parameters: Any) -> httpx.Response:
        """Do something with one call."""
        return await self.do(method, f"/channels/{call['channel']['id']}{path}", **parameters)

    async def play(self, call: Event, name: str) -> None:
        """Play a sound to its end: its own end, not that of one before it."""
        playback = uuid.uuid4().hex
        await self.on(call, "POST", f"/play/{playback}", media=f"sound:{name}")
        while (await self.event(call, "PlaybackFinished"))["playback"]["id"] != playback:
            pass

    async def place_a_call(self, number: str) -> None:
        """Call somebody, and come back once it is known whether a person or a machine has answered."""
        way = {"context": "outbound", "extension": "s", "priority": 1, "timeout": 20}
        await self.do("POST", "/channels", endpoint=f"PJSIP/{number}@trunk", **way)

    async def put_through(self, call: Event, number: str) -> None:
        """Let the caller speak with a person."""
        await self.on(call, "POST", "/variable", variable="PERSON", value=number)
        await self.on(call, "POST", "/continue", context="person", extension="s", priority=1)

    async def answered(self) -> Event:
        """Take the next call."""
        call = await self.next_call()
        await self.on(call, "POST", "/answer")
        return call


def call_of(event: Event) -> str:
    """The channel that an event belongs to; sounds and recordings name it in another place."""
    part = event.get("playback") or event.get("recording") or {}
    channel = event.get("channel") or {}
    return str(channel.get("id") or part.get("target_uri", "")).removeprefix("channel:")


@asynccontextmanager
async def steering(exchange: Exchange, app: str = FIRST) -> AsyncIterator[Steering]:
    """Connect a service. The password goes into a header, never into an address."""
    login = httpx.BasicAuth(exchange.ari_user, exchange.ari_password)
    header = next(login.auth_flow(httpx.Request("GET", exchange.ari_url))).headers["Authorization"]
    events = f"{exchange.ari_url.replace('http', 'ws', 1)}/events?app={app}"
    async with (
        httpx.AsyncClient(base_url=exchange.ari_url, auth=login, trust_env=False) as http,
        websockets.connect(events, additional_headers={"Authorization": header}, proxy=None) as socket,
    ):
        service = Steering(http, socket)
        reading = asyncio.create_task(service.read())
        try:
            yield service
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def in_a_call(service: Steering, caller: Caller, number: str = NUMBER) -> AsyncIterator[tuple[Event, Call]]:
    """A call that the service has taken: as the service sees it, and as the caller does."""
    answering = asyncio.create_task(service.answered())
    async with caller.calling(number) as call:
        yield await answering, call
