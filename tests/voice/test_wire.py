# SPDX-License-Identifier: EUPL-1.2
"""What the service and the line say to each other: nobody else can say it, and both understand the same."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Pace
from voice.menu import Connect, HangUp, Keypad, Menu, Pause, Recorder, Replay, Say
from voice.wire import NO_MENU, Clip, MenuNotReadable, Played, is_signed, menu_as_json, menu_from_json, signature

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECRET, BODY = b"a secret", b'{"call": "c.1"}'


class Shelf:
    """Has each text as two clips, but for one that is missing."""

    def clips(self, text, language, pace):
        return None if text == "missing" else (f"{text}-{pace}.wav", f"{language}.wav")


# ------------------------------------------------------------------------------------------------------- signature


@pytest.mark.parametrize("seconds", [-300, -1, 0, 299, 300])
def test_a_signature_holds_for_five_minutes_either_way(seconds):
    signed = signature(SECRET, BODY, NOW)
    assert is_signed(SECRET, BODY, signed, NOW + timedelta(seconds=seconds))


OF_ANOTHER = {
    "another body": lambda signed: (SECRET, BODY + b" ", signed, NOW),
    "another secret": lambda signed: (b"another", BODY, signed, NOW),
    "too old": lambda signed: (SECRET, BODY, signed, NOW + timedelta(seconds=301)),
    "of the future": lambda signed: (SECRET, BODY, signed, NOW - timedelta(seconds=301)),
    "a later moment": lambda signed: (SECRET, BODY, signed.replace("t=1", "t=2"), NOW),
    "no header": lambda _: (SECRET, BODY, "", NOW),
    "no digest": lambda signed: (SECRET, BODY, signed.partition(",")[0], NOW),
    "half of the digest": lambda signed: (SECRET, BODY, signed[:-32], NOW),
    "no number": lambda signed: (SECRET, BODY, "t=now,v1=" + signed.partition("v1=")[2], NOW),
    "foreign digits": lambda signed: (SECRET, BODY, signed.replace("t=1", "t=١"), NOW),
}


@pytest.mark.parametrize("made", OF_ANOTHER.values(), ids=OF_ANOTHER)
def test_d1_nothing_else_is_signed(made):
    assert not is_signed(*made(signature(SECRET, BODY, NOW)))


@given(st.text(max_size=80), st.binary(max_size=20))
def test_no_header_breaks_the_check(header, body):
    assert not is_signed(SECRET, body, header, NOW)


# ----------------------------------------------------------------------------------------------------------- menus

THENS = [
    Keypad(),
    Keypad(most=3, zero_is_a_digit=True, hash_passes=True, first_seconds=5, between_seconds=2),
    Recorder(60, 4),
    Connect("+492271890", 25),
    HangUp(),
]


@pytest.mark.parametrize("then", THENS, ids=str)
def test_a_menu_arrives_as_it_was_sent(then):
    sounds = (Pause(0.5), Say("Ja", "de"), Replay("9c"), Say("missing", "en"))
    written = menu_as_json(Menu(sounds, then, "BUS:late", "de", Pace.SLOW), {"n": "2", "a": "BUS:late"}, Shelf())
    assert menu_from_json(written) == Played(
        (Pause(0.5), Clip("Ja-slow.wav"), Clip("de.wav"), Replay("9c"), Say("missing", "en")),
        then,
        {"n": "2", "a": "BUS:late"},
    )


def test_a_text_travels_only_where_its_sound_is_missing():
    menu = Menu((Say("Guten Tag", "de"), Say("missing", "de")), HangUp(), "", "de", Pace.NORMAL)
    assert json.loads(menu_as_json(menu, {}, Shelf()))["sounds"] == [
        {"play": "Guten Tag-normal.wav"}, {"play": "de.wav"}, {"say": "missing", "language": "de"},
    ]  # fmt: skip


def test_the_answer_to_what_is_no_step_ends_the_call():
    assert menu_from_json(NO_MENU) == Played((), HangUp())


BROKEN = [
    "", "{}", "[]", "null", "please try again", '{"sounds": [], "then": {}, "step": {}}',
    '{"sounds": [{"sing": "a"}], "then": {"hang_up": true}, "step": {}}',
    '{"sounds": [], "then": {"hang_up": false}, "step": {}}',
    '{"sounds": [], "then": {"keypad": {"many": 1}}, "step": {}}',
    '{"sounds": [], "then": {"keypad": 1}, "step": {}}',
    '{"sounds": 1, "then": {"hang_up": true}, "step": {}}',
    '{"sounds": ["a"], "then": {"hang_up": true}, "step": {}}',
    '{"sounds": [], "then": {"hang_up": true}, "step": []}',
    b"\xff",
]  # fmt: skip


@pytest.mark.parametrize("written", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_menu_is_said_to_be_none(written):
    with pytest.raises(MenuNotReadable):
        menu_from_json(written)
