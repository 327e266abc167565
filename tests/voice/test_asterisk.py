# SPDX-License-Identifier: EUPL-1.2
"""The wire between the telephone line and the service: what is posted becomes the right turn, a reply a menu."""

import json
from datetime import timedelta

import pytest

from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from channels.answering import Refusals, answer_webhook
from channels.contract import WebhookRequest
from channels.errors import RequestNotReadable, RequestNotTrusted
from core.commands import Command
from core.outbox import MessageState
from core.people import Address, AddressKind
from core.turns import (
    Called,
    Counting,
    HungUp,
    Keys,
    MachinePickedUp,
    Occasion,
    PersonLeft,
    PickedUp,
    Pressed,
    Recording,
    Silence,
    TurnId,
)
from tests.channels.twilio_requests import NOW
from tests.channels.vectors import vectors
from tests.voice.twilio_calls import YES_NO, EveryWord, reply
from voice.asterisk import AsteriskVoice
from voice.asterisk_calls import message_of
from voice.menu import HangUp, Keypad
from voice.steps import Step
from voice.wire import SIGNATURE_HEADER, Clip, menu_from_json, signature

SECRET = b"shared with the line"
LANDLINE, OURS, CALL = "+4922718900", "+492271000000", "mitwirkung-1795403485.0"
STEP = Step(3, "BUS:late", hash_passes=True)


def channel():
    return AsteriskVoice(SECRET, GermanNumbers(), MovableClock(NOW), EveryWord())


def request(body, *, secret=SECRET, at=NOW):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return WebhookRequest("/voice/asterisk", headers={SIGNATURE_HEADER: signature(secret, raw, at)}, body=raw)


def event(kind, step=None, **fields):
    common = {"call": CALL, "event": kind, "caller": LANDLINE, "to": OURS, "step": step.as_fields() if step else {}}
    return {**common, **fields}


def received(kind, step=None, **fields):
    return channel().receive(request(event(kind, step, **fields)))


# ------------------------------------------------------------------------------------------------------ what comes in


def test_a_call_becomes_a_turn():
    turn = received("called")
    assert turn.turn_id == TurnId("asterisk", f"{CALL}:0")
    assert (turn.channel, turn.sender, turn.to) == ("voice", Address(AddressKind.PHONE, LANDLINE), OURS)
    assert (turn.said, turn.received_at, turn.about) == (Called(), NOW, None)
    assert turn.counts is Counting.AFTER_READ_BACK


SAID = {
    "a key": ("keys", {"keys": "2"}, Keys("2")),
    "a number and its hash": ("keys", {"keys": "12#"}, Keys("12")),
    "silence": ("keys", {"keys": ""}, Silence()),
    "a star": ("keys", {"keys": "*"}, Pressed(Command.REPEAT)),
    "a zero": ("keys", {"keys": "0"}, Pressed(Command.PERSON)),
    "a hash that passes": ("keys", {"keys": "#"}, Pressed(Command.SKIP)),
    "a recording": ("recorded", {"recording": "r-3", "seconds": 12}, Recording("r-3", 12)),
    "nothing spoken": ("recorded", {"recording": "", "seconds": 9}, Recording("", 0)),
    "a talk": ("person_left", {"talked": True}, PersonLeft(talked=True)),
    "no talk": ("person_left", {"talked": False}, PersonLeft(talked=False)),
}


@pytest.mark.parametrize(("kind", "fields", "expected"), SAID.values(), ids=SAID)
def test_what_is_done_at_a_step_is_read(kind, fields, expected):
    turn = received(kind, STEP, **fields)
    assert turn.said == expected
    assert (turn.turn_id.value, turn.about) == (f"{CALL}:3", "BUS:late")


def test_the_end_of_a_call_has_a_turn_of_its_own():
    turn = received("hung_up", STEP)
    assert (turn.said, turn.turn_id.value, turn.about) == (HungUp(), f"{CALL}:end", None)


def test_whoever_takes_a_call_of_ours_is_told_apart():
    order = {"occasion": "invitation", "keyword": "BUS"}
    assert received("picked_up", **order).said == PickedUp(Occasion.INVITATION, "BUS")
    assert received("machine", **order).said == MachinePickedUp(Occasion.INVITATION, "BUS")
    assert received("picked_up", occasion="call_back", keyword="").said == PickedUp(Occasion.CALL_BACK)


CALLERS = {
    "international": ("+4922718900", "+4922718900"),
    "national": ("022718900", "+4922718900"),
    "with two zeros": ("004922718900", "+4922718900"),
    "from abroad": ("+33142278186", "+33142278186"),
}


@pytest.mark.parametrize(("written", "number"), CALLERS.values(), ids=CALLERS)
def test_a_number_is_read_as_the_provider_writes_it(written, number):
    assert received("called", caller=written).sender == Address(AddressKind.PHONE, number)


@pytest.mark.parametrize("vector", vectors("ivr_withheld_caller"), ids=lambda vector: vector["id"])
def test_whoever_withholds_the_number_is_a_person_for_one_call(vector):
    sender = received("called", caller=vector["From"]).sender
    if vector["expect"] == "withheld":
        assert sender == Address(AddressKind.CALL, CALL)
    else:
        assert sender.kind is AddressKind.PHONE


