# SPDX-License-Identifier: EUPL-1.2
"""The audit chain: whoever changes, drops, adds or swaps an entry breaks it, and it says where."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.chain import START, Head, first_broken, hash_of
from tests.factories import NOON, TOWN, act


def chain(length=6):
    entries, head = [], START
    for number in range(1, length + 1):
        entry = act("open", NOON + timedelta(minutes=number), n=number)
        head = Head(number, hash_of(head.hash, number, entry))
        entries.append((number, entry, head.hash))
    return entries, head


CHANGES = [
    {"actor": "somebody else"},
    {"what": "close"},
    {"subject": "ZUKUNFT"},
    {"detail": {"n": 99}},
    {"at": NOON + timedelta(days=1)},
]


def test_a_chain_that_nobody_touched_is_sound():
    entries, head = chain()
    assert first_broken(entries, head) is None
    assert first_broken([], START) is None


@pytest.mark.parametrize("changed", CHANGES, ids=lambda changed: next(iter(changed)))
@pytest.mark.parametrize("place", range(6))
def test_f11_a_changed_entry_is_named(changed, place):
    entries, head = chain()
    number, entry, hash_ = entries[place]
    entries[place] = (number, replace(entry, **changed), hash_)
    assert first_broken(entries, head) == number


@pytest.mark.parametrize("place", range(6))
def test_f11_every_character_of_every_hash_matters(place):
    entries, head = chain()
    number, entry, hash_ = entries[place]
    for position in range(len(hash_)):
        other = "0" if hash_[position] != "0" else "1"
        broken = [*entries]
        broken[place] = (number, entry, hash_[:position] + other + hash_[position + 1 :])
        assert first_broken(broken, head) == number


@pytest.mark.parametrize("place", range(6))
def test_f12_a_dropped_entry_is_named_also_the_last(place):
    entries, head = chain()
    del entries[place]
    assert first_broken(entries, head) == place + 1


def test_f12_entries_that_were_swapped_or_added_are_named():
    entries, head = chain()
    swapped = [entries[0], entries[2], entries[1], *entries[3:]]
    assert first_broken(swapped, head) == 2
    added = (7, act("export"), hash_of(head.hash, 7, act("export")))
    assert first_broken([*entries, added], head) == 8


def test_f11_a_chain_that_was_edited_in_the_database_is_found_out(sql_store):
    for number in range(1, 6):
        sql_store.audit.append(TOWN, act(n=number))
    with sql_store.database.writing() as connection:
        connection.execute(text("UPDATE acts SET what = 'export' WHERE number = 3"))
    assert sql_store.audit.first_broken(TOWN) == 3
    with sql_store.database.writing() as connection:
        connection.execute(text("DELETE FROM acts WHERE number >= 3"))
    assert sql_store.audit.first_broken(TOWN) == 3
