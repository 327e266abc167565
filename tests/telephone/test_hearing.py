# SPDX-License-Identifier: EUPL-1.2
"""The ears of these tests: they tell prompts apart, and A-law loses nothing that matters."""

from __future__ import annotations

import numpy as np
import pytest

from tests.telephone.a_law import LEVELS, SILENCE, decode, encode
from tests.telephone.hearing import HEARD, NOT_HEARD, RATE, beginning, likeness, was_heard
from tests.telephone.sounds import greeting_of_a_machine, hallo, read, silence, spoken, write

PROMPT, OTHER = spoken(1.5, 1), spoken(1.5, 2)


def test_a_law_has_the_levels_of_the_standard():
    assert [int(LEVELS[code]) for code in (0x2A, 0xAA, 0xD5, 0x55)] == [-32256, 32256, 8, -8]
    assert len(set(LEVELS.tolist())) == 256


def test_every_level_survives_the_way_to_a_law_and_back():
    assert np.array_equal(decode(encode(LEVELS)), LEVELS)


def test_a_law_errs_by_at_most_half_a_step():
    samples = np.arange(-32768, 32768).astype(np.int16)
    error = np.abs(decode(encode(samples)).astype(int) - samples)
    assert np.all(error <= np.maximum(8, np.abs(samples.astype(int)) / 32 + 1))
    assert decode(SILENCE)[0] == 8


def test_a_prompt_is_found_where_it_was_played():
    heard = decode(encode(np.concatenate([silence(0.7), PROMPT, silence(1)])))
    assert likeness(PROMPT, heard).at == pytest.approx(0.7, abs=1 / RATE)
    assert was_heard(PROMPT, heard)
    assert not was_heard(OTHER, heard)


def test_a_soft_prompt_beside_a_loud_noise_is_found():
    heard = np.concatenate([spoken(1.5, 3), PROMPT // 20])
    assert likeness(PROMPT, heard).at == pytest.approx(1.5, abs=1 / RATE)
    assert was_heard(PROMPT, heard)


def test_a_prompt_that_was_cut_off_is_heard_by_its_beginning_only():
    heard = np.concatenate([beginning(PROMPT, 0.6), silence(2)])
    assert was_heard(beginning(PROMPT, 0.6), heard)
    with pytest.raises(AssertionError, match="something like it"):
        was_heard(PROMPT, heard)


NOT_IT = {
    "nothing": silence(0),
    "silence": silence(3),
    "another": spoken(3, 9),
    "a tenth of a second": beginning(PROMPT, 0.1),
}


@pytest.mark.parametrize("heard", NOT_IT.values(), ids=NOT_IT)
def test_what_was_not_played_was_not_heard(heard):
    assert not was_heard(PROMPT, heard)


def test_no_two_sounds_of_these_tests_are_alike():
    sounds = [spoken(2, seed) for seed in range(1, 9)]
    alike = [likeness(one, other).r for one in sounds for other in sounds if one is not other]
    assert max(alike) < NOT_HEARD < HEARD
    assert likeness(hallo(), greeting_of_a_machine()).r < NOT_HEARD


def test_a_sound_is_written_and_read_as_a_telephone_plays_it(tmp_path):
    write(PROMPT, tmp_path / "prompt.wav")
    assert np.array_equal(read(tmp_path / "prompt.wav"), PROMPT)
