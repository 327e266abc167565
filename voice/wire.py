# SPDX-License-Identifier: EUPL-1.2
"""What the service and the telephone line say to each other: signed requests, and a menu as JSON. Both sides read here.

    {"sounds": [{"play": "3f0a….wav"}, {"silence": 0.7}, {"replay": "9c…"}], "step": {"n": "2", "about": "BUS:late"},
     "then": {"keypad": {"most": 1, "first_seconds": 9, …}}}

`then` is one of keypad, record, connect and hang_up.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, assert_never

from core.people import Pace
from voice.clips import Sounds
from voice.menu import Connect, HangUp, Keypad, Menu, Pause, Recorder, Replay, Say, Sound, Then

# ------------------------------------------------------------------------------------------------------- signature

SIGNATURE_HEADER = "x-mitwirkung-signature"
STALE_AFTER_SECONDS = 300
"""How far the clocks of both sides may be apart, and how long a request that was listened in on can be repeated."""


def signature(secret: bytes, body: bytes, at: datetime) -> str:
    """The value of `SIGNATURE_HEADER`: HMAC-SHA256 over the moment in seconds and the body."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, body, str(seconds))}"


def is_signed(secret: bytes, body: bytes, header: str, now: datetime) -> bool:
    """Whether the header is a signature of this body that is not too old, nor of the future. In constant time."""
    seconds, _, digest = header.removeprefix("t=").partition(",v1=")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12 and digest.isascii()):
        return False
    fresh = abs(now.timestamp() - int(seconds)) <= STALE_AFTER_SECONDS
    return hmac.compare_digest(_digest(secret, body, seconds), digest) and fresh


def _digest(secret: bytes, body: bytes, seconds: str) -> str:
    return hmac.new(secret, seconds.encode() + b"." + body, "sha256").hexdigest()


# ------------------------------------------------------------------------------------------------------- a menu


@dataclass(frozen=True, slots=True)
class Clip:
    """Prepared sound, by the name of its file."""

    name: str


@dataclass(frozen=True, slots=True)
class Played:
    """A menu as the line plays it. `step` goes back to the service with what the caller does."""

    sounds: tuple[Clip | Sound, ...]
    then: Then
    step: Mapping[str, str] = field(default_factory=dict)


NO_MENU = '{"sounds": [], "then": {"hang_up": true}, "step": {}}'
"""The answer to what is no step of a call, such as its end."""


class MenuNotReadable(ValueError):
    """The service has answered with something that is no menu."""


def menu_as_json(menu: Menu, step: Mapping[str, str], shelf: Sounds) -> str:
    """A menu as the line reads it. A text is named only where its sound is missing."""
    sounds = [as_json for sound in menu.sounds for as_json in _sound_as_json(sound, menu.pace, shelf)]
    return json.dumps({"sounds": sounds, "then": _then_as_json(menu.then), "step": dict(step)}, ensure_ascii=False)


def _sound_as_json(sound: Sound, pace: Pace, shelf: Sounds) -> Iterator[Mapping[str, str | float]]:
    match sound:
        case Say(text, language):
            clips = shelf.clips(text, language, pace)
            if clips is None:
                yield {"say": text, "language": language}
            else:
                yield from ({"play": name} for name in clips)
        case Pause(seconds):
            yield {"silence": seconds}
        case Replay(recording):
            yield {"replay": recording}
        case _:
            assert_never(sound)


def _then_as_json(then: Then) -> dict[str, Any]:
    if isinstance(then, HangUp):
        return {"hang_up": True}
    return {next(name for name, kind in _KINDS.items() if isinstance(then, kind)): asdict(then)}


_KINDS: Mapping[str, type[Keypad | Recorder | Connect]] = {"keypad": Keypad, "record": Recorder, "connect": Connect}


def menu_from_json(text: str | bytes) -> Played:
    """The menu behind such a text. Raises MenuNotReadable."""
    try:
        read = json.loads(text)
        step = {str(name): str(value) for name, value in read["step"].items()}
        return Played(tuple(map(_sound_from_json, read["sounds"])), _then_from_json(read["then"]), step)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MenuNotReadable(f"this is no menu ({type(error).__name__})") from None


_SOUNDS: Mapping[str, Callable[[dict[str, Any]], Clip | Sound]] = {
    "play": lambda read: Clip(str(read["play"])),
    "silence": lambda read: Pause(float(read["silence"])),
    "replay": lambda read: Replay(str(read["replay"])),
    "say": lambda read: Say(str(read["say"]), str(read.get("language", ""))),
}


def _sound_from_json(read: dict[str, Any]) -> Clip | Sound:
    for name, make in _SOUNDS.items():
        if name in read:
            return make(read)
    raise MenuNotReadable("a sound of no kind that we know")


def _then_from_json(read: dict[str, Any]) -> Then:
    for name, kind in _KINDS.items():
        if name in read:
            return kind(**read[name])
    if read["hang_up"] is True:
        return HangUp()
    raise MenuNotReadable("nothing follows")
