# SPDX-License-Identifier: EUPL-1.2
"""Google's voice through gTTS: an undocumented web service that gets every text it says.

Off unless the town names it in `town.toml`. `voice.speech` gives it nothing but the repertoire: phrases of ours and
texts of a consultation, which are public. Never what a resident said, and never results.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from core.people import Pace
from core.texts import fallbacks
from voice.engines.contract import Speakable, SpeechNotPossible

if TYPE_CHECKING:
    from gtts import gTTS

LONGEST_WAIT = 10.0
"""Seconds for one answer; without a limit a network that swallows everything would be waited for without end."""


class Google:
    """gTTS. It knows two speeds; a fast pace sounds like the usual one."""

    name = "gtts"

    def __init__(self, speakable: Speakable) -> None:
        self._speakable = speakable

    @property
    def version(self) -> str:
        try:
            from gtts.version import __version__
        except ImportError as error:
            raise SpeechNotPossible("gTTS ist nicht installiert") from error
        return str(__version__)

    def speaks(self, language: str) -> bool:
        return self._tongue(language) is not None

    def recipe(self, text: str, language: str, pace: Pace) -> str:
        tongue = self._tongue(language)
        if tongue is None:
            raise SpeechNotPossible(f"Google hat keine Stimme für „{language}“")
        speed = "slow" if pace is Pace.SLOW else "normal"
        return f"{self.name} {self.version} {tongue} {speed} {self._speakable(text, language)}"

    def make(self, text: str, language: str, pace: Pace) -> bytes:
        self.recipe(text, language, pace)
        from gtts import gTTSError

        heard = io.BytesIO()
        try:
            self._request(text, language, pace).write_to_fp(heard)
        except (gTTSError, OSError, AssertionError) as error:  # it asserts that there is something to say
            raise SpeechNotPossible(f"Google antwortet nicht ({type(error).__name__})") from error
        return heard.getvalue()

    def _request(self, text: str, language: str, pace: Pace) -> gTTS:
        from gtts import gTTS

        spoken, slow = self._speakable(text, language), pace is Pace.SLOW
        return gTTS(spoken, lang=self._tongue(language), slow=slow, lang_check=False, timeout=LONGEST_WAIT)

    def _tongue(self, language: str) -> str | None:
        try:
            from gtts.lang import tts_langs
        except ImportError as error:
            raise SpeechNotPossible("gTTS ist nicht installiert") from error
        known = tts_langs()
        return next((tag for tag in fallbacks(language) if tag in known), None)
