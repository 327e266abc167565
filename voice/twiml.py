# SPDX-License-Identifier: EUPL-1.2
"""A menu as TwiML (twilio.com/docs/voice/twiml). Pure; written by hand, because Twilio's own library loads slowly.

Only prepared sound is played. `<Say>` stands in for a clip that is missing on disk, so that nobody hears nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

from core.people import Pace
from voice.clips import BEEP, RECORDING_PATH, SILENCES, SOUND_PATH, Sounds, silence
from voice.menu import Connect, HangUp, Keypad, Menu, Pause, Recorder, Replay, Say, Sound, Then

PATH = "/voice/twilio"
BELOW = ("turn", "recorded", "person", "status", "recording-status")
"""What comes below `PATH`."""
TURN, RECORDED, PERSON, STATUS, RECORDING_STATUS = (f"{PATH}/{name}" for name in BELOW)


@dataclass(frozen=True, slots=True)
class Line:
    """What one call runs on: our public address, our number in this call (E.164), and the shelf of prepared sound."""

    public_url: str
    number: str
    sounds: Sounds


def twiml(menu: Menu, step: Mapping[str, str], line: Line) -> str:
    """All sounds of a menu, then what it waits for. `step` are the fields that come back with the answer."""
    heard = "".join(_sound(sound, menu.pace, line) for sound in menu.sounds)
    return document(_then(menu.then, heard, urlencode(step), line))


def document(*elements: str) -> str:
    """The elements as one answer; the empty answer for none."""
    body = f"<Response>{''.join(elements)}</Response>" if any(elements) else "<Response/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{body}'


def busy() -> str:
    """The call is refused before it costs anything; the caller hears the engaged tone."""
    return document(_element("Reject", reason="busy"))


# ------------------------------------------------------------------------------------------------------- what is heard


def _sound(sound: Sound, pace: Pace, line: Line) -> str:
    match sound:
        case Say(text, language):
            clips = line.sounds.clips(text, language, pace)
            return _say(text, language) if clips is None else "".join(_clip(name, line) for name in clips)
        case Pause(seconds):
            return _pause(seconds, line)
        case Replay(recording):
            return _element("Play", line.public_url + RECORDING_PATH + quote(recording, safe=""))
        case _:
            assert_never(sound)


def _clip(name: str, line: Line) -> str:
    return _element("Play", line.public_url + SOUND_PATH + quote(name))


def _pause(seconds: float, line: Line) -> str:
    """Prepared silence; a length that is not prepared is rounded up to whole seconds, which is all Twilio can do."""
    milliseconds = round(seconds * 1000)
    if milliseconds in SILENCES:
        return _clip(silence(milliseconds), line)
    return _element("Pause", length=math.ceil(seconds)) if seconds > 0 else ""


_VOICES = {"de": "de-DE", "en": "en-GB", "tr": "tr-TR", "ru": "ru-RU", "uk": "uk-UA", "pl": "pl-PL", "ar": "arb"}
"""Languages as `<Say>` names them (twilio.com/docs/voice/twiml/say/text-speech)."""


def _say(text: str, language: str) -> str:
    spoken = language.partition("-")[0]
    legal = "".join(character if character.isprintable() else " " for character in text)
    return _element("Say", legal, language=_VOICES.get(spoken, spoken))


# ------------------------------------------------------------------------------------------------------- what then


def _then(then: Then, heard: str, step: str, line: Line) -> str:
    match then:
        case Keypad():
            return _gather(then, heard, _address(TURN, step, line))
        case Recorder():
            return heard + _record(then, _address(RECORDED, step, line), line)
        case Connect():
            return heard + _dial(then, _address(PERSON, step, line), line)
        case HangUp():
            return heard + _element("Hangup")
        case _:
            assert_never(then)


def _address(path: str, step: str, line: Line) -> str:
    return f"{line.public_url}{path}?{step}"


def _gather(keypad: Keypad, heard: str, action: str) -> str:
    """Keys, taken while the menu is heard; silence comes back as well, and again by `<Redirect>` if it should not.

    One key is any key, also "#". More end with "#", not by their number: the "#" behind the last key would cut the
    next menu short. Twilio knows one time alone, between keys and before the first: a pause behind the menu, which a
    key cuts short too, makes up the difference.
    """
    before_first = keypad.first_seconds - keypad.between_seconds
    if keypad.most == 1:
        taken = _keys(heard, action, timeout=keypad.first_seconds, numDigits=1, finishOnKey="")
    else:
        patience = _element("Pause", length=before_first) if before_first > 0 else ""
        taken = _keys(heard + patience, action, timeout=keypad.between_seconds, finishOnKey="#")
    return taken + _redirect(action)


def _keys(heard: str, action: str, **how: str | int) -> str:
    return _parent("Gather", heard, input="dtmf", action=action, method="POST", actionOnEmptyResult="true", **how)


def _record(recorder: Recorder, action: str, line: Line) -> str:
    """Our own tone, then the recorder. If nobody speaks, Twilio goes on to the next verb: so does the call."""
    record = _element(
        "Record",
        action=action,
        method="POST",
        maxLength=recorder.longest_seconds,
        timeout=recorder.silence_seconds,
        finishOnKey="#",
        playBeep="false",
        trim="do-not-trim",
        recordingStatusCallback=line.public_url + RECORDING_STATUS,
        recordingStatusCallbackMethod="POST",
        recordingStatusCallbackEvent="completed absent",
    )
    return _clip(BEEP, line) + record + _redirect(action)


def _dial(connect: Connect, action: str, line: Line) -> str:
    """The town hall sees our number and not the caller's, who may not want to be known."""
    number = _element("Number", connect.number)
    return _parent("Dial", number, action=action, method="POST", timeout=connect.ring_seconds, callerId=line.number)


def _redirect(address: str) -> str:
    return _element("Redirect", address, method="POST")


# ------------------------------------------------------------------------------------------------------- XML


def _element(name: str, text: str = "", **attributes: str | int) -> str:
    return _parent(name, escape(text), **attributes)


def _parent(name: str, children: str, **attributes: str | int) -> str:
    written = "".join(f" {each}={quoteattr(str(value))}" for each, value in attributes.items())
    return f"<{name}{written}>{children}</{name}>" if children else f"<{name}{written}/>"
