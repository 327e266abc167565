# SPDX-License-Identifier: EUPL-1.2
"""What the database tells somebody who reads its files: no numbers, nothing deleted, and after the close no voter."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from core.outbox import MessageState
from core.people import AddressKind
from core.ports import Invitee
from storage.keys import KeysNotUsable
from storage.tables import answers, links, metadata, outbox, voices
from storage.vault import address_in
from tests import factories
from tests.factories import NOON, TOWN, act, address, message, recorded, turn
from tests.storage.town import Town

CANARY_NUMBER = address(424242)
CANARY_ANSWER = "Kanarienvogel-7c1e"


def everything_on_disk(file):
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


@pytest.fixture
def town_on_disk(sqlite_store):
    return Town(sqlite_store)


def test_e9_neither_number_nor_answer_is_left_in_the_files_after_erasure(town_on_disk, sqlite_file):
    standing = town_on_disk.opens()
    sender = CANARY_NUMBER
    for number in range(30):
        town_on_disk.hears(turn(sender=address(number)), standing, why=recorded("Nach Köln."))
    town_on_disk.hears(turn(sender=sender), standing, why=recorded(CANARY_ANSWER))
    town_on_disk.hears(turn(sender=sender), standing, why=recorded(f"{CANARY_ANSWER} und mehr"))
    assert CANARY_ANSWER.encode() in everything_on_disk(sqlite_file)
    met = town_on_disk.erases(turn(sender=sender), standing)
    left = everything_on_disk(sqlite_file)
    assert CANARY_ANSWER.encode() not in left
    assert met.person.participant.encode() not in left
    assert met.person.address_id.encode() not in left
    assert sender.value.encode() not in left


def test_e1_no_number_and_no_reply_is_ever_in_the_files(town_on_disk, sqlite_file):
    standing = town_on_disk.opens()
    senders = [address(424242, kind) for kind in AddressKind]
    for sender in senders:
        town_on_disk.hears(turn(sender=sender), standing, late=recorded("yes"))
        town_on_disk.comes_late(turn(sender=sender), standing, CANARY_ANSWER)
    left = everything_on_disk(sqlite_file)
    assert CANARY_NUMBER.value[1:].encode() not in left
    assert b"Notiert" not in left
    assert CANARY_ANSWER.encode() not in left


def test_a_ciphertext_is_of_use_in_its_own_place_only(sql_store):
    town = Town(sql_store)
    town.does(turn(sender=address(1)))
    town.does(turn(sender=address(2)))
    with sql_store.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE addresses SET value = (SELECT min(value) FROM addresses), voice_only = voice_only"
        )
    with sql_store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, kind, value FROM addresses").all()
    readable = [row for row in rows if can_read(town.keys, row)]
    assert len(readable) == 1


def can_read(keys, row):
    try:
        address_in(TOWN, row.id, row.kind, bytes(row.value), keys)
    except KeysNotUsable:
        return False
    return True


def test_a_message_that_was_handed_over_keeps_no_text(sql_store):
    sql_store.outbox.invite(TOWN, "c1", [Invitee(address(1))], {"": message(CANARY_ANSWER)}, act())
    (due,) = sql_store.outbox.claim_due(TOWN, "sms", NOON, 1)
    sql_store.outbox.record(TOWN, due.message.id, MessageState.SENT, NOON, provider_id="SM1")
    with sql_store.database.reading() as connection:
        assert connection.execute(select(outbox.c.text)).scalars().all() == [""]


# ---------------------------------------------------------------------------------------------- sealing

VOTERS = 20_000
CHANCE = 0.02
"""Absolute rank correlation allowed at 20,000 ballots; chance alone gives about 0.007 (reliability E6)."""


def filled(store, standing, voters):
    """A register and a ballot box of so many voters, written in the order in which they took part."""
    keys, told = factories.keys(), []
    rows = {"voices": [], "links": [], "answers": []}
    for place in range(voters):
        voice_id, ballot_id = keys.voice_id(TOWN, standing.id, str(place)), keys.new_id()
        here = {"municipality": TOWN, "consultation_id": standing.id}
        rows["voices"].append(
            here
            | {"voice_id": voice_id, "revision": 1, "trial": False, "without_number": False, "channel": "sms"}
            | {"receipt": f"{place:08d}"}
        )
        rows["links"].append(
            here
            | {"voice_id": voice_id, "question": "why", "state": "counted", "ballot_id": ballot_id, "draft": None}
            | {"received_at": NOON + timedelta(seconds=place), "channel": "sms", "language": "de", "version": 1}
        )
        rows["answers"].append(
            here | {"ballot_id": ballot_id, "question": "why", "value": f'"{place}"', "day": NOON.date()}
        )
        told.append(ballot_id)
    with store.database.writing() as connection:
        for name in ("voices", "links", "answers"):
            connection.execute(insert(metadata.tables[name]), rows[name])
    return told


def rank_correlation(order):
    """Spearman's rho of a permutation with the order 0, 1, 2, …"""
    n = len(order)
    return 1 - 6 * sum((place - rank) ** 2 for place, rank in enumerate(order)) / (n * (n * n - 1))