def test_a_call_that_another_line_takes_over_has_new_steps_and_the_same_person():
    turn = received("called", call=f"{CALL}~4f2a", caller="")
    assert turn.turn_id.value == f"{CALL}~4f2a:0"
    assert turn.sender == Address(AddressKind.CALL, CALL)


# --------------------------------------------------------------------------------------------------------- bad input

NOT_TRUSTED = {
    "another secret": request(event("called"), secret=b"another"),
    "too old": request(event("called"), at=NOW - timedelta(minutes=6)),
    "no signature": WebhookRequest("/voice/asterisk", body=json.dumps(event("called")).encode()),
    "no signature and no body": WebhookRequest("/voice/asterisk"),
}


@pytest.mark.parametrize("asked", NOT_TRUSTED.values(), ids=NOT_TRUSTED)
def test_d1_what_the_line_has_not_signed_is_not_trusted(asked):
    with pytest.raises(RequestNotTrusted):
        channel().receive(asked)
    with pytest.raises(RequestNotTrusted):
        channel().read_report(asked)


def test_d1_without_a_secret_there_is_no_channel():
    with pytest.raises(ValueError, match="MITWIRKUNG_LINE_SECRET"):
        AsteriskVoice(b"", GermanNumbers(), MovableClock(NOW), EveryWord())


NOT_READABLE = {
    "no JSON": b"call=1",
    "no text": b"\xff",
    "no object": b"[1]",
    "no call": event("called", call=""),
    "a call that is no text": event("called", call=7),
    "no event": event(""),
    "an event that there is not": event("sang"),
    "an event that is no text": event(["called"]),
    "keys without a step": event("keys", keys="1"),
    "keys that are no text": event("keys", STEP, keys=1),
    "a step that is none": {**event("keys", keys="1"), "step": "3"},
    "a step without a number": {**event("keys", keys="1"), "step": {"n": "third"}},
    "seconds that are none": event("recorded", STEP, recording="r", seconds="12"),
    "seconds before the beginning": event("recorded", STEP, recording="r", seconds=-1),
    "a talk that is neither yes nor no": event("person_left", STEP, talked="yes"),
    "a call of ours for no reason": event("picked_up", occasion="boredom"),
}


@pytest.mark.parametrize("body", NOT_READABLE.values(), ids=NOT_READABLE)
def test_what_cannot_be_read_is_refused_and_nothing_of_it_repeated(body):
    with pytest.raises(RequestNotReadable) as refused:
        channel().receive(request(body))
    assert LANDLINE not in str(refused.value)
    assert "boredom" not in str(refused.value)


# ------------------------------------------------------------------------------------------------------ what goes out


def test_a_reply_becomes_a_menu_whose_step_comes_back(phrases):
    turn = received("keys", STEP, keys="1")
    answered = channel().respond(reply("Kommt der Bus zu spät?", YES_NO), phrases, turn)
    menu = menu_from_json(answered.body)
    assert answered.content_type == "application/json"
    assert Clip("Kommt der Bus zu spät?.wav") in menu.sounds
    assert isinstance(menu.then, Keypad)
    assert Step.from_fields(menu.step).number == 4


def test_a18_the_same_step_gets_the_same_turn_and_the_same_menu(phrases):
    first, second = received("keys", STEP, keys="1"), received("keys", STEP, keys="1")
    assert first == second
    answered = [channel().respond(reply("Ja.", YES_NO), phrases, turn).body for turn in (first, second)]
    assert answered[0] == answered[1]


def test_after_the_end_of_a_call_there_is_no_menu(phrases):
    for turn in (None, received("hung_up")):
        answered = channel().respond(reply("Auf Wiederhören."), phrases, turn)
        assert menu_from_json(answered.body).sounds == ()
        assert menu_from_json(answered.body).then == HangUp()


def test_a_request_passes_through_the_one_way_in(phrases):
    taken = []

    def take(turn):
        taken.append(turn)
        return reply("Guten Tag.", YES_NO)

    answered = answer_webhook(request(event("called")), channel(), take, phrases, Refusals())
    assert (answered.status, len(taken)) == (200, 1)
    assert answer_webhook(NOT_TRUSTED["too old"], channel(), take, phrases, Refusals()).status == 403
    assert answer_webhook(request(b"[1]"), channel(), take, phrases, Refusals()).status == 400
    assert len(taken) == 1


# ------------------------------------------------------------------------------------------------------ calls of ours

REPORTS = {
    "completed": (MessageState.DELIVERED, None),
    "busy": (MessageState.FAILED, "LineBusy busy"),
    "no_answer": (MessageState.FAILED, "NotAnswered no-answer"),
    "refused": (MessageState.FAILED, "NotAnswered refused"),
    "unknown_number": (MessageState.FAILED, "AddressUnknown unknown"),
    "failed": (MessageState.FAILED, "ConnectionFailed failed"),
    "a new word": (None, None),
}


@pytest.mark.parametrize(("word", "expected"), REPORTS.items())
def test_how_a_call_of_ours_ended_is_reported(word, expected):
    body = {"call": "0f3a-2", "event": "report", "state": word, "seconds": 42}
    report = channel().read_report(request(body))
    assert (report.provider_id, report.message_id, report.seconds) == ("0f3a-2", "0f3a", 42)
    assert (report.state, str(report.error) if report.error else None) == expected


def test_each_try_of_a_message_is_a_call_of_its_own():
    assert message_of("0f3a-1") == message_of("0f3a-2") == "0f3a"
