# SPDX-License-Identifier: EUPL-1.2
"""One call at the exchange: from where it stands and what has happened to what is done next. Pure, without a clock.

A call waits for one thing at a time: a prompt that ends, a time that passes, an answer of the service, a recording, a
person who takes the call. What comes with an older ticket belongs to the past and changes nothing, such as the end of
a prompt that a key has cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, assert_never

from voice.call_state import (
    Asking,
    Call,
    Ending,
    Listening,
    Over,
    Ringing,
    Saying,
    Screening,
    Stands,
    Taping,
    WithPerson,
)
from voice.line_events import (
    Action,
    Ask,
    AtExchange,
    Audible,
    Began,
    CameBack,
    End,
    Erase,
    Event,
    Gone,
    KeyPressed,
    MenuCame,
    PickUp,
    Placed,
    Play,
    PromptEnded,
    PutThrough,
    Reconnected,
    Report,
    Screen,
    Screened,
    ServiceDown,
    StopPlaying,
    Taken,
    Tape,
    Taped,
    Tell,
    TimePassed,
    TooLong,
    Wait,
)
from voice.menu import Connect, HangUp, Keypad, Recorder, Replay, Say, Then
from voice.wire import Clip, Played

BEEP, DOWN = AtExchange("beep"), AtExchange("down")
"""The tone before a recording; the apology for when the service cannot be reached ("what you have said is kept")."""
LENGTH_UNKNOWN_SECONDS = 1
"""The length of a recording whose end was missed: as short as counts. Its file tells the true one."""

Done = tuple[Call, tuple[Action, ...]]


def advance(call: Call, event: Event) -> Done:
    """Where the call stands now, and what is to be done, in this order."""
    past = getattr(event, "ticket", call.ticket) != call.ticket
    step = _STEPS.get((type(call.stands), type(event)))
    return (call, ()) if past or step is None else step(call, call.stands, event)


# ------------------------------------------------------------------------------------------------------- the service


def _began(call: Call, _: Stands, __: Began) -> Done:
    return _ask(call, "called")


def _taken(call: Call, _: Ringing, event: Taken) -> Done:
    known = replace(call, placed=event.placed, caller=event.caller, to=event.to)
    return replace(known, stands=Screening(), picked_up=True), (Screen(),)


def _screened(call: Call, _: Screening, event: Screened) -> Done:
    placed = call.placed or Placed()
    kind = "machine" if event.machine else "picked_up"
    return _ask(call, kind, occasion=placed.occasion, keyword=placed.keyword)


def _came_back(call: Call, _: WithPerson, event: CameBack) -> Done:
    return _ask(call, "person_left", talked=event.talked)


def _ask(call: Call, kind: str, **more: object) -> Done:
    asking = _waiting(call, Asking())
    return asking, (Ask(asking.ticket, _told(call, kind, **more)),)


def _told(call: Call, kind: str, **more: object) -> dict[str, object]:
    return {"call": call.id, "event": kind, "caller": call.caller, "to": call.to, "step": dict(call.step), **more}


def _waiting(call: Call, stands: Stands) -> Call:
    """The call, waiting for the next thing."""
    return replace(call, stands=stands, ticket=call.ticket + 1)


def _menu_came(call: Call, _: Asking, event: MenuCame) -> Done:
    menu = event.menu
    if not call.picked_up and not menu.sounds and isinstance(menu.then, HangUp):
        return replace(call, stands=Ending()), (End(busy=True),)
    if _is_mute(menu):
        return _apologised(call)
    beep = (BEEP,) if isinstance(menu.then, Recorder) else ()
    return _said(replace(call, step=menu.step), (*menu.sounds, *beep), menu.then)


def _is_mute(menu: Played) -> bool:
    """Whether words are meant to be heard and no sound of any of them is there."""
    words = [isinstance(sound, Clip | Replay) for sound in menu.sounds if isinstance(sound, Clip | Replay | Say)]
    return bool(words) and not any(words)


def _service_down(call: Call, _: Stands, __: Event) -> Done:
    return _apologised(call)


# ------------------------------------------------------------------------------------------------------- what is heard


def _said(call: Call, sounds: tuple[Audible, ...], then: Then) -> Done:
    """Let this be heard, by a call that was answered by then."""
    pick_up = () if call.picked_up else (PickUp(),)
    answered = replace(call, picked_up=True)
    if not sounds:
        return _before(pick_up, _then(answered, then))
    saying = _waiting(answered, Saying(sounds, then))
    return saying, (*pick_up, Play(saying.ticket, sounds))


def _before(actions: tuple[Action, ...], done: Done) -> Done:
    call, more = done
    return call, (*actions, *more)


def _apologised(call: Call) -> Done:
    return _said(call, (DOWN,), HangUp())


def _too_long(call: Call, _: Stands, __: TooLong) -> Done:
    return _before(_silenced(call), _apologised(call))


def _again(call: Call, saying: Saying, _: Reconnected) -> Done:
    """What is heard begins anew: its end, or a key, may have been missed."""
    return _before(_silenced(call), _said(call, saying.sounds, saying.then))


def _silenced(call: Call) -> tuple[Action, ...]:
    return (StopPlaying(call.ticket),) if isinstance(call.stands, Saying) else ()


def _prompt_ended(call: Call, saying: Saying, _: PromptEnded) -> Done:
    return _then(replace(call, hash_may_follow=False), saying.then)


def _then(call: Call, then: Then) -> Done:
    match then:
        case Keypad():
            return _awaited(call, Listening(then), then.first_seconds)
        case Recorder():
            return _taped_from_now(call, then)
        case Connect(number, ring_seconds):
            return replace(call, stands=WithPerson()), (PutThrough(number, ring_seconds),)
        case HangUp():
            return _ended(call)
        case _:
            assert_never(then)


def _ended(call: Call, *_: object) -> Done:
    return replace(call, stands=Ending()), (End(),)


# ------------------------------------------------------------------------------------------------------- keys


def _key_in_prompt(call: Call, saying: Saying, event: KeyPressed) -> Done:
    """A key cuts the prompt off, unless nothing is asked or it is the "#" that was not needed."""
    if not isinstance(saying.then, Keypad):
        return call, ()
    if event.key == "#" and call.hash_may_follow:
        return replace(call, hash_may_follow=False), ()
    return _before((StopPlaying(call.ticket),), _key(call, Listening(saying.then), event))


def _key(call: Call, listening: Listening, event: KeyPressed) -> Done:
    keypad, keys = listening.keypad, listening.keys + event.key
    if is_complete(keys, keypad):
        return _keys_sent(call, keypad, keys)
    return _awaited(call, Listening(keypad, keys), keypad.between_seconds)


def is_complete(keys: str, keypad: Keypad) -> bool:
    """Whether nothing more has to be awaited: enough digits, "#", "*" (say it again), or "0" (a person)."""
    is_person = keys == "0" and not keypad.zero_is_a_digit
    return is_person or keys[-1] in "*#" or len(keys) >= keypad.most


def _awaited(call: Call, listening: Listening, seconds: float) -> Done:
    waiting = _waiting(call, listening)
    return waiting, (Wait(waiting.ticket, seconds),)


def _time_passed(call: Call, listening: Listening, _: TimePassed) -> Done:
    return _keys_sent(call, listening.keypad, listening.keys)


def _keys_sent(call: Call, keypad: Keypad, keys: str) -> Done:
    hash_may_follow = keypad.most > 1 and keys.isdigit()
    return _ask(replace(call, hash_may_follow=hash_may_follow), "keys", keys=keys)


def _key_too_early(call: Call, _: Asking, event: KeyPressed) -> Done:
    return replace(call, hash_may_follow=call.hash_may_follow and event.key != "#"), ()


# ------------------------------------------------------------------------------------------------------- recordings


def _taped_from_now(call: Call, recorder: Recorder) -> Done:
    name = f"{call.chance}-{call.ticket + 1}"
    taping = _waiting(call, Taping(name))
    return taping, (Tape(taping.ticket, name, recorder),)


def _taped(call: Call, taping: Taping, event: Taped) -> Done:
    if event.seconds is None:
        return _before((Erase(taping.name),), _ask(call, "recorded", recording="", seconds=0))
    return _ask(replace(call, tape=taping.name), "recorded", recording=taping.name, seconds=event.seconds)


# ------------------------------------------------------------------------------------------------------- the end

_CAUSES: Mapping[int, str] = {
    17: "busy",
    **dict.fromkeys((16, 18, 19, 20), "no_answer"),
    **dict.fromkeys((1, 22, 28), "unknown_number"),
    21: "refused",
}
"""Why nobody took a call of ours, by cause (ITU-T Q.850); any other is a fault on the way. 16: we gave up ringing."""


def _gone(call: Call, stands: Stands, event: Gone) -> Done:
    """What was recorded when the caller hung up is kept; the service is told of the end of what it has heard of."""
    end = (Tell(_told(call, "hung_up")),) if call.ticket else ()
    return replace(call, stands=Over()), (*_cut_off(call, stands), *end, *_report(call, event))


def _cut_off(call: Call, stands: Stands) -> tuple[Action, ...]:
    if not isinstance(stands, Taping):
        return ()
    return (Tell(_told(call, "recorded", recording=stands.name, seconds=LENGTH_UNKNOWN_SECONDS)),)


def _report(call: Call, event: Gone) -> tuple[Action, ...]:
    if call.placed is None:
        return ()
    state = "completed" if call.picked_up else _CAUSES.get(event.cause, "failed")
    return (Report({"call": call.id, "event": "report", "state": state, "seconds": event.seconds}),)


# ------------------------------------------------------------------------------------------------------- all of it

_IN_TALK = (Asking, Saying, Listening)
_STEPS: Mapping[tuple[type, type], Callable[[Call, Any, Any], Done]] = {
    (Ringing, Began): _began,
    (Ringing, Taken): _taken,
    (Screening, Screened): _screened,
    (Asking, MenuCame): _menu_came,
    (Asking, ServiceDown): _service_down,
    (Asking, KeyPressed): _key_too_early,
    (Saying, PromptEnded): _prompt_ended,
    (Saying, KeyPressed): _key_in_prompt,
    (Saying, Reconnected): _again,
    (Listening, KeyPressed): _key,
    (Listening, TimePassed): _time_passed,
    (Taping, Taped): _taped,
    (WithPerson, CameBack): _came_back,
    (Ending, Reconnected): _ended,
    **{(stands, TooLong): _too_long for stands in _IN_TALK},
    **{(stands, Gone): _gone for stands in (Ringing, Screening, Asking, Saying, Listening, Taping, WithPerson, Ending)},
}
"""Everything that a call does, by where it stands and what has happened. What is not here changes nothing: keys while
somebody speaks, a recording or a talk that lasts when the longest time is over (it comes again), a late answer."""
