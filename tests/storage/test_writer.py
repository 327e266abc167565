# SPDX-License-Identifier: EUPL-1.2
"""Turns that wait for each other share a commit: nobody goes on before it, and nobody pays for another's fault."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from threading import Event

import pytest

from core.errors import StoreUnavailable
from storage import engine
from storage.store import SqlStore
from storage.writer import Line
from tests import factories
from tests.factories import TOWN

SOON = 5


class Counter:
    """A SQLite file, and people who write into it at once: one is inside while the others come and wait in line."""

    def __init__(self, store, file):
        self.database = store.database
        self.file = file
        self.threads = ThreadPoolExecutor(8)
        self.commits = 0

    def begins(self, name, fault=None):
        """Somebody has come in, writes, and stays until she is let go."""
        inside, go = Event(), Event()
        done = self.threads.submit(self._write, name, inside, go, fault)
        until(lambda: inside.is_set() or done.done())
        assert inside.is_set(), done.exception()
        return done, go

    def comes(self, name, fault=None):
        """Somebody stands in line and does not stay."""
        go = Event()
        go.set()
        waiting = self.in_line
        done = self.threads.submit(self._write, name, Event(), go, fault)
        until(lambda: self.in_line > waiting)
        return done

    def _write(self, name, inside, go, fault):
        with self.database.answering() as connection:
            connection.connection.cursor().execute("INSERT INTO pulse VALUES (?, 1)", (name,))
            inside.set()
            assert go.wait(SOON)
            if fault:
                fault(connection)
        return self.stored()

    @property
    def in_line(self):
        return len(self.database._writer._line._waiting)

    def stored(self):
        """Who is stored, as another program sees it."""
        with closing(sqlite3.connect(self.file)) as connection:
            return {name for (name,) in connection.execute("SELECT municipality FROM pulse")}

    def counts_commits(self):
        """From now on."""
        with self.database.writing() as connection:
            driver = connection.connection.driver_connection
        driver.set_trace_callback(lambda sql: setattr(self, "commits", self.commits + (sql == "COMMIT")))


def until(true):
    """Wait until something is so. Raises AssertionError if it does not come to be."""
    latest = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < latest
        time.sleep(0.001)


def gives(done: Future):
    return done.result(SOON)


def breaks(_connection):
    raise ZeroDivisionError


def loses_everything(connection):
    """What SQLite does by itself where a disk is full or broken: it takes back the whole transaction."""
    connection.connection.cursor().execute("ROLLBACK")
    raise sqlite3.OperationalError("database or disk is full")


@pytest.fixture
def counter(sqlite_store, sqlite_file):
    counter = Counter(sqlite_store, sqlite_file)
    yield counter
    counter.threads.shutdown()


def test_who_waits_in_line_shares_the_commit_and_nobody_goes_on_before_it(counter):
    counter.counts_commits()
    first, go = counter.begins("first")
    others = [counter.comes(name) for name in ("second", "third")]
    assert counter.stored() == set()
    go.set()
    everybody = {"first", "second", "third"}
    assert [gives(done) for done in (first, *others)] == [everybody] * 3
    assert counter.commits == 1


def test_who_is_alone_is_stored_at_once(counter):
    counter.counts_commits()
    for name in ("first", "second"):
        done, go = counter.begins(name)
        go.set()
        assert name in gives(done)
    assert counter.commits == 2


PLACES = {"the first": (breaks, None, None), "the second": (None, breaks, None), "the last": (None, None, breaks)}


@pytest.mark.parametrize("faults", PLACES.values(), ids=PLACES)
def test_a_turn_that_breaks_off_takes_back_itself_alone(counter, faults):
    names = ("first", "second", "third")
    first, go = counter.begins(names[0], faults[0])
    others = [counter.comes(name, fault) for name, fault in zip(names[1:], faults[1:], strict=True)]
    go.set()
    remain = {name for name, fault in zip(names, faults, strict=True) if not fault}
    for done, fault in zip((first, *others), faults, strict=True):
        if fault:
            with pytest.raises(ZeroDivisionError):
                gives(done)
        else:
            gives(done)
    assert counter.stored() == remain


def test_f1_where_sqlite_takes_back_everything_nobody_is_told_that_it_is_stored(counter):
    first, go = counter.begins("first")
    second = counter.comes("second", loses_everything)
    third = counter.comes("third")
    go.set()
    for done in (first, second):
        with pytest.raises(StoreUnavailable):
            gives(done)
    assert gives(third) == {"third"}


def test_a_commit_that_fails_has_stored_nobody(counter):
    """A deferred foreign key is what makes a commit fail without a broken disk."""
    with counter.database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE hangs (on_it TEXT REFERENCES pulse DEFERRABLE INITIALLY DEFERRED)")
    first, go = counter.begins("first", lambda each: each.connection.cursor().execute("INSERT INTO hangs VALUES ('x')"))
    second = counter.comes("second")
    go.set()
    with pytest.raises(StoreUnavailable):
        gives(first)
    assert second.exception(SOON)
    assert counter.stored() == set()
    third, go = counter.begins("third")
    go.set()
    assert gives(third) == {"third"}


def test_who_writes_alone_finds_all_that_came_before_stored(counter):
    first, go = counter.begins("first")
    turns = [counter.comes("second")]

    def changes():
        with counter.database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO pulse VALUES ('act', 1)")
            return counter.stored()

    alone = counter.threads.submit(changes)
    until(lambda: counter.in_line == 2)
    go.set()
    assert gives(alone) == {"first", "second"}
    assert all({"first", "second"} <= gives(done) for done in (first, *turns))


def test_a_turn_that_does_not_end_leaves_those_who_wait_for_it_unanswered(monkeypatch, sqlite_file):
    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.2)
    store = SqlStore(f"sqlite:///{sqlite_file}", factories.keys(), factories.read_again)
    counter, go = Counter(store, sqlite_file), Event()
    first, let_first_go = counter.begins("first")
    second = counter.threads.submit(counter._write, "second", Event(), go, None)
    until(lambda: counter.in_line == 1)
    let_first_go.set()
    with pytest.raises(StoreUnavailable):
        gives(first)
    go.set()
    assert gives(second) == {"first", "second"}  # whoever was refused comes again, and has been stored
    counter.threads.shutdown()
    store.close()


def test_a1_a_message_that_is_repeated_while_it_waits_for_its_commit_gets_the_same_reply(sqlite_store):
    """The repeat stands in the same line, finds what is not committed yet, and is answered with it after the commit."""
    inside, go = Event(), Event()
    same = factories.turn(turn_id="SM1")

    def hears(stays):
        with sqlite_store.turns.answering(TOWN) as transaction:
            arrived = transaction.arrive(same)
            if stays:
                inside.set()
                assert go.wait(SOON)
            if arrived.__class__.__name__ == "Reply":
                return arrived
            outcome = factories.outcome(arrived, text="Notiert.")
            transaction.remember(same, arrived, outcome)
            return outcome.reply

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(hears, True)
        assert inside.wait(SOON)
        again = threads.submit(hears, False)
        until(lambda: len(sqlite_store.database._writer._line._waiting) == 1)
        go.set()
        assert gives(first) == gives(again)
    assert sqlite_store.turns.meet(TOWN, factories.address()).revision == 1


# ---------------------------------------------------------------------------------------------- the line


def test_first_come_first_served():
    line, order = Line(SOON), []
    line.come()

    def stands(number):
        line.come()
        order.append(number)
        line.leave()

    with ThreadPoolExecutor(8) as threads:
        for number in range(8):
            threads.submit(stands, number)
            until(lambda number=number: len(line._waiting) == number + 1)
        line.leave()
    assert order == list(range(8))


def test_who_gives_up_holds_up_nobody():
    line = Line(0.05)
    line.come()
    with pytest.raises(StoreUnavailable):
        line.come()
    assert not line.hand_on()
    line.leave()
    line.come()
    line.leave()


def test_a_line_moves_on_however_many_give_up_in_the_moment_of_their_turn():
    """The one whose turn comes in the instant in which she gives up has it: no turn is lost between two people."""
    line, served = Line(0.002), []

    def stands(number):
        try:
            line.come()
        except StoreUnavailable:
            return
        time.sleep(0.002)
        served.append(number)
        line.leave()

    with ThreadPoolExecutor(16) as threads:
        for number in range(400):
            threads.submit(stands, number)
    line.come()
    line.leave()
    assert served
