# SPDX-License-Identifier: EUPL-1.2
"""The sound of one call: A-law every 20 milliseconds, keys as events, all that was heard (RFC 3550, RFC 4733)."""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Iterator

import numpy as np

from tests.telephone.a_law import SILENCE, Samples, decode, encode
from tests.telephone.sip import Address

KEYS = "0123456789*#ABCD"
RATE = 8000
FRAME = 160
"""Samples in 20 milliseconds."""
A_LAW, EVENT = 8, 101
PRESSED_FOR = 5
"""Frames that a key is held: 100 milliseconds."""
ANOTHER_CLOCK = 30 * RATE
"""So far off, in samples, no frame is late or early."""
HEADER = struct.Struct("!BBHII")
Packet = tuple[int, bytes, bool, int]
"""Kind, content, whether it begins something, and how many samples after this frame's time it belongs."""


class Media(asyncio.DatagramProtocol):
    """One socket for sound. It speaks, if only silence, from `send_to` until `close`."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._task: asyncio.Task[None] | None = None
        self._saying = bytearray()
        self._keys: list[str] = []
        self._heard: dict[int, bytes] = {}
        self._sources: dict[int, int] = {}
        self._since = 0.0
        self.packets = 0
        self._sequence, self._time = secrets.randbits(15), secrets.randbits(30)
        self._source = secrets.randbits(32)

    @classmethod
    async def open(cls, host: str) -> Media:
        """Open a socket on a free port."""
        _, media = await asyncio.get_running_loop().create_datagram_endpoint(cls, (host, 0))
        return media

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    @property
    def own(self) -> Address:
        """Where we hear."""
        assert self._transport is not None
        address: Address = self._transport.get_extra_info("sockname")
        return address

    def send_to(self, other: Address) -> None:
        """Begin to speak."""
        if self._task is None:
            self._task = asyncio.create_task(self._speak(other))

    async def fall_silent(self) -> None:
        """Send nothing any more, as a line that has died."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        """Fall silent and deaf."""
        await self.fall_silent()
        if self._transport:
            self._transport.close()

    def say(self, samples: Samples) -> None:
        """Say this after what is being said."""
        self._saying += encode(samples)

    def press(self, keys: str) -> None:
        """Press keys one after another."""
        self._keys += keys

    @property
    def busy(self) -> bool:
        """Is there something left to say or to press?"""
        return bool(self._saying or self._keys)

    # ------------------------------------------------------------------------------------------------------- hearing

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.packets += 1
        _, kind, _, time, source = HEADER.unpack_from(data)
        if kind & 127 == A_LAW:
            self._heard[self._begins(source, time) + time] = data[HEADER.size :]

    async def all_arrived(self) -> None:
        """Wait until what has come is read: a loop that was busy finds the end of a call before its sound."""
        known = -1
        while known != self.packets:
            known = self.packets
            await asyncio.sleep(0.001)

    def _begins(self, source: int, time: int) -> int:
        """What to add to the times of this source: it begins now, as seen from the first sound of the call.

        A source may go on with another clock, as where an exchange passes on what somebody else says: it begins anew.
        """
        now = asyncio.get_running_loop().time()
        self._since = self._since or now
        here = round((now - self._since) * RATE)
        if abs(self._sources.get(source, here - time) + time - here) > ANOTHER_CLOCK:
            del self._sources[source]
        return self._sources.setdefault(source, here - time)

    def heard(self, since: int = 0) -> Samples:
        """Give all that was heard, or what came after so many samples, each frame at the time that it carries.

        What never came is silence. The time of arrival says nothing: on a busy machine frames come late and in heaps.
        """
        frames = {time - since: sound for time, sound in self._heard.items() if time >= since}
        samples = np.zeros(max((time + len(sound) for time, sound in frames.items()), default=0), np.int16)
        for time, sound in frames.items():
            samples[time : time + len(sound)] = decode(sound)
        return samples

    # ------------------------------------------------------------------------------------------------------ speaking

    async def _speak(self, other: Address) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            for frame in self._next_frames():
                for kind, content, begins, behind in frame:
                    self._send(other, kind, content, begins, behind)
                self._time += FRAME
                due += FRAME / RATE
                await asyncio.sleep(max(0.0, due - clock()))

    def _next_frames(self) -> Iterator[list[Packet]]:
        """A key, or 20 milliseconds of what is to be said."""
        if self._keys and not self._saying:
            yield from key_frames(self._keys[0])
            del self._keys[0]
        else:
            sound = bytes(self._saying[:FRAME]).ljust(FRAME, SILENCE)
            del self._saying[:FRAME]
            yield [(A_LAW, sound, False, 0)]

    def _send(self, other: Address, kind: int, content: bytes, begins: bool, behind: int) -> None:
        assert self._transport is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        time = (self._time - behind) & 0xFFFFFFFF
        head = HEADER.pack(0x80, kind | begins << 7, self._sequence, time, self._source)
        self._transport.sendto(head + content, other)


def key_frames(key: str) -> Iterator[list[Packet]]:
    """One key (RFC 4733 §2.5): the time of its beginning, a growing length, the end said three times; then a pause."""
    event = KEYS.index(key)
    for frame in range(PRESSED_FOR):
        held = struct.pack("!BBH", event, 10, FRAME * (frame + 1))
        yield [(EVENT, held, frame == 0, FRAME * frame)]
    end = struct.pack("!BBH", event, 0x80 | 10, FRAME * PRESSED_FOR)
    yield [(EVENT, end, False, FRAME * PRESSED_FOR)] * 3
    yield from ([(A_LAW, SILENCE * FRAME, False, 0)] for _ in range(PRESSED_FOR))
