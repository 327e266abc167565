# SPDX-License-Identifier: EUPL-1.2
"""What happens when the database is locked, away, full or broken: told in our words, and nothing half stored."""

import os
import sqlite3
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert

from core.errors import ConcurrentChange, MitwirkungError, StoreUnavailable
from storage import engine
from storage.engine import Database
from storage.store import SqlStore
from storage.tables import inbox
from tests import factories
from tests.factories import NOON, TOWN, turn
from tests.storage.town import Town


@pytest.fixture
def impatient(monkeypatch, sqlite_file):
    """A store that waits for locks a tenth of a second."""
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(engine, "PRAGMAS", ("PRAGMA busy_timeout = 100", *engine.PRAGMAS[1:]))
    store = SqlStore(f"sqlite:///{sqlite_file}", factories.keys(), factories.read_again)
    yield store
    store.close()


def test_a4_a_locked_database_stores_nothing_and_says_so(impatient, sqlite_file):
    other = sqlite3.connect(sqlite_file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable):
        Town(impatient).does(turn())
    assert not impatient.upkeep.reachable()
    other.execute("ROLLBACK")
    other.close()
    assert impatient.upkeep.reachable()
    Town(impatient).does(turn())


def test_a_turn_that_never_ends_does_not_hold_up_the_others_for_ever(impatient):
    with impatient.turns.answering(TOWN), pytest.raises(StoreUnavailable), impatient.turns.answering(TOWN):
        pass


def test_a4_a_database_that_is_away_says_so(postgres_url):
    nobody = SqlStore("postgresql://nobody@127.0.0.1:1/none", factories.keys(), factories.read_again)
    with pytest.raises(StoreUnavailable):
        Town(nobody).does(turn())
    assert not nobody.upkeep.reachable()
    nobody.close()


def test_f1_a_full_disk_stores_nothing_and_says_so(sqlite_store):
    town = Town(sqlite_store)
    town.does(turn())

    def fill(connection):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with sqlite_store.database.writing() as connection:
        fill(connection.connection.driver_connection)
    with pytest.raises(StoreUnavailable):
        answer_until_it_fails(town)


def answer_until_it_fails(town):
    for number in range(500):
        town.does(turn(sender=factories.address(number)))


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_broken_file_says_so(tmp_path, content):
    (tmp_path / "broken.db").write_bytes(content)
    store = SqlStore(f"sqlite:///{tmp_path}/broken.db", factories.keys(), factories.read_again)
    assert not store.upkeep.reachable()
    with pytest.raises(StoreUnavailable):
        Town(store).does(turn())
    store.close()


def test_a_database_without_tables_is_not_reachable(tmp_path):
    store = SqlStore(f"sqlite:///{tmp_path}/new.db", factories.keys(), factories.read_again)
    assert not store.upkeep.reachable()
    store.close()


def test_e1_what_an_error_says_holds_no_value(sql_store):
    row = {"municipality": TOWN, "provider": "sms", "provider_id": "+4915112345678", "received_at": NOON, "reply": None}
    with sql_store.database.writing() as connection:
        connection.execute(insert(inbox), row)
    with pytest.raises(ConcurrentChange) as told, sql_store.database.writing() as connection:
        connection.execute(insert(inbox), row)
    assert "12345678" not in "".join(traceback.format_exception(told.value))


def test_a_fault_of_ours_is_not_taken_for_a_race(sql_store):
    with pytest.raises(Exception, match="received_at") as told, sql_store.database.writing() as connection:
        connection.execute(insert(inbox), {"municipality": TOWN, "provider": "sms", "provider_id": "1"})
    assert not isinstance(told.value, ConcurrentChange | StoreUnavailable)


def test_f3_other_programs_may_write_beside_the_service(sqlite_file):
    """Short commands open the file of the running service: each has its own lock, and SQLite's waiting joins them."""
    programs = [SqlStore(f"sqlite:///{sqlite_file}", factories.keys(), factories.read_again) for _ in range(4)]
    ready, failed = Barrier(len(programs)), []

    def work(place, store):
        ready.wait()
        try:
            for number in range(25):
                Town(store).does(turn(sender=factories.address(100 * place + number)))
        except MitwirkungError as error:
            failed.append(error)

    threads = [Thread(target=work, args=each) for each in enumerate(programs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    known = [programs[0].turns.meet(TOWN, factories.address(100 * place + 24)) for place in range(len(programs))]
    assert all(known)
    for store in programs:
        store.close()


def test_a_connection_string_of_any_spelling_reaches_postgresql(postgres_url):
    for spelling in (postgres_url, postgres_url.replace("postgresql://", "postgresql+psycopg://")):
        database = Database(spelling)
        with database.reading() as connection:
            assert connection.exec_driver_sql("SHOW timezone").scalar_one() == "UTC"
        database.close()


# ---------------------------------------------------------------------------------------------- the writer's connection


def writer_of(store):
    with store.database.writing() as connection:
        return connection.connection.driver_connection


def test_the_writer_keeps_its_connection_and_readers_have_others(sqlite_store):
    writer = writer_of(sqlite_store)
    with sqlite_store.database.reading() as connection:
        assert connection.connection.driver_connection is not writer
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(writer_of, [sqlite_store] * 20)) == {writer}


def test_after_an_error_the_writer_has_nothing_left_of_it(sql_store):
    with pytest.raises(ZeroDivisionError), sql_store.database.writing() as connection:
        break_off_after_claiming(connection, "SM1")
    Town(sql_store).does(turn(turn_id="SM1"))
    assert sql_store.turns.reply_to(TOWN, "sms", "SM1")


def break_off_after_claiming(connection, turn_id):
    row = {"municipality": TOWN, "provider": "sms", "provider_id": turn_id, "received_at": NOON, "reply": None}
    connection.execute(insert(inbox), row)
    raise ZeroDivisionError


def test_a_store_that_was_closed_opens_again_at_its_next_turn(sql_store):
    Town(sql_store).does(turn())
    sql_store.close()
    sql_store.close()
    Town(sql_store).does(turn())
    assert sql_store.turns.meet(TOWN, factories.address()).revision == 2


def test_closing_waits_for_a_turn_that_is_being_answered(sqlite_store):
    with sqlite_store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(turn())
        closing = Thread(target=sqlite_store.close)
        closing.start()
        transaction.remember(turn(), meeting, factories.outcome(meeting))
    closing.join()
    assert sqlite_store.turns.meet(TOWN, factories.address()).known


def test_a_forked_process_has_connections_of_its_own(sql_store):
    Town(sql_store).does(turn())
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            Town(sql_store).does(turn(turn_id="SM-child"))
            os._exit(0)
        os._exit(1)
    _, ended = os.waitpid(child, 0)
    Town(sql_store).does(turn(turn_id="SM-parent"))
    assert os.waitstatus_to_exitcode(ended) == 0
    assert all(sql_store.turns.reply_to(TOWN, "sms", each) for each in ("SM-child", "SM-parent"))
    assert sql_store.turns.meet(TOWN, factories.address()).revision == 3


@pytest.mark.postgres
def test_a4_a_server_that_hangs_up_in_the_middle_of_a_turn_is_away_for_that_turn_only(postgres_store):
    town = Town(postgres_store)
    with pytest.raises(StoreUnavailable), postgres_store.turns.answering(TOWN) as transaction:
        transaction.arrive(turn_while_hanging_up(postgres_store, transaction.connection))
    town.does(turn())
    assert town.knows(factories.address()).revision == 1


def turn_while_hanging_up(store, connection):
    own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with store.database.reading() as another:
        another.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (own,))
    return turn()
