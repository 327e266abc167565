# SPDX-License-Identifier: EUPL-1.2
"""Sound as a telephone carries it: one byte a sample at 8000 a second, A-law (ITU-T G.711)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

SILENCE = b"\xd5"


def _level(code: int) -> int:
    """The sample of a code: sign, three bits of segment, four bits within it; every other bit is turned."""
    turned = code ^ 0x55
    segment, step = (turned >> 4) & 7, (turned & 15) << 4
    size = step + 8 if segment == 0 else (step + 0x108) << (segment - 1)
    return size if turned & 0x80 else -size


LEVELS = np.array([_level(code) for code in range(256)], dtype=np.int16)
_RISING = np.argsort(LEVELS)
_MIDDLES = (LEVELS[_RISING][1:].astype(np.int32) + LEVELS[_RISING][:-1]) / 2


def decode(sound: bytes) -> Samples:
    """Give the samples that these codes stand for."""
    return LEVELS[np.frombuffer(sound, np.uint8)]


def encode(samples: Samples) -> bytes:
    """Give the nearest code of each sample."""
    return _RISING[np.searchsorted(_MIDDLES, samples)].astype(np.uint8).tobytes()
