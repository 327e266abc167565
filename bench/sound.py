# SPDX-License-Identifier: EUPL-1.2
"""All that a call to the town of the examples can say, made once for this process, and how long a clip lasts."""

from __future__ import annotations

import wave
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from app.hearing import shelf_in
from app.speech import spoken_in_all_towns, stock
from app.wiring import Service
from core.people import Pace
from voice.menu import Pause, Say, Sound
from voice.shelf import Shelf

_prepared: list[TemporaryDirectory[str]] = []
"""The one folder that holds it; gone when the process ends."""


def put_sound(service: Service) -> Shelf:
    """Put the prepared sound into the folder of this service. Raises ValueError naming a text that has none."""
    speech = service.settings.folder / "speech"
    if not speech.exists():
        speech.symlink_to(_made_for(service) / "speech")
    return shelf_in(service.settings.folder)


def _made_for(service: Service) -> Path:
    if not _prepared:
        _prepared.append(TemporaryDirectory(prefix="mitwirkung-sound-"))
        made = stock(spoken_in_all_towns(service.parts), Path(_prepared[0].name))
        if made.failed:
            raise ValueError(f"{len(made.failed)} texts have no sound, first: {made.failed[0].say.text}")
    return Path(_prepared[0].name)


def seconds_of(sound: Sound, shelf: Shelf) -> float:
    """How long one sound of a menu lasts, in seconds. Raises LookupError for a text without a clip."""
    match sound:
        case Say(text, language):
            clips = shelf.clips(text, language, Pace.NORMAL)
            if clips is None:
                raise LookupError(f"no sound for: {text}")
            return sum(_lasts(shelf.folder / clip) for clip in clips)
        case Pause(seconds):
            return seconds
        case _:
            return 0.0


@cache
def _lasts(clip: Path) -> float:
    with wave.open(str(clip), "rb") as file:
        return file.getnframes() / file.getframerate()
