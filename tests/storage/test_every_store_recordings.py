# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about recordings: none lost, none heard once taken back, none that leads to anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.ports import Meeting
from core.questions.contract import Spoken
from core.recordings import NewRecording, RecordingState
from core.turns import Recording
from tests import factories
from tests.factories import NOON, TOWN, act, address, recorded, turn

SOON, LATER, DAY = NOON + timedelta(minutes=1), NOON + timedelta(hours=1), timedelta(days=1)
WAV = bytes(range(256)) * 40


def spoken(number=1, consultation="c1", reference=None):
    question = "why" if consultation else None
    return NewRecording(f"r{number}", consultation, question, reference or f"RE{number}", 12, "de")


def speaks(town, *new, at=NOON, dropped=(), sender=None, provider="twilio"):
    """One turn that brings these recordings, and takes those back."""
    arriving = turn(Recording("RE", 12), sender=sender, channel="voice", at=at)
    arriving = replace(arriving, turn_id=replace(arriving.turn_id, provider=provider))
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(arriving)
        assert isinstance(meeting, Meeting)
        outcome = replace(factories.outcome(meeting), recorded=new, dropped=dropped)
        transaction.remember(arriving, meeting, outcome)


def keeps(town, number=1, audio=WAV, silent=False):
    town.store.recordings.keep(TOWN, f"r{number}", audio, silent=silent, at=NOON)


def states(town):
    return {each.id: each.state for each in town.store.recordings.all(TOWN)}


def due(town, now=NOON, most=100):
    return [each.id for each in town.store.recordings.due(TOWN, now, most)]


def to_delete(town, now=NOON, most=100):
    return [each.id for each in town.store.recordings.to_delete(TOWN, now, most)]


# ---------------------------------------------------------------------------------------------- fetching


def test_what_was_spoken_waits_with_all_that_is_needed_to_fetch_it(town):
    speaks(town, spoken(1), spoken(2, consultation=None))
    first, second = town.store.recordings.due(TOWN, NOON, 9)
    assert (first.id, first.consultation_id, first.question, first.reference) == ("r1", "c1", "why", "RE1")
    assert (first.channel, first.provider, first.language, first.seconds) == ("voice", "twilio", "de", 12)
    assert (first.day, first.state, first.tries, first.size) == (NOON.date(), RecordingState.WAITING, 0, 0)
    assert (second.consultation_id, second.question) == (None, None)
    assert town.store.recordings.due("kerpen", NOON, 9) == town.store.recordings.all("kerpen") == ()


def test_the_longest_waiting_is_fetched_first_and_no_more_than_asked_for(town):
    speaks(town, spoken(1), at=SOON)
    speaks(town, spoken(2))
    assert due(town, SOON) == ["r2", "r1"]
    assert due(town, SOON, most=1) == ["r2"]
    assert due(town, NOON) == ["r2"]


def test_sound_comes_back_as_it_was_kept_and_only_in_its_own_town(town):
    speaks(town, spoken())
    keeps(town)
    (kept,) = town.store.recordings.all(TOWN)
    assert (kept.state, kept.size, kept.silent) == (RecordingState.FETCHED, len(WAV), False)
    assert town.store.recordings.audio(TOWN, "r1") == WAV
    assert town.store.recordings.audio("kerpen", "r1") is None
    assert town.store.recordings.audio(TOWN, "r2") is None
    assert due(town) == []


def test_a_recording_in_which_nobody_speaks_is_marked(town):
    speaks(town, spoken())
    keeps(town, silent=True)
    assert town.store.recordings.all(TOWN)[0].silent


def test_keeping_a_second_time_changes_nothing(town):
    speaks(town, spoken())
    keeps(town)
    town.store.recordings.gone(TOWN, "r1")
    keeps(town, audio=b"other")
    town.store.recordings.failed(TOWN, "r1", "never came")
    assert town.store.recordings.audio(TOWN, "r1") == WAV
    assert states(town) == {"r1": RecordingState.FETCHED}


def test_a_try_in_vain_is_counted_and_comes_again_at_its_time(town):
    speaks(town, spoken())
    for tries in range(1, 11):
        town.store.recordings.later(TOWN, "r1", LATER)
        assert due(town) == []
        assert [each.tries for each in town.store.recordings.due(TOWN, LATER, 9)] == [tries]
    keeps(town)
    assert town.store.recordings.all(TOWN)[0].tries == 0


