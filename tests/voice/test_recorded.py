# SPDX-License-Identifier: EUPL-1.2
"""D16: whatever a provider gives, only telephone sound is kept, and nothing but its samples."""

import io
import math
import random
import struct
import wave
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recorded import MOST_BYTES, RATE, NotKept, checked


def wav(samples, rate=RATE, channels=1, width=2):
    """A WAV file with these 16-bit samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(width)
        written.setframerate(rate)
        written.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def tone(seconds, height=3000, hertz=300):
    return [round(height * math.sin(2 * math.pi * hertz * place / RATE)) for place in range(int(seconds * RATE))]


def noise(seconds, height):
    chance = random.Random(1)
    return [chance.randint(-height, height) for _ in range(int(seconds * RATE))]


SPEECH = wav(tone(2))


def samples_of(file):
    with wave.open(io.BytesIO(file)) as read:
        return read.readframes(10**9)


def test_telephone_sound_is_kept_as_it_is():
    sound = checked(SPEECH)
    assert (sound.wav, sound.seconds, sound.silent) == (SPEECH, 2.0, False)


def with_picture(file):
    """A chunk that is no sound, as a player skips it."""
    picture = b"LIST" + struct.pack("<I", 12) + b"\x89PNG\r\n\x1a\n...."
    return b"RIFF" + struct.pack("<I", len(file) + len(picture) - 8) + b"WAVE" + picture + file[12:]


def archive():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 10_000_000)
    return packed.getvalue()


TRAVELLERS = {
    "a picture before the sound": with_picture(SPEECH),
    "an archive behind the end": SPEECH + archive(),
    "a script behind the end": SPEECH + b"<script>alert(1)</script>",
}


@pytest.mark.parametrize("given", TRAVELLERS.values(), ids=TRAVELLERS)
def test_d16_only_the_samples_are_taken_over(given):
    assert checked(given).wav == SPEECH


CUT_OFF = {"in its middle": SPEECH[: len(SPEECH) // 2], "in a sample": SPEECH[:1045], "longer than it says": SPEECH}


@pytest.mark.parametrize("given", CUT_OFF.values(), ids=CUT_OFF)
def test_a_file_that_was_cut_off_keeps_what_is_there(given):
    sound = checked(given)
    assert samples_of(sound.wav) == given[44:][: (len(given) - 44) // 2 * 2]


NOT_KEPT = {
    "nothing": (b"", "no sound"),
    "a page of words": (b"<html>not found</html>", "no sound"),
    "an archive": (archive(), "no sound"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "no sound"),
    "MP3 with a tag": (b"ID3\x04" + bytes(100), "mp3"),
    "MP3 without a tag": (b"\xff\xfb\x90\x64" + bytes(100), "mp3"),
    "a WAV that ends in its header": (SPEECH[:20], "broken"),
    "a WAV of something else": (SPEECH[:12] + b"junk" * 30, "broken"),
    "a WAV without sound": (SPEECH[:36], "broken"),
    "stereo": (wav(tone(1), channels=2), "other format"),
    "wide band": (wav(tone(1), rate=44_100), "other format"),
    "8 bits": (wav(tone(1), width=1), "other format"),
    "A-law": (SPEECH[:20] + b"\x06\x00" + SPEECH[22:], "broken"),
    "too long": (wav([0] * (MOST_BYTES // 2)), "too long"),
}


@pytest.mark.parametrize(("given", "why"), NOT_KEPT.values(), ids=NOT_KEPT)
def test_d16_what_is_no_telephone_sound_is_not_kept_and_says_why(given, why):
    with pytest.raises(NotKept, match=f"^{why}$"):
        checked(given)


def kept_or_why(given):
    try:
        return checked(given).wav[:4]
    except NotKept as error:
        return str(error)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: SPEECH[:40] + tail))
def test_d16_no_bytes_whatever_do_anything_else(given):
    assert kept_or_why(given) in {b"RIFF", "no sound", "mp3", "broken", "other format"}


HEARD = {
    "nothing at all": ([], True),
    "a silent line": ([0] * RATE, True),
    "the noise of a line": (noise(5, 60), True),
    "one click": ([0] * RATE + [30_000] * 40 + [0] * RATE, True),
    "a cough": ([0] * RATE + tone(0.5) + [0] * RATE, False),
    "a soft voice": (tone(3, height=400), False),
    "a voice": (tone(3), False),
}


@pytest.mark.parametrize(("samples", "silent"), HEARD.values(), ids=HEARD)
def test_what_nobody_can_be_heard_in_is_marked(samples, silent):
    assert checked(wav(samples)).silent is silent
