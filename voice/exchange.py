# SPDX-License-Identifier: EUPL-1.2
"""Asterisk's control interface (ARI) as the telephone line uses it: a dozen verbs and one stream of events.

docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface. What a request carries stands in
its body and never in its address, so that no number gets into a log.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, assert_never
from urllib.parse import quote

import httpx
from websockets.asyncio.client import connect

from voice.clips import RECORDING_PATH, SILENCES, silence
from voice.line_events import AtExchange, Audible
from voice.menu import Pause, Recorder, Replay, Say
from voice.wire import Clip

TIMEOUT_SECONDS = 5


class CallGone(Exception):
    """The call is not there any more, or is not ours: the caller has hung up."""


class ExchangeFault(Exception):
    """The exchange was not reached or could not do it. The message is a status or a kind of error."""


@dataclass(frozen=True, slots=True)
class ExchangeAccess:
    """Where Asterisk is steered, and where its sounds lie.

    `ari_url` ends with "/ari". `app` is the name under which this line is known there; each replica has its own.
    `sounds` is the folder of prepared sound among those of Asterisk ("" for its root), or an http(s) address from
    which Asterisk fetches it and keeps it; Asterisk 22 then finds it only if the path in its cache is shorter than the
    address. `service_url` is where Asterisk fetches what it has deleted.
    """

    ari_url: str
    user: str
    password: str = field(repr=False)
    app: str
    sounds: str = ""
    service_url: str = ""


class Exchange:
    """What the line can do at the exchange. Each verb raises CallGone or ExchangeFault."""

    def __init__(self, access: ExchangeAccess, http: httpx.AsyncClient) -> None:
        self._access = access
        self._http = http

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Be connected: from now on calls come to us. Raises OSError or a WebSocketException when that is over."""
        login = base64.b64encode(f"{self._access.user}:{self._access.password}".encode()).decode()
        address = f"{self._access.ari_url.replace('http', 'ws', 1)}/events?app={quote(self._access.app)}"
        async with connect(address, additional_headers={"Authorization": f"Basic {login}"}, proxy=None) as socket:

            async def read() -> AsyncIterator[dict[str, Any]]:
                async for text in socket:
                    yield json.loads(text)

            yield read()

    # --------------------------------------------------------------------------------------------------- all calls

    async def channels(self) -> frozenset[str]:
        """All calls that there are."""
        return frozenset(str(each["id"]) for each in (await self._do("GET", "channels")).json())

    async def ours(self) -> frozenset[str]:
        """The calls that are with this line, also from before it was started."""
        try:
            return frozenset((await self._do("GET", "applications", self._access.app)).json()["channel_ids"])
        except CallGone:
            return frozenset()

    # ------------------------------------------------------------------------------------------------------- one call

    async def pick_up(self, call: str) -> None:
        """Answer."""
        await self._do("POST", "channels", call, "answer")

    async def hang_up(self, call: str, *, busy: bool = False) -> None:
        """End the call."""
        await self._do("DELETE", f"channels/{quote(call, safe='')}?reason={'busy' if busy else 'normal'}")

    async def play(self, call: str, playback: str, sounds: Sequence[Audible], own: str | None = None) -> None:
        """Play sounds without a gap, under our own name for it. A text whose sound is missing is left out.

        `own` is the caller's own recording, as the exchange names it; None where it has to come from the service.
        """
        media = [place for each in sounds if (place := media_of(each, self._access, own))]
        await self._do("POST", "channels", call, "play", playback, body={"media": media})

    async def stop(self, playback: str) -> None:
        """Be silent; that it had ended already is no error."""
        await self._is_there("DELETE", "playbacks", playback)

    async def record(self, call: str, name: str, recorder: Recorder) -> None:
        """Record what is said. Our own tone was played: Asterisk's may not be installed."""
        body = {
            "name": name,
            "format": "wav",
            "maxDurationSeconds": recorder.longest_seconds,
            "maxSilenceSeconds": recorder.silence_seconds,
            "beep": False,
            "terminateOn": "#",
            "ifExists": "fail",
        }
        await self._do("POST", "channels", call, "record", body=body)

    async def is_recording(self, name: str) -> bool:
        """Whether this recording still goes on."""
        return await self._is_there("GET", "recordings", "live", name)

    async def has_recording(self, name: str) -> bool:
        """Whether this recording is kept here."""
        return await self._is_there("GET", "recordings", "stored", name)

    async def erase(self, name: str) -> None:
        """Delete a recording, if it is there."""
        await self._is_there("DELETE", "recordings", "stored", name)

    async def put_through(self, call: str, number: str, ring_seconds: int) -> None:
        """Leave the call to the dialplan, which calls a person; we go on hearing of it."""
        await self._do(
            "POST", "applications", self._access.app, "subscription", body={"eventSource": f"channel:{call}"}
        )
        await self._set(call, PERSON=number, PERSON_SECONDS=str(ring_seconds), APP=self._access.app)
        await self._leave_to(call, "person")

    async def screen(self, call: str) -> None:
        """Leave the call to the dialplan, which finds out whether it is a machine."""
        await self._leave_to(call, "outbound")

    async def give_back(self, call: str) -> None:
        """Leave the call to the dialplan, which finds a line that is connected; it may be this one."""
        await self._leave_to(call, "service")

    async def _leave_to(self, call: str, context: str) -> None:
        body = {"context": context, "extension": "s", "priority": 1}
        await self._do("POST", "channels", call, "continue", body=body)

    async def _set(self, call: str, **variables: str) -> None:
        for name, value in variables.items():
            await self._do("POST", "channels", call, "variable", body={"variable": name, "value": value})

    # ------------------------------------------------------------------------------------------------------- the wire

    async def _is_there(self, method: str, *path: str) -> bool:
        try:
            await self._do(method, *path)
        except CallGone:
            return False
        return True

    async def _do(self, method: str, *path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        address = "/".join(part if "/" in part else quote(part, safe="") for part in path)
        try:
            answer = await self._http.request(method, f"{self._access.ari_url}/{address}", json=body)
        except httpx.HTTPError as error:
            raise ExchangeFault(type(error).__name__) from None
        if answer.status_code in {404, 409, 412, 422}:
            raise CallGone(str(answer.status_code))
        if answer.is_error:
            raise ExchangeFault(str(answer.status_code))
        return answer


@asynccontextmanager
async def reached(access: ExchangeAccess) -> AsyncIterator[Exchange]:
    """The exchange, with connections that are kept."""
    login = httpx.BasicAuth(access.user, access.password)
    async with httpx.AsyncClient(auth=login, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        yield Exchange(access, http)


def media_of(sound: Audible, access: ExchangeAccess, own: str | None = None) -> str | None:
    """A sound as Asterisk names it; None for a text that was not prepared as sound."""
    match sound:
        case Clip(name):
            return _prepared(name, access.sounds)
        case Pause(seconds):
            return _prepared(silence(min(SILENCES, key=lambda each: abs(each - seconds * 1000))), access.sounds)
        case Replay(recording):
            return f"recording:{own}" if own else f"sound:{access.service_url}{RECORDING_PATH}{recording}"
        case AtExchange(name):
            return f"sound:{name}"
        case Say():
            return None
        case _:
            assert_never(sound)


def _prepared(name: str, place: str) -> str:
    """Asterisk finds a file by its name without an ending, and fetches an address as it is."""
    if place.startswith(("http://", "https://")):
        return f"sound:{place.rstrip('/')}/{name}"
    return f"sound:{place.strip('/')}/{name.removesuffix('.wav')}".replace(":/", ":")
