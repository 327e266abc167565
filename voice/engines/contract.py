# SPDX-License-Identifier: EUPL-1.2
"""What every speech engine must be able to do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.people import Pace

Speakable = Callable[[str, str], str]
"""A written text and its language, as it is spoken (`voice.engines.speaking`)."""


class SpeechNotPossible(Exception):
    """This engine cannot say this text; the text of the error tells the town hall why."""


class Engine(Protocol):
    """A voice. `text` is as it is written, `language` a BCP 47 tag ("de-simple")."""

    name: str

    @property
    def version(self) -> str:
        """The version of what makes the sound. Raises `SpeechNotPossible` where it is not installed."""

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for this language. Raises `SpeechNotPossible` where it is not installed."""

    def recipe(self, text: str, language: str, pace: Pace) -> str:
        """All that the sound depends on: voice, rate, version, words. Makes nothing. Raises `SpeechNotPossible`."""

    def make(self, text: str, language: str, pace: Pace) -> bytes:
        """The sound as a WAV or MP3 file of any rate. Raises `SpeechNotPossible`."""
