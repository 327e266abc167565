# SPDX-License-Identifier: EUPL-1.2
"""Whole conversations, written once and held on every channel; all is stored and reloaded between any two steps."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.end_to_end.channels import CHANNELS, plain
from tests.end_to_end.town import founded

STORIES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("conversations/*.toml")
}
TOLD = [(name, channel) for name, story in sorted(STORIES.items()) for channel in story["channels"]]


@pytest.mark.parametrize(("name", "channel"), TOLD)
def test_a_golden_conversation_goes_as_it_is_written(name, channel, tmp_path):
    story = STORIES[name]
    town = founded(tmp_path)
    person = CHANNELS[channel](town)
    for step in story["step"]:
        town.clock.move(timedelta(days=step.get("after_days", 0), seconds=20))
        heard = plain(person.says(step["person"]))
        assert person.asked() == step["asks"], f"{step['person']!r} was answered: {heard}"
        for said in step.get("says", []):
            assert said in heard, f"{step['person']!r} was answered: {heard}"
    assert_counted(story, town.tally("BUS"), trial=channel == "terminal")


def assert_counted(story, tally, *, trial):
    """What the story says was counted; of a trial nothing is."""
    expected = dict(story["counted"])
    assert tally.participants == (0 if trial else expected.pop("participants"))
    expected.pop("participants", None)
    for question, options in expected.items():
        for option, number in options.items():
            counted = tally.answered(question) if option == "" else tally.counts(question).get(option, 0)
            assert counted == (0 if trial else number), (question, option)


def test_there_is_a_story_for_every_channel():
    assert {channel for _, channel in TOLD} == set(CHANNELS)
