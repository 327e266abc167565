# SPDX-License-Identifier: EUPL-1.2
"""Calls through the town's own Asterisk: what the telephone line posts becomes a turn, a reply becomes a menu as JSON.

The line (`voice.line`) is one more provider: it signs what it says and is given nothing but menus. One event:

    {"call": "mitwirkung-1795403485.0", "event": "keys", "caller": "+4922718900", "to": "+492271000000",
     "step": {"n": "3", "a": "BUS:late"}, "keys": "2"}

One step of a call has one turn id, so a step that is posted twice is one turn (reliability A18). A call that another
line has taken over comes as "<call>~<random>": its steps are new, its caller is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.contract import NotTaken, StatusReport, WebhookRequest, WebhookResponse
from channels.errors import RequestNotReadable, RequestNotTrusted
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
from voice.asterisk_calls import STATES, failure, message_of
from voice.clips import Sounds
from voice.menu import menu_of
from voice.steps import Step, heard, step_after
from voice.wire import NO_MENU, SIGNATURE_HEADER, is_signed, menu_as_json

PROVIDER = "asterisk"


class AsteriskVoice:
    """The channel "voice": what a caller does, what is heard, how a call of ours ended.

    `secret` is shared with the line alone. Raises ValueError without one, so that no route ever starts that would
    believe everybody (reliability D1).
    """

    name = "voice"

    def __init__(self, secret: bytes, phone_numbers: PhoneNumbers, clock: Clock, sounds: Sounds) -> None:
        if not secret:
            raise ValueError("MITWIRKUNG_LINE_SECRET is not set; without it nobody can tell who sends a request")
        self._secret = secret
        self._phone_numbers = phone_numbers
        self._clock = clock
        self._sounds = sounds

    def receive(self, request: WebhookRequest) -> InboundTurn | NotTaken:
        """One step of a call as a turn. Raises RequestNotTrusted, or RequestNotReadable without call, event or step."""
        received_at = self._clock.now()
        event = self._event(request)
        read = _READ.get(event.text("event"))
        if read is None:
            raise RequestNotReadable("the event is none that we know")
        step, about, said = read(event, received_at)
        return InboundTurn(
            TurnId(PROVIDER, f"{event.call}:{step}"),
            self.name,
            self._person(event),
            event.text("to"),
            said,
            received_at,
            about=about or None,
            counts=Counting.AFTER_READ_BACK,
        )

    def respond(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> WebhookResponse:
        """The reply as a menu; the empty one once the call is over."""
        return WebhookResponse(200, self._menu(reply, phrases, turn), "application/json")

    def _menu(self, reply: Reply, phrases: Phrases, turn: InboundTurn | None) -> str:
        if turn is None or isinstance(turn.said, HungUp):
            return NO_MENU
        menu = menu_of(reply, phrases)
        return menu_as_json(menu, step_after(turn, menu).as_fields(), self._sounds)

    def read_report(self, request: WebhookRequest) -> StatusReport:
        """What became of a call that we placed. Raises RequestNotTrusted or RequestNotReadable."""
        event = self._event(request)
        word = event.text("state")
        return StatusReport(
            event.call, STATES.get(word), failure(word), message_of(event.call), seconds=event.count("seconds")
        )

    def _event(self, request: WebhookRequest) -> _Event:
        """What the line says, once it is sure that the line says it."""
        header = request.headers.get(SIGNATURE_HEADER, "")
        if not is_signed(self._secret, request.body, header, self._clock.now()):
            raise RequestNotTrusted("the signature does not fit the body and the secret, or is too old")
        try:
            fields = json.loads(request.body)
        except ValueError:
            raise RequestNotReadable("the body is no JSON") from None
        if not isinstance(fields, dict):
            raise RequestNotReadable("the body is no JSON object")
        return _Event(fields)

    def _person(self, event: _Event) -> Address:
        """The caller's number, national or international; the call itself where it is withheld or is none."""
        read = self._phone_numbers.read(event.text("caller"))
        return Address(AddressKind.PHONE, read.e164) if read else Address(AddressKind.CALL, event.at_exchange)


# ------------------------------------------------------------------------------------------------------- what was done


@dataclass(frozen=True, slots=True)
class _Event:
    """The fields of one event. Each method raises RequestNotReadable for a field of another kind."""

    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self._of_kind(name, str, ""))

    def count(self, name: str) -> int:
        number = int(self._of_kind(name, int, 0))
        if number < 0:
            raise RequestNotReadable(f"the field {name} is no number of seconds")
        return number

    def truth(self, name: str) -> bool:
        return bool(self._of_kind(name, bool, default=False))

    @property
    def call(self) -> str:
        """The call, as its turns are named."""
        if not self.text("call"):
            raise RequestNotReadable("the field call is missing")
        return self.text("call")

    @property
    def at_exchange(self) -> str:
        """The call, as the exchange names it from its beginning to its end."""
        return self.call.partition("~")[0]

    @property
    def step(self) -> Step:
        fields = self._of_kind("step", dict, {})
        return Step.from_fields({str(name): str(value) for name, value in fields.items()})

    def _of_kind(self, name: str, kind: type, default: object) -> Any:  # noqa: ANN401 (it is checked here)
        value = self.fields.get(name, default)
        if type(value) is not kind:
            raise RequestNotReadable(f"the field {name} is not what it should be")
        return value


_Read = tuple[str, str, Said]
"""The step's number ("end" for the end of the call), the prompt that was open, and what was said."""


def _beginning(event: _Event, _: datetime) -> _Read:
    return "0", "", Called()


def _picked_up(event: _Event, _: datetime) -> _Read:
    kind = MachinePickedUp if event.text("event") == "machine" else PickedUp
    try:
        return "0", "", kind(Occasion(event.text("occasion")), event.text("keyword") or None)
    except ValueError:
        raise RequestNotReadable("why we call is missing") from None


def _keys(event: _Event, at: datetime) -> _Read:
    return _at(event.step, heard(event.text("keys"), event.step, at))


def _recorded(event: _Event, _: datetime) -> _Read:
    reference = event.text("recording")
    return _at(event.step, Recording(reference, event.count("seconds") if reference else 0))


def _person_left(event: _Event, _: datetime) -> _Read:
    return _at(event.step, PersonLeft(event.truth("talked")))


def _at(step: Step, said: Said) -> _Read:
    return str(step.number), step.about, said


def _hung_up(event: _Event, _: datetime) -> _Read:
    return "end", "", HungUp()


_READ: Mapping[str, Callable[[_Event, datetime], _Read]] = {
    "called": _beginning,
    "picked_up": _picked_up,
    "machine": _picked_up,
    "keys": _keys,
    "recorded": _recorded,
    "person_left": _person_left,
    "hung_up": _hung_up,
}
