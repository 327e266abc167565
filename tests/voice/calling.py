# SPDX-License-Identifier: EUPL-1.2
"""A call by keys into the real core, in memory, with no provider between: what a caller would hear, menu by menu."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from core.participation import Parts, take_turn
from core.people import Address, AddressKind
from core.turns import Called, Counting, InboundTurn, PersonLeft, Recording, Reply, Said, TurnId
from tests.core.test_conversation import resident
from voice.menu import Connect, HangUp, Menu, Recorder, menu_of
from voice.steps import Step, heard, step_after


@dataclass
class Caller:
    """One person on the telephone; `call` begins, `press` goes on."""

    parts: Parts
    calls: int = 0
    reply: Reply | None = None
    menu: Menu | None = None
    step: Step | None = None
    number: int = field(default=0)

    def call(self) -> Menu:
        self.calls, self.number, self.step = self.calls + 1, 0, None
        return self.does(Called())

    def press(self, keys: str) -> Menu:
        """Press keys, or do what else is possible here: speak, come back from the town hall, call again."""
        match self.menu and self.menu.then:
            case None | HangUp():
                return self.call()
            case Recorder():
                return self.does(Recording("RE1", 4) if keys else Recording("", 0))
            case Connect():
                return self.does(PersonLeft(talked=bool(keys)))
        return self.does(heard(keys, self.step, self.parts.clock.now()))

    def does(self, said: Said) -> Menu:
        self.parts.clock.move(timedelta(seconds=10))
        turn = InboundTurn(
            TurnId("twilio", f"CA{self.calls}:{self.number}"),
            "voice",
            Address(AddressKind.PHONE, "+4922711234"),
            "+4922719999",
            said,
            self.parts.clock.now(),
            about=self.step.about if self.step else None,
            counts=Counting.AFTER_READ_BACK,
        )
        self.reply = take_turn(turn, self.parts)
        self.menu = menu_of(self.reply, self.parts.phrases)
        self.step = step_after(turn, self.menu)
        self.number = self.step.number
        return self.menu


def caller() -> Caller:
    """Somebody who has never called, in a town with both example consultations open."""
    return Caller(resident().parts)
