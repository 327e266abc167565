# SPDX-License-Identifier: EUPL-1.2
"""Twilio's wire for calls: what comes in becomes the right turn, and how a call of ours ended the right report."""

import pytest

from channels.contract import NotTaken, WebhookRequest
from channels.errors import AddressUnknown, RequestNotReadable, RequestNotTrusted
from channels.terms import unanswered
from core.call_backs import Unanswered
from core.commands import Command
from core.outbox import RANK, MessageState
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
from tests.channels.twilio_requests import NOW, request
from tests.channels.vectors import vectors, webhooks
from tests.voice.twilio_calls import CALL, LANDLINE, OURS, STEP, at, channel, form
from voice.steps import Step


def received(path, **fields):
    return channel().receive(request(form(**fields), path))


# ------------------------------------------------------------------------------------------------- what comes in


def test_a_call_becomes_a_turn():
    turn = received(at(), CallStatus="ringing")
    assert turn.turn_id == TurnId("twilio", f"{CALL}:0")
    assert (turn.channel, turn.sender, turn.to) == ("voice", Address(AddressKind.PHONE, LANDLINE), OURS)
    assert (turn.said, turn.received_at, turn.about) == (Called(), NOW, None)
    assert turn.counts is Counting.AFTER_READ_BACK


def test_a_step_says_which_prompt_it_answers_and_where_in_the_call_it_stands():
    turn = received(at("/turn", STEP), Digits="2")
    assert (turn.turn_id.value, turn.about, turn.said) == (f"{CALL}:3", "BUS:late", Keys("2"))


def test_our_own_call_is_a_turn_of_the_person_who_was_called():
    turn = received(
        at(occasion="invitation", keyword="BUS"), From=OURS, To=LANDLINE, Direction="outbound-api", AnsweredBy="human"
    )
    assert (turn.sender.value, turn.to, turn.said) == (LANDLINE, OURS, PickedUp(Occasion.INVITATION, "BUS"))


TURN, RECORDED, PERSON, STATUS = "/turn", "/recorded", "/person", "/status"
OUTBOUND = {"Direction": "outbound-api", "From": OURS, "To": LANDLINE}
SAID = {
    "a key": (at(TURN, STEP), {"Digits": "1", "FinishedOnKey": ""}, Keys("1")),
    "keys and the one that ended them": (at(TURN, STEP), {"Digits": "72", "FinishedOnKey": "#"}, Keys("72")),
    "keys that nothing ended": (at(TURN, STEP), {"Digits": "72"}, Keys("72")),
    "no key": (at(TURN, STEP), {"Digits": "", "msg": "Gather End"}, Silence()),
    "no field for keys": (at(TURN, STEP), {}, Silence()),
    "what is no key": (at(TURN, STEP), {"Digits": "hangup"}, Silence()),
    "a bare end": (at(TURN, STEP), {"Digits": "", "FinishedOnKey": "#"}, Pressed(Command.SKIP)),
    "a bare end as one key": (at(TURN, STEP), {"Digits": "#", "FinishedOnKey": ""}, Pressed(Command.SKIP)),
    "a bare end where nothing can be passed": (at(TURN, Step(1, "x")), {"Digits": "#"}, Keys("")),
    "a star": (at(TURN, STEP), {"Digits": "*"}, Pressed(Command.REPEAT)),
    "a star behind a star": (at(TURN, Step(4, "x", repeated_at=NOW)), {"Digits": "*"}, Pressed(Command.AID)),
    "a zero": (at(TURN, STEP), {"Digits": "0"}, Pressed(Command.PERSON)),
    "a zero that is a digit": (at(TURN, Step(1, "x", zero_is_a_digit=True)), {"Digits": "0"}, Keys("0")),
    "a recording": (
        at(RECORDED, STEP),
        {"RecordingSid": "RE1", "RecordingDuration": "12", "Digits": "#"},
        Recording("RE1", 12),
    ),
    "a recording cut off": (
        at(RECORDED, STEP),
        {"RecordingSid": "RE1", "RecordingDuration": "4", "Digits": "hangup", "CallStatus": "completed"},
        Recording("RE1", 4),
    ),
    "nothing said": (at(RECORDED, STEP), {}, Recording("", 0)),
    "a recording of no length": (at(RECORDED, STEP), {"RecordingSid": "RE1"}, Recording("RE1", 0)),
    "a length that is none": (
        at(RECORDED, STEP),
        {"RecordingSid": "RE1", "RecordingDuration": "²" * 9},
        Recording("RE1", 0),
    ),
    "a talk": (at(PERSON, STEP), {"DialCallStatus": "completed"}, PersonLeft(talked=True)),
    "a talk in a conference": (at(PERSON, STEP), {"DialCallStatus": "answered"}, PersonLeft(talked=True)),
    "an engaged office": (at(PERSON, STEP), {"DialCallStatus": "busy"}, PersonLeft(talked=False)),
    "an empty office": (at(PERSON, STEP), {"DialCallStatus": "no-answer"}, PersonLeft(talked=False)),
    "an office that cannot be reached": (at(PERSON, STEP), {}, PersonLeft(talked=False)),
    "the end": (at(STATUS), {"CallStatus": "completed", "CallDuration": "61"}, HungUp()),
    "a caller who gave up": (at(STATUS), {"CallStatus": "no-answer"}, HungUp()),
    "a call that goes on": (at(STATUS), {"CallStatus": "in-progress"}, NotTaken("call goes on")),
    "our call's end": (at(STATUS, message="m1"), {**OUTBOUND, "CallStatus": "completed"}, HungUp()),
    "our call that nobody took": (
        at(STATUS, message="m1"),
        {**OUTBOUND, "CallStatus": "busy"},
        NotTaken("nobody picked up"),
    ),
    "a call back": (at(occasion="call_back"), {**OUTBOUND, "AnsweredBy": "human"}, PickedUp(Occasion.CALL_BACK)),
    "nobody knows who": (
        at(occasion="office", keyword=""),
        {**OUTBOUND, "AnsweredBy": "unknown"},
        PickedUp(Occasion.OFFICE),
    ),
    "a machine": (
        at(occasion="invitation", keyword="BUS"),
        {**OUTBOUND, "AnsweredBy": "machine_start"},
        MachinePickedUp(Occasion.INVITATION, "BUS"),
    ),
    "a fax": (at(occasion="call_back"), {**OUTBOUND, "AnsweredBy": "fax"}, MachinePickedUp(Occasion.CALL_BACK)),
}


