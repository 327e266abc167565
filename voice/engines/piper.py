# SPDX-License-Identifier: EUPL-1.2
"""A neural voice on this machine: Piper, with a model file that the operator supplies for each language.

The package `piper-tts` is no requirement of ours (GPL-3, and of no use without a model); who wants it installs it.
"""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from core.people import Pace
from core.texts import fallbacks
from voice.engines.contract import Speakable, SpeechNotPossible

LENGTHS: Mapping[Pace, float] = {Pace.SLOW: 1.5, Pace.NORMAL: 1.2, Pace.FAST: 1.0}
"""How much longer than the model's own speed, which is that of a reader: too fast for a telephone."""

_MISSING = "Piper ist nicht installiert. Es kommt mit: pip install piper-tts"


class Piper:
    """`models` names a model file (.onnx, its .onnx.json beside it) for each language."""

    name = "piper"

    def __init__(self, speakable: Speakable, models: Mapping[str, Path]) -> None:
        self._speakable = speakable
        self._models = models
        self._loaded: dict[Path, Any] = {}
        self._digests: dict[Path, str] = {}

    @property
    def version(self) -> str:
        try:
            return version("piper-tts")
        except PackageNotFoundError as error:
            raise SpeechNotPossible(_MISSING) from error

    def speaks(self, language: str) -> bool:
        return any(tag in self._models for tag in fallbacks(language))

    def recipe(self, text: str, language: str, pace: Pace) -> str:
        model = self._digest(self._model(language))
        return f"{self.name} {self.version} {model} {LENGTHS[pace]} {self._speakable(text, language)}"

    def make(self, text: str, language: str, pace: Pace) -> bytes:
        voice = self._voice(self._model(language))
        pattern = self._piper().SynthesisConfig(length_scale=LENGTHS[pace])
        written = io.BytesIO()
        try:
            with wave.open(written, "wb") as file:
                voice.synthesize_wav(self._speakable(text, language), file, syn_config=pattern)
        except Exception as error:  # a library of somebody else's choosing, with a model of somebody else's
            raise SpeechNotPossible(f"Piper konnte den Text nicht sprechen ({type(error).__name__})") from error
        return written.getvalue()

    def _model(self, language: str) -> Path:
        model = next((self._models[tag] for tag in fallbacks(language) if tag in self._models), None)
        if model is None:
            raise SpeechNotPossible(f"für Piper ist kein Modell für „{language}“ angegeben")
        if not model.is_file():
            raise SpeechNotPossible(f"das Modell {model} für Piper gibt es nicht")
        return model

    def _digest(self, model: Path) -> str:
        if model not in self._digests:
            with model.open("rb") as file:
                self._digests[model] = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        return self._digests[model]

    def _voice(self, model: Path) -> Any:  # noqa: ANN401 (piper is not here to be typed)
        if model not in self._loaded:
            piper = self._piper()
            try:
                self._loaded[model] = piper.PiperVoice.load(str(model))
            except Exception as error:
                raise SpeechNotPossible(f"{model} ist kein Modell für Piper ({type(error).__name__})") from error
        return self._loaded[model]

    def _piper(self) -> Any:  # noqa: ANN401 (piper is not here to be typed)
        try:
            return import_module("piper")
        except ImportError as error:
            raise SpeechNotPossible(_MISSING) from error
