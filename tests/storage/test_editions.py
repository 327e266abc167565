# SPDX-License-Identifier: EUPL-1.2
"""What is kept of consultations in a process is never older than what any process has changed."""

from dataclasses import replace

import pytest

from core.consultation import State
from core.errors import ActNotPossible
from storage.store import SqlStore
from tests import factories
from tests.factories import NOON, TOWN, act, turn
from tests.storage.test_cost import watched
from tests.storage.town import Town

LATER = factories.consultation_file(closes_at="2027-04-30T18:00:00+02:00")


@pytest.fixture
def elsewhere(sql_store):
    """The same town in another process: a store of its own on the same database."""
    url = sql_store.database.engine.url.render_as_string(hide_password=False)
    store = SqlStore(url, factories.keys(), factories.read_again)
    yield Town(store)
    store.close()


def met(town):
    """What a turn meets, and how many statements it took to know."""
    with town.store.turns.answering(TOWN) as transaction:
        transaction.arrive(turn())
        with watched(town.store) as seen:
            return transaction.standings(), len(seen)


def moves(town, standing, state):
    town.store.consultations.move(TOWN, standing.id, state, act(state.value))
    return replace(standing, state=state, closed_at=None if state is State.RELEASED else NOON)


CHANGES = {
    "a new one": lambda town, standing: (standing, town.opens("HALLE")),
    "a revision": lambda town, standing: (
        town.store.consultations.revise(TOWN, standing, factories.read(LATER), LATER, act("extend")),
    ),
    "a close": lambda town, standing: (moves(town, standing, State.CLOSED),),
    "a seal": lambda town, standing: (
        town.store.consultations.seal(TOWN, standing.id, act("seal")),
        replace(standing, state=State.SEALED, closed_at=NOON),
    )[1:],
    "a publication": lambda town, standing: (
        town.store.consultations.publish(TOWN, standing.id, {"n": 5}),
        replace(standing, publication={"n": 5}),
    )[1:],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_next_turn_sees_what_another_process_has_changed(sql_town, elsewhere, change):
    standing = sql_town.opens()
    assert met(sql_town) == ((standing,), 1)
    changed = change(elsewhere, standing)
    assert met(sql_town) == (changed, 1)
    assert met(elsewhere)[0] == sql_town.store.consultations.all(TOWN) == changed


def test_while_nothing_changes_knowing_what_is_asked_takes_no_statement(sql_town):
    standing = sql_town.opens()
    met(sql_town)
    assert [met(sql_town) for _ in range(3)] == [((standing,), 0)] * 3


def test_in_a_town_without_consultations_there_is_nothing_to_meet_until_one_is_loaded(sql_town, elsewhere):
    assert [met(sql_town), met(sql_town)] == [((), 1), ((), 0)]
    assert met(elsewhere) == ((), 1)
    standing = elsewhere.opens()
    assert met(sql_town) == ((standing,), 1)


def test_a_change_that_was_undone_is_seen_by_nobody(sql_town, elsewhere):
    """A second open one of a keyword is refused by the database, after the edition was raised or before."""
    standing = sql_town.opens()
    draft = elsewhere.loads()
    assert met(sql_town) == met(elsewhere) == ((standing,), 1)
    with pytest.raises(ActNotPossible):
        elsewhere.store.consultations.move(TOWN, draft.id, State.RELEASED, act("open"))
    assert met(sql_town) == met(elsewhere) == ((standing,), 0)


def test_a_change_that_breaks_off_at_its_last_step_is_seen_by_nobody(sql_town, elsewhere, monkeypatch):
    standing = sql_town.opens()
    assert met(sql_town) == met(elsewhere) == ((standing,), 1)
    monkeypatch.setattr("storage.consultations.audit.append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        elsewhere.store.consultations.move(TOWN, standing.id, State.CLOSED, act("close"))
    assert met(sql_town) == met(elsewhere) == ((standing,), 0)


def test_a_change_in_one_town_costs_the_other_nothing(sql_town, elsewhere):
    met(sql_town)
    replace(elsewhere, key="kerpen").opens()
    assert met(sql_town) == ((), 0)


def test_who_asks_before_anybody_has_arrived_gets_the_newest_too(town):
    standing = town.opens()
    with town.store.turns.answering(TOWN) as transaction:
        assert transaction.standings() == (standing,)
    closed = moves(town, standing, State.CLOSED)
    with town.store.turns.answering(TOWN) as transaction:
        assert transaction.standings() == (closed,)
