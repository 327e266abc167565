# SPDX-License-Identifier: EUPL-1.2
"""Everybody at once: sixteen clients, fifty people, every message delivered more than once. The count is fifty."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.outbox import MessageState
from core.ports import Invitee
from storage.store import SqlStore
from tests import factories
from tests.factories import NOON, TOWN, address, message, recorded, turn
from tests.storage.town import Town

CLIENTS, PEOPLE = 16, 50
CHANNELS = ("sms", "voice", "web")


def delivered_in_disorder(turns):
    """Each turn two to four times, shuffled; the same every run."""
    chance = random.Random(2026)
    everything = [each for each in turns for _ in range(chance.randint(2, 4))]
    chance.shuffle(everything)
    return everything


def test_a1_b1_fifty_people_on_sixteen_clients_are_fifty_voices(sql_town):
    standing = sql_town.opens()
    turns = [
        turn(turn_id=f"SM{person}-{time}", sender=address(person), channel=CHANNELS[time], at=NOON)
        for person in range(PEOPLE)
        for time in range(3)
    ]
    chance = random.Random(7)
    values = {each.turn_id: chance.choice(["yes", "no", "weekend"]) for each in turns}

    def deliver(each):
        answer = recorded(values[each.turn_id], channel=each.channel)
        return each.turn_id, sql_town.hears(each, standing, late=answer)

    with ThreadPoolExecutor(CLIENTS) as clients:
        replies = list(clients.map(deliver, delivered_in_disorder(turns)))
    told = {}
    for turn_id, reply in replies:
        assert told.setdefault(turn_id, reply) == reply
    counts = sql_town.counts(standing)
    assert (counts["", ""], counts["late", ""]) == (PEOPLE, PEOPLE)
    assert sum(counts.get(("late", option), 0) for option in ("yes", "no", "weekend")) == PEOPLE
    assert sql_town.counts_right(standing)


def test_b1_sixteen_turns_of_one_person_at_once_are_one_voice_and_none_gives_up(sql_town):
    standing = sql_town.opens()
    turns = [turn(sender=address(1), channel=CHANNELS[number % 3]) for number in range(200)]
    values = itertools.cycle(["yes", "no"])
    given = [(each, recorded(next(values), channel=each.channel)) for each in turns]
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda each: sql_town.hears(each[0], standing, late=each[1]), given))
    counts = sql_town.counts(standing)
    assert (counts["", ""], counts["late", ""]) == (1, 1)
    assert sql_town.knows(address(1)).revision == len(turns)
    assert sql_town.counts_right(standing)


def test_two_clients_never_claim_the_same_message(sql_town):
    outbox = sql_town.store.outbox
    invitees = [Invitee(address(number)) for number in range(60)]
    outbox.invite(TOWN, "c1", invitees, {"": message()}, factories.act("invite"))

    def claim(_):
        return [due.message.id for due in outbox.claim_due(TOWN, "sms", NOON, 7)]

    with ThreadPoolExecutor(8) as clients:
        claimed = [each for batch in clients.map(claim, range(20)) for each in batch]
    assert len(claimed) == len(set(claimed)) == 60
    assert outbox.counts(TOWN) == {MessageState.SENDING.value: 60}


def test_acts_written_at_once_make_one_sound_chain(sql_town):
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda number: sql_town.store.audit.append(TOWN, factories.act(n=number)), range(40)))
    assert [number for number, *_ in sql_town.store.audit.entries(TOWN)] == list(range(1, 41))
    assert sql_town.store.audit.first_broken(TOWN) is None


@pytest.mark.postgres
def test_workers_count_in_slots_of_their_own(postgres_store, postgres_url):
    """Sixteen slots on PostgreSQL; what one worker added another may take away, only the sum means anything."""
    town = Town(postgres_store)
    standing = town.opens()
    other = replace(town, store=SqlStore(postgres_url, factories.keys(), factories.read_again, worker=20))
    town.hears(turn(), standing, late=recorded("yes"))
    other.hears(turn(), standing, late=recorded("no"))
    with postgres_store.database.reading() as connection:
        slots = connection.exec_driver_sql("SELECT slot, sum(count) FROM tally GROUP BY slot ORDER BY slot").all()
    other.store.close()
    assert [tuple(slot) for slot in slots] == [(3, 3), (4, 0)]
    assert town.counts(standing) == {("", ""): 1, ("late", ""): 1, ("late", "no"): 1}