def test_what_the_provider_says_is_ready_is_fetched_at_once(town):
    speaks(town, spoken(1), spoken(2))
    for each in ("r1", "r2"):
        town.store.recordings.later(TOWN, each, LATER)
    for town_key, provider, reference in (
        (TOWN, "twilio", "RE1"),
        (TOWN, "asterisk", "RE2"),
        ("kerpen", "twilio", "RE2"),
    ):
        town.store.recordings.ready(town_key, provider, reference, SOON)
    assert due(town, SOON) == ["r1"]
    keeps(town)
    town.store.recordings.later(TOWN, "r1", LATER)
    town.store.recordings.ready(TOWN, "twilio", "RE1", SOON)
    assert (due(town, SOON), to_delete(town, SOON)) == ([], [])


def test_what_never_came_stays_named_for_a_person_to_look_at(town):
    speaks(town, spoken())
    town.store.recordings.failed(TOWN, "r1", "mp3")
    (kept,) = town.store.recordings.all(TOWN)
    assert (kept.state, kept.error, kept.reference) == (RecordingState.FAILED, "mp3", "RE1")
    town.store.recordings.later(TOWN, "r1", NOON)
    assert due(town, LATER) == to_delete(town, LATER) == []


# ---------------------------------------------------------------------------------------------- deleting


def test_e14_what_was_fetched_is_deleted_at_the_provider_and_then_leads_nowhere(town):
    speaks(town, spoken())
    assert to_delete(town) == []
    keeps(town)
    assert to_delete(town) == ["r1"]
    town.store.recordings.later(TOWN, "r1", LATER)
    assert (to_delete(town), to_delete(town, LATER)) == ([], ["r1"])
    town.store.recordings.gone(TOWN, "r1")
    (kept,) = town.store.recordings.all(TOWN)
    assert (kept.state, kept.reference) == (RecordingState.FETCHED, None)
    assert to_delete(town, LATER) == []
    assert town.store.recordings.audio(TOWN, "r1") == WAV


STAGES = {
    "waiting": lambda town: None,
    "fetched": keeps,
    "fetched and gone there": lambda town: (keeps(town), town.store.recordings.gone(TOWN, "r1")),
    "failed": lambda town: town.store.recordings.failed(TOWN, "r1", "mp3"),
    "written down": lambda town: (keeps(town), town.store.recordings.transcribe(TOWN, "r1", "Nach Köln.")),
}


@pytest.mark.parametrize("reaches", STAGES.values(), ids=STAGES)
@pytest.mark.parametrize("by_turn", [True, False], ids=["by whoever spoke", "by the town hall"])
def test_what_is_taken_back_can_be_heard_by_nobody_whatever_had_become_of_it(town, reaches, by_turn):
    speaks(town, spoken())
    reaches(town)
    had_left = town.store.recordings.all(TOWN)[0].is_at_provider
    if by_turn:
        speaks(town, dropped=("r1", "nobody's"))
    else:
        town.store.recordings.drop(TOWN, ["r1", "nobody's"], NOON)
    keeps(town, audio=b"came too late")
    assert town.store.recordings.audio(TOWN, "r1") is None
    assert not town.store.recordings.transcribe(TOWN, "r1", "Nach Köln.")
    assert to_delete(town) == (["r1"] if had_left else [])
    town.store.recordings.gone(TOWN, "r1")
    assert town.store.recordings.all(TOWN) == ()
    assert (due(town, LATER), to_delete(town, LATER)) == ([], [])


def test_a_recording_that_was_never_kept_is_deleted_too(town):
    speaks(town, spoken(), dropped=("r1",))
    assert states(town) == {"r1": RecordingState.DELETING}
    assert (due(town), to_delete(town)) == ([], ["r1"])


# ---------------------------------------------------------------------------------------------- with answers


def answers(town, standing, value, at=NOON):
    town.hears(turn(at=at), standing, why=recorded(value, channel="voice") if value else None)


def test_a_spoken_answer_comes_back_and_lasts_beyond_the_close(town):
    standing = town.opens()
    speaks(town, spoken(1, standing.id))
    keeps(town)
    answers(town, standing, Spoken("r1", 12))
    assert town.ballot(standing, town.knows(address())).counted["why"].value == Spoken("r1", 12)
    town.store.consultations.seal(TOWN, standing.id, act("seal"))
    assert town.store.recordings.audio(TOWN, "r1") == WAV


