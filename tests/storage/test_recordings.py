# SPDX-License-Identifier: EUPL-1.2
"""What the database tells of recordings to somebody who reads its files, and what they cost a turn that has none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select

from core.call_backs import CallBack
from core.people import Pace
from core.recordings import NewRecording
from core.turns import Occasion
from storage import schema
from storage.engine import Database
from storage.keys import KeysNotUsable
from storage.recordings_table import recordings
from storage.store import SqlStore
from tests import factories
from tests.factories import NOON, TOWN, address, recorded, turn
from tests.storage.test_cost import plan_of, reads_a_table, watched
from tests.storage.test_secrecy import everything_on_disk
from tests.storage.town import Town

CANARY = b"Kanarienvogel-5f3a" * 500
WRITTEN = "Kanarienvogel auf dem Papier"


def speaks(store, *ids, dropped=(), call_back=None, at=NOON, sender=None):
    with store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(arriving := turn(channel="voice", at=at, sender=sender))
        new = tuple(NewRecording(each, "c1", "why", f"RE-{each}", 12, "de") for each in ids)
        outcome = replace(factories.outcome(meeting), recorded=new, dropped=dropped, call_back=call_back)
        transaction.remember(arriving, meeting, outcome)


# ---------------------------------------------------------------------------------------------- secrecy


def test_neither_sound_nor_transcript_is_ever_in_the_files(sqlite_store, sqlite_file):
    speaks(sqlite_store, "r1")
    sqlite_store.recordings.keep(TOWN, "r1", CANARY, silent=False, at=NOON)
    sqlite_store.recordings.transcribe(TOWN, "r1", WRITTEN)
    left = everything_on_disk(sqlite_file)
    assert CANARY[:18] not in left
    assert WRITTEN.encode() not in left


@pytest.mark.parametrize("by_turn", [True, False], ids=["by whoever spoke", "by the town hall"])
def test_e9_what_was_taken_back_is_not_in_the_files_even_encrypted(sqlite_store, sqlite_file, by_turn):
    speaks(sqlite_store, "r1", "r2")
    sqlite_store.recordings.keep(TOWN, "r1", CANARY, silent=False, at=NOON)
    with sqlite_store.database.reading() as connection:
        sealed = connection.execute(select(recordings.c.audio).where(recordings.c.id == "r1")).scalar_one()
    pieces = [sealed[start : start + 64] for start in range(0, len(sealed) - 64, 1000)]
    assert any(piece in everything_on_disk(sqlite_file) for piece in pieces)
    if by_turn:
        speaks(sqlite_store, dropped=("r1",))
    else:
        sqlite_store.recordings.drop(TOWN, ["r1"], NOON)
    assert [piece for piece in pieces if piece in everything_on_disk(sqlite_file)] == []


def test_sound_is_of_use_in_its_own_row_only(sql_store):
    speaks(sql_store, "r1", "r2")
    for each in ("r1", "r2"):
        sql_store.recordings.keep(TOWN, each, each.encode(), silent=False, at=NOON)
    with sql_store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE recordings SET audio = (SELECT audio FROM recordings WHERE id = 'r1')")
    assert sql_store.recordings.audio(TOWN, "r1") == b"r1"
    with pytest.raises(KeysNotUsable):
        sql_store.recordings.audio(TOWN, "r2")


LEADS_TO_SOMEBODY = {"address_id", "participant", "voice_id", "ballot_id", "hash", "value"}


def test_no_column_leads_from_a_recording_to_a_person():
    assert not set(recordings.columns.keys()) & LEADS_TO_SOMEBODY


def test_e6_once_the_provider_has_nothing_left_no_moment_and_no_reference_is_kept(sql_store):
    speaks(sql_store, "r1", "r2")
    sql_store.recordings.keep(TOWN, "r1", CANARY, silent=False, at=NOON)
    sql_store.recordings.drop(TOWN, ["r2"], NOON)
    for each in ("r1", "r2"):
        sql_store.recordings.gone(TOWN, each)
    with sql_store.database.reading() as connection:
        rows = connection.execute(select(recordings.c.reference, recordings.c.not_before, recordings.c.day)).all()
    assert rows == [(None, None, NOON.date())] * 2


# ---------------------------------------------------------------------------------------------- cost


def kinds(store, act):
    with watched(store) as seen:
        act()
    return [statement.split(maxsplit=3)[:3] for statement, _ in seen]


def test_a_turn_without_sound_or_call_costs_no_statement_for_them(sql_store):
    town = Town(sql_store)
    standing = town.opens()
    town.hears(turn(), standing, late=recorded("yes"))
    with watched(sql_store) as seen:
        town.hears(turn(), standing, why=recorded("Nach Köln."))
        town.hears(turn(), standing, late=None, why=None)
        town.erases(turn(), standing)
    assert [sql for sql, _ in seen if "recordings" in sql or ("outbox" in sql and "DELETE" not in sql)] == []


def test_a_recording_costs_one_statement_and_a_call_back_three(sql_store):
    speaks(sql_store)
    usual = kinds(sql_store, lambda: speaks(sql_store))
    speaking = kinds(sql_store, lambda: speaks(sql_store, "r1"))
    calling = kinds(sql_store, lambda: speaks(sql_store, call_back=CallBack(Occasion.CALL_BACK)))
    assert (len(speaking), len(calling)) == (len(usual) + 1, len(usual) + 3)


def test_no_statement_of_the_jobs_reads_a_whole_table(sqlite_store):
    speaks(sqlite_store, *(f"r{number}" for number in range(50)), call_back=CallBack(Occasion.CALL_BACK))
    with watched(sqlite_store) as seen:
        sqlite_store.recordings.due(TOWN, NOON, 9)
        sqlite_store.recordings.ready(TOWN, "sms", "RE-r1", NOON)
        sqlite_store.recordings.keep(TOWN, "r1", CANARY, silent=False, at=NOON)
        sqlite_store.recordings.to_delete(TOWN, NOON, 9)
        sqlite_store.recordings.kept_bytes(TOWN, "c1")
        sqlite_store.recordings.kept_bytes(TOWN, None)
        sqlite_store.recordings.gone(TOWN, "r1")
        sqlite_store.recordings.drop(TOWN, ["r1"], NOON)
        sqlite_store.recordings.audio(TOWN, "r1")
        (due,) = sqlite_store.outbox.claim_due(TOWN, "voice", NOON + timedelta(hours=1), 1)
        sqlite_store.outbox.lasted(TOWN, due.message.id, 1)
        sqlite_store.outbox.segments_sent_since(TOWN, NOON, "voice")
    plans = {statement: plan_of(sqlite_store, statement, bound) for statement, bound in seen}
    scans = {statement: step for statement, plan in plans.items() for step in plan if reads_a_table(step)}
    assert len(plans) > 8
    assert scans == {}


# ---------------------------------------------------------------------------------------------- an older database


def test_f6_people_of_an_older_database_are_spoken_to_as_before(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/old.db")
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        keys = factories.keys()
        hashed = keys.address_hash(TOWN, address())
        sealed = keys.encrypt(address().value, f"{TOWN}|addresses|value|a1")
        connection.exec_driver_sql(
            "INSERT INTO addresses (municipality, id, kind, hash, value, participant, trial, voice_only, last_contact)"
            " VALUES (?, 'a1', 'phone', ?, ?, 'p1', 0, 0, '2026-11-22')",
            (TOWN, hashed, sealed),
        )
    assert schema.migrate(database)
    database.close()
    store = SqlStore(f"sqlite:///{tmp_path}/old.db", keys, factories.read_again)
    met = store.turns.meet(TOWN, address())
    assert (met.person.participant, met.person.pace) == ("p1", Pace.NORMAL)
    speaks(store, "r1")
    assert len(store.recordings.all(TOWN)) == 1
    store.close()
