# SPDX-License-Identifier: EUPL-1.2
"""What a caller meets, key by key, on the pure core."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.call_backs import CallBack, NoCallBack
from core.commands import Command
from core.people import AddressKind, Pace
from core.questions.contract import Spoken
from core.questions.number import Number
from core.telephone import CALL_ME_BACK
from core.turns import (
    Called,
    Counting,
    HungUp,
    Keys,
    LeaveRecording,
    MachinePickedUp,
    NothingExpected,
    Occasion,
    PersonLeft,
    PickedUp,
    Pressed,
    Prompt,
    Recording,
    Role,
    Silence,
    TalkToPerson,
    Words,
)
from tests.core.caller import MONDAY_NOON, TOWN, Caller, standing, with_publication

BOTH = (standing("bus"), standing("zukunft"))
EVENING = MONDAY_NOON.replace(hour=20)

KEYS = st.sampled_from(["1", "2", "3", "4", "5", "7", "9", "0", "*", "**", "#", "12", "47"])
EVENTS = st.one_of(
    KEYS,
    st.sampled_from([Silence(), Recording("RE1", 9), Recording("", 0)]),
    st.sampled_from([PersonLeft(talked=True), PersonLeft(talked=False)]),
)


def at_the_open_question() -> Caller:
    caller = Caller()
    caller.calls()
    caller.presses("1", "1", "4")
    assert caller.asked == "why"
    return caller


# ---------------------------------------------------------------------------------------------- the way through


def test_who_only_ever_presses_the_one_gets_through():
    caller = Caller()
    caller.calls()
    for _ in range(12):
        if isinstance(caller.reply.expects, NothingExpected):
            break
        if isinstance(caller.reply.expects, LeaveRecording):
            caller.does(Recording("RE1", 20))
        else:
            caller.presses("1")
    assert caller.answers() == {"late": "yes", "satisfied": 1, "why": Spoken(caller.answers()["why"].recording, 20)}
    assert "Auf Wiederhören" in caller.heard


def test_the_greeting_and_what_may_be_chosen_come_before_anything_else():
    caller = Caller()
    heard = caller.turn(Called())
    assert heard.startswith("Guten Tag. Hier ist die Beteiligung der Stadt Bergheim.")
    assert caller.options == ["de", "de-simple", "en"]


def test_the_language_is_asked_once_and_remembered():
    caller = Caller()
    caller.turn(Called())
    caller.presses("3")
    assert "The town of Bergheim asks for your opinion" in caller.heard
    caller.turn(Called())
    assert (caller.asked, caller.reply.language) == (Prompt.MENU, "en")


def test_a_single_key_is_read_back_in_one_breath_with_the_next_question():
    caller = Caller()
    caller.calls()
    assert caller.presses("1", "1").startswith("Ja. Frage 2")
    assert caller.answers() == {"late": "yes"}


def test_a_single_key_can_be_taken_back():
    caller = Caller()
    caller.calls()
    caller.presses("1", "1", "**")
    caller.chooses("back")
    assert caller.asked == "late"
    caller.presses("2")
    assert caller.answers() == {"late": "no"}


def test_of_several_consultations_the_caller_chooses_one():
    caller = Caller(BOTH)
    caller.calls()
    caller.presses("1")
    assert caller.options == ["bus", "zukunft"]
    caller.presses("2")
    assert caller.reply.keyword == "ZUKUNFT"


def test_who_hung_up_goes_on_where_she_was():
    caller = Caller()
    caller.calls()
    caller.presses("1", "1")
    caller.does(HungUp())
    caller.calls()
    assert "Sie waren bei Frage 2." in caller.heard
    caller.presses("1")
    assert caller.asked == "satisfied"


def test_the_answer_of_this_phone_is_known_and_can_be_changed():
    caller = Caller()
    caller.calls()
    caller.presses("1", "2", "3")
    caller.calls()
    assert "schon mitgemacht" in caller.presses("1")
    caller.chooses("change")
    caller.presses("1")
    caller.presses("3")
    assert caller.answers()["late"] == "weekend"


def test_a_result_can_be_heard_from_the_menu():
    caller = Caller((with_publication(standing("bus")),))
    caller.calls()
    caller.chooses("result")
    assert "sobald Sie selbst geantwortet haben" in caller.heard


def test_a_withheld_caller_takes_part_and_is_told_how_her_voice_is_counted():
    caller = Caller(kind=AddressKind.CALL)
    assert "Ihre Nummer ist unterdrückt" in caller.calls()
    caller.presses("1", "1")
    assert caller.answers() == {"late": "yes"}


def test_a_withheld_caller_is_offered_no_call_back():
    caller = Caller(kind=AddressKind.CALL, at=EVENING)
    caller.calls()
    caller.presses("0")
    assert caller.options == ["on", "message"]


# ---------------------------------------------------------------------------------------------- reading back


@pytest.mark.parametrize(("key", "counts"), [("1", True), ("2", False)])
def test_what_took_several_keys_counts_when_the_caller_says_it_is_right(key, counts):
    caller = Caller((standing_with_number(),))
    caller.calls()
    caller.presses("1")
    assert "Sie haben gewählt: 47." in caller.presses("47")
    assert caller.answers("number") == {}
    caller.presses(key)
    assert caller.answers("number") == ({"years": 47} if counts else {})
    assert caller.asked == (Prompt.FINISHED if counts else "years")


def standing_with_number():
    """The bus consultation with one question, a number."""
    bus = standing("bus")
    years = Number(key="years", text=bus.consultation.title, least=Decimal(0), most=Decimal(120))
    return replace(bus, id="number", consultation=replace(bus.consultation, questions=(years,)))


# ---------------------------------------------------------------------------------------------- silence and misses


def test_silence_is_met_kindly_twice_and_then_other_ways_are_offered():
    caller = Caller()
    caller.calls()
    caller.presses("1")
    heard = [caller.does(Silence()) for _ in range(3)]
    assert heard[0].startswith("Lassen Sie sich Zeit.")
    assert heard[1].startswith("Ich bin noch da.")
    assert (caller.asked, caller.options) == (Prompt.PERSON, ["on", "connect", "call_back", "message"])
    caller.presses("1")
    assert caller.asked == "late"


def test_a_wrong_key_is_explained_differently_each_time():
    caller = Caller()
    caller.calls()
    caller.presses("1")
    heard = [caller.presses("9") for _ in range(3)]
    assert len({each.split(".")[0] for each in heard}) == 3
    assert caller.asked == Prompt.PERSON


def test_who_stays_silent_hears_a_goodbye_before_the_line_goes_dead():
    caller = Caller()
    caller.calls()
    for _ in range(6):
        caller.does(Silence())
    assert isinstance(caller.reply.expects, NothingExpected)
    assert "Auf Wiederhören" in caller.heard


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=25), st.sampled_from([AddressKind.PHONE, AddressKind.CALL]))
def test_no_call_ends_without_a_word(events, kind):
    caller = Caller(BOTH, kind=kind)
    caller.calls()
    for event in events:
        caller.presses(event) if isinstance(event, str) else caller.does(event)
        assert caller.heard
        assert caller.reply.lines(Role.FAREWELL, Role.INFORMATION) or not isinstance(
            caller.reply.expects, NothingExpected
        )


# ---------------------------------------------------------------------------------------------- recording


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=30))
def test_e12_the_recorder_is_never_reached_without_the_key_that_consents(events):
    caller = Caller()
    caller.calls()
    for event in ["1", *events]:
        options, was_recording = caller.options, isinstance(caller.reply.expects, LeaveRecording)
        caller.presses(event) if isinstance(event, str) else caller.does(event)
        if isinstance(caller.reply.expects, LeaveRecording):
            allowed = isinstance(event, str) and event == "1" and options[:1] == ["speak"]
            again = isinstance(event, str) and event == "3" and "again" in options
            assert allowed or again or was_recording


def test_a_recording_counts_at_once_so_that_hanging_up_loses_nothing():
    caller = at_the_open_question()
    caller.presses("1")
    caller.does(Recording("RE1", 12))
    caller.does(HungUp())
    (new,) = caller.everything[-2].recorded
    assert (new.consultation_id, new.question, new.reference, new.seconds) == ("bus", "why", "RE1", 12)
    assert caller.answers()["why"] == Spoken(new.id, 12)


def test_a_recording_can_be_heard_said_again_and_deleted():
    caller = at_the_open_question()
    caller.presses("1")
    caller.does(Recording("RE1", 12))
    first = caller.outcome.recorded[0].id
    caller.chooses("listen")
    assert caller.reply.replay == first
    caller.chooses("again")
    assert caller.outcome.dropped == (first,)
    caller.does(Recording("RE2", 5))
    second = caller.outcome.recorded[0].id
    caller.chooses("delete")
    assert caller.outcome.dropped == (second,)
    assert "why" not in caller.answers()
    assert caller.asked == "why"


def test_without_consent_nothing_is_recorded_and_the_question_is_passed_over():
    caller = at_the_open_question()
    caller.presses("2")
    assert caller.asked == Prompt.FINISHED
    assert caller.answers()["why"] is None


def test_the_hash_key_passes_over_a_question_that_may_be_passed():
    caller = at_the_open_question()
    caller.does(Keys(""))
    assert caller.asked == Prompt.FINISHED


def test_an_empty_recording_is_no_answer():
    caller = at_the_open_question()
    caller.presses("1")
    assert "Ich habe nichts gehört" in caller.does(Recording("", 0))
    assert "why" not in caller.answers()


def test_a_new_answer_in_the_place_of_a_recording_deletes_it():
    caller = at_the_open_question()
    caller.presses("1")
    caller.does(Recording("RE1", 12))
    first = caller.outcome.recorded[0].id
    caller.chooses("keep")
    caller.turn(Words("ÄNDERN 3"), counts=Counting.AT_ONCE)
    caller.turn(Words("nach Köln"), counts=Counting.AT_ONCE)
    assert caller.outcome.dropped == (first,)


def test_a_message_to_the_town_hall_is_no_answer():
    caller = Caller(at=EVENING)
    caller.calls()
    caller.presses("0")
    caller.chooses("message")
    caller.chooses("speak")
    caller.does(Recording("RE9", 30))
    (new,) = caller.outcome.recorded
    assert (new.consultation_id, new.question) == (None, None)
    assert caller.answers() == {}
    caller.chooses("keep")
    assert caller.asked == Prompt.MENU


# ---------------------------------------------------------------------------------------------- a person, and help


def test_zero_reaches_a_person_while_the_town_hall_takes_calls():
    caller = Caller()
    caller.calls()
    caller.presses("1", "0")
    assert caller.reply.expects == TalkToPerson("+492271890", 25)


def test_after_the_talk_the_questions_go_on():
    caller = Caller()
    caller.calls()
    caller.presses("1", "0")
    caller.does(PersonLeft(talked=True))
    assert caller.asked == "late"


@pytest.mark.parametrize(
    "closed", [EVENING, MONDAY_NOON - timedelta(days=1), datetime(2026, 12, 25, 11, 0, tzinfo=UTC)]
)
def test_outside_office_hours_a_call_back_or_a_message_is_offered(closed):
    caller = Caller(at=closed)
    caller.calls()
    assert "niemand am Telefon" in caller.presses("0")
    assert caller.options == ["on", "call_back", "message"]
    caller.chooses("call_back")
    wish = caller.outcome.call_back
    assert wish.occasion is Occasion.OFFICE
    assert wish.not_before.astimezone(TOWN.time_zone).hour == 8


def test_busy_at_the_town_hall_is_told_and_loses_nothing():
    caller = Caller()
    caller.calls()
    caller.presses("1", "1", "0")
    caller.does(PersonLeft(talked=False))
    assert "besetzt" in caller.heard
    caller.chooses("on")
    assert caller.asked == "satisfied"


@pytest.mark.parametrize(("wish", "pace"), [("slower", Pace.SLOW), ("faster", Pace.FAST)])
def test_speech_becomes_slower_or_faster_and_stays_so(wish, pace):
    caller = Caller()
    caller.calls()
    caller.presses("1", "**")
    caller.chooses(wish)
    assert (caller.asked, caller.reply.pace, caller.person.pace) == ("late", pace, pace)
    caller.calls()
    assert caller.reply.pace is pace


@pytest.mark.parametrize(("wish", "told"), [("privacy", "Ihre Nummer dient nur"), ("not_me", "zählt eine Stimme")])
def test_help_tells_and_leads_back_to_the_question(wish, told):
    caller = Caller()
    caller.calls()
    caller.presses("1", "**")
    assert told in caller.chooses(wish)
    assert caller.asked == "late"


# ---------------------------------------------------------------------------------------------- calls of ours


def test_ringing_the_number_that_is_never_answered_asks_for_a_call_back():
    never_answered = "+492271890001"
    town = replace(TOWN, numbers={**TOWN.numbers, CALL_ME_BACK: never_answered})
    caller = Caller(to=never_answered, town=town)
    caller.turn(Called())
    assert caller.outcome.call_back == CallBack(Occasion.CALL_BACK)
    assert not caller.reply.say


def test_who_is_called_back_is_told_why():
    caller = Caller()
    caller.turn(PickedUp(Occasion.CALL_BACK))
    assert "um unseren Anruf gebeten" in caller.heard


def test_who_is_invited_can_take_part_later_or_never_again():
    asked = {}
    for key in ("now", "later", "never"):
        caller = Caller()
        caller.turn(PickedUp(Occasion.INVITATION, "BUS"))
        assert caller.options == ["now", "later", "never"]
        caller.chooses(key)
        asked[key] = (caller.asked, caller.person.opted_out, caller.outcome.call_back)
    assert asked["now"] == ("late", False, None)
    assert asked["later"][2] == CallBack(Occasion.CALL_BACK, "BUS", caller.at + timedelta(days=1))
    assert asked["never"][1:] == (True, NoCallBack())


@pytest.mark.parametrize("occasion", list(Occasion))
def test_an_answering_machine_gets_a_sentence_that_makes_sense_to_it(occasion):
    caller = Caller()
    heard = caller.turn(MachinePickedUp(occasion, "BUS"))
    assert "0 2 2 7 1" in heard
    assert isinstance(caller.reply.expects, NothingExpected)


# ---------------------------------------------------------------------------------------------- limits


def test_d11_a_number_calls_so_often_a_day_and_no_more():
    caller = Caller()
    for _ in range(TOWN.voice.most_calls_per_number):
        caller.turn(Called())
        assert not isinstance(caller.reply.expects, NothingExpected)
    assert "heute schon sehr oft" in caller.turn(Called())
    assert isinstance(caller.reply.expects, NothingExpected)
    caller.at += timedelta(days=1)
    caller.turn(Called())
    assert not isinstance(caller.reply.expects, NothingExpected)


def test_d11_a_call_that_lasts_too_long_is_ended_in_words_and_loses_nothing():
    caller = Caller()
    caller.calls()
    caller.presses("1", "1")
    caller.at += timedelta(minutes=TOWN.voice.most_minutes_per_call)
    assert "Auf Wiederhören" in caller.presses("4")
    assert caller.answers() == {"late": "yes"}
    caller.calls()
    assert "Sie waren bei Frage 2." in caller.heard


# ---------------------------------------------------------------------------------------------- beside other channels


@pytest.mark.parametrize("keys", [[], ["1"], ["1", "0"], ["1", "**"], ["1", "1", "4"], ["1", "1", "4", "1"]])
def test_who_writes_during_her_call_is_answered_where_the_call_would_go_on(keys):
    caller = Caller()
    caller.calls()
    caller.presses(*keys)
    caller.turn(Words("BUS"), counts=Counting.AT_ONCE)
    assert not caller.asked.startswith("~") or caller.asked == Prompt.RECEPTION
    caller.turn(Words("NOCHMAL"), counts=Counting.AT_ONCE)
    assert caller.reply.say


def test_a18_a_key_for_a_prompt_that_is_over_is_never_taken_for_another():
    caller = Caller()
    caller.calls()
    caller.presses("1")
    caller.turn(Words("nein"), counts=Counting.AT_ONCE)
    caller.turn(Keys("1"), about="BUS:late")
    assert caller.answers() == {"late": "no"}
    assert caller.asked == "satisfied"


def test_a19_what_was_answered_before_hanging_up_counts():
    for steps in range(4):
        caller = Caller()
        caller.calls()
        caller.presses(*["1", "1", "4"][:steps])
        caller.does(HungUp())
        assert len(caller.answers()) == max(0, steps - 1)


def test_a_text_message_can_ask_for_a_call():
    caller = Caller()
    caller.turn(Pressed(Command.CALL_BACK), counts=Counting.AT_ONCE)
    assert caller.outcome.call_back == CallBack(Occasion.CALL_BACK)
