# SPDX-License-Identifier: EUPL-1.2
"""What a turn costs: at most ten statements, none that reads a whole table, whatever is stored."""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.factories import NOON, TOWN, address, recorded, turn
from tests.storage.town import Town

ENDS_AND_BEGINNINGS = {"BEGIN", "BEGIN IMMEDIATE"}


@contextmanager
def watched(store):
    """Every statement that goes to the database, with what was bound; one of many rows is many."""
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, executemany):
        if statement not in ENDS_AND_BEGINNINGS:
            seen.extend((statement, each) for each in (parameters if executemany else [parameters]))

    event.listen(store.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(store.database.engine, "before_cursor_execute", note)


@pytest.fixture
def answered(sql_town):
    """A town in which somebody has answered both questions."""
    standing = sql_town.opens()
    for number in range(5):
        sql_town.hears(turn(sender=address(number)), standing, late=recorded("yes"), why=recorded("Nach Bonn."))
    return sql_town, standing


TURNS = {
    "an answer": {"why": recorded("Nach Köln.")},
    "two corrections": {"late": recorded("no"), "why": recorded("Nach Köln.")},
    "passing over": {"why": recorded(None)},
    "a correction that withdraws the other answer": {"late": recorded("no"), "why": None},
    "withdrawing everything": {"late": None, "why": None},
    "nothing new": {},
}


DAYS = {"the same day": NOON, "a new day": NOON + timedelta(days=1)}
LANGUAGES = {"in her language": None, "in another language": "en"}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("at", DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("given", TURNS.values(), ids=TURNS)
def test_a_turn_of_somebody_known_is_at_most_ten_statements(answered, given, at, language):
    town, standing = answered
    with watched(town.store) as seen:
        town.hears(turn(sender=address(1), at=at), standing, speaks=language, **given)
    assert 0 < len(seen) <= 10, [statement for statement, _ in seen]
    assert town.counts_right(standing)
    assert town.knows(address(1)).person.language == language


def test_what_a_turn_changes_of_a_person_costs_no_statement(answered):
    town, _ = answered
    counts = []
    for at, language in ((NOON, None), (DAYS["a new day"], "en")):
        with watched(town.store) as seen:
            town.does(turn(sender=address(1), at=at), language=language)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("at", DAYS.values(), ids=DAYS)
def test_sending_all_drafts_is_at_most_ten_statements(answered, at, language):
    """The check page of the web: every draft goes, every answer comes, and one has become of no interest."""
    town, standing = answered
    drafts = {"late": recorded("no", channel="web"), "why": recorded(None, channel="web")}
    town.drafts(turn(sender=address(1)), standing, drafts)
    with watched(town.store) as seen:
        town.sends(turn(sender=address(1), at=at), standing, language=language)
    assert 0 < len(seen) <= 10, [statement for statement, _ in seen]
    assert town.counts_right(standing)
    assert not town.ballot(standing, town.knows(address(1))).drafts


def test_answers_that_come_late_are_at_most_ten_statements_however_many(answered):
    town, standing = answered
    with watched(town.store) as seen:
        town.comes_late(turn(sender=address(1)), standing, to=[f"question-{number}" for number in range(20)])
    assert 0 < len(seen) <= 10, [statement for statement, _ in seen]
    assert town.store.consultations.late(TOWN, standing.id) == 20


@pytest.mark.parametrize("opted_out", [False, True])
def test_being_forgotten_is_at_most_ten_statements_however_many_consultations(sql_town, opted_out):
    standings = [sql_town.opens(keyword) for keyword in ("BUS", "HALLE", "PARK")]
    for standing in standings:
        sql_town.hears(turn(), standing, late=recorded("yes"), why=recorded("Nach Köln."))
    with watched(sql_town.store) as seen:
        sql_town.erases(turn(at=NOON + timedelta(days=1)), *standings, opted_out=opted_out)
    of_ballots = len(standings) - 1  # this test asks for each ballot by itself; the service asks once
    assert 0 < len(seen) - of_ballots <= 10, [statement for statement, _ in seen]
    assert all(sql_town.counts(standing) == {} for standing in standings)


def test_an_opt_out_is_at_most_ten_statements(answered):
    town, _ = answered
    with watched(town.store) as seen:
        town.does(turn(sender=address(1)), opted_out=True)
    assert 0 < len(seen) <= 10, [statement for statement, _ in seen]


def test_the_tally_is_written_last_and_in_one_statement(answered):
    town, standing = answered
    with watched(town.store) as seen:
        town.hears(turn(sender=address(1)), standing, late=recorded("no", channel="web"), why=recorded("Nach Köln."))
    tallies = [place for place, (statement, _) in enumerate(seen) if "INTO tally" in statement]
    assert tallies == [len(seen) - 1]


def test_a1_a_repeated_turn_is_one_statement(answered):
    town, standing = answered
    first = turn(sender=address(1))
    town.hears(first, standing, late=recorded("no"))
    with watched(town.store) as seen:
        town.hears(first, standing, late=recorded("no"))
    assert len(seen) == 1


def test_no_statement_of_a_turn_reads_a_whole_table(sqlite_store):
    """On SQLite, by its own plan: SEARCH goes by an index, SCAN reads everything."""
    town = Town(sqlite_store)
    standing = town.opens()
    with watched(sqlite_store) as seen:
        for sender in (address(1), address(1), address(2)):
            town.hears(turn(sender=sender), standing, late=recorded("yes"), why=recorded("x"))
        town.hears(turn(), standing, late=None, why=recorded(None))
        town.does(turn(), opted_out=True)
        town.erases(turn(), standing, opted_out=True)
        sqlite_store.outbox.claim_due(TOWN, "sms", NOON, 10)
        sqlite_store.turns.reply_to(TOWN, "sms", "SM1")
        sqlite_store.consultations.tally(TOWN, standing.id)
    plans = {statement: plan_of(sqlite_store, statement, bound) for statement, bound in seen}
    scans = {statement: step for statement, plan in plans.items() for step in plan if reads_a_table(step)}
    assert len(plans) > 15
    assert scans == {}


def plan_of(store, statement, bound):
    with store.database.reading() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound)]


def reads_a_table(step):
    return re.match(r"SCAN (?!nobody|CONSTANT|\d+ CONSTANT|\(subquery)", step) is not None
