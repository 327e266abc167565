# SPDX-License-Identifier: EUPL-1.2
"""What a channel is: a few small methods between a provider's wire and the core's `InboundTurn` and `Reply`.

There are two kinds. One answers in the response to the request that brought the turn (Twilio, the web page, the menu
of Asterisk); the other answers through the outbox, woken right after the commit (Telegram). No framework is known
here: a channel sees plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from channels.errors import RequestNotReadable, SendError
from core.outbox import MessageState, OutboundMessage
from core.people import Address
from core.phrases import Phrases
from core.turns import InboundTurn, Reply

# ------------------------------------------------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One request of a provider, as it arrived.

    `url` is path and query exactly as they were sent, percent-encoding untouched ("/sms/twilio?x=%C3%A4"); a scheme or
    host in front is allowed and believed by nobody. `form` holds every field in order, blank and repeated ones too; it
    is empty for a body that is no form. `headers` have lower-case names. `body` is raw.
    """

    url: str
    form: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def field(self, name: str) -> str:
        """The value of a field, "" where it is absent.

        Raises RequestNotReadable if the field is there twice with different values: which one was meant is not ours
        to choose.
        """
        values = {value for each, value in self.form if each == name}
        if len(values) > 1:
            raise RequestNotReadable(f"the field {name} is there more than once")
        return next(iter(values), "")

    def needed(self, name: str) -> str:
        """The value of a field that must not be empty. Raises RequestNotReadable."""
        value = self.field(name)
        if not value:
            raise RequestNotReadable(f"the field {name} is missing")
        return value


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What goes back over the wire."""

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something that is no turn of a person: nothing is stored and nothing counted.

    `why` is the word under which it is counted for the operator ("no person"). `say` is the key of the phrase that
    answers it, None where silence is right.
    """

    why: str
    say: str | None = None


# ------------------------------------------------------------------------------------------------------- channels


class Receives(Protocol):
    """What both kinds of channel have in common."""

    @property
    def name(self) -> str:
        """The channel's name in every row, e.g. "sms"."""

    def receive(self, request: WebhookRequest) -> InboundTurn | NotTaken:
        """Check the signature, then read. Raises RequestNotTrusted or RequestNotReadable."""


class AnswersInResponse(Receives, Protocol):
    """A channel whose reply travels in the response to the request."""

    def respond(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> WebhookResponse:
        """The reply as the provider wants it; a reply with nothing to say gives the provider's empty answer.

        `turn` is what is answered, None where there was no turn of a person. The same turn and reply give the same
        response, so that a repeated delivery is answered alike.
        """


class AnswersThroughOutbox(Receives, Protocol):
    """A channel whose reply is a message of its own, written into the outbox with the turn it answers."""

    def acknowledge(self) -> WebhookResponse:
        """The empty 2xx that is due once the turn is committed."""

    def pack(self, reply: Reply, phrases: Phrases) -> str:
        """The reply as it is kept in the outbox until `Sender.send` takes it."""


# ------------------------------------------------------------------------------------------------------- sending


class Sender(Protocol):
    """Hands messages that we start to a provider."""

    @property
    def name(self) -> str:
        """The channel whose messages it sends."""

    def send(self, message: OutboundMessage, to: Address) -> str | None:
        """Hand over one message; the provider's id of it, None where it gave none.

        `message.id` is our own reference and travels along where the provider takes one. Raises SendError.
        """


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a provider says became of a message.

    `state` is None for a word that we do not know. `message_id` is our own reference, where it came back: with it a
    report counts even if it overtakes our record of the sending. `to` is there where an error concerns the address.
    `seconds` is how long a call was, once it is over.
    """

    provider_id: str
    state: MessageState | None
    error: SendError | None = None
    message_id: str | None = None
    to: Address | None = None
    seconds: int | None = None


class Reports(Protocol):
    """A provider that tells what became of our messages."""

    @property
    def name(self) -> str: ...

    def read_report(self, request: WebhookRequest) -> StatusReport:
        """Check the signature, then read. Raises RequestNotTrusted or RequestNotReadable."""
