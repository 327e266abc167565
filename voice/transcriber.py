# SPDX-License-Identifier: EUPL-1.2
"""From speech to text, where a town has the means: never needed, never while anybody waits, never outside the house.

What a machine has written is a proposal for a person at the town hall. Without a machine she listens and types.
"""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from core.errors import MitwirkungError

_AT_ONCE = 4000
"""Samples that are given to the engine in one piece: half a second."""


class Transcriber(Protocol):
    """Writes down what is said."""

    def transcribe(self, wav: bytes, language: str) -> str | None:
        """The words in a recording of ours (8 kHz, 16 bit, one channel); None where this cannot be told."""


class TranscriberNotReady(MitwirkungError):
    """The engine or its model is not there. The sentence says what is missing and what to do."""


class Vosk:
    """The offline engine Vosk with models that the operator has downloaded (alphacephei.com/vosk/models).

    `models` maps a language to the folder of its model. Nothing is loaded before it is asked for, and nothing is ever
    looked for on the internet: a model is only named by its folder. Raises `TranscriberNotReady`.
    """

    def __init__(self, models: Mapping[str, Path]) -> None:
        for folder in models.values():
            if not folder.is_dir():
                raise TranscriberNotReady(
                    f"Den Ordner {folder} mit dem Sprachmodell gibt es nicht. Prüfen Sie den Pfad."
                )
        self._folders = models
        self._loaded: dict[str, Any] = {}

    def transcribe(self, wav: bytes, language: str) -> str | None:
        """The words; None for a language without a model, and where nothing is understood."""
        plain = language.partition("-")[0]
        if plain not in self._folders:
            return None
        with wave.open(io.BytesIO(wav)) as file:
            recognizer = self._engine().KaldiRecognizer(self._model(plain), file.getframerate())
            while piece := file.readframes(_AT_ONCE):
                recognizer.AcceptWaveform(piece)
        return json.loads(recognizer.FinalResult()).get("text") or None

    def _engine(self) -> Any:  # noqa: ANN401 (the package is not a dependency and has no types)
        try:
            return import_module("vosk")
        except ImportError:
            raise TranscriberNotReady("Das Paket vosk fehlt. Installieren Sie es mit: pip install vosk") from None

    def _model(self, language: str) -> Any:  # noqa: ANN401 (see above)
        if language not in self._loaded:
            try:
                self._loaded[language] = self._engine().Model(model_path=str(self._folders[language]))
            except Exception:  # noqa: BLE001 (the package raises nothing finer)
                folder = self._folders[language]
                raise TranscriberNotReady(f"In {folder} liegt kein Sprachmodell, das vosk lesen kann.") from None
        return self._loaded[language]
