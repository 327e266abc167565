# SPDX-License-Identifier: EUPL-1.2
"""The voice that is always there: espeak-ng from the package espeakng-loader, without network or system package.

espeak-ng is under GPL-3 and keeps one state for the whole process. Both are reasons to load it only in the worker
(`voice.engines.worker`), a program of its own that the service talks to over a pipe.
"""

from __future__ import annotations

import ctypes
import io
import wave
from collections.abc import Mapping
from functools import cache

from core.people import Pace
from core.texts import fallbacks
from voice.engines.contract import Speakable, SpeechNotPossible

RATES: Mapping[str, int] = {"de": 125, "en": 138, "tr": 123, "ru": 104, "uk": 174, "pl": 138}
"""The engine's own unit of speed, by language, for 3.15 syllables a second (about 120 German words a minute).

Measured on espeak-ng 1.52; its "words per minute" differ from language to language, so each needs its own.
"""

USUAL_RATE, SLOWEST_RATE = 130, 80
FACTORS: Mapping[Pace, float] = {Pace.SLOW: 0.8, Pace.NORMAL: 1.0, Pace.FAST: 1.25}

_SYNCHRONOUS, _RATE, _UTF_8, _DONE = 2, 1, 1, 0

_HEARD = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def rate_of(language: str, pace: Pace) -> int:
    """How fast a language is spoken at this pace, in the engine's unit."""
    usual = next((RATES[tag] for tag in fallbacks(language) if tag in RATES), USUAL_RATE)
    return max(SLOWEST_RATE, round(usual * FACTORS[pace]))


class Espeak:
    """espeak-ng, in this process, once."""

    name = "espeak"

    def __init__(self, speakable: Speakable) -> None:
        self._speakable = speakable
        self._samples = bytearray()
        self._callback = _HEARD(self._keep)  # kept, because the library calls it later

    @property
    def version(self) -> str:
        info: bytes = self._library.espeak_Info(None)
        return info.decode("ascii", "replace").split(" ")[0]

    def speaks(self, language: str) -> bool:
        return self._voice(language) is not None

    def recipe(self, text: str, language: str, pace: Pace) -> str:
        voice = self._voice(language)
        if voice is None:
            raise SpeechNotPossible(f"espeak-ng hat keine Stimme für „{language}“")
        return f"{self.name} {self.version} {voice} {rate_of(language, pace)} {self._speakable(text, language)}"

    def make(self, text: str, language: str, pace: Pace) -> bytes:
        self.recipe(text, language, pace)
        self._samples.clear()
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_SetParameter(_RATE, rate_of(language, pace), 0)
        spoken = self._speakable(text, language).encode()
        failed = self._library.espeak_Synth(spoken, len(spoken) + 1, 0, 1, 0, _UTF_8, None, None)
        if failed or not self._samples:
            raise SpeechNotPossible("espeak-ng gibt für diesen Text keinen Ton")
        return self._file()

    def _voice(self, language: str) -> str | None:
        """The voice for a language, chosen from now on."""
        named = (tag for tag in fallbacks(language) if self._library.espeak_SetVoiceByName(tag.encode()) == _DONE)
        return next(named, None)

    def _file(self) -> bytes:
        written = io.BytesIO()
        with wave.open(written, "wb") as file:
            file.setparams((1, 2, _loaded()[1], 0, "NONE", ""))
            file.writeframes(bytes(self._samples))
        return written.getvalue()

    def _keep(self, samples: object, count: int, _events: object) -> int:
        if samples and count:
            self._samples += ctypes.string_at(samples, count * 2)  # type: ignore[arg-type]
        return 0

    @property
    def _library(self) -> ctypes.CDLL:
        return _loaded()[0]


@cache
def _loaded() -> tuple[ctypes.CDLL, int]:
    """The library, made ready once for this process, and how many samples it gives a second."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
    except (ImportError, OSError) as error:
        raise SpeechNotPossible(f"espeak-ng fehlt auf diesem Rechner ({type(error).__name__})") from error
    library.espeak_Info.restype = ctypes.c_char_p
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
    if rate <= 0:
        raise SpeechNotPossible("espeak-ng findet seine Daten nicht")
    return library, rate
