# SPDX-License-Identifier: EUPL-1.2
"""The hash chain of acts: h_n = SHA-256(h_{n-1} ‖ canonical JSON of entry n). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from core.ports import Act
from storage.plain import canonical


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain."""

    number: int
    hash: str


START: Final = Head(0, "0" * 64)


def hash_of(before: str, number: int, act: Act) -> str:
    """The hash of entry `number`, 64 hexadecimal digits; `before` is the hash of the entry before it."""
    entry = canonical(
        {
            "number": number,
            "actor": act.actor,
            "what": act.what,
            "subject": act.subject,
            "detail": dict(act.detail),
            "at": act.at.astimezone(UTC).isoformat(),
        }
    )
    return hashlib.sha256((before + entry).encode()).hexdigest()


def first_broken(entries: Iterable[tuple[int, Act, str]], head: Head) -> int | None:
    """The number of the first entry that is missing, out of place or does not fit its hash; None for a sound chain."""
    sound = START
    for number, act, hash_ in entries:
        expected = sound.number + 1
        if number != expected or hash_ != hash_of(sound.hash, expected, act):
            return expected
        sound = Head(number, hash_)
    return None if sound == head else sound.number + 1
