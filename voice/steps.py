# SPDX-License-Identifier: EUPL-1.2
"""From one step of a call to the next: what travels with the request, and what the keys say that come back. Pure.

The service keeps nothing of a call between its steps; a `Step` goes to the provider with the menu and comes back with
the keys. It holds no number of a person and no answer, for it stands in addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from channels.errors import RequestNotReadable
from core.commands import Command
from core.turns import InboundTurn, Keys, Pressed, Said, Silence
from voice.menu import Keypad, Menu

STAR_THEN_ZERO = timedelta(seconds=4 + 2)
"""How long behind a star a zero still belongs to it: the wait between two keys, and what a request takes to travel."""


class StepNotReadable(RequestNotReadable, ValueError):
    """The fields of a step are not as we sent them. The message names the field, never its value."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a call that waits for its keys. `number` counts from the call's beginning, which is 0.

    `repeated_at` is when a star had this step said again, UTC; None if no star did.
    """

    number: int
    about: str
    zero_is_a_digit: bool = False
    hash_passes: bool = False
    repeated_at: datetime | None = None

    def as_fields(self) -> dict[str, str]:
        """As it travels, in a URL's query or a JSON object: {"n": "3", "a": "BUS:late", "h": "1"}."""
        fields = {
            "n": str(self.number),
            "a": self.about,
            "z": "1" if self.zero_is_a_digit else "",
            "h": "1" if self.hash_passes else "",
            "r": self.repeated_at.isoformat() if self.repeated_at else "",
        }
        return {name: value for name, value in fields.items() if value}

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Self:
        """The step behind such fields; others beside them are passed over. Raises StepNotReadable."""
        if not re.fullmatch(r"[0-9]{1,6}", fields.get("n", "")):
            raise StepNotReadable("n")
        return cls(
            int(fields["n"]),
            fields.get("a", ""),
            zero_is_a_digit=_flag(fields, "z"),
            hash_passes=_flag(fields, "h"),
            repeated_at=_moment(fields, "r"),
        )


def _flag(fields: Mapping[str, str], name: str) -> bool:
    value = fields.get(name, "")
    if value not in {"", "1"}:
        raise StepNotReadable(name)
    return value == "1"


def _moment(fields: Mapping[str, str], name: str) -> datetime | None:
    if not fields.get(name):
        return None
    try:
        moment = datetime.fromisoformat(fields[name])
    except ValueError:
        raise StepNotReadable(name) from None
    if moment.tzinfo is None:
        raise StepNotReadable(name)
    return moment


def step_after(turn: InboundTurn | None, menu: Menu) -> Step:
    """The step that this menu begins, as the answer to a turn; the first one where no turn was answered."""
    keypad = menu.then if isinstance(menu.then, Keypad) else Keypad()
    repeated = turn is not None and turn.said == Pressed(Command.REPEAT)
    return Step(
        _number(turn) + 1 if turn else 1,
        menu.about,
        zero_is_a_digit=keypad.zero_is_a_digit,
        hash_passes=keypad.hash_passes,
        repeated_at=turn.received_at if turn and repeated else None,
    )


def _number(turn: InboundTurn) -> int:
    """The number of a turn's step: what stands behind the last colon of its id ("CA12:3")."""
    number = turn.turn_id.value.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


# ---------------------------------------------------------------------------------------------- what the keys say

_NO_KEY = re.compile(r"[^0-9*#]")
"""The tones A to D, which no telephone at home has, and anything else that is no key."""


def heard(keys: str, step: Step, at: datetime) -> Said:
    """What the keys say that were pressed at this step, exactly as they came, "*" and "#" among them.

    "#" ends; what stands behind it is not heard. "*" begins anew: "4*7" is 7. Nothing behind it means: say it again;
    twice, or at once after that: help. A zero is a person, behind a star on every step.
    """
    pressed, ended, _ = _NO_KEY.sub("", keys).partition("#")
    before, star, digits = pressed.rpartition("*")
    if digits:
        return _digits(digits, step, behind_star=bool(star) or _just_repeated(step, at))
    if star:
        again = before.endswith("*") or (not before and step.repeated_at is not None)
        return Pressed(Command.AID if again else Command.REPEAT)
    if not ended:
        return Silence()
    return Pressed(Command.SKIP) if step.hash_passes else Keys("")


def _digits(digits: str, step: Step, *, behind_star: bool) -> Said:
    asks_for_person = digits == "0" and (behind_star or not step.zero_is_a_digit)
    return Pressed(Command.PERSON) if asks_for_person else Keys(digits)


def _just_repeated(step: Step, at: datetime) -> bool:
    return step.repeated_at is not None and at - step.repeated_at <= STAR_THEN_ZERO
