# SPDX-License-Identifier: EUPL-1.2
"""The terminal as a telephone: one line in is one message, one reply out is one text with its size.

It speaks like SMS and is always a trial: its address is of the kind `DESK`, which never reaches a tally.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from core.people import Address, AddressKind
from core.phrases import Phrases
from core.ports import Clock
from core.turns import CannotBeRead, InboundTurn, Reply, TurnId, Words
from sms.gsm7 import measure
from sms.text import sms_text

CHANNEL = "desk"


def talk(
    lines: Iterable[str],
    who: str,
    to: str,
    clock: Clock,
    take: Callable[[InboundTurn], Reply],
    phrases: Phrases,
) -> Iterable[str]:
    """Hold a conversation: for every line what the service answers. `who` is a random name for this one telephone."""
    for number, line in zip(count(1), lines):
        yield shown(take(turn_of(line, who, number, to, clock)), phrases)


def turn_of(line: str, who: str, number: int, to: str, clock: Clock) -> InboundTurn:
    """One line as a turn. `number` counts the lines of `who`, so that no two turns share a name."""
    text = line.rstrip("\n")
    said = Words(text) if text.strip() else CannotBeRead("empty")
    return InboundTurn(
        TurnId(CHANNEL, f"{who}-{number}"), CHANNEL, Address(AddressKind.DESK, who), to, said, clock.now()
    )


def shown(reply: Reply, phrases: Phrases) -> str:
    """The reply as its text, and below what it would cost; "" for a reply without a word."""
    text = sms_text(reply, phrases)
    if not text:
        return ""
    size = measure(text)
    cost = phrases.text("sms.size", reply.language, count=size.count, units=size.units, encoding=size.encoding)
    return f"{text}\n[{cost}]"
