# SPDX-License-Identifier: EUPL-1.2
"""What may be kept as a recording: telephone sound of people, looked at by its content and written anew.

Only the samples are taken over, so that nothing else travels in the file (reliability D16): no picture in a header, no
archive behind the end, no length that is not true.
"""

from __future__ import annotations

import io
import sys
import wave
from array import array
from dataclasses import dataclass

from core.errors import MitwirkungError

RATE = 8000
"""Samples a second. Telephone lines carry no more (ITU-T G.711)."""
MOST_BYTES = 2 * 1024 * 1024
"""The longest recording, 120 s of 16 bits, is 1.92 MB."""

_BYTES_PER_SAMPLE = 2
_BLOCK = RATE // 10
_SPEECH = 100
"""Mean height of the samples in a tenth of a second in which somebody speaks, about -50 dB of full scale: speech over
a telephone lies near -25 dB, the noise of a line below -60 dB."""
_BLOCKS_OF_SPEECH = 3
"""A single click is no speech."""


class NotKept(MitwirkungError):
    """What the provider gave is no sound that we keep. The text is a word for the operator, never of the content."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A WAV file of ours: 8 kHz, 16 bit, one channel. `silent` where nobody can be heard."""

    wav: bytes
    seconds: float
    silent: bool


def checked(given: bytes) -> Sound:
    """The sound in what a provider gave. Raises `NotKept`; a file that was cut off keeps what is there."""
    if len(given) > MOST_BYTES:
        raise NotKept("too long")
    if not _is_wave(given):
        raise NotKept("mp3" if _is_mp3(given) else "no sound")
    samples = _samples(given)
    return Sound(_written(samples), len(samples) / RATE, _is_silent(samples))


def _is_wave(given: bytes) -> bool:
    """RIFF, size, WAVE (Microsoft, Multimedia Programming Interface and Data Specifications 1.0)."""
    return given[:4] == b"RIFF" and given[8:12] == b"WAVE"


def _is_mp3(given: bytes) -> bool:
    """An ID3 tag, or a frame header: eleven bits set, layer III (ISO/IEC 11172-3 §2.4.2.3)."""
    frame = len(given) > 1 and given[0] == 0xFF and given[1] & 0xE6 == 0xE2
    return given[:3] == b"ID3" or frame


def _samples(given: bytes) -> array[int]:
    try:
        with wave.open(io.BytesIO(given)) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, _BYTES_PER_SAMPLE):
                raise NotKept("other format")
            frames = file.readframes(MOST_BYTES // _BYTES_PER_SAMPLE)
    except (wave.Error, EOFError, RuntimeError) as error:
        raise NotKept("broken") from error
    samples = array("h", frames[: len(frames) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _written(samples: array[int]) -> bytes:
    ours = io.BytesIO()
    with wave.open(ours, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_BYTES_PER_SAMPLE)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return ours.getvalue()


def _is_silent(samples: array[int]) -> bool:
    blocks = (samples[start : start + _BLOCK] for start in range(0, len(samples), _BLOCK))
    loud = sum(sum(map(abs, block)) >= _SPEECH * _BLOCK for block in blocks)
    return loud < _BLOCKS_OF_SPEECH
