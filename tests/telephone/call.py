# SPDX-License-Identifier: EUPL-1.2
"""One call that stands: what can be done with it is the same for who called and who was called."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from tests.telephone.a_law import Samples
from tests.telephone.media import RATE, Media
from tests.telephone.phone import Phone
from tests.telephone.sip import Address, Message, contact, offer, via

PATIENCE = 10.0
FIRST_SEQUENCE = 100


@dataclass(frozen=True, slots=True)
class Dialog:
    """What both sides call the call: its id, who we are, who they are, and where their requests go (RFC 3261 §12)."""

    call_id: str
    us: str
    them: str
    target: str


@dataclass(slots=True)
class Call:
    """A call. Times are seconds."""

    phone: Phone
    other: Address
    dialog: Dialog
    media: Media
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: int = FIRST_SEQUENCE

    def press(self, keys: str) -> None:
        """Press keys (`0` to `9`, `*`, `#`), each for 100 milliseconds."""
        self.media.press(keys)

    def say(self, samples: Samples) -> None:
        """Say something; it does not wait until all is said."""
        self.media.say(samples)

    async def quiet(self) -> None:
        """Wait until all is said and pressed."""
        while self.media.busy:
            await asyncio.sleep(0.02)

    async def listen(self, seconds: float) -> Samples:
        """Wait so long, or until the other side hangs up; give what this time was heard."""
        before = len(self.media.heard())
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), seconds)
        await self.media.all_arrived()
        return self.media.heard()[before:]

    async def end(self, within: float = PATIENCE) -> None:
        """Wait until the other side hangs up. TimeoutError: it does not."""
        await asyncio.wait_for(self.ended.wait(), within)
        await self.media.all_arrived()

    def heard(self, since: float = 0.0) -> Samples:
        """All that was heard in this call, or after so many seconds of it."""
        return self.media.heard(round(since * RATE))

    async def hang_up(self) -> None:
        """Hang up, unless the other side has; a second time does nothing."""
        if not self.ended.is_set():
            self._request("BYE")
            await self.end()
        await self.media.close()

    def receive(self, message: Message) -> None:
        """Take a message of this call."""
        if message.method == "BYE":
            self.ended.set()
        if message.status is None and message.method != "ACK":
            described = offer(self.media.own) if message.method == "INVITE" else ""
            self.phone.send(message.answer(200, "OK", contact(self.phone.own), body=described), self.other)
        elif message.method == "INVITE" and message.status is not None:
            self.acknowledge()  # the answer was sent again: our first word came late

    def acknowledge(self) -> None:
        """Confirm that the call stands."""
        self._request("ACK")

    def _request(self, method: str) -> None:
        if method != "ACK":
            self._sequence += 1
        headers = (
            via(self.phone.own), ("Max-Forwards", "70"), ("From", self.dialog.us), ("To", self.dialog.them),
            ("Call-ID", self.dialog.call_id), ("CSeq", f"{self._sequence} {method}"),
        )  # fmt: skip
        self.phone.send(Message(f"{method} {self.dialog.target} SIP/2.0", headers), self.other)
