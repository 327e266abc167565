# SPDX-License-Identifier: EUPL-1.2
"""Whatever an engine gives, as the sound of a telephone: 8 kHz, one loudness, no edges.

Loudness is that of ITU-R BS.1770-4 (EBU R 128): -19 LUFS, at the loud end of what a telephone carries, for older ears.
"""

from __future__ import annotations

import io
import wave
from functools import lru_cache
from math import gcd

import miniaudio
import numpy as np
from numpy.typing import NDArray
from pyloudnorm import Meter
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import firwin, resample_poly

from voice.engines.contract import SpeechNotPossible
from voice.tones import SAMPLES_A_SECOND, as_file

VERSION = 1
"""Stands in every content hash: a change here makes all sound anew."""

LOUDNESS = -19.0
LOUDEST = 10 ** (-1.5 / 20)
"""No sample is louder than this: -1.5 dB."""

EDGE_SECONDS = 0.05
"""Of quiet before and behind the speech, always the same, so that pieces join."""

_QUIET = 10 ** (-45 / 20)
"""Against the loudest part of the speech: what is below is no speech."""

_FRAME = SAMPLES_A_SECOND // 200
_SHORTEST_MEASURED = 0.8
"""Seconds. Loudness is measured in blocks of 0.4 s; what is shorter is repeated until there is enough of it."""

_LOOK_AHEAD = SAMPLES_A_SECOND // 200
_METER = Meter(SAMPLES_A_SECOND)

Samples = NDArray[np.float64]


def for_telephone(encoded: bytes) -> bytes:
    """A WAV or MP3 file of any kind as a WAV file for the telephone. Raises `SpeechNotPossible`."""
    speech = trimmed(_resampled(*_decoded(encoded)))
    finished = _faded(limited(_at_loudness(speech)))
    return as_file(np.round(finished * 32767).astype("<i2").tobytes())


def _decoded(encoded: bytes) -> tuple[Samples, int]:
    """Samples from -1 to 1, one channel, and how many there are in a second."""
    try:
        return _plain_wave(encoded)
    except (wave.Error, EOFError):
        return _any_file(encoded)


def _plain_wave(encoded: bytes) -> tuple[Samples, int]:
    with wave.open(io.BytesIO(encoded)) as file:
        if (file.getsampwidth(), file.getnchannels()) != (2, 1):
            raise wave.Error("not the plain kind")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768, file.getframerate()


_RATE_OF_OTHERS = 48000


def _any_file(encoded: bytes) -> tuple[Samples, int]:
    try:
        found = miniaudio.decode(encoded, miniaudio.SampleFormat.FLOAT32, nchannels=1, sample_rate=_RATE_OF_OTHERS)
    except miniaudio.MiniaudioError as error:
        raise SpeechNotPossible("das ist keine Tondatei (WAV oder MP3)") from error
    return np.asarray(found.samples, np.float64), _RATE_OF_OTHERS


def _resampled(samples: Samples, rate: int) -> Samples:
    if rate == SAMPLES_A_SECOND or not samples.size:
        return samples
    shared = gcd(rate, SAMPLES_A_SECOND)
    up, down = SAMPLES_A_SECOND // shared, rate // shared
    low_pass = _low_pass(max(up, down))
    return np.asarray(resample_poly(samples.astype(np.float32), up, down, window=low_pass), np.float64)


@lru_cache(maxsize=8)
def _low_pass(ratio: int) -> NDArray[np.float32]:
    """What lies above half the lower rate is cut off before it folds back into the speech."""
    return np.asarray(firwin(20 * ratio + 1, 1 / ratio, window=("kaiser", 5.0)), np.float32)


def trimmed(samples: Samples) -> Samples:
    """The speech with `EDGE_SECONDS` around it. Raises `SpeechNotPossible` where there is none."""
    frames = np.abs(samples[: samples.size // _FRAME * _FRAME]).reshape(-1, _FRAME).max(axis=1, initial=0.0)
    loudest = frames.max(initial=0.0)
    spoken = np.flatnonzero(frames > max(loudest * _QUIET, 1e-4))
    if not spoken.size:
        raise SpeechNotPossible("der Ton ist stumm")
    edge = round(EDGE_SECONDS * SAMPLES_A_SECOND)
    around = np.pad(samples, edge)
    return around[spoken[0] * _FRAME : (spoken[-1] + 1) * _FRAME + 2 * edge]


def loudness_of(samples: Samples) -> float:
    """Loudness in LUFS; of something very short, as though it went on."""
    enough = round(_SHORTEST_MEASURED * SAMPLES_A_SECOND)
    measured = np.resize(samples, max(samples.size, enough))
    with np.errstate(divide="ignore"):
        return float(_METER.integrated_loudness(measured))


def _at_loudness(samples: Samples) -> Samples:
    """At `LOUDNESS`, as far as the limit allows: the energy that the limiter takes is given once more."""
    louder = samples * 10 ** ((LOUDNESS - loudness_of(samples)) / 20)
    if np.abs(louder).max() <= LOUDEST:
        return louder
    held_back = limited(louder)
    return louder * float(np.sqrt(np.square(louder).sum() / np.square(held_back).sum()))


def limited(samples: Samples) -> Samples:
    """No sample above `LOUDEST`: the gain falls before each peak and rises behind it, over 5 ms, without distortion."""
    gain = np.minimum(1.0, LOUDEST / np.maximum(np.abs(samples), 1e-9))
    if gain.min() >= 1.0:
        return samples
    width = 2 * _LOOK_AHEAD + 1
    held = minimum_filter1d(np.pad(gain, _LOOK_AHEAD, constant_values=1.0), width)
    smooth: Samples = uniform_filter1d(held, width)[_LOOK_AHEAD:-_LOOK_AHEAD]
    return samples * smooth


def _faded(samples: Samples) -> Samples:
    """From nothing and to nothing within a part of the edges, so that nothing clicks."""
    ramp = np.linspace(0.0, 1.0, 2 * _FRAME)
    faded = samples.copy()
    faded[: ramp.size] *= ramp
    faded[-ramp.size :] *= ramp[::-1]
    return faded
