# SPDX-License-Identifier: EUPL-1.2
"""Twilio's wire: what comes in becomes the right turn, what goes out is TwiML."""

import base64
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import MovableClock
from channels.contract import NotTaken
from channels.errors import AddressRefused, CannotReceiveText, RequestNotReadable, RequestNotTrusted
from core.commands import Command
from core.outbox import RANK, MessageState
from core.people import Address, AddressKind
from core.turns import CannotBeRead, Line, NothingExpected, Pressed, Prompt, Reply, Role, TurnId, Wording, Words
from sms.twilio import twiml, unpacked
from tests.channels.twilio_requests import NOW, NUMBER, PUBLIC_URL, RESIDENT, channel, message, request
from tests.channels.vectors import vectors, webhooks


def received(form, path="/sms/twilio"):
    return channel().receive(request(form, path))


def said(**fields):
    return received(message(**fields)).said


# ------------------------------------------------------------------------------------------------- what comes in


def test_a_message_becomes_a_turn():
    turn = received(message(Body="Ja bitte"))
    assert turn.turn_id == TurnId("twilio", "SM00000000000000000000000000000001")
    assert (turn.channel, turn.sender, turn.to) == ("sms", Address(AddressKind.PHONE, RESIDENT), NUMBER)
    assert (turn.said, turn.received_at, turn.about) == (Words("Ja bitte"), NOW, None)


BODIES = {
    "words as they arrived": ({"Body": "  Ja\0\n "}, Words("  Ja\0\n ")),
    "nothing": ({"Body": ""}, CannotBeRead("empty")),
    "blanks": ({"Body": " \n\t"}, CannotBeRead("empty")),
    "no body at all": ({"Body": None, "NumMedia": None}, CannotBeRead("empty")),
    "a picture": ({"Body": "", "NumMedia": "1", "MediaContentType0": "image/jpeg"}, CannotBeRead("picture")),
    "a picture without a type": ({"Body": "", "NumMedia": "2"}, CannotBeRead("picture")),
    "a sound": ({"Body": "", "NumMedia": "1", "MediaContentType0": "audio/amr"}, CannotBeRead("sound")),
    "a contact": ({"Body": "", "NumMedia": "1", "MediaContentType0": "text/vcard"}, CannotBeRead("contact")),
    "a file": ({"Body": "", "NumMedia": "1", "MediaContentType0": "application/pdf"}, CannotBeRead("file")),
    "words beside a picture": ({"Body": "2", "NumMedia": "1", "MediaContentType0": "image/jpeg"}, Words("2")),
    "a stop that Twilio has understood": ({"Body": "bitte nicht mehr", "OptOutType": "STOP"}, Pressed(Command.STOP)),
    "a start that Twilio has understood": ({"Body": "unstop", "OptOutType": "START"}, Pressed(Command.START)),
    "help that Twilio has understood": ({"Body": "INFO", "OptOutType": "HELP"}, Pressed(Command.HELP)),
    "an opt-out type that does not exist yet": ({"Body": "1", "OptOutType": "PAUSE"}, Words("1")),
    "stop as words is left to the core": ({"Body": "STOP"}, Words("STOP")),
}


@pytest.mark.parametrize(("fields", "expected"), BODIES.values(), ids=BODIES)
def test_what_was_said_is_read(fields, expected):
    assert said(**fields) == expected


EXPECTED = {
    "mms_inbound": CannotBeRead("picture"),
    "sms_inbound_alphanumeric_or_shortcode_sender": NotTaken("no person"),
    "sms_inbound_help": Pressed(Command.HELP),
    "sms_inbound_opt_in_start": Pressed(Command.START),
    "sms_inbound_opt_out_stop": Pressed(Command.STOP),
}
"""What becomes of the samples; any other is the words in its body."""


def check_sample(webhook):
    form = {**webhook["form"], "MessageSid": f"SM-{webhook['kind']}"}
    got = received(form)
    if isinstance(got, NotTaken):
        return got
    assert got.turn_id.value == form["MessageSid"]
    assert got.sender.value == form["From"]
    return got.said


@pytest.mark.parametrize("webhook", [*webhooks("sms_*.json"), *webhooks("mms_*.json"), *webhooks("error_*.json")])
def test_every_sample_message_of_the_provider_becomes_what_it_must(webhook):
    assert check_sample(webhook) == EXPECTED.get(webhook["kind"], Words(webhook["form"]["Body"]))


@pytest.mark.parametrize("webhook", webhooks("whatsapp_*.json"))
def test_every_sample_of_whatsapp_is_not_taken_and_told_so(webhook):
    assert check_sample(webhook) == NotTaken("whatsapp", "channels.whatsapp_not_yet")


@pytest.mark.parametrize("vector", vectors("twilio_inbound", lambda each: each["endpoint"] == "receive"))
def test_every_sample_of_an_inbound_post_has_its_outcome(vector):
    form, expected = vector["form"], vector["expect"]
    if vector["signature_state"] != "valid":
        with pytest.raises(RequestNotTrusted):
            channel().receive(request(form, token="another"))
        return
    if not form:
        with pytest.raises(RequestNotReadable, match="MessageSid"):
            received(form)
        return
    turn = received(form)
    assert (turn.turn_id.value, turn.sender.value) == (expected["external_id"], expected["address"])
    assert turn.said == (Words(expected["text"]) if "text" in expected else CannotBeRead("picture"))


@pytest.mark.parametrize("vector", vectors("twilio_media_and_odd_bodies"))
def test_every_sample_of_an_odd_body_keeps_its_text(vector):
    form = {**vector["form"], "From": RESIDENT, "MessageSid": vector["form"]["SmsSid"]}
    text = received(form).said
    assert text == (Words(form["Body"]) if form.get("Body") else CannotBeRead("empty"))