# ---------------------------------------------------------------------------------------------- writing down


def test_a_transcript_comes_back_and_can_be_written_anew(town):
    speaks(town, spoken())
    assert town.store.recordings.transcribe(TOWN, "r1", "Nach Bonn.")
    assert town.store.recordings.transcribe(TOWN, "r1", "Nach Köln, übrigens \ud800.")
    assert not town.store.recordings.transcribe(TOWN, "r2", "Nach Köln.")
    assert not town.store.recordings.transcribe("kerpen", "r1", "Nach Köln.")
    assert town.store.recordings.all(TOWN)[0].transcript == "Nach Köln, übrigens \ud800."


def test_d16_how_much_is_kept_is_known_for_each_consultation(town):
    speaks(town, spoken(1), spoken(2), spoken(3, "c2"), spoken(4, None))
    for number in (1, 2, 3, 4):
        keeps(town, number, audio=b"x" * 100 * number)
    sizes = [town.store.recordings.kept_bytes(TOWN, each) for each in ("c1", "c2", "c3", None)]
    assert sizes == [300, 300, 0, 400]
    assert town.store.recordings.kept_bytes("kerpen", None) == 0


# ---------------------------------------------------------------------------------------------- retention


def purges(town, after):
    return town.store.upkeep.purge(TOWN, NOON + after).recordings


def test_a_message_to_the_town_hall_goes_after_six_months(town):
    speaks(town, spoken(1, None), spoken(2, None))
    keeps(town)
    town.store.recordings.gone(TOWN, "r1")
    assert purges(town, 183 * DAY) == 0
    assert purges(town, 184 * DAY) == 2
    assert states(town) == {"r2": RecordingState.DELETING}
    assert purges(town, 185 * DAY) == 0
    town.store.recordings.gone(TOWN, "r2")
    assert purges(town, 185 * DAY) == 0
    assert states(town) == {}


def test_the_sound_of_an_answer_goes_with_the_register_and_what_was_written_down_stays(town):
    standing = town.opens()
    speaks(town, *(spoken(number, standing.id) for number in (1, 2, 3)))
    for number in (1, 2, 3):
        keeps(town, number)
    town.store.recordings.transcribe(TOWN, "r1", "Nach Köln.")
    town.store.recordings.gone(TOWN, "r1")
    town.store.recordings.gone(TOWN, "r2")
    assert purges(town, 400 * DAY) == 0
    town.store.consultations.seal(TOWN, standing.id, act("seal", NOON))
    assert purges(town, 28 * DAY) == 0
    assert purges(town, 28 * DAY + timedelta(seconds=1)) == 3
    assert states(town) == {"r1": RecordingState.FETCHED, "r3": RecordingState.DELETING}
    assert [town.store.recordings.audio(TOWN, each) for each in ("r1", "r2", "r3")] == [None] * 3
    assert town.store.recordings.all(TOWN)[0].transcript == "Nach Köln."
    assert purges(town, 29 * DAY) == 0


def test_another_town_s_recordings_are_left_alone(town):
    speaks(town, spoken(1, None))
    assert town.store.upkeep.purge("kerpen", NOON + 400 * DAY).recordings == 0
    town.store.recordings.drop("kerpen", ["r1"], NOON)
    town.store.recordings.failed("kerpen", "r1", "x")
    town.store.recordings.gone("kerpen", "r1")
    assert due(town) == ["r1"]


# ---------------------------------------------------------------------------------------------- all or nothing


def breaks_off(town):
    with town.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(broken := turn())
        outcome = replace(factories.outcome(meeting), recorded=(spoken(2),), dropped=("r1",))
        transaction.remember(broken, meeting, outcome)
        raise ZeroDivisionError


def test_a_turn_that_breaks_off_has_brought_nothing_and_taken_nothing_back(town):
    speaks(town, spoken(1))
    keeps(town)
    with pytest.raises(ZeroDivisionError):
        breaks_off(town)
    assert states(town) == {"r1": RecordingState.FETCHED}
    assert town.store.recordings.audio(TOWN, "r1") == WAV
