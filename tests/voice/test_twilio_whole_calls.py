# SPDX-License-Identifier: EUPL-1.2
"""Whole calls through Twilio: a telephone that follows the provider's rules, and a core that follows a script."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import MovableClock
from core.commands import Command
from core.people import Address, AddressKind
from core.turns import (
    Called,
    EnterNumber,
    HungUp,
    Keys,
    LeaveRecording,
    PersonLeft,
    Pressed,
    Recording,
    Silence,
    TalkToPerson,
)
from tests.channels.twilio_requests import NOW, request
from tests.voice.twilio_calls import LANDLINE, OFFICE, OURS, YES_NO, at, by_kind, calling, form, reply
from voice.steps import Step


def test_a_poll_by_keys(phrases):
    walker, service = calling(
        phrases,
        by_kind(Called=reply("Fährt der Bus?", YES_NO, about="late", keyword="BUS"), Keys=reply("Danke.")),
    )
    walker.call(LANDLINE)
    assert "Fährt der Bus?.wav" in walker.heard
    walker.press("1")
    assert walker.heard == ["Danke..wav"]
    assert walker.is_over
    assert service.said == [Called(), Keys("1"), HungUp()]
    assert [turn.about for turn in service.turns] == [None, "BUS:late", None]
    assert [turn.turn_id.value.rpartition(":")[2] for turn in service.turns] == ["0", "1", "end"]


def test_silence_is_a_turn_after_nine_seconds(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Fährt er?", YES_NO)))
    walker.call(LANDLINE)
    walker.silence()
    assert walker.seconds_waited == 9
    assert service.said[1] == Silence()


def test_silence_before_several_digits_lasts_as_long(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Wie alt sind Sie?", EnterNumber(1, 120))))
    walker.call(LANDLINE)
    walker.silence()
    assert walker.seconds_waited == 9
    assert service.said[1] == Silence()


@pytest.mark.parametrize(("keys", "seconds"), [("72#", 0), ("72", 4)])
def test_digits_end_with_the_hash_key_or_four_seconds_later(phrases, keys, seconds):
    walker, service = calling(phrases, by_kind(Called=reply("Wie alt sind Sie?", EnterNumber(1, 120))))
    walker.call(LANDLINE)
    walker.press(keys)
    assert walker.seconds_waited == seconds
    assert service.said == [Called(), Keys("72"), HungUp()]


def test_the_hash_key_behind_the_last_digit_does_not_cut_the_next_menu_short(phrases):
    asked = by_kind(Called=reply("Wie alt sind Sie?", EnterNumber(1, 120)), Keys=reply("Fährt er?", YES_NO))
    walker, service = calling(phrases, asked)
    walker.call(LANDLINE)
    walker.press("101#")
    assert walker.waits_for == "Gather"
    assert service.said == [Called(), Keys("101")]


def test_a_star_repeats_at_once_and_a_second_one_helps(phrases):
    walker, service = calling(phrases, lambda _: reply("Fährt er?", YES_NO))
    walker.call(LANDLINE)
    walker.press("*")
    walker.press("*")
    assert service.said == [Called(), Pressed(Command.REPEAT), Pressed(Command.AID)]


def test_a_recording_is_kept_and_fetched_later(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Sprechen Sie.", LeaveRecording(120))))
    walker.call(LANDLINE)
    assert walker.heard == ["Sprechen Sie..wav", "beep.wav"]
    reference = walker.speak(12)
    assert service.said[1] == Recording(reference, 12)
    assert service.ready == [reference]


def test_a_recording_is_never_longer_than_allowed(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Sprechen Sie.", LeaveRecording(120))))
    walker.call(LANDLINE)
    reference = walker.speak(500, end="silence")
    assert service.said[1] == Recording(reference, 120)


def test_a_recording_that_is_cut_off_by_hanging_up_is_kept(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Sprechen Sie.", LeaveRecording(120))))
    walker.call(LANDLINE)
    reference = walker.speak(4, end="hang up")
    assert service.said == [Called(), Recording(reference, 4), HungUp()]
    assert service.ready == [reference]


def test_nothing_spoken_is_a_recording_of_nothing(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Sprechen Sie.", LeaveRecording(120))))
    walker.call(LANDLINE)
    walker.silence()
    assert service.said == [Called(), Recording("", 0), HungUp()]


@pytest.mark.parametrize(("status", "talked"), [("completed", True), ("busy", False), ("no-answer", False)])
def test_being_put_through_comes_back_to_the_menu(phrases, status, talked):
    script = by_kind(Called=reply("Ich verbinde Sie.", TalkToPerson(OFFICE, 25)), PersonLeft=reply("Fährt er?", YES_NO))
    walker, service = calling(phrases, script)
    walker.call(LANDLINE)
    assert walker.dialled == OFFICE
    walker.office(status)
    assert service.said == [Called(), PersonLeft(talked)]
    assert walker.waits_for == "Gather"


def test_the_town_hall_does_not_see_who_calls(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Ich verbinde Sie.", TalkToPerson(OFFICE, 25))))
    walker.call(LANDLINE)
    dial = ET.fromstring(service.bodies[0].encode()).find("Dial")
    assert dial.get("callerId") == OURS


def test_hanging_up_is_a_turn_of_its_own(phrases):
    walker, service = calling(phrases, by_kind(Called=reply("Fährt er?", YES_NO)))
    walker.call("anonymous")
    walker.hang_up()
    assert service.said == [Called(), HungUp()]
    assert {turn.sender for turn in service.turns} == {Address(AddressKind.CALL, "CA" + "1".zfill(32))}
    assert service.bodies[-1].endswith("<Response/>")


def test_a_reply_without_a_word_refuses_the_call_before_it_costs_anything(phrases):
    walker, service = calling(phrases, by_kind())
    walker.call(LANDLINE)
    assert walker.rejected == "busy"
    assert service.said == [Called(), HungUp()]


def test_a_reply_without_a_word_later_ends_the_call(phrases):
    walker, _ = calling(phrases, by_kind(Called=reply("Fährt er?", YES_NO)))
    walker.call(LANDLINE)
    walker.press("1")
    assert walker.is_over
    assert not walker.rejected


def test_a18_a_step_that_is_posted_twice_gets_the_same_answer(phrases):
    walker, service = calling(phrases, lambda _: reply("Fährt er?", YES_NO))
    walker.call(LANDLINE)
    doubled = request(form(Digits="*", CallSid="CA" + "1".zfill(32)), at("/turn", Step(1, "~menu")))
    fields, headers = dict(doubled.form), {"X-Twilio-Signature": doubled.headers["x-twilio-signature"]}
    assert service.post(doubled.url, fields, headers) == service.post(doubled.url, fields, headers)
    assert service.said == [Called(), Pressed(Command.REPEAT)]


def test_keys_that_come_early_are_taken_by_the_next_menu_and_not_counted_twice(phrases):
    walker, service = calling(phrases, lambda _: reply("Fährt er?", YES_NO))
    walker.call(LANDLINE)
    walker.press("11")
    assert len({turn.turn_id for turn in service.turns}) == len(service.turns) == 3


@given(steps=st.lists(st.sampled_from(["1", "2", "0", "*", "#", "silence", "hang up"]), max_size=8))
def test_e1_no_address_ever_holds_a_number_or_an_answer(phrases, steps):
    walker, service = calling(phrases, lambda _: reply("Fährt er?", YES_NO, about="late", keyword="BUS"))
    walker.call(LANDLINE)
    for step in steps:
        if walker.is_over:
            break
        match step:
            case "silence":
                walker.silence()
            case "hang up":
                walker.hang_up()
            case key:
                walker.press(key)
    given_out = [address for body in service.bodies for address in re.findall(r"https://[^<\"]*", body)]
    addresses = "".join([*walker.asked, *given_out])
    assert LANDLINE.removeprefix("+49") not in addresses
    known = {name for path in walker.asked for name in parse_qs(urlsplit(path).query)}
    assert known <= {"n", "a", "z", "h", "r"}


def test_a_moved_clock_moves_the_turn(phrases):
    clock = MovableClock(NOW)
    walker, service = calling(phrases, by_kind(Called=reply("Fährt er?", YES_NO)), clock=clock)
    walker.call(LANDLINE)
    clock.move(timedelta(seconds=7))
    walker.press("1")
    assert service.turns[1].received_at - service.turns[0].received_at == timedelta(seconds=7)
