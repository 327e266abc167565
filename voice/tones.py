# SPDX-License-Identifier: EUPL-1.2
"""Sound that nobody speaks: the tone before a recording, and silence. Computed, so that no file has to be shipped."""

from __future__ import annotations

import io
import math
import struct
import wave

SAMPLES_A_SECOND = 8000
"""A telephone's. All sound of the line is a WAV file with one channel of 16 bits at this rate."""

BEEP_HERTZ, BEEP_SECONDS, BEEP_DECIBELS = 1000, 0.35, -12.0
"""The tone: a sine, this much below the loudest there can be, that swells in 10 ms and fades in 20 ms."""

_SWELL, _FADE = 0.010, 0.020


def beep() -> bytes:
    """The tone after which somebody speaks, as a WAV file."""
    count = round(BEEP_SECONDS * SAMPLES_A_SECOND)
    loudest = 32767 * 10 ** (BEEP_DECIBELS / 20)
    return as_file(struct.pack(f"<{count}h", *(round(loudest * _sine(each)) for each in range(count))))


def _sine(sample: int) -> float:
    at = sample / SAMPLES_A_SECOND
    hull = min(1.0, at / _SWELL, (BEEP_SECONDS - at) / _FADE)
    return hull * math.sin(2 * math.pi * BEEP_HERTZ * at)


def silence(milliseconds: int) -> bytes:
    """Nothing, for so long, as a WAV file."""
    return as_file(bytes(2 * SAMPLES_A_SECOND * milliseconds // 1000))


def as_file(samples: bytes) -> bytes:
    """A WAV file of these samples (16 bit, little endian)."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, SAMPLES_A_SECOND, 0, "NONE", ""))
        file.writeframes(samples)
    return written.getvalue()
