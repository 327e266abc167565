# SPDX-License-Identifier: EUPL-1.2
"""What a poll costs."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.turns import Line, NothingExpected, Reply, Role, Wording
from sms.cost import cost_of
from sms.gsm7 import measure


def question(about, text):
    return Reply((Line(Role.QUESTION, Wording(text)),), NothingExpected(), "de", about)


def test_each_message_is_counted_under_its_prompt_and_the_poll_is_their_sum(phrases):
    cost = cost_of([question("late", "Bus bis 23 Uhr?"), question("why", "ж" * 71)], phrases)
    assert [(each.about, each.segments.count) for each in cost.messages] == [("late", 1), ("why", 2)]
    assert cost.segments == 3
    assert cost.cents(Decimal("7.5")) == Decimal("22.5")


@given(st.lists(st.text(alphabet="Bus äß–Ж", min_size=1, max_size=300), max_size=5))
def test_the_cost_is_that_of_the_very_texts_that_are_sent(phrases, texts):
    cost = cost_of([question("q", text) for text in texts], phrases)
    assert all(each.segments == measure(each.text) for each in cost.messages)
    assert cost.segments == sum(each.segments.count for each in cost.messages)
