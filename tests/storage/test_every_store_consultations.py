# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about consultations, their counts, their end, and the audit chain."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.ballots import Cell
from core.consultation import State
from core.errors import ActNotPossible, ConcurrentChange, NoSuchConsultation
from tests import factories
from tests.factories import NOON, TOWN, act, address, recorded, turn

LATER = NOON + timedelta(hours=1)


def moved(town, standing, state, at=NOON):
    town.store.consultations.move(TOWN, standing.id, state, act(state.value, at))
    return next(each for each in town.store.consultations.all(TOWN) if each.id == standing.id)


# ---------------------------------------------------------------------------------------------- versions, states


def test_a_new_consultation_is_a_draft_that_residents_do_not_meet(town):
    standing = town.loads()
    assert (standing.version, standing.state) == (1, State.DRAFT)
    assert town.store.consultations.all(TOWN) == (standing,)
    with town.store.turns.answering(TOWN) as transaction:
        assert transaction.standings() == ()


@pytest.mark.parametrize("state", [State.RELEASED, State.CLOSED, State.SEALED])
def test_residents_meet_what_is_not_a_draft(town, state):
    standing = moved(town, town.loads(), state)
    with town.store.turns.answering(TOWN) as transaction:
        assert transaction.standings() == (standing,)


def test_a_revision_is_the_next_version_and_is_what_everybody_meets(town):
    standing = town.opens()
    source = factories.consultation_file(closes_at="2027-04-30T18:00:00+02:00")
    revised = town.store.consultations.revise(TOWN, standing, factories.read(source), source, act("extend"))
    with town.store.turns.answering(TOWN) as transaction:
        assert transaction.standings() == town.store.consultations.all(TOWN) == (revised,)
    assert (revised.version, town.store.consultations.source(TOWN, standing.id)) == (2, source)


def test_a_revision_of_an_older_version_is_refused(town):
    standing = town.opens()
    source = factories.consultation_file()
    town.store.consultations.revise(TOWN, standing, factories.read(source), source, act())
    with pytest.raises(ConcurrentChange):
        town.store.consultations.revise(TOWN, standing, factories.read(source), source, act())
    assert town.store.consultations.all(TOWN)[0].version == 2


def test_consultations_come_by_keyword_and_the_newest_first(town):
    bus = moved(town, town.loads("BUS"), State.CLOSED)
    future = town.loads("ZUKUNFT")
    again = town.loads("BUS", at=LATER)
    assert [each.id for each in town.store.consultations.all(TOWN)] == [again.id, bus.id, future.id]


def test_of_one_keyword_only_one_can_be_open(town):
    town.opens("BUS")
    second = town.loads("BUS")
    with pytest.raises(ActNotPossible):
        town.store.consultations.move(TOWN, second.id, State.RELEASED, act("open"))
    assert {each.state for each in town.store.consultations.all(TOWN)} == {State.RELEASED, State.DRAFT}
    assert [entry[1].what for entry in town.store.audit.entries(TOWN)] == ["load", "open", "load"]


def test_it_is_kept_when_a_consultation_was_closed(town):
    standing = town.opens()
    assert moved(town, standing, State.CLOSED, LATER).closed_at == LATER
    assert moved(town, standing, State.SEALED, LATER + timedelta(days=1)).closed_at == LATER
    assert moved(town, standing, State.RELEASED).closed_at is None


def test_what_is_not_there_cannot_be_moved_or_read(town):
    for verb in (
        lambda: town.store.consultations.move(TOWN, "nowhere", State.CLOSED, act()),
        lambda: town.store.consultations.source(TOWN, "nowhere"),
    ):
        with pytest.raises(NoSuchConsultation):
            verb()
    assert list(town.store.audit.entries(TOWN)) == []


def test_a_publication_is_what_residents_meet_until_the_next(town):
    standing = town.opens()
    for participants in (5, 11):
        shown = {"participants": participants, "by_channel": {"sms": None}, "questions": [{"mean": 2.5}]}
        town.store.consultations.publish(TOWN, standing.id, shown)
        assert town.store.consultations.all(TOWN)[0].publication == shown


# ---------------------------------------------------------------------------------------------- counts


def test_each_channel_and_language_is_counted_apart(town):
    standing = town.opens()
    town.hears(turn(sender=address(1)), standing, late=recorded("yes", channel="sms", language="de"))
    town.hears(turn(sender=address(2)), standing, late=recorded("yes", channel="web", language="en"))
    tally = town.store.consultations.tally(TOWN, standing.id)
    assert tally[Cell("late", "yes", "sms", "de")] == tally[Cell("late", "yes", "web", "en")] == 1
    assert tally == dict(town.store.consultations.recount(TOWN, standing.id))


def test_two_consultations_are_counted_apart(town):
    bus, future = town.opens("BUS"), town.opens("ZUKUNFT")
    town.hears(turn(), bus, late=recorded("yes"))
    town.hears(turn(), future, late=recorded("no"))
    assert (town.counts(bus)["late", ""], town.counts(future)["late", ""]) == (1, 1)
    assert town.counts_right(bus)
    assert town.counts_right(future)


# ---------------------------------------------------------------------------------------------- sealing


def test_sealing_destroys_the_links_and_keeps_the_count(town):
    standing = town.opens()
    for number in range(10):
        town.hears(turn(sender=address(number)), standing, late=recorded("yes"), why=recorded("Nach Köln."))
    counted, met = town.counts(standing), town.knows(address(1))
    moved(town, standing, State.CLOSED)
    town.store.consultations.seal(TOWN, standing.id, act("seal", LATER))
    assert town.counts(standing) == counted
    assert town.ballot(standing, met).counted == {}
    assert town.store.consultations.all(TOWN)[0].state is State.SEALED
    assert [entry[1].what for entry in town.store.audit.entries(TOWN)][-1] == "seal"


def test_sealing_one_consultation_leaves_the_others_alone(town):
    bus, future = town.opens("BUS"), town.opens("ZUKUNFT")
    for standing in (bus, future):
        town.hears(turn(), standing, late=recorded("yes"))
    town.store.consultations.seal(TOWN, bus.id, act("seal"))
    assert town.ballot(future, town.knows(address())).counted == {"late": recorded("yes")}
    assert town.counts_right(future)


# ---------------------------------------------------------------------------------------------- audit


def test_every_act_is_an_entry_of_the_chain(town):
    standing = town.opens()
    moved(town, standing, State.CLOSED)
    town.store.audit.append(TOWN, act("export", LATER, rows=3))
    entries = list(town.store.audit.entries(TOWN))
    assert [(number, entry.what) for number, entry, _ in entries] == [
        (1, "load"),
        (2, "open"),
        (3, "closed"),
        (4, "export"),
    ]
    assert entries[3][1] == act("export", LATER, rows=3)
    assert town.store.audit.first_broken(TOWN) is None


def test_an_act_that_fails_is_no_entry(town):
    standing = town.opens()
    before = list(town.store.audit.entries(TOWN))
    source = factories.consultation_file()
    with pytest.raises(ConcurrentChange):
        town.store.consultations.revise(TOWN, replace(standing, version=7), standing.consultation, source, act())
    assert list(town.store.audit.entries(TOWN)) == before


def test_each_town_has_a_chain_of_its_own(town):
    for key in (TOWN, "kerpen", TOWN):
        town.store.audit.append(key, act())
    assert [number for number, *_ in town.store.audit.entries(TOWN)] == [1, 2]
    assert [number for number, *_ in town.store.audit.entries("kerpen")] == [1]
    assert town.store.audit.first_broken(TOWN) is town.store.audit.first_broken("nowhere") is None
