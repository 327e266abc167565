# SPDX-License-Identifier: EUPL-1.2
"""Text messages through Twilio: its webhook becomes a turn, a reply becomes TwiML, a queued message a REST call.

Fields: twilio.com/docs/messaging/guides/webhook-request. At Twilio, set the number's address for incoming messages to
`PUBLIC_URL/sms/twilio#rc=3&rp=all` and the same as fallback: three tries, on every kind of failure, within its 15
seconds (twilio.com/docs/usage/webhooks/webhooks-connection-overrides); the default tries once and then forgets the
message. The fragment stays at Twilio and is not signed. A repeat or a fallback carries the same MessageSid and is the
same turn.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape

from channels.contract import NotTaken, StatusReport, WebhookRequest, WebhookResponse
from channels.twilio import Signature, TwilioAccount
from channels.twilio_errors import error_of
from core.commands import Command
from core.outbox import MessageState, OutboundMessage
from core.people import Address, AddressKind
from core.phrases import Phrases
from core.ports import Clock, PhoneNumbers
from core.turns import CannotBeRead, InboundTurn, Pressed, Reply, Said, TurnId, Words
from sms.text import parts, sms_text

PROVIDER = "twilio"
STATUS_PATH = "/sms/twilio/status"


class TwilioSms:
    """The channel "sms": what comes in, what is answered, what is reported."""

    name = "sms"

    def __init__(
        self, signature: Signature, phone_numbers: PhoneNumbers, clock: Clock, opts_out: Callable[[str], bool]
    ) -> None:
        self._signature = signature
        self._opts_out = opts_out
        self._phone_numbers = phone_numbers
        self._clock = clock

    def receive(self, request: WebhookRequest) -> InboundTurn | NotTaken:
        """A message as a turn. Raises RequestNotTrusted, or RequestNotReadable without MessageSid or From.

        Not taken, and nothing stored: WhatsApp (not yet available, said in one sentence) and senders that are no
        person's number: short codes, names, withheld numbers. But whoever opts out by WhatsApp has opted out: it is
        the same number.
        """
        received_at = self._clock.now()
        self._signature.check(request)
        sid, sender = request.needed("MessageSid"), request.needed("From")
        by_whatsapp = sender.startswith("whatsapp:")
        address = self._address(sender.removeprefix("whatsapp:"))
        if by_whatsapp and not (address and self._opts_out(request.field("Body"))):
            return NotTaken("whatsapp", "channels.whatsapp_not_yet")
        if address is None:
            return NotTaken("no person")
        return self._turn(request, sid, address, received_at)

    def _turn(self, request: WebhookRequest, sid: str, address: Address, received_at: datetime) -> InboundTurn:
        said, media = _said(request), _media(request)
        left_out = media if isinstance(said, Words) else None
        turn_id = TurnId(PROVIDER, sid)
        return InboundTurn(turn_id, self.name, address, request.field("To"), said, received_at, left_out=left_out)

    def respond(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> WebhookResponse:
        """The reply as TwiML (twilio.com/docs/messaging/twiml)."""
        return WebhookResponse(200, twiml(parts(sms_text(reply, phrases))), "text/xml; charset=utf-8")

    def read_report(self, request: WebhookRequest) -> StatusReport:
        """What became of a message (twilio.com/docs/messaging/guides/track-outbound-message-status)."""
        self._signature.check(request)
        sid, code = request.needed("MessageSid"), request.field("ErrorCode")
        state = _STATES.get(request.field("MessageStatus"))
        ours = parse_qs(urlsplit(request.url).query).get("message", [None])[0]
        return StatusReport(sid, state, error_of(code) if code else None, ours, self._address(request.field("To")))

    def _address(self, sender: str) -> Address | None:
        """The address behind a number as Twilio writes it; None for what is no full international number.

        Without its plus a number would be read as one of this country, which is silently wrong.
        """
        read = self._phone_numbers.read(sender) if sender.startswith("+") else None
        return Address(AddressKind.PHONE, read.e164) if read else None


class TwilioSmsSender:
    """Sends what waits in the outbox of the channel "sms".

    `number` is the town's own, E.164; reports come to `public_url`, the address under which Twilio reaches us.
    """

    name = "sms"

    def __init__(self, account: TwilioAccount, number: str, public_url: str) -> None:
        self._account = account
        self._number = number
        self._report_to = public_url.rstrip("/") + STATUS_PATH

    def send(self, message: OutboundMessage, to: Address) -> str | None:
        """Hand over one message. Its report comes back with our own id of it, which is random and says nothing."""
        report_to = f"{self._report_to}?{urlencode({'message': message.id})}"
        return self._account.create_message(to=to.value, sender=self._number, text=message.text, report_to=report_to)


def twiml(texts: tuple[str, ...]) -> str:
    """One <Message> for each text; the empty answer for none."""
    messages = "".join(f"<Message>{escape(text)}</Message>" for text in texts)
    body = f"<Response>{messages}</Response>" if messages else "<Response/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'


_STATES: Mapping[str, MessageState] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), MessageState.SENT),
    **dict.fromkeys(("delivered", "read", "partially_delivered"), MessageState.DELIVERED),
    **dict.fromkeys(("failed", "undelivered", "canceled"), MessageState.FAILED),
}
"""Twilio's words for what we know. What it has queued is sent as far as we are concerned."""

# ------------------------------------------------------------------------------------------------------- what was said

_OPT_OUT_TYPES: Mapping[str, Command] = {"STOP": Command.STOP, "START": Command.START, "HELP": Command.HELP}
"""What Twilio itself has understood (Advanced Opt-Out). It acts on it, so we must, whatever the text says."""
_KINDS_OF_MEDIA: Mapping[str, str] = {"image": "picture", "video": "picture", "audio": "sound", "text": "contact"}


def _said(request: WebhookRequest) -> Said:
    """The text, where there is one, even beside a picture; a picture alone cannot be read."""
    command = _OPT_OUT_TYPES.get(request.field("OptOutType").upper())
    if command:
        return Pressed(command)
    text = unpacked(request.field("Body"))
    if text.strip("\0 \t\r\n"):
        return Words(text)
    return _media(request) or CannotBeRead("empty")


def _media(request: WebhookRequest) -> CannotBeRead | None:
    """What came beside the text, or instead of it."""
    if request.field("NumMedia") in {"", "0"}:
        return None
    family = request.field("MediaContentType0").partition("/")[0]
    return CannotBeRead(_KINDS_OF_MEDIA.get(family, "file" if family else "picture"))


_BASE64 = re.compile(r"[A-Za-z0-9+/]{58,}={0,2}")


def unpacked(body: str) -> str:
    """The text of a body that came as base64, as some networks deliver long messages; any other body as it is.

    Packed means: at least 60 characters, divisible by four and without blanks (the rule of RapidPro's courier), and
    written UTF-8 when unpacked, of which the last character may be cut off. Courier asks for half of it to be ASCII
    instead; that takes every other long word for packed, and leaves Ukrainian or Arabic packed.
    """
    if len(body) < 60 or len(body) % 4 or not _BASE64.fullmatch(body):
        return body
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(base64.b64decode(body))
    except (binascii.Error, UnicodeDecodeError):
        return body
    return text if "".join(text.split()).isprintable() else body