def test_rank_correlation_knows_order_from_disorder():
    order = list(range(1000))
    assert (rank_correlation(order), rank_correlation(order[::-1])) == (1, -1)
    random.Random(1).shuffle(order)
    assert abs(rank_correlation(order)) < 0.1


@pytest.mark.slow
def test_e6_after_sealing_nothing_tells_who_said_what(sql_store):
    town = Town(sql_store)
    standing = town.opens()
    old_ids = filled(sql_store, standing, VOTERS)
    sql_store.consultations.seal(TOWN, standing.id, act("seal"))
    with sql_store.database.reading() as connection:
        as_they_lie = connection.exec_driver_sql("SELECT value, ballot_id FROM answers").all()
        left = connection.execute(select(func.count()).select_from(links)).scalar_one()
        register = connection.execute(select(voices)).mappings().all()
    assert (left, len(as_they_lie), len(register)) == (0, VOTERS, VOTERS)
    assert not {ballot_id for _, ballot_id in as_they_lie} & set(old_ids)
    assert sorted(int(value.strip('"')) for value, _ in as_they_lie) == list(range(VOTERS))
    assert abs(rank_correlation([int(value.strip('"')) for value, _ in as_they_lie])) < CHANCE
    by_id = sorted(as_they_lie, key=lambda row: row[1])
    assert abs(rank_correlation([int(value.strip('"')) for value, _ in by_id])) < CHANCE


def test_e6_after_sealing_no_old_ballot_id_is_in_the_files(sqlite_store, sqlite_file):
    standing = Town(sqlite_store).opens()
    old_ids = filled(sqlite_store, standing, 300)
    assert old_ids[0].encode() in everything_on_disk(sqlite_file)
    sqlite_store.consultations.seal(TOWN, standing.id, act("seal"))
    left = everything_on_disk(sqlite_file)
    assert [each for each in old_ids if each.encode() in left] == []


def test_sealing_drops_the_answers_of_trials_and_keeps_those_of_residents(sql_store):
    town = Town(sql_store)
    standing = town.opens()
    town.hears(turn(sender=address(1, AddressKind.DESK)), standing, why=recorded(CANARY_ANSWER))
    town.hears(turn(sender=address(2)), standing, why=recorded("Nach Köln."))
    sql_store.consultations.seal(TOWN, standing.id, act("seal"))
    with sql_store.database.reading() as connection:
        assert connection.execute(select(answers.c.value)).scalars().all() == ['"Nach K\\u00f6ln."']


def test_e6_the_ballot_box_knows_no_time_finer_than_a_day_and_no_channel():
    known = {column.name: str(column.type) for column in answers.columns}
    assert known == {
        "municipality": "TEXT",
        "consultation_id": "TEXT",
        "ballot_id": "TEXT",
        "question": "TEXT",
        "value": "TEXT",
        "day": "DATE",
    }


def test_only_links_hold_both_a_voice_and_a_ballot():
    both = {name for name, table in metadata.tables.items() if {"voice_id", "ballot_id"} <= set(table.columns.keys())}
    assert both == {"links"}
    personal = {
        name for name, table in metadata.tables.items() if {"address_id", "voice_id"} <= set(table.columns.keys())
    }
    assert personal == set()