def test_a1_a_repeat_and_a_fallback_of_one_message_are_the_same_turn():
    again = message(ErrorCode="11200", ErrorUrl=f"{PUBLIC_URL}/sms/twilio", SmsStatus="received", NumSegments="1")
    assert received(message()) == received(again)


def test_a2_a_replay_days_later_has_the_same_name():
    clock = MovableClock(NOW)
    line = channel(clock)
    first = line.receive(request(message()))
    clock.move(timedelta(days=40))
    assert line.receive(request(message())).turn_id == first.turn_id


def test_a3_the_moment_of_receipt_is_ours_and_not_the_provider_s():
    clock = MovableClock(NOW)
    line = channel(clock)
    late = line.receive(request(message(MessageSid="SM2", DateSent="2026-11-23T00:00:00Z")))
    clock.move(timedelta(seconds=3))
    early = line.receive(request(message(MessageSid="SM1", DateSent="2026-11-22T00:00:00Z")))
    assert late.received_at < early.received_at


NO_PERSON = [
    "22333",
    "Paketdienst",
    "anonymous",
    "RESTRICTED",
    "+266696687",
    "+86282452253",
    "110",
    "4915112345678",
    "-1",
]


@pytest.mark.parametrize("sender", NO_PERSON)
def test_senders_that_are_no_person_s_number_are_not_taken(sender):
    assert received(message(From=sender)) == NotTaken("no person")


def test_a_landline_may_write():
    assert received(message(From="+492271890")).sender.value == "+492271890"


# ------------------------------------------------------------------------------------------------- packed bodies


@given(st.text(alphabet="Die Bänke – „wo“? Автобус увечері\n", min_size=60, max_size=400))
def test_a_packed_body_is_unpacked(text):
    packed = base64.b64encode(text.encode()).decode()
    assert unpacked(packed) == text


@given(st.text(max_size=100))
def test_ordinary_text_is_left_as_it_is(text):
    if " " in text or len(text) < 60:
        assert unpacked(text) == text


LONG_WORDS = [
    "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen",
    "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsge",
    "a" * 60,
    "0" * 64,
    "neinneinneinneinneinneinneinneinneinneinneinneinneinneinnein",
]


@pytest.mark.parametrize("word", LONG_WORDS)
def test_a_very_long_word_is_not_taken_for_a_packed_body(word):
    assert unpacked(word) == word


@given(
    st.integers(15, 40).flatmap(
        lambda n: st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4 * n, max_size=4 * n)
    )
)
def test_what_is_unpacked_is_always_real_text(word):
    assert unpacked(word) == word or unpacked(word).encode().decode() == unpacked(word)


# ------------------------------------------------------------------------------------------------- what goes out


def reply(*texts):
    return Reply(
        tuple(Line(Role.INFORMATION, Wording(text)) for text in texts), NothingExpected(), "de", Prompt.RECEPTION
    )


@given(st.text(max_size=200))
def test_every_reply_is_wellformed_twiml(phrases, text):
    response = channel().respond(reply(text), phrases, None)
    root = ET.fromstring(response.body.encode())
    assert root.tag == "Response"
    assert {child.tag for child in root} <= {"Message"}


def test_signs_of_xml_arrive_as_they_are(phrases):
    body = channel().respond(reply('1 < 2 & 3 > 2 ]]> "so"'), phrases, None).body
    assert [child.text for child in ET.fromstring(body.encode())] == ['1 < 2 & 3 > 2 ]]> "so"']


def test_nothing_to_say_is_the_empty_answer(phrases):
    assert channel().respond(reply(), phrases, None).body.endswith("<Response/>")


def test_each_part_is_a_message_of_its_own():
    assert [child.text for child in ET.fromstring(twiml(("eins", "zwei")).encode())] == ["eins", "zwei"]


# ------------------------------------------------------------------------------------------------- reports


def report(form, path="/sms/twilio/status"):
    return channel().read_report(request(form, path))


STATES = {"queued": "sent", "sent": "sent", "delivered": "delivered", "read": "delivered", "failed": "failed"}


@pytest.mark.parametrize("vector", vectors("twilio_status_words", lambda each: each["form"]))
def test_every_sample_status_has_its_outcome(vector):
    got, expected = report(vector["form"]), vector["expect"]
    if expected.get("message_status") == "rejected_unknown":
        assert got.state is None
    elif "message_status" in expected:
        assert got.state.value == STATES[expected["message_status"]]
    else:
        assert got.state is MessageState.FAILED
        assert isinstance(got.error, AddressRefused) is (expected["outcome"] == "opted_out")
        assert got.error.retryable is (expected["outcome"] == "retry")


@pytest.mark.parametrize("webhook", webhooks("status_*.json"))
def test_every_sample_report_of_the_provider_is_read(webhook):
    got = report(webhook["form"])
    assert got.provider_id == webhook["form"]["MessageSid"]
    assert got.state in RANK
    assert (got.error.code if got.error else None) == webhook["form"].get("ErrorCode")


def test_a_report_of_a_status_without_an_id_cannot_be_read():
    with pytest.raises(RequestNotReadable, match="MessageSid"):
        report({})


def test_a17_a_report_names_the_number_that_cannot_receive_text():
    got = report({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30006", "To": RESIDENT})
    assert isinstance(got.error, CannotReceiveText)
    assert got.to == Address(AddressKind.PHONE, RESIDENT)


def test_c5_our_own_reference_comes_back_with_the_report():
    assert (
        report({"MessageSid": "SM1", "MessageStatus": "sent"}, "/sms/twilio/status?message=0f3a").message_id == "0f3a"
    )
    assert report({"MessageSid": "SM1", "MessageStatus": "sent"}).message_id is None
