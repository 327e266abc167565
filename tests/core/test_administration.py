# SPDX-License-Identifier: EUPL-1.2
"""What staff and the clock may do with a consultation, in which state, and what the audit chain then says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.administration import (
    Acting,
    Loading,
    agree,
    close_consultation,
    close_if_due,
    level_refused,
    load,
    open_consultation,
    publish_if_due,
    seal_if_due,
)
from core.ballots import Cell
from core.consultation import State
from core.errors import ActNotPossible, FileNotAccepted, NoSuchConsultation
from core.files.consultation import read_consultation
from core.files.municipality import read_municipality
from core.people import BUILT_LEVELS, Level
from storage.keys import Keys
from storage.memory import MemoryStore

EXAMPLES = Path(__file__).resolve().parents[2] / "consultations"
BUS = (EXAMPLES / "bus.toml").read_text(encoding="utf-8")
TOWN = read_municipality((EXAMPLES / "town.toml").read_text(encoding="utf-8"), "town.toml")
OPENS, CLOSES = datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2027, 3, 31, 16, tzinfo=UTC)


class Clock:
    """Stands where a test puts it."""

    def __init__(self) -> None:
        self.at = OPENS + timedelta(days=22)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def by(clock: Clock) -> Iterator[Acting]:
    keys = Keys.of(bytes(range(32)), bytes(range(1, 33)))
    store = MemoryStore(keys, lambda _, text: read_consultation(text, "bus.toml", TOWN))
    yield Acting("test", TOWN, store, clock)
    store.close()


def acts(by: Acting) -> list[str]:
    return [act.what for _, act, _ in by.store.audit.entries(TOWN.key)]


def state(by: Acting) -> State:
    return by.standing("BUS").state


# ------------------------------------------------------------------------------------------------------- load


def test_a_file_is_loaded_as_a_draft_of_version_one(by: Acting) -> None:
    standing, loading = load(BUS, "bus.toml", by)
    assert (standing.state, standing.version, loading) == (State.DRAFT, 1, Loading.ADDED)
    assert by.store.consultations.source(TOWN.key, standing.id) == BUS


def test_the_same_file_again_changes_nothing(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    standing, loading = load(BUS, "bus.toml", by)
    assert (standing.version, loading, acts(by)) == (1, Loading.UNCHANGED, ["load"])


def test_a_draft_may_change_in_everything(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    standing, loading = load(BUS.replace('key = "yes"', 'key = "sure"').replace('"yes"', '"sure"'), "bus.toml", by)
    assert (standing.version, loading) == (2, Loading.REVISED)


def test_while_open_a_text_may_change_and_each_load_is_a_version(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    standing, _ = load(BUS.replace("Der Bus am Abend", "Der Abendbus"), "bus.toml", by)
    assert (standing.version, standing.state, acts(by)) == (2, State.RELEASED, ["load", "open", "load"])


def test_while_open_a_changed_key_is_refused_with_its_line(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    changed = BUS.replace('key = "no"', 'key = "never"')
    with pytest.raises(FileNotAccepted) as refused:
        load(changed, "bus.toml", by)
    line = changed.splitlines().index('  key = "never"') + 1
    assert any(fault.line is not None and abs(fault.line - line) <= 1 for fault in refused.value.faults)
    assert by.standing("BUS").version == 1


def test_a_later_end_is_an_act_of_its_own(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    standing, _ = load(BUS.replace("2027-03-31T18", "2027-04-30T18"), "bus.toml", by)
    assert standing.consultation.closes_at == datetime(2027, 4, 30, 16, tzinfo=UTC)
    assert acts(by)[-1] == "extend"


def test_after_the_close_the_same_keyword_begins_anew(by: Acting) -> None:
    first, _ = load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    close_consultation("BUS", by)
    second, loading = load(BUS, "bus.toml", by)
    assert loading is Loading.ADDED
    assert second.id != first.id


@pytest.mark.parametrize("sealed", [False, True])
def test_what_residents_have_met_comes_before_a_new_draft_of_the_same_keyword(
    sealed: bool, by: Acting, clock: Clock
) -> None:
    first, _ = load(BUS, "bus.toml", by)
    assert by.met("bus").id == first.id
    open_consultation("BUS", by)
    close_consultation("BUS", by)
    clock.at += timedelta(hours=1)
    if sealed:
        seal_if_due(by.standing("BUS"), by)
    second, _ = load(BUS, "bus.toml", by)
    assert (by.met("BUS").id, by.standing("BUS").id) == (first.id, second.id)
    open_consultation("BUS", by)
    assert by.met("BUS").id == second.id


def test_all_faults_of_a_file_are_told_at_once(by: Acting) -> None:
    with pytest.raises(FileNotAccepted) as refused:
        load(BUS.replace('type = "scale"', 'type = "skala"').replace('"L0"', '"L9"'), "bus.toml", by)
    assert len(refused.value.faults) >= 2


# ------------------------------------------------------------------------------------------------------- open


def test_an_unknown_keyword_is_answered_with_those_there_are(by: Acting) -> None:
    with pytest.raises(NoSuchConsultation, match="Noch ist keine"):
        open_consultation("BUS", by)
    load(BUS, "bus.toml", by)
    with pytest.raises(NoSuchConsultation, match="Es gibt: BUS"):
        open_consultation("BAHN", by)


@pytest.mark.parametrize("level", list(Level))
def test_a_level_opens_if_and_only_if_it_is_built(level: Level, by: Acting) -> None:
    load(BUS.replace('"L0"', f'"{level.value}"'), "bus.toml", by)
    refused = level_refused(by.standing("BUS").consultation)
    assert (refused is None) == (level in BUILT_LEVELS)
    if refused is None:
        assert open_consultation("BUS", by).state is State.RELEASED
        return
    with pytest.raises(ActNotPossible, match=level.value):
        open_consultation("BUS", by)
    assert state(by) is State.DRAFT


def test_what_is_over_or_open_or_closed_is_not_opened(by: Acting, clock: Clock) -> None:
    load(BUS, "bus.toml", by)
    clock.at = CLOSES
    with pytest.raises(ActNotPossible, match="closes_at"):
        open_consultation("BUS", by)
    clock.at = OPENS
    open_consultation("BUS", by)
    with pytest.raises(ActNotPossible, match="schon freigegeben"):
        open_consultation("BUS", by)
    close_consultation("BUS", by)
    with pytest.raises(ActNotPossible, match="geschlossen"):
        open_consultation("BUS", by)


# ------------------------------------------------------------------------------------------------------- close


def test_closing_early_ends_the_counting_at_that_moment(by: Acting, clock: Clock) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    closed = close_consultation("BUS", by)
    assert closed.state is State.CLOSED
    assert closed.takes_answers_at(clock.at - timedelta(seconds=1))
    assert not closed.takes_answers_at(clock.at)


def test_what_has_not_begun_becomes_a_draft_again(by: Acting, clock: Clock) -> None:
    load(BUS, "bus.toml", by)
    clock.at = OPENS - timedelta(days=1)
    open_consultation("BUS", by)
    assert close_consultation("BUS", by).state is State.DRAFT
    with pytest.raises(ActNotPossible, match="nicht offen"):
        close_consultation("BUS", by)


@pytest.mark.parametrize(("seconds", "closed"), [(-1, False), (0, True), (7200, True)])
def test_c10_the_clock_closes_at_the_end_and_however_late(seconds: int, closed: bool, by: Acting, clock: Clock) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    clock.at = CLOSES + timedelta(seconds=seconds)
    assert close_if_due(by.standing("BUS"), by) is closed
    assert not close_if_due(by.standing("BUS"), by)
    assert acts(by).count("close") == closed


# ------------------------------------------------------------------------------------------------------- publish, seal


@pytest.mark.parametrize(("minutes", "sealed"), [(0, False), (9.9, False), (10, True), (600, True)])
def test_b7_a_result_is_final_only_when_nothing_can_be_under_way(
    minutes: float, sealed: bool, by: Acting, clock: Clock
) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    clock.at = CLOSES
    close_if_due(by.standing("BUS"), by)
    clock.at = CLOSES + timedelta(minutes=minutes)
    assert seal_if_due(by.standing("BUS"), by) is sealed
    published = by.standing("BUS").publication
    assert (published is not None and published["final"] is True) is sealed
    assert (state(by) is State.SEALED) is sealed


def test_sealing_happens_once_and_every_act_is_in_the_chain(by: Acting, clock: Clock) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    clock.at = CLOSES + timedelta(hours=1)
    for _ in range(3):
        for act in (close_if_due, publish_if_due, seal_if_due):
            act(by.standing("BUS"), by)
        clock.at += timedelta(hours=1)
    assert acts(by) == ["load", "open", "close", "seal"]
    assert by.store.audit.first_broken(TOWN.key) is None


def test_two_counts_agree_if_every_cell_does_and_a_missing_cell_is_zero() -> None:
    here, there = Cell("late", "yes", "sms", "de"), Cell("late", "no", "sms", "de")
    assert agree({here: 3, there: 0}, {here: 3})
    assert not agree({here: 3}, {here: 3, there: 1})
    assert not agree({here: 2}, {here: 3})


def test_no_act_of_staff_holds_a_person(by: Acting) -> None:
    load(BUS, "bus.toml", by)
    open_consultation("BUS", by)
    close_consultation("BUS", by)
    told = [str(dict(act.detail)) for _, act, _ in by.store.audit.entries(TOWN.key)]
    assert not any(re.search(r"\d{6}", each) for each in told)
