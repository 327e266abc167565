# SPDX-License-Identifier: EUPL-1.2
"""Calls through Twilio: its webhooks become turns, and a reply becomes a menu in TwiML.

Fields: twilio.com/docs/voice/twiml#request-parameters. At Twilio, set the number's address for incoming calls to
`PUBLIC_URL/voice/twilio#rc=2&rp=all`, its status callback to `PUBLIC_URL/voice/twilio/status`, and its fallback to a
copy of `deploy/twilio/fallback.xml` on another host. One step of a call has one turn id, so a step that is posted twice
is one turn (reliability A18).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from channels.contract import NotTaken, StatusReport, WebhookRequest, WebhookResponse
from channels.errors import RequestNotReadable
from channels.twilio import Signature
from core.people import Address, AddressKind
from core.phrases import Phrases
from core.ports import Clock, PhoneNumbers
from core.turns import (
    Called,
    Counting,
    HungUp,
    InboundTurn,
    MachinePickedUp,
    Occasion,
    PersonLeft,
    PickedUp,
    Recording,
    Reply,
    Said,
    TurnId,
)
from voice.clips import Sounds
from voice.menu import HangUp, Menu, menu_of
from voice.steps import Step, heard, step_after
from voice.twilio_calls import STATES, failure
from voice.twiml import PATH, PERSON, RECORDED, RECORDING_STATUS, STATUS, TURN, Line, busy, document, twiml

PROVIDER = "twilio"


class TwilioVoice:
    """The channel "voice": what a caller does, what is heard, how a call of ours ended.

    `recording_ready` is told Twilio's id of a recording that can be fetched now, or is known not to exist; it must
    not take long.
    """

    name = "voice"

    def __init__(
        self,
        signature: Signature,
        phone_numbers: PhoneNumbers,
        clock: Clock,
        sounds: Sounds,
        public_url: str,
        recording_ready: Callable[[str], None],
    ) -> None:
        self._signature = signature
        self._phone_numbers = phone_numbers
        self._clock = clock
        self._sounds = sounds
        self._public_url = public_url.rstrip("/")
        self._recording_ready = recording_ready

    def receive(self, request: WebhookRequest) -> InboundTurn | NotTaken:
        """One step of a call as a turn. Raises RequestNotTrusted, or RequestNotReadable without CallSid or step."""
        received_at = self._clock.now()
        self._signature.check(request)
        path = urlsplit(request.url).path
        if path == RECORDING_STATUS:
            return self._recording(request)
        event = _read(path, request, received_at)
        return event if isinstance(event, NotTaken) else self._turn(request, event, received_at)

    def _turn(self, request: WebhookRequest, event: _Event, received_at: datetime) -> InboundTurn:
        sid = request.needed("CallSid")
        return InboundTurn(
            TurnId(PROVIDER, f"{sid}:{event.step}"),
            self.name,
            self._person(request) or Address(AddressKind.CALL, sid),
            request.field(_OUR_SIDE[_is_ours(request)]),
            event.said,
            received_at,
            about=event.about,
            counts=Counting.AFTER_READ_BACK,
        )

    def respond(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> WebhookResponse:
        """The reply as TwiML; the empty answer once the call is over."""
        return WebhookResponse(200, self._twiml(reply, phrases, turn), "text/xml; charset=utf-8")

    def _twiml(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> str:
        if turn is None or isinstance(turn.said, HungUp):
            return document()
        menu = menu_of(reply, phrases)
        if isinstance(turn.said, Called) and _is_silent_end(menu):
            return busy()
        line = Line(self._public_url, turn.to, self._sounds)
        return twiml(menu, step_after(turn, menu).as_fields(), line)

    def read_report(self, request: WebhookRequest) -> StatusReport:
        """What became of a call that we placed (twilio.com/docs/voice/api/call-resource#statuscallback)."""
        self._signature.check(request)
        sid, word, ours = request.needed("CallSid"), request.field("CallStatus"), _query(request).get("message")
        error = failure(word, request.field("SipResponseCode"))
        lasted = _seconds(request.field("CallDuration"))
        return StatusReport(sid, STATES.get(word), error, ours, self._person(request), lasted)

    def _person(self, request: WebhookRequest) -> Address | None:
        """The number of whoever we talk to; None where it is withheld, or is no full international number.

        Words for a withheld number ("anonymous", "RESTRICTED"), clients and SIP addresses have no plus; the same words
        spelt on the keys of a telephone ("+266696687") are no valid number.
        """
        written = request.field(_THEIR_SIDE[_is_ours(request)])
        read = self._phone_numbers.read(written) if written.startswith("+") else None
        return Address(AddressKind.PHONE, read.e164) if read else None

    def _recording(self, request: WebhookRequest) -> NotTaken:
        """A recording is ready, or will never be: nothing that a person did (…/voice/twiml/record)."""
        if request.field("RecordingStatus") in {"completed", "absent"}:
            self._recording_ready(request.needed("RecordingSid"))
        return NotTaken("recording")


# ------------------------------------------------------------------------------------------------------- what was done


@dataclass(frozen=True, slots=True)
class _Event:
    """What was done at one step; `step` is "0" for the call's beginning and "end" for its end."""

    step: str
    said: Said
    about: str | None = None


def _read(path: str, request: WebhookRequest, at: datetime) -> _Event | NotTaken:
    if path == PATH:
        return _Event("0", _beginning(request))
    if path == STATUS:
        return _end(request)
    said_at = _SAID_AT.get(path)
    if said_at is None:
        raise RequestNotReadable("nothing is taken at this address")
    step = Step.from_fields(_query(request))
    return _Event(str(step.number), said_at(request, step, at), step.about)


def _beginning(request: WebhookRequest) -> Said:
    """Who has picked up: we, or whoever we called (AnsweredBy: …/voice/answering-machine-detection)."""
    query = _query(request)
    if "occasion" not in query and not _is_ours(request):
        return Called()
    try:
        occasion = Occasion(query.get("occasion", ""))
    except ValueError:
        raise RequestNotReadable("why we call is missing") from None
    answered_by = request.field("AnsweredBy")
    machine = answered_by.startswith("machine") or answered_by == "fax"
    return (MachinePickedUp if machine else PickedUp)(occasion, query.get("keyword") or None)


def _end(request: WebhookRequest) -> _Event | NotTaken:
    """The end of a call. One that we placed and nobody took was none; how it ended is a report."""
    word = request.field("CallStatus")
    unanswered = failure(word) is not None
    if word == "completed" or (unanswered and not _is_ours(request)):
        return _Event("end", HungUp())
    return NotTaken("nobody picked up" if unanswered else "call goes on")


def _pressed(request: WebhookRequest, step: Step, at: datetime) -> Said:
    """The keys, with the "#" that ended them, which comes in a field of its own."""
    ended = "#" if request.field("FinishedOnKey") == "#" else ""
    return heard(request.field("Digits") + ended, step, at)


def _recorded(request: WebhookRequest, _step: Step, _at: datetime) -> Recording:
    """What was spoken, also when the caller hung up over it (Digits is "hangup" then)."""
    reference, seconds = request.field("RecordingSid"), _seconds(request.field("RecordingDuration"))
    return Recording(reference, (seconds or 0) if reference else 0)


def _back_from_person(request: WebhookRequest, _step: Step, _at: datetime) -> PersonLeft:
    return PersonLeft(talked=request.field("DialCallStatus") in {"completed", "answered"})


_SAID_AT: Mapping[str, Callable[[WebhookRequest, Step, datetime], Said]] = {
    TURN: _pressed,
    RECORDED: _recorded,
    PERSON: _back_from_person,
}
"""The addresses to which a step of a call comes back, and how what was done there is read."""

# ------------------------------------------------------------------------------------------------------- the call

_OUR_SIDE: Mapping[bool, str] = {False: "To", True: "From"}
"""The field of our own number, by whether the call is ours; `_THEIR_SIDE` that of the person."""
_THEIR_SIDE: Mapping[bool, str] = {False: "From", True: "To"}


def _is_ours(request: WebhookRequest) -> bool:
    """Whether we have placed this call ("outbound-api")."""
    return request.field("Direction").startswith("outbound")


def _query(request: WebhookRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


def _seconds(written: str) -> int | None:
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else None


def _is_silent_end(menu: Menu) -> bool:
    return not menu.sounds and isinstance(menu.then, HangUp)
