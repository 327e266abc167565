# SPDX-License-Identifier: EUPL-1.2
"""The service as the telephone line sees it: one signed request with what has happened, one menu as its answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Coroutine, Mapping

import httpx

from core.ports import Clock
from voice.wire import SIGNATURE_HEADER, MenuNotReadable, Played, menu_from_json, signature

log = logging.getLogger(__name__)

PATH = "/voice/asterisk"
REPORT_PATH = f"{PATH}/status"

IN_ALL_SECONDS = 10
"""After so long nobody waits any more; a second try has the same step and gets the same answer (reliability A18)."""
ONE_TRY = httpx.Timeout(6, connect=3)
BETWEEN_TRIES_SECONDS = 0.5
LATER_SECONDS = (1, 5, 15, 60, 300)
"""When something that nobody waits for is told again."""
AT_THE_END_SECONDS = 5
_NEVER_BETTER = frozenset({400, 401, 403, 404})
"""Answers that a second try does not change: our request or our set-up is wrong."""


class ServiceSilent(Exception):
    """No answer in time, or none that can be read. The message is a status or a kind of error."""

    def __init__(self, why: str, *, may_change: bool = True) -> None:
        super().__init__(why)
        self.may_change = may_change


class Service:
    """Asks the service. `url` is its address without a path, best within the same machine or network."""

    def __init__(self, url: str, secret: bytes, clock: Clock, http: httpx.AsyncClient) -> None:
        if not secret:
            raise ValueError("the line and the service need a shared secret")
        self._url = url.rstrip("/")
        self._secret = secret
        self._clock = clock
        self._http = http
        self._kept: set[asyncio.Task[None]] = set()

    async def ask(self, event: Mapping[str, object]) -> Played:
        """Tell what has happened; the menu that follows. Tries twice. Raises ServiceSilent."""
        try:
            async with asyncio.timeout(IN_ALL_SECONDS):
                return menu_from_json(await self._asked_twice(event))
        except TimeoutError:
            raise ServiceSilent("no answer in time") from None
        except MenuNotReadable as error:
            raise ServiceSilent(str(error), may_change=False) from None

    async def tell(self, event: Mapping[str, object]) -> None:
        """Tell what has happened, again and again for some minutes while the service is down."""
        await self._told(PATH, event)

    async def report(self, event: Mapping[str, object]) -> None:
        """Tell how a call of ours ended, in the same way."""
        await self._told(REPORT_PATH, event)

    def keep(self, doing: Coroutine[None, None, None]) -> None:
        """Let something run beside everything else, and hold it until it is done."""
        task = asyncio.create_task(doing)
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    async def finish(self) -> None:
        """The line ends: a few seconds for what has not been told yet."""
        if self._kept:
            _, late = await asyncio.wait(self._kept, timeout=AT_THE_END_SECONDS)
            for task in late:
                task.cancel()

    async def _asked_twice(self, event: Mapping[str, object]) -> bytes:
        try:
            return await self._posted(PATH, event)
        except ServiceSilent as error:
            if not error.may_change:
                raise
            await asyncio.sleep(BETWEEN_TRIES_SECONDS)
            return await self._posted(PATH, event)

    async def _told(self, path: str, event: Mapping[str, object]) -> None:
        for wait_seconds in LATER_SECONDS:
            try:
                await self._posted(path, event)
            except ServiceSilent as error:
                if not error.may_change:
                    break
                await asyncio.sleep(wait_seconds)
            else:
                return
        log.error("call %s: the service was never told %s", event["call"], event["event"])

    async def _posted(self, path: str, event: Mapping[str, object]) -> bytes:
        body = json.dumps(event).encode()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: signature(self._secret, body, self._clock.now()),
        }
        try:
            answer = await self._http.post(self._url + path, content=body, headers=headers, timeout=ONE_TRY)
        except httpx.HTTPError as error:
            raise ServiceSilent(type(error).__name__) from None
        if answer.status_code != httpx.codes.OK:
            raise ServiceSilent(str(answer.status_code), may_change=answer.status_code not in _NEVER_BETTER)
        return answer.content
