# SPDX-License-Identifier: EUPL-1.2
"""Calls that we place through Twilio: an order becomes a call, and how it ended becomes a state and a kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from channels.errors import AddressUnknown, ConnectionFailed, LineBusy, NotAnswered, Rejected, SendError
from channels.twilio import TwilioAccount
from core.outbox import MessageState, OutboundMessage
from core.people import Address
from voice.calls import CallOrder
from voice.twiml import PATH, STATUS

RING_SECONDS = 40
"""How long a telephone rings before nobody has answered: time to walk to it, and to find the glasses."""


class TwilioVoiceSender:
    """Places the calls that wait in the outbox of the channel "voice"; their text is a `CallOrder`.

    `number` is the town's own, E.164. A call lasts no longer than the minutes that the message holds of the day's
    budget. Twilio tells a person from an answering machine before it asks us what to say.
    """

    name = "voice"

    def __init__(self, account: TwilioAccount, number: str, public_url: str) -> None:
        self._account = account
        self._number = number
        self._public_url = public_url.rstrip("/")

    def send(self, message: OutboundMessage, to: Address) -> str | None:
        """Place one call; Twilio's id of it. Raises SendError, `Rejected` for a text that orders no call."""
        return self._account.create_call(
            to=to.value,
            sender=self._number,
            answer_at=f"{self._public_url}{PATH}?{urlencode(_as_query(message))}",
            report_to=f"{self._public_url}{STATUS}?{urlencode({'message': message.id})}",
            ring_seconds=RING_SECONDS,
            longest_seconds=message.segments * 60,
        )


def _as_query(message: OutboundMessage) -> dict[str, str]:
    try:
        order = CallOrder.from_text(message.text)
    except ValueError:
        raise Rejected("no order") from None
    keyword = {"keyword": order.keyword} if order.keyword else {}
    return {"occasion": order.occasion.value, **keyword}


# ------------------------------------------------------------------------------------------------------- how it ended

_KINDS: Mapping[str, type[SendError]] = {
    "busy": LineBusy,
    "no-answer": NotAnswered,
    "failed": ConnectionFailed,
    "canceled": ConnectionFailed,
}
"""The kind of error behind Twilio's word for a call that nobody took; all of them may be tried again."""
_NO_SUCH_NUMBER = frozenset({"404", "410", "484", "604"})
"""Not found, gone, incomplete, does not exist anywhere (RFC 3261 §21)."""

STATES: Mapping[str, MessageState] = {
    **dict.fromkeys(("queued", "initiated", "ringing", "in-progress"), MessageState.SENT),
    "completed": MessageState.DELIVERED,
    **dict.fromkeys(_KINDS, MessageState.FAILED),
}
"""Twilio's words for what we know (CallStatus)."""


def failure(word: str, sip_code: str = "") -> SendError | None:
    """Why nobody took the call, Twilio's word as its code; None for a call that was taken, or is under way."""
    if word == "failed" and sip_code in _NO_SUCH_NUMBER:
        return AddressUnknown(sip_code)
    kind = _KINDS.get(word)
    return kind(word) if kind else None
