# SPDX-License-Identifier: EUPL-1.2
"""Somebody in a call who listens for sentences: each is waited for, found by correlation, and written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from core.people import Pace
from tests.telephone.a_law import Samples
from tests.telephone.call import Call
from tests.telephone.caller import Caller, Shown, Withheld
from tests.telephone.hearing import HEARD, RATE, Likeness, likeness
from tests.telephone.town_on_the_phone import LINE_NUMBER, TownOnThePhone

PATIENCE = 25.0
"""Seconds that somebody waits for a sentence: a prompt before it, a silence, a busy machine."""
LOUD = 300
"""A sample (of 32767) above the noise of the codec."""
LOOKED_BACK = 0.05
"""Seconds before the end of what was heard last in which the next may begin."""


BREATH = 0.3
"""Seconds between the tone and the first word."""
SILENT_BEFORE = 0.35
"""Seconds of silence before a prompt: a key has cut off what was said before it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One that was heard: its likeness, when it began in the call, and how long it is, in seconds."""

    text: str
    r: float
    at: float
    seconds: float


@dataclass
class Listener:
    """She remembers up to where she has listened (`at`, seconds of the call) and all that she has heard."""

    town: TownOnThePhone
    call: Call
    at: float = 0.0
    sentences: list[Sentence] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """How many sentences had been heard at the end of each step."""

    def step_over(self) -> None:
        """One step of the call is over; what is heard next belongs to another."""
        self.steps.append(len(self.sentences))

    async def hears(
        self, *texts: str, language: str = "de", pace: Pace = Pace.NORMAL, within: float = PATIENCE
    ) -> None:
        """Wait until these were said, one after another. AssertionError: one was not."""
        for text in texts:
            before = len(self.sentences)
            for sound in self.town.sounds(text, language, pace):
                await self.hears_sound(text, sound, within)
            self.sentences[before:] = [_joined(self.sentences[before:])]

    async def hears_sound(self, text: str, sound: Samples, within: float = PATIENCE) -> None:
        """Wait until this was heard; `text` is what it is called."""
        loop = asyncio.get_running_loop()
        deadline, found = loop.time() + within, Likeness(0.0, 0.0)
        while found.r <= HEARD:
            late = loop.time() > deadline or self.call.ended.is_set()
            await self.call.media.all_arrived()
            heard = self.call.heard(self.at)
            found = likeness(sound, heard)
            assert found.r > HEARD or not late, f"not heard: {text!r}, r = {found.r:.2f}; {self._before()}"
            if found.r <= HEARD:
                await asyncio.sleep(max(0.4, len(heard) / RATE / 10))
        self._remember(text, found, len(sound) / RATE)

    def _remember(self, text: str, found: Likeness, seconds: float) -> None:
        self.sentences.append(Sentence(text, found.r, self.at + found.at, seconds))
        self.at = max(self.at, self.at + found.at + seconds - LOOKED_BACK)

    def _before(self) -> str:
        return f"before it: {[each.text for each in self.sentences[-3:]]}, {len(self.call.heard()) / RATE:.1f} s in all"

    def likeness_of(self, text: str, since: float = 0.0) -> float:
        """How like the most similar stretch of the call is to this text."""
        return max(likeness(each, self.call.heard(since)).r for each in self.town.sounds(text))

    async def hears_one_with(self, part: str, within: float = PATIENCE) -> bool:
        """Wait until a sentence in which this stands was heard."""
        sounds = {text: self.town.sounds(text)[0] for text in self.town.texts_with(part)}
        deadline = asyncio.get_running_loop().time() + within
        while True:
            is_last = asyncio.get_running_loop().time() > deadline or self.call.ended.is_set()
            heard = self.call.heard(self.at)
            for text, sound in sounds.items():
                found = likeness(sound, heard)
                if found.r > HEARD:
                    self._remember(text, found, len(sound) / RATE)
                    return True
            if is_last:
                return False
            await asyncio.sleep(0.5)

    async def new_prompt(self, within: float = PATIENCE) -> None:
        """Wait until a prompt begins: silence, then a voice. The end of the call is as good."""
        deadline = asyncio.get_running_loop().time() + within
        while not (_begins(self.call.heard(self.at)) or self.call.ended.is_set()):
            assert asyncio.get_running_loop().time() < deadline, f"nothing begins; {self._before()}"
            await asyncio.sleep(0.1)

    async def tone(self) -> None:
        """Wait for the tone before a recording, and take a breath: nobody speaks into its last echo."""
        await self.hears_sound("(tone)", self.town.tone)
        await asyncio.sleep(BREATH)

    async def says(self, samples: Samples) -> None:
        """Say something to its end."""
        self.call.say(samples)
        await self.call.quiet()

    async def presses(self, keys: str) -> None:
        """Press keys; what is heard from now on is new."""
        self.call.press(keys)
        await self.call.quiet()
        self.at = max(self.at, len(self.call.heard()) / RATE)

    async def answers(self, question: str, key: str) -> None:
        """Hear a question and press a key into the rest of the prompt."""
        await self.hears(question)
        await self.presses(key)


def _joined(pieces: list[Sentence]) -> Sentence:
    """A sentence of several clips. Between two of them is less than a frame, so each is found by itself."""
    first, last = pieces[0], pieces[-1]
    return replace(first, r=min(each.r for each in pieces), seconds=last.at + last.seconds - first.at)


def _begins(heard: Samples) -> bool:
    """Whether a voice follows a silence in this stretch."""
    frame = RATE // 50
    loud = [
        bool(np.abs(heard[start : start + frame].astype(int)).max() > LOUD) for start in range(0, len(heard), frame)
    ]
    silent = 0
    for each in loud:
        if each and silent * frame >= SILENT_BEFORE * RATE:
            return True
        silent = 0 if each else silent + 1
    return False


@dataclass
class Person:
    """Somebody with a number who calls the town, once or more often."""

    town: TownOnThePhone
    number: str
    name: str = ""
    is_withheld: bool = False
    calls: list[Listener] = field(default_factory=list)

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[Listener]:
        """Call the town; hang up in the end."""
        identity = Withheld(self.number) if self.is_withheld else Shown(self.number)
        async with Caller(self.town.exchange.sip, identity).calling(LINE_NUMBER) as call:
            yield self.listens(call)

    def listens(self, call: Call) -> Listener:
        """Listen in a call that stands."""
        self.calls.append(Listener(self.town, call))
        return self.calls[-1]
