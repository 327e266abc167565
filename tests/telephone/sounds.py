# SPDX-License-Identifier: EUPL-1.2
"""Sounds to play and to say in tests: each seed another one, each alike on every machine."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from tests.telephone.a_law import Samples
from tests.telephone.hearing import RATE

LOUDNESS = 6000


def spoken(seconds: float, seed: int) -> Samples:
    """Noise in the shape of speech: the band of a telephone, four syllables a second. A prompt, or one sentence."""
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    pitch = np.fft.rfftfreq(count, 1 / RATE)
    noise = np.fft.irfft(np.where((pitch > 300) & (pitch < 3000), spectrum, 0), count)
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * np.arange(count) / RATE)
    shaped = noise * syllables
    samples: Samples = np.clip(shaped / shaped.std() * LOUDNESS / 2, -32000, 32000).astype(np.int16)
    return samples


def silence(seconds: float) -> Samples:
    """Nothing, for so long."""
    return np.zeros(int(seconds * RATE), np.int16)


def hallo(seed: int = 1) -> Samples:
    """A person who picks up: one short word, then she listens."""
    return spoken(0.5, seed)


def greeting_of_a_machine(seed: int = 2) -> Samples:
    """An answering machine: ten words in one go."""
    return np.concatenate([part for word in range(10) for part in (spoken(0.45, seed + word), silence(0.12))])


def write(samples: Samples, file: Path) -> None:
    """Write a WAV file as Asterisk plays it: 8000 samples a second, 16 bits, one channel."""
    with wave.open(str(file), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes(samples.astype("<i2").tobytes())


def read(file: Path) -> Samples:
    """Read such a file."""
    with wave.open(str(file), "rb") as source:
        assert (source.getnchannels(), source.getsampwidth(), source.getframerate()) == (1, 2, RATE)
        return np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.int16)
