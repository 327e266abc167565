# SPDX-License-Identifier: EUPL-1.2
"""Whatever is pressed means one thing, or is asked for again; a step comes back as it went."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import RequestNotReadable
from core.commands import Command
from core.people import Address, AddressKind, Pace
from core.turns import Called, InboundTurn, Keys, Pressed, Silence, TurnId
from voice.menu import Connect, HangUp, Keypad, Menu, Recorder
from voice.steps import Step, StepNotReadable, heard, step_after

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ONE_KEY = Step(3, "BUS:late")
OPTIONAL = Step(3, "BUS:why", hash_passes=True)
WITH_ZERO = Step(3, "BUS:age", zero_is_a_digit=True)
JUST = NOON - timedelta(seconds=6)
LONGER_AGO = NOON - timedelta(seconds=6.1)

REPEAT, AID, PERSON, SKIP = (
    Pressed(command) for command in (Command.REPEAT, Command.AID, Command.PERSON, Command.SKIP)
)

CASES = {
    "nothing at all": ("", ONE_KEY, Silence()),
    "a digit": ("2", ONE_KEY, Keys("2")),
    "a digit and hash": ("2#", ONE_KEY, Keys("2")),
    "several digits": ("137", ONE_KEY, Keys("137")),
    "several digits and hash": ("67#", ONE_KEY, Keys("67")),
    "what stands behind hash": ("12#3", ONE_KEY, Keys("12")),
    "star": ("*", ONE_KEY, REPEAT),
    "star and hash": ("*#", OPTIONAL, REPEAT),
    "star twice": ("**", ONE_KEY, AID),
    "star three times": ("***", ONE_KEY, AID),
    "star directly after star": ("*", replace(ONE_KEY, repeated_at=LONGER_AGO), AID),
    "a digit, then star": ("47*", ONE_KEY, REPEAT),
    "a digit, then star twice": ("4**", ONE_KEY, AID),
    "a digit, then star, after a repetition": ("4*", replace(ONE_KEY, repeated_at=JUST), REPEAT),
    "a slip taken back by star": ("4*7", ONE_KEY, Keys("7")),
    "a slip taken back twice": ("4*5*67#", ONE_KEY, Keys("67")),
    "two stars, then a digit": ("**7", ONE_KEY, Keys("7")),
    "zero": ("0", ONE_KEY, PERSON),
    "zero and hash": ("0#", ONE_KEY, PERSON),
    "star, then zero": ("*0", ONE_KEY, PERSON),
    "zero where it is a digit": ("0", WITH_ZERO, Keys("0")),
    "star, then zero, where it is a digit": ("*0", WITH_ZERO, PERSON),
    "a slip, then star and zero": ("7*0", WITH_ZERO, PERSON),
    "zero soon after star, where it is a digit": ("0", replace(WITH_ZERO, repeated_at=JUST), PERSON),
    "zero long after star, where it is a digit": ("0", replace(WITH_ZERO, repeated_at=LONGER_AGO), Keys("0")),
    "zero long after star": ("0", replace(ONE_KEY, repeated_at=LONGER_AGO), PERSON),
    "ten": ("10#", WITH_ZERO, Keys("10")),
    "ten soon after star": ("10", replace(WITH_ZERO, repeated_at=JUST), Keys("10")),
    "hash where an answer is needed": ("#", ONE_KEY, Keys("")),
    "hash where none is needed": ("#", OPTIONAL, SKIP),
    "hash twice": ("##", OPTIONAL, SKIP),
    "a key that no telephone at home has": ("A", ONE_KEY, Silence()),
    "such a key beside a digit": ("D2", ONE_KEY, Keys("2")),
    "digits of another script": ("٣", ONE_KEY, Silence()),
}


@pytest.mark.parametrize(("keys", "step", "said"), CASES.values(), ids=CASES)
def test_keys_mean(keys, step, said):
    assert heard(keys, step, NOON) == said


PRESSED = st.one_of(st.text("0123456789*#ABCD", max_size=12), st.text(max_size=12))
STEPS = st.builds(
    Step,
    number=st.integers(0, 999_999),
    about=st.text(max_size=30),
    zero_is_a_digit=st.booleans(),
    hash_passes=st.booleans(),
    repeated_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(PRESSED, STEPS)
def test_whatever_is_pressed_is_understood_or_asked_for_again(keys, step):
    said = heard(keys, step, NOON)
    match said:
        case Keys(digits):
            assert digits == "" or (digits.isascii() and digits.isdigit())
        case Pressed(command, argument):
            assert command in {Command.REPEAT, Command.AID, Command.PERSON, Command.SKIP}
            assert argument == ""
        case _:
            assert said == Silence()


@given(PRESSED, STEPS)
def test_an_answer_that_is_needed_is_never_passed_over(keys, step):
    assert heard(keys, replace(step, hash_passes=False), NOON) != SKIP


@given(st.text("123456789", min_size=1, max_size=9), STEPS, st.sampled_from(["", "#"]))
def test_digits_are_what_was_pressed(digits, step, end):
    assert heard(digits + end, step, NOON) == Keys(digits)


@given(STEPS)
def test_a_person_is_reached_on_every_step(step):
    assert heard("*0", step, NOON) == PERSON


# ------------------------------------------------------------------------------------------------- there and back


@given(STEPS)
def test_a_step_comes_back_as_it_went(step):
    assert Step.from_fields(step.as_fields()) == step


def test_fields_are_few_and_short():
    assert ONE_KEY.as_fields() == {"n": "3", "a": "BUS:late"}
    assert Step(12, "~menu", zero_is_a_digit=True, hash_passes=True, repeated_at=NOON).as_fields() == {
        "n": "12",
        "a": "~menu",
        "z": "1",
        "h": "1",
        "r": "2026-11-22T12:00:00+00:00",
    }


def test_other_fields_are_passed_over():
    assert Step.from_fields({"n": "3", "a": "BUS:late", "bodySHA256": "00"}) == ONE_KEY


BROKEN = {
    "no number": {"a": "BUS:late"},
    "a word for the number": {"n": "three"},
    "a number below zero": {"n": "-1"},
    "a number of another script": {"n": "٣"},
    "a number without end": {"n": "9" * 5000},
    "a flag that is none": {"n": "3", "z": "yes"},
    "another flag that is none": {"n": "3", "h": "0"},
    "a moment that is none": {"n": "3", "r": "noon"},
    "a moment somewhere": {"n": "3", "r": "2026-11-22T12:00:00"},
}


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
def test_fields_that_we_never_sent_are_refused_without_showing_them(fields):
    with pytest.raises(StepNotReadable) as refused:
        Step.from_fields(fields)
    assert isinstance(refused.value, RequestNotReadable)
    assert isinstance(refused.value, ValueError)
    assert str(refused.value) in {"n", "z", "h", "r"}


@given(st.dictionaries(st.sampled_from("nazhr"), st.text(max_size=30)))
def test_any_fields_are_read_or_refused(fields):
    with suppress(StepNotReadable):
        assert Step.from_fields(fields).number >= 0


# ------------------------------------------------------------------------------------------------- the next step


def turn(value, said=None):
    sender = Address(AddressKind.PHONE, "+4922711234")
    return InboundTurn(TurnId("twilio", value), "voice", sender, "+4922719999", said or Keys("1"), NOON)


def menu(then=None, about="BUS:late"):
    return Menu((), then or Keypad(), about, "de", Pace.NORMAL)


@pytest.mark.parametrize(
    ("value", "number"), [("CA1:0", 1), ("CA1:8", 9), ("CA1:end", 1), ("a:b:41", 42), ("CA1", 1), ("CA1:", 1)]
)
def test_steps_count_on_from_the_turn_that_is_answered(value, number):
    assert step_after(turn(value), menu()).number == number


def test_without_a_turn_the_first_step_begins():
    assert step_after(None, menu()) == Step(1, "BUS:late")


def test_a_step_knows_its_prompt_and_its_keypad():
    keypad = Keypad(3, zero_is_a_digit=True, hash_passes=True)
    step = step_after(turn("CA1:1", Called()), menu(keypad, "BUS:age"))
    assert step == Step(2, "BUS:age", zero_is_a_digit=True, hash_passes=True)


@pytest.mark.parametrize("then", [Recorder(), Connect("+4922718900", 20), HangUp()])
def test_a_step_without_a_keypad_is_an_ordinary_one(then):
    assert step_after(turn("CA1:1"), menu(then)) == Step(2, "BUS:late")


def test_only_a_repetition_is_remembered():
    assert step_after(turn("CA1:1", REPEAT), menu()).repeated_at == NOON
    assert step_after(turn("CA1:1", AID), menu()).repeated_at is None
    assert step_after(turn("CA1:1", Silence()), menu()).repeated_at is None


def test_star_zero_reaches_a_person_also_where_the_star_came_alone():
    repeated = step_after(turn("CA1:4", heard("*", WITH_ZERO, NOON)), menu(Keypad(2, zero_is_a_digit=True)))
    assert heard("0", repeated, NOON + timedelta(seconds=5)) == PERSON
    assert heard("0", repeated, NOON + timedelta(seconds=20)) == Keys("0")


def test_a_second_star_opens_help_and_a_third_begins_anew():
    step = ONE_KEY
    said = []
    for place in range(4):
        said.append(heard("*", step, NOON))
        step = step_after(turn(f"CA1:{place}", said[-1]), menu())
    assert said == [REPEAT, AID, REPEAT, AID]
