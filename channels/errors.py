# SPDX-License-Identifier: EUPL-1.2
"""The errors of requests that come in and of messages that go out, translated at the edge.

    MitwirkungError
    ├── RequestNotTrusted        the signature is absent or wrong: 403, nothing is stored
    ├── RequestNotReadable       signed, and yet something that we need is missing: 400, nothing is stored
    └── SendError                a message was not taken by the provider, or not delivered
        ├── ConnectionFailed     the provider was not reached or had a fault, before it took the message    again
        ├── Throttled            too fast for the provider; `retry_after_seconds` where it named a time    again
        ├── PhoneUnreachable     the telephone is switched off or out of reach                             again
        ├── LineBusy             a call of ours found the line engaged                                      again
        ├── NotAnswered          nobody took a call of ours                                                 again
        ├── AddressRefused       this address wants nothing more from us: opt it out                       never
        ├── CannotReceiveText    a landline: the number is for calls only                                  never
        ├── AddressUnknown       there is no such number                                                   never
        ├── AccountProblem       our account or its settings do not allow it                               never
        ├── Rejected             this message is not carried (filtered, blocked, too long)                 never
        └── Ambiguous            sent, and the provider's answer never came: it may have been taken        never

What is tried again and what never is decided here once, by `retryable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from core.call_backs import Unanswered
from core.errors import MitwirkungError


class RequestNotTrusted(MitwirkungError):
    """The request does not carry the signature that it must have. The message holds nothing of the request."""


class RequestNotReadable(MitwirkungError):
    """The request is signed but lacks a field, or has it twice. The message names the field, never its value."""


class SendError(MitwirkungError):
    """A message did not get through. `code` is the provider's own word for it, "" where it gave none.

    The text of the error is its kind and that code, so that it can be stored with the message and looked up; it never
    holds a number or a word of the message.
    """

    retryable: ClassVar[bool] = False
    """Whether the same message may be sent again later."""
    for_staff: ClassVar[str]
    """What happened and what to do, for the town hall, in German."""

    def __init__(self, code: str = "") -> None:
        self.code = code
        super().__init__(f"{type(self).__name__} {code}".strip())


class ConnectionFailed(SendError):
    """The provider was not reached, or answered with a fault of its own (5xx), before it took the message."""

    retryable = True
    for_staff = "Der Anbieter war nicht zu erreichen. Die Nachricht wird von selbst noch einmal verschickt."


class Throttled(SendError):
    """The provider asks us to slow down. `retry_after_seconds` is None where it named no time."""

    retryable = True
    for_staff = "Der Anbieter nimmt gerade nicht mehr Nachrichten an. Die Nachricht wird von selbst später verschickt."

    def __init__(self, code: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.retry_after_seconds = retry_after_seconds


class PhoneUnreachable(SendError):
    """The telephone is switched off, out of reach or full."""

    retryable = True
    for_staff = "Das Telefon war ausgeschaltet oder ohne Netz."


class LineBusy(SendError):
    """A call of ours found the line engaged."""

    retryable = True
    for_staff = "Der Anschluss war besetzt. Wir rufen bis zu dreimal an."


class NotAnswered(SendError):
    """A call of ours rang and nobody took it, or it was turned away."""

    retryable = True
    for_staff = "Niemand hat den Anruf angenommen. Wir rufen bis zu dreimal an."


class AddressRefused(SendError):
    """This person has told the provider that she wants nothing more from us (STOP at the provider)."""

    for_staff = "Diese Person möchte keine Nachrichten von uns. Sie bekommt von selbst keine mehr."


class CannotReceiveText(SendError):
    """A landline, or a carrier without text messages: from now on this number is called, not written to."""

    for_staff = (
        "Dieser Anschluss kann keine SMS empfangen, wohl ein Festnetz. Bitte laden Sie per Anruf oder Brief ein."
    )


class AddressUnknown(SendError):
    """There is no such number, or it is no longer in use."""

    for_staff = "Diese Nummer gibt es nicht oder nicht mehr. Bitte prüfen Sie die Liste."


class AccountProblem(SendError):
    """Our account, our sender number or a setting of ours does not allow it: a person must look."""

    for_staff = (
        "Das Konto beim Anbieter oder seine Einstellungen lassen das nicht zu. Der Fehlercode hilft der Technik."
    )


class Rejected(SendError):
    """The provider or the network does not carry this message."""

    for_staff = "Der Anbieter oder das Mobilfunknetz hat diese Nachricht abgelehnt. Bitte prüfen Sie den Text."


class Ambiguous(SendError):
    """The request was sent and no answer came. Never sent again on doubt; a delivery report may still settle it."""

    for_staff = (
        "Der Anbieter hat nicht geantwortet. Die Nachricht kann angekommen sein und wird nicht noch einmal verschickt."
    )


SEND_ERRORS: tuple[type[SendError], ...] = (
    ConnectionFailed,
    Throttled,
    PhoneUnreachable,
    LineBusy,
    NotAnswered,
    AddressRefused,
    CannotReceiveText,
    AddressUnknown,
    AccountProblem,
    Rejected,
    Ambiguous,
)
"""All kinds, in the order of the tree."""


_UNANSWERED: Mapping[str, type[SendError]] = {Unanswered.BUSY: LineBusy, Unanswered.NO_ANSWER: NotAnswered}
"""The kinds behind the words with which a store keeps why nobody was reached."""


def explained(stored: str) -> str:
    """The sentence for staff behind an error as it is stored ("Rejected 30007", "busy"); "" if unknown."""
    name = stored.partition(" ")[0]
    kinds = {**_UNANSWERED, **{kind.__name__: kind for kind in SEND_ERRORS}}
    return kinds[name].for_staff if name in kinds else ""
