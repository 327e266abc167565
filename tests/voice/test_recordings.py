# SPDX-License-Identifier: EUPL-1.2
"""Recordings are fetched while nobody waits, and deleted at the provider: whatever it does, none is lost."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import MovableClock
from channels.errors import AccountProblem, ConnectionFailed, Rejected, Throttled
from core.recordings import MOST_TRIES, NewRecording, RecordingState
from tests import factories
from tests.factories import NOON, TOWN, turn
from tests.voice.test_recorded import SPEECH, tone, wav
from voice.recorded import MOST_BYTES
from voice.recordings import AT_ONCE, Became, Fetching, delete_recordings, fetch_recordings, left_at_providers


class Provider:
    """A provider with recordings, which does what a test tells it."""

    def __init__(self):
        self.there, self.asked, self.asked_to_delete, self.failing = {}, [], [], []

    def fetch_recording(self, reference, most_bytes):
        self.asked.append(reference)
        self._fail()
        found = self.there.get(reference)
        if found and len(found) > most_bytes:
            raise Rejected("too long")
        return found

    def delete_recording(self, reference):
        self.asked_to_delete.append(reference)
        self._fail()
        self.there.pop(reference, None)

    def _fail(self):
        if self.failing:
            raise self.failing.pop(0)


class Jobs:
    """The jobs of one town over a real store."""

    def __init__(self, store, **settings):
        self.store, self.clock, self.provider = store, MovableClock(NOON), Provider()
        sources = {"twilio": self.provider}
        self.fetching = Fetching(sources, store.recordings, self.clock, **settings)

    def spoken(self, *ids, consultation="c1", provider="twilio", there=SPEECH):
        arriving = turn(channel="voice", at=self.clock.now())
        arriving = replace(arriving, turn_id=replace(arriving.turn_id, provider=provider))
        new = tuple(NewRecording(each, consultation, "why", f"RE-{each}", 2, "de") for each in ids)
        with self.store.turns.answering(TOWN) as transaction:
            meeting = transaction.arrive(arriving)
            transaction.remember(arriving, meeting, replace(factories.outcome(meeting), recorded=new))
        self.provider.there |= {f"RE-{each}": there for each in ids if there}

    def fetches(self):
        return dict(fetch_recordings(TOWN, self.fetching))

    def deletes(self):
        return dict(delete_recordings(TOWN, self.fetching))

    def until_asked_again(self, longest=timedelta(hours=1, seconds=1)):
        self.clock.move(longest)

    def kept(self):
        return {each.id: each for each in self.store.recordings.all(TOWN)}

    def audio(self, each="r1"):
        return self.store.recordings.audio(TOWN, each)


@pytest.fixture
def jobs(store):
    return Jobs(store)


@pytest.fixture
def in_memory(memory_store):
    return Jobs(memory_store)


# ---------------------------------------------------------------------------------------------- fetching


def test_a_recording_appears_though_the_provider_says_ten_times_that_it_is_not_there(jobs):
    jobs.spoken("r1", there=None)
    waited = []
    for _ in range(10):
        assert jobs.fetches() == {Became.LATER: 1}
        assert jobs.fetches() == {}
        waited.append(jobs.clock.now())
        while not jobs.store.recordings.due(TOWN, jobs.clock.now(), 1):
            jobs.clock.move(timedelta(seconds=5))
    jobs.provider.there["RE-r1"] = SPEECH
    assert jobs.fetches() == {Became.KEPT: 1}
    assert jobs.audio() == SPEECH
    assert len(jobs.provider.asked) == 11
    assert jobs.clock.now() - NOON < timedelta(hours=1.6)
    assert len(set(waited)) == 10


def test_d26_it_is_deleted_at_the_provider_as_soon_as_it_is_with_us(jobs):
    jobs.spoken("r1", "r2")
    assert jobs.deletes() == {}
    assert jobs.fetches() == {Became.KEPT: 2}
    assert jobs.deletes() == {Became.DELETED: 2}
    assert jobs.provider.there == {}
    assert jobs.deletes() == {}
    assert all(each.reference is None for each in jobs.kept().values())


def test_running_twice_or_late_does_no_harm(jobs):
    jobs.spoken("r1")
    jobs.clock.move(timedelta(days=9))
    for _ in range(3):
        jobs.fetches()
        jobs.deletes()
    assert (jobs.provider.asked, jobs.provider.asked_to_delete) == (["RE-r1"], ["RE-r1"])
    assert jobs.audio() == SPEECH


def test_what_was_taken_back_is_not_fetched_but_deleted(jobs):
    jobs.spoken("r1")
    jobs.store.recordings.drop(TOWN, ["r1"], NOON)
    assert (jobs.fetches(), jobs.deletes()) == ({}, {Became.DELETED: 1})
    assert (jobs.provider.asked, jobs.provider.there, jobs.kept()) == ([], {}, {})


def test_what_is_taken_back_while_it_is_fetched_is_not_kept(in_memory):
    in_memory.spoken("r1")
    fetch = in_memory.provider.fetch_recording

    def meanwhile(reference, most_bytes):
        in_memory.store.recordings.drop(TOWN, ["r1"], NOON)
        return fetch(reference, most_bytes)

    in_memory.provider.fetch_recording = meanwhile
    in_memory.fetches()
    assert in_memory.audio() is None
    assert in_memory.deletes() == {Became.DELETED: 1}


def test_what_never_comes_is_given_up_after_a_day_and_stays_named(in_memory):
    in_memory.spoken("r1", there=None)
    for _ in range(MOST_TRIES):
        in_memory.fetches()
        in_memory.until_asked_again()
    assert len(in_memory.provider.asked) == MOST_TRIES
    kept = in_memory.kept()["r1"]
    assert (kept.state, kept.error, kept.reference) == (RecordingState.FAILED, "never came", "RE-r1")
    assert in_memory.fetches() == {}


FAULTS = [ConnectionFailed("503"), Throttled("20429"), AccountProblem("20003")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_provider_that_is_away_is_asked_once_a_round_and_loses_nothing_however_long(in_memory, fault, caplog):
    in_memory.spoken("r1", "r2", "r3")
    for _ in range(MOST_TRIES + 5):
        in_memory.provider.failing = [fault] * 9
        asked = len(in_memory.provider.asked)
        in_memory.fetches()
        assert len(in_memory.provider.asked) <= asked + 1
        in_memory.until_asked_again()
    in_memory.provider.failing = []
    assert in_memory.fetches() == {Became.KEPT: 3}
    assert type(fault).__name__ in caplog.text
    assert "RE-" not in caplog.text


def test_deleting_is_never_given_up(in_memory):
    in_memory.spoken("r1")
    in_memory.fetches()
    for _ in range(MOST_TRIES + 5):
        in_memory.provider.failing = [Rejected("20404")]
        assert in_memory.deletes() == {Became.LATER: 1}
        in_memory.until_asked_again()
    assert in_memory.deletes() == {Became.DELETED: 1}


def test_one_provider_that_is_away_does_not_hold_up_another(in_memory):
    other = Provider()
    in_memory.fetching = replace(in_memory.fetching, sources={"twilio": in_memory.provider, "asterisk": other})
    in_memory.spoken("r1", "r2")
    in_memory.spoken("r3", provider="asterisk")
    other.there["RE-r3"] = SPEECH
    in_memory.provider.failing = [ConnectionFailed()] * 9
    assert in_memory.fetches() == {Became.LATER: 1, Became.KEPT: 1}


def test_a_provider_that_is_switched_off_is_waited_for(in_memory):
    in_memory.spoken("r1", provider="asterisk")
    assert (in_memory.fetches(), in_memory.provider.asked) == ({Became.LATER: 1}, [])


# ---------------------------------------------------------------------------------------------- what is given

BAD = {"mp3": b"ID3" + bytes(100), "no sound": b"<html>", "Rejected too long": bytes(MOST_BYTES + 1)}


@pytest.mark.parametrize("why", BAD)
def test_d16_what_cannot_be_kept_has_failed_and_stays_at_the_provider_for_a_person(in_memory, why):
    in_memory.spoken("r1", there=BAD[why])
    in_memory.spoken("r2")
    assert in_memory.fetches() == {Became.FAILED: 1, Became.KEPT: 1}
    kept = in_memory.kept()["r1"]
    assert (kept.state, kept.error, kept.reference, kept.size) == (RecordingState.FAILED, why, "RE-r1", 0)
    assert in_memory.deletes() == {Became.DELETED: 1}
    assert list(in_memory.provider.there) == ["RE-r1"]


@pytest.mark.parametrize(("given", "silent"), [(SPEECH, False), (wav([0] * 8000), True), (wav([]), True)])
def test_a_recording_in_which_nobody_speaks_is_kept_and_marked(in_memory, given, silent):
    in_memory.spoken("r1", there=given)
    in_memory.fetches()
    assert in_memory.kept()["r1"].silent is silent


def test_d16_a_consultation_that_has_its_fill_waits_and_holds_up_no_other(memory_store, caplog):
    one = len(wav(tone(60)))
    jobs = Jobs(memory_store, quota_bytes=MOST_BYTES + one)
    for number in range(4):
        jobs.spoken(f"r{number}", there=wav(tone(60)))
    jobs.spoken("m1", consultation=None)
    assert jobs.fetches() == {Became.KEPT: 3, Became.NO_ROOM: 2}
    assert "no room" in caplog.text
    jobs.store.recordings.drop(TOWN, ["r0", "r1"], NOON)
    jobs.until_asked_again()
    assert jobs.fetches() == {Became.KEPT: 2}


def test_one_run_takes_a_few_only(in_memory):
    in_memory.spoken(*(f"r{number:02}" for number in range(AT_ONCE + 3)))
    assert [in_memory.fetches(), in_memory.fetches()] == [{Became.KEPT: AT_ONCE}, {Became.KEPT: 3}]


# ---------------------------------------------------------------------------------------------- what is left


def test_e14_what_the_providers_still_have_is_told(in_memory, caplog):
    caplog.set_level(logging.DEBUG)
    in_memory.spoken("r1")
    in_memory.fetches()
    in_memory.deletes()
    in_memory.spoken("r2", there=b"ID3")
    in_memory.spoken("r3", there=None)
    in_memory.fetches()
    in_memory.spoken("r4")
    in_memory.store.recordings.drop(TOWN, ["r4"], NOON)
    left = left_at_providers(in_memory.store.recordings.all(TOWN))
    states = (RecordingState.FAILED, RecordingState.WAITING, RecordingState.DELETING)
    assert left == {("twilio", state): 1 for state in states}
