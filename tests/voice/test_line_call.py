# SPDX-License-Identifier: EUPL-1.2
"""One call at the exchange, step by step: no network, no clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.line_calls import BYE, ONE_KEY, THREE_CHOICES, TWO_DIGITS, Telephone, menu
from voice.call_state import Asking, Call, Ending, Listening, Over, Ringing, Saying, Screening, Taping, WithPerson
from voice.line_call import is_complete
from voice.line_events import (
    Ask,
    Began,
    CameBack,
    End,
    Gone,
    KeyPressed,
    MenuCame,
    Placed,
    Play,
    PromptEnded,
    PutThrough,
    Reconnected,
    Screen,
    Screened,
    ServiceDown,
    Taken,
    Tape,
    Taped,
    TimePassed,
    TooLong,
    Wait,
)
from voice.menu import Connect, HangUp, Keypad, Pause, Recorder, Say
from voice.wire import Clip, Played

RECORDER = menu(Recorder(), "speak")
TO_OFFICE = menu(Connect("+492271890", 25), "connecting")

# ----------------------------------------------------------------------------------------------------- the beginning


def test_a_call_is_picked_up_when_there_is_something_to_hear():
    call = Telephone().happens(Began())
    assert call.does == ["ask called"]
    assert call.hears(menu()).does == ["pick up", "play question"]


def test_a_menu_that_says_nothing_and_ends_is_the_engaged_tone():
    call = Telephone().called(Played((), HangUp()))
    assert call.does == ["busy"]
    assert call.happens(Gone()).does == ["tell hung_up"]


def test_what_the_service_hears_names_the_call_the_numbers_and_the_step():
    call = Telephone().called(menu(step="1")).presses("2")
    assert call.asked[0] == {
        "call": "c.1", "event": "called", "caller": "+4922718900", "to": "+492271000000", "step": {},
    }  # fmt: skip
    assert call.asked[1] == {**call.asked[0], "event": "keys", "keys": "2", "step": {"n": "1"}}


# ------------------------------------------------------------------------------------------------------------ keys

COMPLETE = {
    "one key": (ONE_KEY, "2"),
    "a zero": (ONE_KEY, "0"),
    "a star": (ONE_KEY, "*"),
    "a bare hash": (ONE_KEY, "#"),
    "two digits": (TWO_DIGITS, "12"),
    "one digit and a hash": (TWO_DIGITS, "1#"),
    "a bare hash where two may come": (TWO_DIGITS, "#"),
    "a star where two may come": (TWO_DIGITS, "*"),
    "a star after a digit": (TWO_DIGITS, "1*"),
    "a zero where it is a person": (THREE_CHOICES, "0"),
    "some choices and a hash": (THREE_CHOICES, "13#"),
}
NOT_COMPLETE = {
    "one of two": (TWO_DIGITS, "1"),
    "a zero where it is a digit": (TWO_DIGITS, "0"),
    "two of three": (THREE_CHOICES, "12"),
    "a zero behind a choice": (THREE_CHOICES, "10"),
}


@pytest.mark.parametrize(("keypad", "keys"), COMPLETE.values(), ids=COMPLETE)
@pytest.mark.parametrize("heard_to_the_end", [True, False], ids=["after the prompt", "into the prompt"])
def test_keys_are_sent_at_once_when_nothing_more_can_come(keypad, keys, heard_to_the_end):
    call = Telephone().called(menu(keypad))
    if heard_to_the_end:
        call.to_the_end()
    call.presses(keys)
    assert call.asked[-1]["keys"] == keys
    assert len(call.asked) == 2


@pytest.mark.parametrize(("keypad", "keys"), NOT_COMPLETE.values(), ids=NOT_COMPLETE)
def test_more_keys_are_awaited_and_what_came_is_sent_when_none_come(keypad, keys):
    call = Telephone().called(menu(keypad)).to_the_end().presses(keys)
    assert call.does[-1] == "wait 4"
    assert len(call.asked) == 1
    assert call.waits().does == [f"ask keys {keys}"]


def test_a_key_silences_the_prompt_and_is_not_lost():
    assert Telephone().called().presses("2").does == ["silence", "ask keys 2"]
    assert Telephone().called(menu(TWO_DIGITS)).presses("1").does == ["silence", "wait 4"]


def test_the_time_to_think_begins_when_all_is_said():
    call = Telephone().called()
    assert call.to_the_end().does == ["wait 9"]
    assert call.waits().does == ["ask keys"]
    assert call.asked[-1]["keys"] == ""


def test_a_menu_without_a_sound_listens_at_once():
    assert Telephone().called(Played((), ONE_KEY)).does == ["pick up", "wait 9"]


def test_the_end_of_a_prompt_that_a_key_has_cut_off_changes_nothing():
    call = Telephone().called()
    old = call.call.ticket
    call.presses("1").hears(menu())
    assert call.happens(PromptEnded(old)).does == []
    assert isinstance(call.call.stands, Saying)
    assert call.to_the_end().does == ["wait 9"]


def test_a_timer_that_a_key_has_overtaken_changes_nothing():
    call = Telephone().called(menu(TWO_DIGITS)).to_the_end()
    old = call.call.ticket
    call.presses("1")
    assert call.happens(TimePassed(old)).does == []
    assert call.waits().does == ["ask keys 1"]


def test_a18_a_key_pressed_twice_is_not_taken_for_the_next_question():
    call = Telephone().called().presses("22")
    assert [event.get("keys") for event in call.asked] == [None, "2"]


@pytest.mark.parametrize("last", ["12", "1"], ids=["enough digits", "the time was over"])
def test_a_hash_that_comes_late_belongs_to_the_number_before(last):
    call = Telephone().called(menu(TWO_DIGITS)).to_the_end().presses(last)
    if last == "1":
        call.waits()
    call.hears(menu(ONE_KEY, "read_back"))
    assert call.presses("#").does == []
    assert call.presses("1").does == ["silence", "ask keys 1"]


def test_a_late_hash_is_taken_once_and_only_while_the_next_prompt_is_heard():
    call = Telephone().called(menu(TWO_DIGITS)).presses("12").hears(menu())
    assert call.presses("#").presses("#").does == ["silence", "ask keys #"]
    call = Telephone().called(menu(TWO_DIGITS)).presses("12").hears(menu()).to_the_end()
    assert call.presses("#").does == ["ask keys #"]
    call = Telephone().called(menu(TWO_DIGITS)).presses("12").presses("#").hears(menu())
    assert call.presses("#").does == ["silence", "ask keys #"]


def test_no_key_shortens_a_farewell_or_the_way_to_a_person():
    for shown in (BYE, TO_OFFICE, RECORDER):
        assert Telephone().called(shown).presses("1*0#").does == []


@given(st.text("0123456789*#ABCD", min_size=1, max_size=12), st.sampled_from([ONE_KEY, TWO_DIGITS, THREE_CHOICES]))
def test_every_key_is_awaited_sent_or_too_late(keys, keypad):
    call = Telephone().called(menu(keypad)).presses(keys)
    sent = [event["keys"] for event in call.asked[1:]]
    assert len(sent) <= 1
    for each in sent:
        assert keys.startswith(each)
        assert is_complete(each, keypad)
        assert not any(is_complete(each[:count], keypad) for count in range(1, len(each)))


# ------------------------------------------------------------------------------------------------------- recordings


def test_the_tone_is_the_last_thing_before_the_recording():
    call = Telephone().called(RECORDER)
    assert call.does == ["pick up", "play speak beep"]
    assert call.to_the_end().does == ["tape r-3"]
    assert call.speaks(12).does == ["ask recorded r-3 12"]


def test_a_recording_in_which_nothing_was_said_is_deleted_and_told_as_nothing():
    call = Telephone().called(RECORDER).to_the_end().speaks(None)
    assert call.does == ["erase", "ask recorded  0"]


def test_keys_during_a_recording_are_left_to_the_exchange():
    assert Telephone().called(RECORDER).to_the_end().presses("#").does == []


def test_a_recording_that_the_caller_has_cut_off_is_kept():
    call = Telephone().called(RECORDER).to_the_end()
    assert call.speaks(4).happens(Gone()).does == ["tell hung_up"]
    assert call.asked[-1]["recording"] == "r-3"
    call = Telephone().called(RECORDER).to_the_end()
    assert call.happens(Gone()).does == ["tell recorded r-3 1", "tell hung_up"]


def test_every_recording_of_a_call_has_a_name_of_its_own():
    call = Telephone().called(RECORDER).to_the_end().speaks(3).hears(RECORDER).to_the_end()
    assert [action.name for action in call.all if isinstance(action, Tape)] == ["r-3", "r-6"]


# -------------------------------------------------------------------------------------------------------- a person


@pytest.mark.parametrize("talked", [True, False])
def test_a_caller_is_put_through_and_comes_back(talked):
    call = Telephone().called(TO_OFFICE).to_the_end()
    assert call.does == ["call +492271890"]
    assert call.happens(CameBack(talked)).does == [f"ask person_left {talked}"]
    assert call.hears(menu()).does == ["play question"]


def test_hanging_up_in_a_talk_ends_the_call():
    assert Telephone().called(TO_OFFICE).to_the_end().happens(Gone()).does == ["tell hung_up"]


# ------------------------------------------------------------------------------------------------------ calls of ours


def placed(*events):
    return Telephone(Call("m-1", placed=Placed(), chance="r")).happens(*events)


TAKEN = Taken(Placed("invitation", "BUS"), "+4922718900", "+492271000000")


@pytest.mark.parametrize(("machine", "kind"), [(False, "picked_up"), (True, "machine")])
def test_whoever_picks_up_is_told_to_the_service(machine, kind):
    call = placed(TAKEN)
    assert call.does == ["screen"]
    assert call.happens(Screened(machine)).does == [f"ask {kind} invitation"]
    assert call.asked[0]["keyword"] == "BUS"
    assert call.asked[0]["caller"] == "+4922718900"
    assert call.hears(menu()).does == ["play question"]
    assert call.happens(Gone(16, 42)).does == ["tell hung_up", "report completed 42"]


CAUSES = {
    17: "busy",
    19: "no_answer",
    18: "no_answer",
    16: "no_answer",
    21: "refused",
    1: "unknown_number",
    38: "failed",
}


@pytest.mark.parametrize(("cause", "word"), CAUSES.items())
def test_a_call_that_nobody_takes_is_reported_and_was_no_call(cause, word):
    assert placed(Gone(cause)).does == [f"report {word} 0"]


def test_whoever_hangs_up_while_the_exchange_listens_has_taken_the_call():
    assert placed(TAKEN).happens(Gone(16, 2)).does == ["report completed 2"]


# ------------------------------------------------------------------------------------------------ when something fails


def test_a_service_that_is_down_is_apologised_for():
    call = Telephone().happens(Began())
    assert call.happens(ServiceDown(call.call.ticket)).does == ["pick up", "play down"]
    assert call.to_the_end().does == ["hang up"]
    call = Telephone().called().presses("1")
    assert call.happens(ServiceDown(call.call.ticket)).does == ["play down"]


def test_a_menu_of_which_no_word_is_there_is_apologised_for():
    mute = Played((Pause(0.5), Say("Guten Tag.", "de")), ONE_KEY)
    assert Telephone().called(mute).does == ["pick up", "play down"]
    half = Played((Clip("a.wav"), Say("Guten Tag.", "de")), ONE_KEY)
    assert Telephone().called(half).does == ["pick up", "play a ?"]


def test_what_was_heard_begins_anew_after_a_lost_connection():
    call = Telephone().called()
    old = call.call.ticket
    assert call.happens(Reconnected()).does == ["silence", "play question"]
    assert call.happens(PromptEnded(old)).does == []
    assert call.to_the_end().does == ["wait 9"]
    assert call.happens(Reconnected()).does == []


def test_d11_a_call_that_is_too_long_is_ended_with_a_word():
    for call in (Telephone().called(), Telephone().called().to_the_end(), Telephone().called().presses("1")):
        assert call.happens(TooLong()).does[-1] == "play down"
        assert call.to_the_end().does == ["hang up"]


def test_d11_nobody_is_cut_off_in_a_recording_or_a_talk():
    for shown in (RECORDER, TO_OFFICE):
        assert Telephone().called(shown).to_the_end().happens(TooLong()).does == []


STANDS = {
    "asking": lambda: Telephone().happens(Began()),
    "saying": lambda: Telephone().called(),
    "listening": lambda: Telephone().called().to_the_end(),
    "between two keys": lambda: Telephone().called(menu(TWO_DIGITS)).presses("1"),
    "speaking": lambda: Telephone().called(RECORDER).to_the_end(),
    "with a person": lambda: Telephone().called(TO_OFFICE).to_the_end(),
    "saying goodbye": lambda: Telephone().called(BYE),
    "ending": lambda: Telephone().called(BYE).to_the_end(),
}


@pytest.mark.parametrize("stand", STANDS.values(), ids=STANDS)
def test_hanging_up_ends_the_call_wherever_it_stands_and_is_told_once(stand):
    call = stand().happens(Gone())
    assert call.does[-1] == "tell hung_up"
    assert isinstance(call.call.stands, Over)
    assert call.happens(Gone(), PromptEnded(9), KeyPressed("1"), Reconnected(), TooLong()).does == []


# -------------------------------------------------------------------------------------------- no call waits for nothing

MENUS = st.sampled_from([
    menu(), menu(TWO_DIGITS), menu(THREE_CHOICES), BYE, RECORDER, TO_OFFICE, Played((), ONE_KEY), Played((), HangUp()),
    Played((), Connect("+492271890", 25)), Played((), Recorder()), Played((Say("Guten Tag.", "de"),), Keypad()),
])  # fmt: skip
WITHOUT_TICKET = (
    Began(), TAKEN, Screened(machine=False), CameBack(talked=True), Reconnected(), TooLong(), Gone(),
)  # fmt: skip
TICKETS = st.integers(0, 2)
"""How far behind the event is: 0 is what the call waits for."""
EVENTS = st.one_of(
    st.builds(lambda key: lambda _: KeyPressed(key), st.sampled_from("0129*#")),
    st.builds(lambda late, shown: lambda now: MenuCame(now - late, shown), TICKETS, MENUS),
    *(
        st.builds(lambda late, kind=kind: lambda now: kind(now - late), TICKETS)
        for kind in (ServiceDown, PromptEnded, TimePassed)
    ),
    st.builds(lambda late, seconds: lambda now: Taped(now - late, seconds), TICKETS, st.sampled_from([None, 0, 7])),
    st.sampled_from(
        [Began(), TAKEN, Screened(machine=False), CameBack(talked=True), Reconnected(), TooLong(), Gone()]
    ).map(lambda event: lambda _: event),
)
WAITS_FOR = {
    Asking: Ask,
    Saying: Play,
    Listening: Wait,
    Taping: Tape,
    WithPerson: PutThrough,
    Screening: Screen,
    Ending: End,
}


@given(st.lists(EVENTS, max_size=40), st.booleans())
def test_a_call_always_waits_for_something_that_was_begun_or_is_over(events, ours):
    call = Telephone(Call("m-1", placed=Placed(), chance="r")) if ours else Telephone()
    call.happens(TAKEN if ours else Began())
    for event in events:
        call.happens(event(call.call.ticket))
        stands = call.call.stands
        assert not isinstance(stands, Ringing)
        if isinstance(stands, Over):
            continue
        begun = [each for each in call.all if isinstance(each, WAITS_FOR[type(stands)])]
        assert begun, f"{stands} waits for nothing"
        assert getattr(begun[-1], "ticket", call.call.ticket) == call.call.ticket
