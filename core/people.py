# SPDX-License-Identifier: EUPL-1.2
"""People under a pseudonym, and where they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AddressKind(StrEnum):
    """What sort of contact point an address is. SMS and telephone share one: the number."""

    PHONE = "phone"
    """An E.164 number, e.g. +4915112345678."""
    TELEGRAM = "telegram"
    """A chat id."""
    WEB = "web"
    """The secret of a web draft."""
    CALL = "call"
    """A single call with withheld number: its own participant, never merged."""
    DESK = "desk"
    """The terminal; always a trial."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached: kind and normal form. Never written to a log."""

    kind: AddressKind
    value: str

    def __repr__(self) -> str:
        """Without the value, so that no traceback carries a number."""
        return f"Address({self.kind.value}, …)"


class Level(StrEnum):
    """Levels of assurance of a consultation (reliability of "one person, one voice")."""

    OPEN = "L0"
    CONFIRMED_NUMBER = "L1"
    HOUSEHOLD_CODE = "L2"
    PERSONAL_CODE = "L3"


BUILT_LEVELS = frozenset({Level.OPEN})
"""Levels that this version can hold; any other is refused when a consultation is opened, never treated as lower."""


class Pace(StrEnum):
    """How fast a telephone speaks to somebody."""

    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"


@dataclass(frozen=True, slots=True)
class Person:
    """One contact point and the participant behind it, as the address vault knows them.

    `participant` is a random pseudonym; several addresses may share it once they are linked. A `trial` never reaches
    a tally.
    """

    address_id: str
    participant: str
    trial: bool = False
    language: str | None = None
    opted_out: bool = False
    noticed: bool = False
    """Has had the notice of first contact."""
    voice_only: bool = False
    """The number has refused text messages."""
    pace: Pace = Pace.NORMAL
    """How fast the telephone speaks to this number."""
