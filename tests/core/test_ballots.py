# SPDX-License-Identifier: EUPL-1.2
"""One voice, one ballot: what a change adds to the tally is exactly what the ballot holds afterwards, less before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.ballots import Ballot, Cell, Recorded, cells, change, confirmed, withdrawn
from core.ballots import given as answered
from core.turns import Counting
from tests.core.bus import BUS

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANSWERS = {"late": ["yes", "no", "weekend", None], "satisfied": [Decimal(1), Decimal(5), None], "why": ["Köln", None]}
STEPS = st.one_of(
    st.tuples(
        st.just("answers"),
        st.sampled_from(sorted(ANSWERS)),
        st.integers(0, 3),
        st.sampled_from(["sms", "web", "voice"]),
        st.sampled_from(list(Counting)),
    ),
    st.tuples(st.just("confirms")),
    st.tuples(st.just("withdraws")),
)


def empty(**changed) -> Ballot:
    return replace(Ballot("bus", "voice", "ballot", "12345678"), **changed)


def after(ballot: Ballot, step, at: datetime) -> Ballot:
    match step:
        case ("confirms",):
            return confirmed(ballot, at)
        case ("withdraws",):
            return withdrawn(ballot)
        case (_, question, place, channel, counting):
            value = ANSWERS[question][place % len(ANSWERS[question])]
            return answered(ballot, question, Recorded(value, at, channel, "de", 1), counting)


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=300)
def test_the_sum_of_all_changes_is_what_the_ballot_holds_at_the_end(steps):
    ballot, tally = empty(), Counter[Cell]()
    for number, step in enumerate(steps):
        done = change(ballot, after(ballot, step, START + timedelta(minutes=number)), BUS)
        for cell, count in done.delta.items():
            tally[cell] += count
        ballot = done.after
        assert min(tally.values(), default=0) >= 0
    assert +tally == cells(ballot, BUS)
    assert sum(count for cell, count in tally.items() if (cell.question, cell.option) == ("", "")) <= 1


@given(st.lists(STEPS, max_size=12))
def test_a_trial_changes_no_tally(steps):
    ballot = empty(trial=True)
    for number, step in enumerate(steps):
        done = change(ballot, after(ballot, step, START + timedelta(minutes=number)), BUS)
        assert not done.delta
        ballot = done.after


@given(st.lists(STEPS, max_size=12))
def test_no_answer_stays_whose_question_is_not_asked_any_more(steps):
    ballot = empty()
    for number, step in enumerate(steps):
        ballot = change(ballot, after(ballot, step, START + timedelta(minutes=number)), BUS).after
        asked = {question.key for question in BUS.asked(ballot.values(Counting.AT_ONCE))}
        assert set(ballot.counted) <= asked


def test_a_draft_counts_nothing_until_it_is_sent():
    draft = answered(empty(), "late", Recorded("yes", START, "web", "de", 1), Counting.AFTER_CHECK)
    assert not change(empty(), draft, BUS).delta
    sent = change(draft, confirmed(draft, START), BUS)
    assert sent.delta[Cell("late", "yes", "web", "de")] == 1


def test_a_person_is_shown_under_the_channel_of_her_latest_answer():
    first = change(empty(), answered(empty(), "late", Recorded("yes", START, "sms", "de", 1), Counting.AT_ONCE), BUS)
    later = Recorded(Decimal(4), START + timedelta(days=1), "web", "de", 1)
    second = change(first.after, answered(first.after, "satisfied", later, Counting.AT_ONCE), BUS)
    assert second.delta[Cell("", "", "sms", "de")] == -1
    assert second.delta[Cell("", "", "web", "de")] == 1
    assert second.after.channel == "web"
