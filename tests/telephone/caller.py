# SPDX-License-Identifier: EUPL-1.2
"""A caller: dials a number over real SIP, and is told why where nobody takes the call.

    async with Caller(exchange.sip, Shown("+4915112345678")).calling("+492271000000") as call:
        await call.listen(4)
        call.press("2")
        await call.end()
    assert was_heard(thanks, call.heard())

Test equipment for loopback: nothing is sent twice, because nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.telephone.call import FIRST_SEQUENCE, PATIENCE, Call, Dialog
from tests.telephone.media import Media
from tests.telephone.phone import Phone
from tests.telephone.sip import Address, Message, contact, contact_of, offer, sound_address, token, via

Headers = tuple[tuple[str, str], ...]


class Refused(Exception):
    """The call was not taken: its status and phrase."""

    def __init__(self, status: int, phrase: str) -> None:
        super().__init__(f"{status} {phrase}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that the provider shows, and a name that some telephones send along."""

    number: str
    name: str = ""

    def headers(self, own: Address) -> Headers:
        """Say who calls."""
        return (("From", f'"{self.name}" <sip:{self.number}@{own[0]}>;tag={token()}'),)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A number that the caller withholds and the provider tells the exchange all the same (RFC 3323, RFC 3325)."""

    number: str

    def headers(self, own: Address) -> Headers:
        """Say that who calls does not want to be known."""
        return (
            ("From", f'"Anonymous" <sip:anonymous@anonymous.invalid>;tag={token()}'),
            ("P-Asserted-Identity", f"<sip:{self.number}@{own[0]}>"),
            ("Privacy", "id"),
        )


@dataclass(frozen=True, slots=True)
class Unknown:
    """A caller of whom even the provider knows nothing."""

    def headers(self, own: Address) -> Headers:
        """Say nothing."""
        return (("From", f"<sip:anonymous@anonymous.invalid>;tag={token()}"),)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a telephone. `exchange` is who is called, `host` the address of loopback that she calls from."""

    exchange: Address
    identity: Shown | Withheld | Unknown
    host: str = "127.0.0.1"

    @asynccontextmanager
    async def calling(self, number: str) -> AsyncIterator[Call]:
        """Call a number; hang up in the end. Refused: the call was not taken. TimeoutError: nobody answers."""
        phone, media = await Phone.open((self.host, 0)), await Media.open(self.host)
        try:
            call = await self._dial(number, phone, media)
            try:
                yield call
            finally:
                await call.hang_up()
        finally:
            await media.close()
            phone.close()

    async def _dial(self, number: str, phone: Phone, media: Media) -> Call:
        invitation = self._invitation(number, phone, media)
        attempt = Attempt(phone, self.exchange, invitation)
        taken = await attempt.taken()
        dialog = Dialog(attempt.call_id, invitation.header("From"), taken.header("To"), contact_of(taken))
        call = Call(phone, self.exchange, dialog, media)
        phone.attach(attempt.call_id, call)
        call.acknowledge()
        media.send_to(sound_address(taken.body))
        return call

    def _invitation(self, number: str, phone: Phone, media: Media) -> Message:
        uri = f"sip:{number}@{self.exchange[0]}:{self.exchange[1]}"
        headers = (
            via(phone.own), ("Max-Forwards", "70"), *self.identity.headers(phone.own), ("To", f"<{uri}>"),
            ("Call-ID", token()), ("CSeq", f"{FIRST_SEQUENCE} INVITE"), contact(phone.own),
        )  # fmt: skip
        return Message(f"INVITE {uri} SIP/2.0", headers, offer(media.own))


class Attempt:
    """A call that is not taken yet."""

    def __init__(self, phone: Phone, other: Address, invitation: Message) -> None:
        self._phone, self._other, self._invitation = phone, other, invitation
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self.call_id = invitation.header("Call-ID")
        phone.attach(self.call_id, self)
        phone.send(invitation, other)

    def receive(self, message: Message) -> None:
        """Take an answer."""
        if message.method == "INVITE" and message.status is not None and message.status >= 200:
            self._answers.put_nowait(message)

    async def taken(self) -> Message:
        """Wait for the answer that takes the call. Who waits no longer cancels it."""
        try:
            answer = await asyncio.wait_for(self._answers.get(), PATIENCE)
        except (TimeoutError, asyncio.CancelledError):
            self._same_transaction("CANCEL", self._invitation.header("To"))
            raise
        status = answer.status or 0
        if status >= 300:
            self._same_transaction("ACK", answer.header("To"))
            raise Refused(status, answer.start.split(maxsplit=2)[2])
        return answer

    def _same_transaction(self, method: str, to: str) -> None:
        """These two name the way back of the INVITE itself (RFC 3261 §9.1, §17.1.1.3)."""
        taken = {name: self._invitation.header(name) for name in ("Via", "Max-Forwards", "From")}
        headers = (
            *taken.items(), ("To", to), ("Call-ID", self.call_id), ("CSeq", f"{FIRST_SEQUENCE} {method}"),
        )  # fmt: skip
        self._phone.send(Message(f"{method} {self._invitation.uri} SIP/2.0", headers), self._other)
