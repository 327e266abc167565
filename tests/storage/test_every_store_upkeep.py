# SPDX-License-Identifier: EUPL-1.2
"""What every store promises about codes, wrong tries and the retention table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.consultation import State
from core.errors import ConcurrentChange
from core.people import AddressKind
from core.ports import Purged
from tests import factories
from tests.factories import NOON, TOWN, act, address, recorded, turn

DAY = timedelta(days=1)
WEB = address(7, AddressKind.WEB)
NOTHING = Purged(payloads=0, addresses=0, register=0, drafts=0)


def purges(town, after):
    return town.store.upkeep.purge(TOWN, NOON + after)


# ---------------------------------------------------------------------------------------------- codes


def test_a_code_leads_back_to_its_address_until_it_runs_out(town):
    person = town.does(turn(sender=WEB)).person
    town.store.codes.keep(TOWN, person.address_id, "hash", NOON + DAY)
    assert town.store.codes.address_behind(TOWN, "hash", NOON) == WEB
    assert town.store.codes.address_behind(TOWN, "hash", NOON + DAY) is None
    assert town.store.codes.address_behind(TOWN, "other", NOON) is None
    assert town.store.codes.address_behind("kerpen", "hash", NOON) is None


def test_a_new_code_ends_the_one_before(town):
    person = town.does(turn(sender=WEB)).person
    for code in ("first", "second", "second"):
        town.store.codes.keep(TOWN, person.address_id, code, NOON + DAY)
    assert town.store.codes.address_behind(TOWN, "first", NOON) is None
    assert town.store.codes.address_behind(TOWN, "second", NOON) == WEB


def test_a_code_that_is_taken_is_refused_and_the_one_before_stays(town):
    first = town.does(turn(sender=WEB)).person
    second = town.does(turn(sender=address(8, AddressKind.WEB))).person
    town.store.codes.keep(TOWN, first.address_id, "taken", NOON + DAY)
    town.store.codes.keep(TOWN, second.address_id, "mine", NOON + DAY)
    with pytest.raises(ConcurrentChange):
        town.store.codes.keep(TOWN, second.address_id, "taken", NOON + DAY)
    assert town.store.codes.address_behind(TOWN, "taken", NOON) == WEB
    assert town.store.codes.address_behind(TOWN, "mine", NOON) == address(8, AddressKind.WEB)


def test_a_code_goes_with_its_address(town):
    person = town.does(turn(sender=WEB)).person
    town.store.codes.keep(TOWN, person.address_id, "hash", NOON + DAY)
    town.erases(turn(sender=WEB))
    assert town.store.codes.address_behind(TOWN, "hash", NOON) is None
    with pytest.raises(ConcurrentChange):
        town.store.codes.keep(TOWN, person.address_id, "hash", NOON + DAY)


def test_wrong_tries_are_counted_by_source_and_time(town):
    for minutes in (0, 1, 20):
        town.store.codes.count_try(TOWN, "somebody", NOON + timedelta(minutes=minutes))
    town.store.codes.count_try(TOWN, "somebody else", NOON)
    tries = town.store.codes.tries
    assert [tries(TOWN, "somebody", NOON + timedelta(minutes=minutes)) for minutes in (0, 1, 2, 21)] == [3, 2, 1, 0]
    assert tries(TOWN, "nobody", NOON) == tries("kerpen", "somebody", NOON) == 0


# ---------------------------------------------------------------------------------------------- retention


def test_what_is_in_time_stays(town):
    standing = town.opens()
    town.hears(turn(), standing, late=recorded())
    assert purges(town, 6 * DAY) == NOTHING
    assert town.knows(address()).known


def test_e5_replies_go_after_seven_days(town):
    town.does(turn(turn_id="SM1"))
    assert purges(town, 7 * DAY).payloads == 0
    assert purges(town, 7 * DAY + timedelta(seconds=1)).payloads == 1
    assert purges(town, 8 * DAY) == NOTHING
    assert town.store.turns.reply_to(TOWN, "sms", "SM1") is None


def test_b9_an_address_goes_six_months_after_the_last_contact(town):
    standing = town.opens()
    town.hears(turn(), standing, late=recorded())
    town.does(turn(at=NOON + 10 * DAY))
    assert purges(town, 193 * DAY).addresses == 0
    assert purges(town, 194 * DAY).addresses == 1
    assert town.knows(address()) is None
    assert town.counts(standing)["late", "yes"] == 1


def test_an_opt_out_is_kept_for_ever(town):
    town.does(turn(), opted_out=True)
    assert purges(town, 400 * DAY).addresses == 1
    assert purges(town, 400 * DAY).addresses == 0
    assert town.store.outbox.not_invitable(TOWN, "c1", [address()]) == {"opted_out": 1}


def test_the_register_goes_four_weeks_after_sealing(town):
    standing = town.opens()
    town.hears(turn(), standing, late=recorded())
    town.comes_late(turn(), standing)
    town.store.consultations.seal(TOWN, standing.id, act("seal", NOON))
    assert purges(town, 28 * DAY).register == 0
    assert purges(town, 28 * DAY + timedelta(seconds=1)).register == 1
    assert town.store.consultations.late(TOWN, standing.id) == 0
    assert town.counts(standing)["late", "yes"] == 1


def test_a_register_that_is_not_sealed_is_not_purged(town):
    standing = town.opens()
    town.hears(turn(), standing, late=recorded())
    town.store.consultations.move(TOWN, standing.id, State.CLOSED, act("close"))
    assert purges(town, 100 * DAY).register == 0
    assert town.counts_right(standing)


def test_a_web_draft_goes_fourteen_days_after_the_last_contact(town):
    standing = town.opens()
    town.does(turn(sender=WEB))
    meeting = town.knows(WEB)
    empty = town.ballot(standing, meeting)
    drafted = factories.BallotChange(empty, replace(empty, revision=1, drafts={"late": recorded()}), {})
    with town.store.turns.answering(TOWN) as transaction:
        transaction.remember(turn(sender=WEB), meeting, factories.outcome(meeting, drafted))
    assert purges(town, 14 * DAY).drafts == 0
    assert town.ballot(standing, meeting).drafts
    assert purges(town, 15 * DAY).drafts == 1
    assert town.knows(WEB) is None
    assert town.ballot(standing, meeting).drafts == {}


def test_who_has_counted_answers_can_still_change_them_after_fourteen_days(town):
    standing = town.opens()
    town.hears(turn(sender=WEB), standing, late=recorded())
    assert purges(town, 15 * DAY).drafts == 0
    assert town.knows(WEB).known
    assert purges(town, 200 * DAY).addresses == 1


def test_codes_and_wrong_tries_run_out(town):
    person = town.does(turn(sender=WEB)).person
    town.store.codes.keep(TOWN, person.address_id, "hash", NOON + DAY)
    town.store.codes.count_try(TOWN, "somebody", NOON)
    purges(town, DAY + timedelta(seconds=1))
    assert town.store.codes.tries(TOWN, "somebody", NOON) == 0
    assert town.store.codes.address_behind(TOWN, "hash", NOON) is None


def test_purging_one_town_leaves_the_other_alone(town):
    other = replace(town, key="kerpen")
    other.does(turn(turn_id="SM1"))
    assert purges(town, 400 * DAY) == NOTHING
    assert other.knows(address()).known
    assert other.store.turns.reply_to("kerpen", "sms", "SM1") is not None


def test_a_store_that_is_there_says_so(town):
    assert town.store.upkeep.reachable()
    assert town.store.upkeep.reachable()
