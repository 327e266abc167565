# SPDX-License-Identifier: EUPL-1.2
"""Prepared statements: what goes in comes out, as SQLAlchemy itself would have it, on both engines."""

import traceback
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Date, Integer, LargeBinary, Text, bindparam, delete, event, insert, select

from core.errors import ConcurrentChange
from storage.engine import StatementRefused
from storage.prepared import AT_ONCE, Prepared, Several
from storage.statements import inserted, removed, upserted
from storage.tables import Moment, addresses, editions, inbox, metadata, outbox, pulse
from tests.factories import NOON, TOWN

MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = {
    Text: st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]), max_size=20),
    Integer: st.integers(-(2**31), 2**31 - 1),
    Boolean: st.booleans(),
    Date: st.dates(min_value=date(1971, 1, 1), max_value=date(2100, 1, 1)),
    LargeBinary: st.binary(max_size=20),
    Moment: MOMENTS,
}
FREE = [table for table in metadata.sorted_tables if not table.foreign_keys]
"""Tables that a row may be written to by itself."""


def value_of(column):
    kind = KINDS[type(column.type)]
    return st.none() | kind if column.nullable else kind


def rows_of(table):
    return st.fixed_dictionaries({column.name: value_of(column) for column in table.columns})


def test_every_type_of_a_column_is_tried():
    assert {type(column.type) for table in FREE for column in table.columns} == set(KINDS)
    assert {type(column.type) for table in metadata.sorted_tables for column in table.columns} == set(KINDS)


@pytest.mark.parametrize("table", FREE, ids=lambda table: table.name)
def test_a_row_of_every_table_comes_back_as_it_was_and_as_sqlalchemy_reads_it(sql_store, table):
    write, read = Prepared(insert(table)), Prepared(select(table))

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(rows_of(table))
    def comes_back(row):
        with sql_store.database.writing() as connection:
            assert write.run(connection, row) == 1
            (found,) = read.all(connection, {})
            assert dict(connection.execute(select(table)).mappings().one()) == found._asdict() == row
            assert all(type(value) is type(row[name]) for name, value in found._asdict().items())
            connection.execute(delete(table))

    comes_back()


def test_a_moment_goes_in_as_utc_whatever_its_zone_and_never_without_one(sql_store):
    write, read = Prepared(insert(inbox)), Prepared(select(inbox.c.received_at))
    row = {"municipality": TOWN, "provider": "sms", "provider_id": "1", "reply": None}
    with sql_store.database.writing() as connection:
        write.run(connection, {**row, "received_at": NOON.astimezone(timezone(timedelta(hours=5)))})
        ((found,),) = read.all(connection, {})
        with pytest.raises(ValueError, match="time zone"):
            write.run(connection, {**row, "provider_id": "2", "received_at": NOON.replace(tzinfo=None)})
    assert (found, found.tzinfo) == (NOON, UTC)


# ---------------------------------------------------------------------------------------------- lists, several rows

NUMBERED = Several(partial(inserted, editions))
TOWNS = [f"town{number:04d}" for number in range(2 * AT_ONCE + 5)]


def with_towns(connection, number=1):
    rows = [{"municipality": town, "number": number} for town in TOWNS]
    return Several(partial(upserted, editions)).run(connection, rows)


@pytest.mark.parametrize("wanted", [[], TOWNS[:1], TOWNS[:3], [*TOWNS[:3], "nowhere"], TOWNS])
def test_a_list_finds_what_is_on_it_whatever_its_length(sql_store, wanted):
    among = Prepared(select(editions).where(editions.c.municipality.in_(bindparam("towns", expanding=True))))
    with sql_store.database.writing() as connection:
        with_towns(connection)
        for _ in range(2):
            assert {row.municipality for row in among.all(connection, {"towns": wanted})} == set(wanted) & set(TOWNS)
    assert len(among._compiled) == (1 if len(wanted) <= AT_ONCE else 0)


def test_several_rows_are_written_replaced_and_removed_whatever_their_number(sql_store):
    number = Prepared(select(editions.c.number).order_by(editions.c.municipality))
    with sql_store.database.writing() as connection:
        assert with_towns(connection) == with_towns(connection, 2) == len(TOWNS)
        assert [row.number for row in number.all(connection, {})] == [2] * len(TOWNS)
        gone = [{"municipality": town} for town in [*TOWNS[1:], "nowhere"]]
        assert Several(partial(removed, editions)).run(connection, gone) == len(TOWNS) - 1
        assert len(number.all(connection, {})) == 1
        assert NUMBERED.run(connection, []) == 0


# ---------------------------------------------------------------------------------------------- faults


def test_whoever_watches_the_engine_sees_prepared_statements_too(sql_store):
    seen = []

    def note(_connection, _cursor, statement, bound, _context, many):
        seen.append((statement.split()[0], len(bound) if many else 1))

    event.listen(sql_store.database.engine, "before_cursor_execute", note)
    one, two = ({"municipality": town, "beats": 1} for town in TOWNS[:2])
    with sql_store.database.writing() as connection:
        Prepared(insert(pulse)).run_each(connection, [one, two])
        Prepared(select(pulse)).first(connection, {})
    event.remove(sql_store.database.engine, "before_cursor_execute", note)
    assert seen == [("INSERT", 2), ("SELECT", 1)]


def test_a_missing_value_is_named(sql_store):
    with pytest.raises(KeyError, match="beats"), sql_store.database.writing() as connection:
        Prepared(insert(pulse)).run(connection, {"municipality": TOWN})


def test_who_changes_one_row_and_finds_none_was_too_late(sql_store):
    gone = Prepared(pulse.delete().where(pulse.c.municipality == bindparam("of_town")))
    with pytest.raises(ConcurrentChange), sql_store.database.writing() as connection:
        gone.run_on_one(connection, {"of_town": TOWN})


NUMBER = "+4915112345678"


@pytest.mark.parametrize("name", [column.name for column in addresses.columns if not column.nullable])
def test_e1_what_a_refused_statement_says_holds_no_value(sql_store, name):
    row = {column.name: NUMBER for column in addresses.columns}
    moments = dict.fromkeys(("opted_out_at", "noticed_at"), NOON)
    known = {**row, **moments, "value": b"x", "trial": False, "voice_only": False, "last_contact": NOON.date()}
    known["revision"] = 1
    with pytest.raises(StatementRefused, match=name) as told, sql_store.database.writing() as connection:
        Prepared(insert(addresses)).run(connection, {**known, name: None})
    assert NUMBER not in "".join(traceback.format_exception(told.value))


def test_e1_a_value_that_is_none_of_its_column_is_not_told(postgres_store):
    """SQLite takes any text for a number; PostgreSQL refuses, and would repeat it."""
    with pytest.raises(StatementRefused) as told, postgres_store.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO pulse VALUES ('x', %s)", (NUMBER,))
    assert NUMBER not in "".join(traceback.format_exception(told.value))


def test_e1_what_a_lost_race_says_holds_no_value(sql_store):
    row = {"municipality": NUMBER, "beats": 1}
    with pytest.raises(ConcurrentChange) as told, sql_store.database.writing() as connection:
        Prepared(insert(pulse)).run_each(connection, [row, row])
    assert NUMBER not in "".join(traceback.format_exception(told.value))


def test_a_condition_that_is_built_in_stays_as_it_was(sql_store):
    """A literal in the statement is bound as well, also where it is nothing."""
    empty = Prepared(outbox.update().where(outbox.c.text == "a").values(text="", error=None))
    with sql_store.database.writing() as connection:
        assert empty.run(connection, {}) == 0
