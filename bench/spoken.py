# SPDX-License-Identifier: EUPL-1.2
"""How long a whole call about BUS speaks, in German and by keys only, from the prepared sound itself: not estimated.

Everything that is said to somebody who never interrupts: the clips as long as they are, and all pauses. The way
through BUS is the longest: the answer to question 1 that leads to question 3, which is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.wiring import Service
from bench.calls import OURS
from bench.installation import installed, scratch
from bench.measuring import Effort, Report, Spread, at_most, spread
from bench.sound import put_sound, seconds_of
from core.participation import take_turn
from core.people import Address, AddressKind
from core.turns import Called, Counting, HungUp, InboundTurn, Said, TurnId
from voice.menu import HangUp, Menu, Say, menu_of
from voice.shelf import Shelf
from voice.steps import heard, step_after

LIMIT_SECONDS = 180

GERMAN, TAKE_PART, BUS, YES, FOUR, PASS_OVER, NOTHING_ELSE = "1", "1", "1", "1", "4", "2", "1"
WAY = (TAKE_PART, BUS, YES, FOUR, PASS_OVER, NOTHING_ELSE)
"""The keys of a whole call, from the menu to the goodbye."""
FIRST_CALL = "a whole call of somebody who calls for the first time, seconds"
LATER_CALL = "a whole call of somebody whose language is known, seconds"


@dataclass(frozen=True, slots=True)
class Prompted:
    """One step of a call as it is heard. `speech` and `pauses` in seconds."""

    key: str
    about: str
    says: tuple[str, ...]
    speech: float
    pauses: float

    @property
    def seconds(self) -> float:
        return self.speech + self.pauses

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.says)


def measure(effort: Effort) -> Report:
    """Every step of both calls with all it says, then whether they are short enough; a glance is the whole."""
    with scratch() as folder, installed(folder) as service:
        shelf = put_sound(service)
        first = [_prompted(*each, shelf) for each in _call(service, "first", 1, (GERMAN, *WAY))]
        for _ in _call(service, "later", 2, (GERMAN,)):
            pass  # she chooses her language and hangs up
        later = [_prompted(*each, shelf) for each in _call(service, "again", 2, WAY)]
    for name, steps in (("first call", first), ("language known", later)):
        yield from _table(name, steps)
    yield "every prompt as heard:"
    for step in first:
        yield f"{_pressed(step)} {step.about}: {' | '.join(step.says)}"
    yield at_most(LIMIT_SECONDS, _total(first), FIRST_CALL)
    yield at_most(LIMIT_SECONDS, _total(later), LATER_CALL)


def _total(steps: Sequence[Prompted]) -> Spread:
    return spread([sum(step.seconds for step in steps)])


def _table(name: str, steps: Sequence[Prompted]) -> Iterator[str]:
    for step in steps:
        yield (
            f"{name}, {_pressed(step)} {step.about:<14} {step.seconds:5.1f} s, "
            f"{step.pauses:4.1f} of them pauses, {step.words} words"
        )
    words, speech = sum(step.words for step in steps), sum(step.speech for step in steps)
    total = _total(steps).median
    yield (
        f"{name}: {total:.0f} s, {speech:.0f} of them speech, {len(steps)} steps, {words} words, "
        f"{words * 60 / speech:.0f} words a minute while it speaks, {words * 60 / total:.0f} with the pauses"
    )


def _pressed(step: Prompted) -> str:
    return f"key {step.key}," if step.key else "no key,"


# ------------------------------------------------------------------------------------------------------- the call


def _call(service: Service, call: str, person: int, keys: Sequence[str]) -> Iterator[tuple[str, Menu]]:
    """Each key of a call with the menu that follows; "" for its beginning. Raises ValueError if it goes another way."""
    turn, menu = _said(service, call, person, 0, Called())
    yield "", menu
    for key in keys:
        step = step_after(turn, menu)
        turn, menu = _said(service, call, person, step.number, heard(key, step, turn.received_at), step.about)
        yield key, menu
    _said(service, call, person, len(keys) + 1, HungUp())
    if (len(keys) > 1) != isinstance(menu.then, HangUp):
        raise ValueError(f"the call does not end at {menu.about}")


def _said(
    service: Service, call: str, person: int, step: int, said: Said, about: str | None = None
) -> tuple[InboundTurn, Menu]:
    turn = InboundTurn(
        TurnId("twilio", f"{call}:{step}"),
        "voice",
        Address(AddressKind.PHONE, f"+49227189{person:04d}"),
        OURS,
        said,
        service.parts.clock.now(),
        about=about,
        counts=Counting.AFTER_READ_BACK,
    )
    return turn, menu_of(take_turn(turn, service.parts), service.parts.phrases)


def _prompted(key: str, menu: Menu, shelf: Shelf) -> Prompted:
    says = tuple(sound.text for sound in menu.sounds if isinstance(sound, Say))
    lasts = [(isinstance(sound, Say), seconds_of(sound, shelf)) for sound in menu.sounds]
    speech = sum(seconds for spoken, seconds in lasts if spoken)
    return Prompted(key, menu.about, says, speech, sum(seconds for _, seconds in lasts) - speech)
