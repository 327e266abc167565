# SPDX-License-Identifier: EUPL-1.2
"""Writing down what is said: a real engine behind the seam, and clear words where the town has none."""

import io
import json
import sys
import wave
from functools import cache

import numpy as np
import pytest
from scipy.signal import resample_poly

from core.people import Pace
from tests.voice.test_recorded import wav
from voice.engines.contract import SpeechNotPossible
from voice.engines.espeak import Espeak
from voice.engines.sound import for_telephone
from voice.recorded import RATE, checked
from voice.transcriber import Transcriber, TranscriberNotReady, Vosk

WORDS = ("yes", "no", "one", "two", "three", "four", "five")
"""What a small grammar tells apart over a telephone; "stop" and "help" it does not."""


class SmallGrammar:
    """PocketSphinx with its English model, listening for a few words only: free speech is beyond it."""

    def __init__(self, words):
        import pocketsphinx

        grammar = f"#JSGF V1.0; grammar answers; public <answer> = {' | '.join(words)};"
        self._decoder = pocketsphinx.Decoder(samprate=2 * RATE, lm=None, loglevel="FATAL")
        self._decoder.add_jsgf_string("answers", grammar)
        self._decoder.activate_search("answers")

    def transcribe(self, wav: bytes, language: str) -> str | None:
        if language != "en":
            return None
        self._decoder.start_utt()
        self._decoder.process_raw(twice_as_fine(wav), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return found.hypstr if found else None


def twice_as_fine(wav):
    """The model hears 16 kHz; a telephone has 8."""
    with wave.open(io.BytesIO(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    return np.clip(resample_poly(samples, 2, 1), -32768, 32767).astype("<i2").tobytes()


@cache
def voice():
    return Espeak(lambda text, _language: text)


def said(word):
    """A word as a telephone would have recorded it."""
    try:
        return checked(for_telephone(voice().make(word, "en", Pace.NORMAL))).wav
    except SpeechNotPossible as error:
        pytest.skip(f"NO VOICE TO LISTEN TO: {error}")


@pytest.fixture(scope="module")
def listener() -> Transcriber:
    pytest.importorskip("pocketsphinx")
    return SmallGrammar(WORDS)


def test_a_real_engine_writes_down_most_of_what_was_said(listener):
    """It shows that a real engine fits, not how well it hears: our robot says a word a little otherwise each time."""
    right = [word for word in WORDS if listener.transcribe(said(word), "en") == word]
    assert len(right) >= len(WORDS) - 2


def test_it_says_so_where_it_cannot_tell(listener):
    assert listener.transcribe(said("yes"), "de") is None


# ---------------------------------------------------------------------------------------------- Vosk


@pytest.fixture
def without_vosk(monkeypatch):
    monkeypatch.setitem(sys.modules, "vosk", None)


def test_a_model_that_is_not_there_is_named_at_once(tmp_path):
    with pytest.raises(TranscriberNotReady, match=r"/missing mit dem Sprachmodell gibt es nicht\."):
        Vosk({"de": tmp_path / "missing"})


@pytest.mark.usefixtures("without_vosk")
def test_a_language_without_a_model_cannot_be_told_and_loads_nothing(tmp_path):
    assert Vosk({"de": tmp_path}).transcribe(wav([]), "en") is None


@pytest.mark.usefixtures("without_vosk")
def test_a_package_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TranscriberNotReady, match="pip install vosk"):
        Vosk({"de": tmp_path}).transcribe(wav([]), "de-simple")


class Listening:
    """The package's shape: pieces go in, JSON comes out."""

    def __init__(self):
        self.pieces, self.rate, self.loaded = [], None, []

    def Model(self, model_path):  # noqa: N802
        self.loaded.append(model_path)
        return model_path

    def KaldiRecognizer(self, _model, rate):  # noqa: N802
        self.rate = rate
        return self

    def AcceptWaveform(self, piece):  # noqa: N802
        self.pieces.append(piece)

    def FinalResult(self):  # noqa: N802
        return json.dumps({"text": "nach köln" if b"".join(self.pieces).strip(b"\0") else ""})


class NoModel(Listening):
    """What the package does with a folder that holds no model: a bare exception."""

    def Model(self, model_path):  # noqa: N802
        raise Exception("Failed to create a model")  # noqa: TRY002


def test_a_folder_without_a_model_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vosk", NoModel())
    with pytest.raises(TranscriberNotReady, match="kein Sprachmodell"):
        Vosk({"de": tmp_path}).transcribe(wav([]), "de")


def test_all_samples_are_given_to_the_engine_and_a_model_is_loaded_once(tmp_path, monkeypatch):
    engine = Listening()
    monkeypatch.setitem(sys.modules, "vosk", engine)
    transcriber = Vosk({"de": tmp_path})
    assert transcriber.transcribe(wav([1000] * 9999), "de") == "nach köln"
    assert (sum(map(len, engine.pieces)), engine.rate, engine.loaded) == (2 * 9999, RATE, [str(tmp_path)])
    engine.pieces.clear()
    assert transcriber.transcribe(wav([0] * 9999), "de") is None
    assert engine.loaded == [str(tmp_path)]
