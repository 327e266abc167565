# SPDX-License-Identifier: EUPL-1.2
"""The telephone line: one process between Asterisk and the service. It plays menus and sends back what callers do.

It opens no database and decides nothing: what a call does is `line_call.advance`, what is said comes from the service.
It writes ids into its log and never a number.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from core.call_backs import MINUTES
from core.ports import Clock
from voice.call_state import Asking, Call, Listening, Saying, Taping
from voice.exchange import CallGone, Exchange, ExchangeAccess, ExchangeFault, reached
from voice.line_events import Began, CameBack, Placed, Reconnected, Screened, Taken
from voice.running_call import RunningCall
from voice.service import Service

log = logging.getLogger(__name__)

CONNECT_AGAIN_SECONDS = (0.2, 0.5, 1, 2, 5)
"""How long to wait before the exchange is tried again, growing; the last one for ever."""


class NameTaken(Exception):
    """Another process has connected under the name of this line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one line takes at most (reliability D11). Calls per number and day are counted by the service."""

    open_calls: int = 60
    call_seconds: float = 30 * 60
    placed_call_seconds: float = MINUTES * 60
    """A call of ours: the minutes that it holds of the day's budget."""


class Line:
    """All calls of one line."""

    def __init__(self, exchange: Exchange, service: Service, limits: Limits) -> None:
        self._exchange = exchange
        self._service = service
        self._limits = limits
        self._calls: dict[str, RunningCall] = {}

    async def run(self) -> None:
        """Serve calls until cancelled; then give those that are open to another line. Raises NameTaken."""
        try:
            await self._stay_connected()
        finally:
            await asyncio.shield(self._give_back())

    async def _stay_connected(self) -> None:
        tries = 0
        while True:
            try:
                left_over = await self._exchange.ours() - self._calls.keys()
                async with self._exchange.events() as events:
                    tries = 0
                    log.info("connected to the exchange")
                    await self._take_up(left_over)
                    async for event in events:
                        self._read(event)
            except (OSError, WebSocketException, TimeoutError) as error:
                log.warning("the exchange is not reached: %s", type(error).__name__)
            except ExchangeFault as fault:
                log.warning("the exchange does not serve us: %s", fault)
            await asyncio.sleep(CONNECT_AGAIN_SECONDS[min(tries, len(CONNECT_AGAIN_SECONDS) - 1)])
            tries += 1

    async def _take_up(self, left_over: frozenset[str]) -> None:
        """After a time without the exchange: go on where a call still stands, and take up those of a line before us."""
        there = await self._exchange.channels()
        for channel, running in list(self._calls.items()):
            if channel not in there:
                running.gone()
                continue
            running.happens(Reconnected())
            await running.ask_about_recording()
        for channel in left_over:
            with suppress(CallGone):
                await self._exchange.give_back(channel)

    async def _give_back(self) -> None:
        """The line ends: calls go to another one, or to one that is started soon."""
        for channel, running in list(self._calls.items()):
            if isinstance(running.call.stands, _IN_TALK):
                with suppress(CallGone, ExchangeFault):
                    await self._exchange.give_back(channel)
            running.leave()
        await self._service.finish()

    # ------------------------------------------------------------------------------------------------------- events

    def _read(self, event: Mapping[str, Any]) -> None:
        """Take one event; one that cannot be read must not end the calls of all."""
        try:
            self._hear(event)
        except (KeyError, TypeError, ValueError) as error:
            log.error("an event of the exchange could not be read: %s", type(error).__name__)  # noqa: TRY400 - it may hold a number

    def _hear(self, event: Mapping[str, Any]) -> None:
        kind, channel = event["type"], channel_of(event)
        if kind == "ApplicationReplaced":
            raise NameTaken("another line has connected under the same name")
        if kind == "StasisStart":
            self._came(channel, event)
        elif kind == "Dial":
            self._dialled(channel, event)
        elif channel in self._calls:
            self._calls[channel].hear(event)

    def _came(self, channel: str, event: Mapping[str, Any]) -> None:
        """A call comes from the dialplan: `call,NUMBER` | `back,WHY` | `placed,…` | `outbound,WHO`."""
        reason, *more = [str(each) for each in event["args"]] + [""] * 4
        running = self._calls.get(channel)
        if reason == "placed":
            occasion, keyword, caller, to = more[:4]
            (running or self._begun(Call(channel, placed=Placed()))).happens(
                Taken(Placed(occasion, keyword), caller, to)
            )
        elif reason == "outbound" and running:
            running.happens(Screened(machine=more[0] == "MACHINE"))
        elif reason == "back" and running:
            running.happens(CameBack(talked=more[0] == "ANSWER"))
        elif self._is_full():
            self._service.keep(self._refused(channel))
        elif _is_by_exchange(channel):
            self._called(channel, event["channel"], more[0] if reason == "call" else "")
        else:
            self._service.keep(self._refused(channel))

    def _is_full(self) -> bool:
        full = len(self._calls) >= self._limits.open_calls
        if full:
            log.warning("more than %d calls at once, one is refused", self._limits.open_calls)
        return full

    def _called(self, channel: str, at_exchange: Mapping[str, Any], to: str) -> None:
        """Somebody calls. One who has talked to a line before begins anew, as if she had called again."""
        again = f"~{secrets.token_hex(4)}" if at_exchange["state"] == "Up" else ""
        call = Call(channel + again, caller=at_exchange["caller"]["number"], to=to, picked_up=bool(again))
        self._begun(call, channel).happens(Began())

    async def _refused(self, channel: str) -> None:
        with suppress(CallGone, ExchangeFault):
            await self._exchange.hang_up(channel, busy=True)

    def _dialled(self, channel: str, event: Mapping[str, Any]) -> None:
        """We hear of a call of ours from when it begins to ring; a call to the town hall has a caller."""
        if "caller" not in event and channel not in self._calls:
            self._begun(Call(channel, placed=Placed()))

    def _begun(self, call: Call, channel: str | None = None) -> RunningCall:
        known = channel or call.id
        named = replace(call, chance=secrets.token_hex(16))
        longest = self._limits.placed_call_seconds if call.placed else self._limits.call_seconds
        running = RunningCall(known, named, self._exchange, self._service, longest)
        self._calls[known] = running
        running.start(lambda: self._forget(known, running))
        return running

    def _forget(self, channel: str, running: RunningCall) -> None:
        if self._calls.get(channel) is running:
            del self._calls[channel]


_IN_TALK = (Asking, Saying, Listening, Taping)


def _is_by_exchange(channel: str) -> bool:
    """Whether the exchange has named this call. A call of ours has our own id, without a point in it."""
    return "." in channel


def channel_of(event: Mapping[str, Any]) -> str:
    """The call that an event is about; sounds, recordings and our own calls name it in other places."""
    part = event.get("playback") or event.get("recording") or {}
    channel = event.get("channel") or event.get("peer") or {}
    return str(channel.get("id") or part.get("target_uri", "").removeprefix("channel:"))


async def serve_calls(access: ExchangeAccess, secret: bytes, limits: Limits, clock: Clock) -> None:
    """Run one line until cancelled. Raises NameTaken, and ValueError without a secret."""
    async with reached(access) as exchange, httpx.AsyncClient(trust_env=False) as http:
        await Line(exchange, Service(access.service_url, secret, clock, http), limits).run()