@pytest.mark.parametrize(("path", "fields", "expected"), SAID.values(), ids=SAID)
def test_what_was_done_is_read(path, fields, expected):
    got = received(path, **fields)
    assert (got if isinstance(got, NotTaken) else got.said) == expected


NOT_READABLE = {
    "a call without a name": (at(), {"CallSid": None}),
    "a step without a number": (at(TURN), {"Digits": "1"}),
    "a step that is not ours": (at(TURN, n="three"), {"Digits": "1"}),
    "two keys at one place": (at(TURN, STEP), [*form(Digits="1").items(), ("Digits", "2")]),
    "our call for no reason": (at(), OUTBOUND),
    "our call for a reason that there is not": (at(occasion="fun"), OUTBOUND),
    "an address that nobody gave out": (at("/elsewhere"), {}),
    "a recording without a name": (at("/recording-status"), {"RecordingStatus": "completed"}),
}


@pytest.mark.parametrize(("path", "fields"), NOT_READABLE.values(), ids=NOT_READABLE)
def test_what_lacks_something_is_refused_and_changes_nothing(path, fields):
    asked = request(form(**fields) if isinstance(fields, dict) else fields, path)
    with pytest.raises(RequestNotReadable):
        channel().receive(asked)


PATHS = ["", TURN, RECORDED, PERSON, STATUS, "/recording-status"]


@pytest.mark.parametrize("path", PATHS)
def test_d1_every_address_asks_for_the_signature(path):
    with pytest.raises(RequestNotTrusted):
        channel().receive(request(form(), at(path, STEP), token="another"))


@pytest.mark.parametrize("path", PATHS)
def test_d1_the_signature_holds_the_step(path):
    signed = request(form(Digits="1", RecordingSid="RE1"), at(path, STEP))
    moved = WebhookRequest(signed.url.replace("BUS", "BAD"), signed.form, signed.headers)
    with pytest.raises(RequestNotTrusted):
        channel().receive(moved)


def test_d1_a_report_asks_for_the_signature():
    with pytest.raises(RequestNotTrusted):
        channel().read_report(request(form(), at(STATUS, message="m1"), token="another"))


@pytest.mark.parametrize("vector", vectors("ivr_withheld_caller"))
def test_a_withheld_caller_is_her_call_and_nobody_else(vector):
    sender = received(at(), From=vector["From"]).sender
    number = Address(AddressKind.PHONE, vector["From"])
    assert sender == (Address(AddressKind.CALL, CALL) if vector["expect"] == "withheld" else number)


@pytest.mark.parametrize("caller", ["client:anna", "sip:+4922718900@trunk.example", "4922718900", "110", "+49", None])
def test_a_caller_without_a_full_number_is_her_call(caller):
    assert received(at(), From=caller).sender == Address(AddressKind.CALL, CALL)


def test_two_withheld_calls_are_two_people():
    first, second = (received(at(), From="anonymous", CallSid=sid).sender for sid in ("CA1", "CA2"))
    assert first != second


def test_a18_a_step_that_is_posted_twice_is_one_turn():
    again = {"Digits": "1", "msg": "Gather End"}
    assert received(at(TURN, STEP), **again) == received(at(TURN, STEP), **again)


@pytest.mark.parametrize("status", ["completed", "absent"])
def test_a_recording_that_is_ready_or_missing_is_told_and_is_no_turn(status):
    ready = []
    told = request({"CallSid": CALL, "RecordingSid": "RE1", "RecordingStatus": status}, at("/recording-status"))
    assert channel(ready=ready).receive(told) == NotTaken("recording")
    assert ready == ["RE1"]


