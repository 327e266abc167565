# SPDX-License-Identifier: EUPL-1.2
"""Who is called: at the address where the exchange sends its own calls, somebody picks up, is busy, or does not come.

async with called(exchange.provider, picks_up(saying=hallo())) as party:
    ...                                 # the exchange is made to call
    call = await party.next_call()
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.telephone.a_law import Samples
from tests.telephone.call import PATIENCE, Call, Dialog
from tests.telephone.media import Media
from tests.telephone.phone import Phone
from tests.telephone.sip import Address, Message, contact, contact_of, offer, sound_address, token


class Ringing:
    """A call that has come and is not taken yet."""

    def __init__(self, phone: Phone, other: Address, invitation: Message) -> None:
        self._phone, self._other, self._tag = phone, other, token()
        self.invitation = invitation
        self.given_up = asyncio.Event()
        phone.attach(invitation.header("Call-ID"), self)

    def say(self, status: int, phrase: str, *, body: str = "") -> Message:
        """Answer the invitation."""
        answer = self.invitation.answer(status, phrase, contact(self._phone.own), body=body, tag=self._tag)
        self._phone.send(answer, self._other)
        return answer

    def receive(self, message: Message) -> None:
        """The other side gives up."""
        if message.method == "CANCEL":
            self._phone.send(message.answer(200, "OK", tag=self._tag), self._other)
            self.say(487, "Request Terminated")
            self.given_up.set()

    async def take(self) -> Call:
        """Pick up."""
        media = await Media.open(self._phone.own[0])
        said = self.say(200, "OK", body=offer(media.own))
        call_id, target = self.invitation.header("Call-ID"), contact_of(self.invitation)
        dialog = Dialog(call_id, said.header("To"), self.invitation.header("From"), target)
        call = Call(self._phone, self._other, dialog, media)
        self._phone.attach(call_id, call)
        media.send_to(sound_address(self.invitation.body))
        return call


Manner = Callable[[Ringing], Awaitable[Call | None]]


def picks_up(saying: Samples, after: float = 0.2) -> Manner:
    """Let it ring so many seconds, then answer and say this."""

    async def manner(ringing: Ringing) -> Call:
        ringing.say(180, "Ringing")
        await asyncio.sleep(after)
        call = await ringing.take()
        call.say(saying)
        return call

    return manner


async def is_busy(ringing: Ringing) -> None:
    """Speak with somebody else."""
    ringing.say(486, "Busy Here")


async def never_answers(ringing: Ringing) -> None:
    """Let it ring until the other side gives up."""
    ringing.say(180, "Ringing")
    await ringing.given_up.wait()


class Party:
    """Whoever is called, with all that came."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._taken: asyncio.Queue[Call] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.phone: Phone | None = None
        self.rang: list[Ringing] = []
        self.calls: list[Call] = []

    def rings(self, invitation: Message, other: Address) -> None:
        """Let a call ring."""
        assert self.phone is not None
        ringing = Ringing(self.phone, other, invitation)
        self.rang.append(ringing)
        self._tasks.append(asyncio.create_task(self._behave(ringing)))

    async def _behave(self, ringing: Ringing) -> None:
        call = await self._manner(ringing)
        if call:
            self.calls.append(call)
            self._taken.put_nowait(call)

    async def next_call(self) -> Call:
        """Wait for a call that is taken."""
        return await asyncio.wait_for(self._taken.get(), PATIENCE)

    async def leave(self) -> None:
        """End all calls."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self.calls:
            await call.hang_up()


@asynccontextmanager
async def called(own: Address, manner: Manner) -> AsyncIterator[Party]:
    """Be there to be called."""
    party = Party(manner)
    phone = party.phone = await Phone.open(own, party.rings)
    try:
        yield party
    finally:
        await party.leave()
        phone.close()
