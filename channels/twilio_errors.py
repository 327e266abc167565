# SPDX-License-Identifier: EUPL-1.2
"""The errors of Twilio as kinds of ours: its codes in delivery reports, and its refusals over REST."""

from __future__ import annotations

from collections.abc import Mapping

from channels.errors import (
    AccountProblem,
    AddressRefused,
    AddressUnknown,
    CannotReceiveText,
    ConnectionFailed,
    PhoneUnreachable,
    Rejected,
    SendError,
    Throttled,
)

_KINDS: Mapping[type[SendError], frozenset[int]] = {
    Throttled: frozenset({20429, 21611, 30001, 30022, 63017, 63018}),
    PhoneUnreachable: frozenset({30003}),
    AddressRefused: frozenset({21610}),
    CannotReceiveText: frozenset({21614, 30006}),
    AddressUnknown: frozenset({13223, 13224, 21211, 21214, 30005}),
    AccountProblem: frozenset({20003, 21408, 21601, 21606, 21608, 30002, 30010, 13227})
    | frozenset({11200, 11205, 12100, 12300, 13221}),  # Twilio could not read our own pages: our set-up
    Rejected: frozenset({13225, 21612, 21617, 30004, 30007, 30008, 30019}),
}
"""Twilio's error codes (twilio.com/docs/api/errors) by kind. A code that is not listed is `Rejected`.

21612 and 30008 say nothing certain about the telephone, so they mark nobody as voice-only and are not tried again.
"""
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}
KNOWN_CODES = frozenset(_KIND_OF)
"""The codes whose kind was decided one by one."""
NOT_FOUND = frozenset({"404", "20404"})
"""HTTP status and code of Twilio for what is not there (any more)."""


def error_of(code: str) -> SendError:
    """The kind of error behind a code of Twilio, as a delivery report names it."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return _KIND_OF.get(number, Rejected)(code if number else "")


def refused(status: int, code: int | None) -> SendError:
    """The kind of error behind an answer of the REST interface: HTTP status and, where one came, Twilio's code."""
    if code and code != status:
        return error_of(str(code))
    if status == 429:
        return Throttled("20429")
    if status >= 500:
        return ConnectionFailed(str(status))
    return AccountProblem(str(status)) if status in {401, 403} else Rejected(str(status))