@pytest.mark.parametrize("status", ["in-progress", "processing", "deleted", ""])
def test_any_other_state_of_a_recording_is_left_alone(status):
    ready = []
    told = request({"CallSid": CALL, "RecordingSid": "RE1", "RecordingStatus": status}, at("/recording-status"))
    assert channel(ready=ready).receive(told) == NotTaken("recording")
    assert ready == []


SAMPLES = {
    "voice_call_status_completed": (at(STATUS), HungUp()),
    "voice_gather_digits": (at(TURN, STEP), Keys("1")),
    "voice_gather_speech": (at(TURN, STEP), Silence()),
    "voice_gather_timeout_no_input": (at(TURN, STEP), Silence()),
    "voice_inbound": (at(), Called()),
    "voice_inbound_anonymous": (at(), Called()),
    "voice_inbound_stir_and_token": (at(), Called()),
    "voice_outbound_answered_machine": (
        at(occasion="invitation", keyword="BUS"),
        MachinePickedUp(Occasion.INVITATION, "BUS"),
    ),
    "voice_outbound_busy": (at(STATUS, message="m1"), NotTaken("nobody picked up")),
    "voice_record_action": (at(RECORDED, STEP), Recording("RE00000000000000000000000000000001", 12)),
    "voice_recording_status": (at("/recording-status"), NotTaken("recording")),
    "voice_transcription_callback": (at("/recording-status"), NotTaken("recording")),
}
"""Where each sample of the provider arrives at our service, and what becomes of it. We never ask for spoken words."""


@pytest.mark.parametrize("webhook", webhooks("voice_*.json"))
def test_every_sample_of_the_provider_becomes_what_it_must(webhook):
    path, expected = SAMPLES[webhook["kind"]]
    got = channel().receive(request(webhook["form"], path))
    assert (got if isinstance(got, NotTaken) else got.said) == expected
    if not isinstance(got, NotTaken):
        assert got.turn_id.value.startswith(webhook["form"]["CallSid"] + ":")
        assert LANDLINE in {got.sender.value, LANDLINE if webhook["form"]["From"] == "anonymous" else ""}


# ------------------------------------------------------------------------------------------------- reports


def report(**fields):
    return channel().read_report(request(form(**{**OUTBOUND, **fields}), at(STATUS, message="m1")))


STATES = {
    "requested": MessageState.SENT,
    "in_progress": MessageState.SENT,
    "completed": MessageState.DELIVERED,
    "error_retry": MessageState.FAILED,
}


@pytest.mark.parametrize(
    "vector",
    vectors("ivr_call_status", lambda each: each["direction"] == "out" and not each["answered_by"]),
)
def test_every_sample_state_of_our_calls_has_its_outcome(vector):
    got, expected = report(CallStatus=vector["call_status"]), vector["expect"]
    if vector["call_status"] == "something-new":
        assert got.state is None
        return
    assert (got.provider_id, got.message_id, got.to) == (CALL, "m1", Address(AddressKind.PHONE, LANDLINE))
    assert got.state is STATES[expected["state"]]
    assert (got.error is not None and got.error.retryable) is (expected["state"] == "error_retry")


@pytest.mark.parametrize("vector", vectors("ivr_call_status", lambda each: each["answered_by"]))
def test_every_sample_of_a_machine_is_told_from_a_person(vector):
    got = received(at(occasion="invitation"), **OUTBOUND, AnsweredBy=vector["answered_by"])
    assert got.said == MachinePickedUp(Occasion.INVITATION)


@pytest.mark.parametrize("vector", vectors("ivr_call_status", lambda each: each["direction"] == "in"))
def test_a_call_to_us_that_ends_badly_has_ended(vector):
    assert received(at(STATUS), CallStatus=vector["call_status"]).said == HungUp()


@pytest.mark.parametrize(("written", "seconds"), [("61", 61), ("0", 0), (None, None), ("", None), ("²", None)])
def test_a_report_says_how_long_the_call_was(written, seconds):
    assert report(CallStatus="completed", CallDuration=written).seconds == seconds


def test_busy_and_no_answer_are_told_apart():
    busy, no_answer = (unanswered(report(CallStatus=word).error) for word in ("busy", "no-answer"))
    assert (busy, no_answer) == (Unanswered.BUSY, Unanswered.NO_ANSWER)


@pytest.mark.parametrize("code", ["404", "410", "484", "604"])
def test_a_number_that_does_not_exist_is_not_called_again(code):
    error = report(CallStatus="failed", SipResponseCode=code).error
    assert type(error) is AddressUnknown
    assert not error.retryable


@pytest.mark.parametrize("word", ["completed", "in-progress"])
def test_a_call_that_was_taken_has_no_error_whatever_the_network_says(word):
    assert report(CallStatus=word, SipResponseCode="404").error is None


def test_every_state_that_is_reported_has_a_rank():
    assert {report(CallStatus=word).state for word in ("queued", "completed", "busy")} <= set(RANK)
