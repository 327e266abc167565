# SPDX-License-Identifier: EUPL-1.2
"""Values as text and back: every kind in every union comes back as it was, whatever people wrote."""

from dataclasses import is_dataclass
from datetime import UTC
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commands import Command
from core.conversation_state import Conversation, Extending
from core.people import Pace
from core.questions.contract import Spoken
from core.turns import (
    ChooseOptions,
    EnterNumber,
    Expectation,
    GivenAnswer,
    LeaveRecording,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    TalkToPerson,
    Wording,
)
from storage import plain

TEXTS = st.text(st.characters(), max_size=30)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3)
WORDINGS = st.builds(Wording, TEXTS, st.none() | TEXTS, st.none() | TEXTS)
OPTIONS = st.builds(Option, KEYS, WORDINGS, st.none() | WORDINGS, st.booleans())
KEY_TUPLES = st.lists(KEYS, max_size=3).map(tuple)
SPOKEN = st.builds(Spoken, KEYS, st.integers(0, 120))

KINDS = {
    ChooseOptions: st.builds(
        ChooseOptions,
        st.lists(OPTIONS, max_size=3).map(tuple),
        st.integers(0, 3),
        st.integers(1, 9),
        st.booleans(),
        KEY_TUPLES,
    ),
    EnterNumber: st.builds(
        EnterNumber,
        least=st.none() | DECIMALS,
        most=st.none() | DECIMALS,
        decimals=st.integers(0, 3),
        unit=st.none() | WORDINGS,
        least_label=st.none() | WORDINGS,
        most_label=st.none() | WORDINGS,
        scale=st.booleans(),
        entered=st.none() | DECIMALS,
    ),
    SayFreely: st.builds(SayFreely, st.integers(1, 2000), TEXTS),
    LeaveRecording: st.builds(LeaveRecording, st.integers(1, 300)),
    TalkToPerson: st.builds(TalkToPerson, TEXTS, st.integers(1, 60)),
    ReviewAnswers: st.builds(
        ReviewAnswers,
        st.lists(st.builds(GivenAnswer, KEYS, WORDINGS, st.none() | WORDINGS), max_size=3).map(tuple),
    ),
    NothingExpected: st.builds(NothingExpected),
}
REPLIES = st.builds(
    Reply,
    st.lists(st.builds(Line, st.sampled_from(Role), WORDINGS), max_size=4).map(tuple),
    st.one_of(*KINDS.values()),
    st.sampled_from(["de", "de-simple", "en"]),
    st.sampled_from([*Prompt, "late"]),
    st.none() | KEYS,
    st.lists(st.sampled_from(Command), max_size=3).map(tuple),
    st.sampled_from(Pace),
    st.none() | KEYS,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.datetimes(timezones=st.just(UTC))
CONVERSATIONS = st.builds(
    Conversation,
    language=st.none() | KEYS,
    consultation_id=st.none() | KEYS,
    asking=st.sampled_from([*Prompt, "late"]),
    so_far=st.dictionaries(TEXTS, JSON, max_size=3),
    offered=KEY_TUPLES,
    repairs=st.integers(0, 9),
    extending=st.none() | st.builds(Extending, KEYS, KEYS, MOMENTS),
    resume=st.none() | KEYS,
)


def test_every_kind_of_expectation_is_tried():
    assert set(KINDS) == set(get_args(Expectation))
    assert all(is_dataclass(kind) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_expectation_comes_back_as_itself(kind):
    @given(KINDS[kind])
    def comes_back(expects):
        reply = Reply((), expects, "de", "late")
        again = plain.reply_from(plain.reply_as_text(reply))
        assert again == reply
        assert type(again.expects) is kind

    comes_back()


@given(REPLIES)
def test_every_reply_comes_back_as_it_was(reply):
    assert plain.reply_from(plain.reply_as_text(reply)) == reply


@given(CONVERSATIONS)
def test_every_conversation_comes_back_as_it_was(conversation):
    assert plain.conversation_from(plain.conversation_as_text(conversation)) == conversation


@given(TEXTS | DECIMALS | KEY_TUPLES | SPOKEN)
def test_every_answer_comes_back_as_it_was_and_of_its_kind(value):
    again = plain.value_from(plain.value_as_text(value))
    assert again == value
    assert type(again) is type(value)
    assert str(again) == str(value)


@pytest.mark.parametrize(
    "value",
    ["1", '{"number": "1"}', '{"spoken":"a","seconds":1}', "[1]", "null", "", Decimal("2.50"), Decimal(0), (), ("a",)],
)
def test_an_answer_that_looks_like_another_kind_stays_what_it_is(value):
    again = plain.value_from(plain.value_as_text(value))
    assert (again, type(again), str(again)) == (value, type(value), str(value))


@given(TEXTS)
def test_a14_nothing_that_a_database_cannot_hold_is_written(text):
    written = plain.value_as_text(text)
    assert written.isascii()
    assert "\x00" not in written


@given(st.dictionaries(TEXTS, JSON))
def test_one_content_has_one_spelling(content):
    turned = dict(reversed(content.items()))
    assert plain.canonical(content) == plain.canonical(turned)
    assert plain.mapping_from(plain.canonical(content)) == content
