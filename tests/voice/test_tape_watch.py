# SPDX-License-Identifier: EUPL-1.2
"""A recording of nothing, of one word, and one that was cut off are told apart by the clock alone."""

from datetime import UTC, datetime, timedelta

import pytest

from voice.tape_watch import TapeWatch

BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

RECORDINGS = {
    "silence alone": (6.01, False, 1, None),
    "a word, then silence": (6.5, False, 0, 1),
    "a sentence, then silence": (14.0, False, 9, 9),
    "a word and a hash": (0.9, True, 0, 1),
    "a sentence and a hash, as long as silence": (6.0, True, 6, 6),
    "a hash at once": (0.2, True, 0, None),
    "a caller who hangs up in a sentence": (3.2, True, 3, 3),
}


@pytest.mark.parametrize(("lasted", "cut", "told", "expected"), RECORDINGS.values(), ids=RECORDINGS)
def test_what_was_said_is_told_from_nothing(lasted, cut, told, expected):
    watch = TapeWatch(silence_seconds=6)
    watch.begin(BEGAN)
    if cut:
        watch.cut()
    assert watch.seconds(told, BEGAN + timedelta(seconds=lasted)) == expected


def test_a_recording_whose_beginning_was_missed_is_what_the_exchange_says():
    assert TapeWatch(silence_seconds=6).seconds(4, BEGAN) == 4
