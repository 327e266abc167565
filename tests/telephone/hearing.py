# SPDX-License-Identifier: EUPL-1.2
"""Was this prompt heard, and when? By correlation: no opinion of ours is in it, and no speech recognition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.telephone.a_law import Samples

RATE = 8000
HEARD, NOT_HEARD = 0.95, 0.4
QUIET = 50.0
"""Below this size (of 32767) a stretch is noise of the codec; comparing it with anything means nothing."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the most similar stretch is (1: the same sound), and the second at which it begins."""

    r: float
    at: float


def likeness(prompt: Samples, heard: Samples) -> Likeness:
    """Compare the prompt with every stretch of what was heard that is as long as the prompt.

    The last frame of a call may be cut, so a tenth of a second is added to what was heard.
    """
    given = np.concatenate((heard.astype(float), np.zeros(RATE // 10)))
    wanted = prompt.astype(float)
    if not 0 < len(wanted) <= len(given):
        return Likeness(0.0, 0.0)
    length = 1 << (len(given) + len(wanted)).bit_length()  # a power of two is quick to transform
    product = np.fft.irfft(np.fft.rfft(given, length) * np.conj(np.fft.rfft(wanted, length)), length)
    energy = np.concatenate(([0.0], np.cumsum(given**2)))
    here = np.sqrt(np.maximum(energy[len(wanted) :] - energy[: -len(wanted)], QUIET**2 * len(wanted)))
    r = product[: len(here)] / (here * np.linalg.norm(wanted))
    best = int(np.argmax(r))
    return Likeness(float(r[best]), best / RATE)


def was_heard(prompt: Samples, heard: Samples) -> bool:
    """Say so. A likeness that is neither the one nor the other is no answer: AssertionError."""
    found = likeness(prompt, heard)
    assert found.r > HEARD or found.r < NOT_HEARD, f"something like it at {found.at:.2f} s, r = {found.r:.2f}"
    return found.r > HEARD


def beginning(prompt: Samples, seconds: float = 2.0) -> Samples:
    """Give the first seconds of a prompt: what is heard of it before a key cuts it off."""
    return prompt[: int(seconds * RATE)]
