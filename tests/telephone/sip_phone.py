# SPDX-License-Identifier: EUPL-1.2
"""The telephone of a golden conversation, over a real call: it is used from a thread, the call lives in the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from core.people import Address, AddressKind
from tests.end_to_end.channels import Telephone
from tests.telephone.listening import Listener, Person
from tests.telephone.sounds import spoken

ANSWER_SECONDS = 1.5


class SipPhone(Telephone):
    """Somebody at a telephone who holds a written conversation. `says` and `asked` wait until it is so."""

    def __init__(self, person: Person, loop: asyncio.AbstractEventLoop) -> None:
        self.person, self.town, self.number = person, person.town, person.number
        self._loop = loop
        self._listener: Listener | None = None
        self._call = AsyncExitStack()
        self._since = 0.0

    # ------------------------------------------------------------------------------------------------- what she does

    def call(self) -> None:
        self._do(self._call_anew())

    def press(self, keys: str) -> None:
        self._do(self._press(keys))

    def speak(self) -> None:
        self._do(self._say())

    def hang_up(self) -> None:
        """End the call that is open, if one is."""
        self._do(self._call.aclose())

    async def _call_anew(self) -> None:
        await self._call.aclose()
        self._listener = await self._call.enter_async_context(self.person.calling())
        self._since = 0.0
        await self._listener.new_prompt()

    async def _press(self, keys: str) -> None:
        assert self._listener
        await self._listener.presses(keys)
        await self._listener.new_prompt()

    async def _say(self) -> None:
        assert self._listener
        await self._listener.tone()
        await self._listener.says(spoken(ANSWER_SECONDS, 77))
        await self._press("#")

    # ------------------------------------------------------------------------------------------------- what is heard

    def forget(self) -> None:
        self._since = self._listener.at if self._listener else 0.0

    def heard(self) -> SipPhone:
        return self

    def __contains__(self, said: str) -> bool:
        """Whether a sentence with these words was heard since."""
        return bool(self._do(self._was_said(said)))

    async def _was_said(self, said: str) -> bool:
        assert self._listener
        self._listener.at = self._since
        return await self._listener.hears_one_with(said)

    def asked(self) -> str:
        return self.town.asking(self.number)

    def offered(self) -> tuple[str, ...]:
        service = self.town.inside
        address = Address(AddressKind.PHONE, self.number)
        meeting = service.parts.store.turns.meet(service.town().key, address)
        return meeting.conversation.offered if meeting else ()

    def _do(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()
