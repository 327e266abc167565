# SPDX-License-Identifier: EUPL-1.2
"""The resume code: ten digits, a secret, by which a person finds her draft again on any device.

Nine random digits and one check digit by H. Michael Damm's quasigroup of order 10 ("Total anti-symmetrische
Quasigruppen", Marburg 2004): it finds every single wrong digit and every exchange of two neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from core.errors import ConcurrentChange
from core.participation import Parts
from core.people import Address
from web.settings import CODE_LIVES, MOST_TRIES, TRIES_FORGOTTEN_AFTER

RANDOM_DIGITS = 9
_QUASIGROUP = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResumeCode:
    """A code that was just made; only its keyed hash is stored."""

    digits: str
    until: datetime

    def __repr__(self) -> str:
        """Without the digits, so that no traceback carries a secret."""
        return "ResumeCode(…)"

    @property
    def grouped(self) -> str:
        """As it is shown: 3-3-4 digits."""
        return f"{self.digits[:3]} {self.digits[3:6]} {self.digits[6:]}"


@dataclass(frozen=True, slots=True)
class Found:
    """The code leads to this draft."""

    address: Address


@dataclass(frozen=True, slots=True)
class Mistyped:
    """Not ten digits, or the check digit does not fit: a slip of the finger, not a try."""


@dataclass(frozen=True, slots=True)
class LeadsNowhere:
    """A well-formed code that nobody has, or whose time is over."""


@dataclass(frozen=True, slots=True)
class TriedTooOften:
    """This source has had its wrong tries; it may come back after a quarter of an hour."""


CodeTried = Found | Mistyped | LeadsNowhere | TriedTooOften


def check_digit(digits: str) -> str:
    """The digit that makes this row of digits complete."""
    interim = 0
    for digit in digits:
        interim = int(_QUASIGROUP[interim][int(digit)])
    return str(interim)


def read_code(written: str) -> str | None:
    """Ten plain digits out of what was typed or pasted; None for a slip of the finger.

    Spaces and strokes between groups do no harm; digits of other scripts are digits.
    """
    plain = "".join(_plain_digit(sign) for sign in re.sub(r"[\s.\-–—/]+", "", written))
    complete = re.fullmatch(r"[0-9]+", plain) and len(plain) == RANDOM_DIGITS + 1 and check_digit(plain) == "0"
    return plain if complete else None


def leave_code(municipality: str, address_id: str, parts: Parts) -> ResumeCode:
    """A new code for this draft; an earlier one ends. Raises ConcurrentChange if no free code was found."""
    until = parts.clock.now() + CODE_LIVES
    for _ in range(3):
        random = parts.secrets.digits(RANDOM_DIGITS)
        code = ResumeCode(random + check_digit(random), until)
        try:
            parts.store.codes.keep(municipality, address_id, _hash(code.digits, parts), until)
        except ConcurrentChange:
            continue
        return code
    raise ConcurrentChange("three random resume codes in a row were taken")


def try_code(municipality: str, written: str, source: str, parts: Parts) -> CodeTried:
    """Where a typed code leads. `source` is the remote address; it is stored as a keyed hash for a day at most."""
    code = read_code(written)
    if code is None:
        return Mistyped()
    now = parts.clock.now()
    source_hash = parts.secrets.keyed_hash("resume-source", source)
    if parts.store.codes.tries(municipality, source_hash, now - TRIES_FORGOTTEN_AFTER) >= MOST_TRIES:
        return TriedTooOften()
    address = parts.store.codes.address_behind(municipality, _hash(code, parts), now)
    if address is None:
        parts.store.codes.count_try(municipality, source_hash, now)
        return LeadsNowhere()
    return Found(address)


def _hash(code: str, parts: Parts) -> str:
    return parts.secrets.keyed_hash("resume", code)


def _plain_digit(sign: str) -> str:
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
