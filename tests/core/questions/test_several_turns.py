# SPDX-License-Identifier: EUPL-1.2
"""The contract carries a type that needs several turns and material: a tiny ranking, one place a turn."""

import json
from dataclasses import dataclass, replace
from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st

from core.questions.asked import Asked
from core.questions.contract import Answered, Asking, GoOn, NotUnderstood, Question, Why
from core.texts import Texts
from core.turns import ChooseOptions, Keys, Option, Wording, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyRanking(Asked):
    """Ranks the ideas that it is given when it is asked: first choice, then second, and so on."""

    type: ClassVar[str] = "tiny_ranking"

    @classmethod
    def read(cls, entry):
        return cls(key=entry.words("key"), text=entry.texts("text"))

    def expects(self, asking):
        left = self._left(asking)
        return ChooseOptions(tuple(Option(idea, Wording(idea)) for idea in left), most=1, ranked=True)

    def hear(self, said, asking):
        text = said.digits if isinstance(said, Keys) else said.text
        left = self._left(asking)
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= len(left):
            return NotUnderstood(Why.NOTHING_FITS)
        ranked = [*asking.so_far.get("ranked", []), left[int(text) - 1]]
        if len(left) == 2:
            return Answered((*ranked, *(idea for idea in left if idea != ranked[-1])))
        return GoOn({"ranked": ranked})

    def name(self, value, asking):
        return Wording(", ".join(value))

    def cells(self, value):
        return tuple(f"{idea}:{place}" for place, idea in enumerate(value, 1))

    def options(self):
        return None

    def mean(self, counts):
        return None

    def _left(self, asking):
        return [idea for idea in asking.material["ideas"] if idea not in asking.so_far.get("ranked", [])]


RANKING: Question = TinyRanking(key="order", text=Texts({"de": Wording("Was zuerst?")}))
IDEAS = ["Bank", "Baum", "Brunnen", "Bus"]


def begin():
    return Asking("de", words=None, phrases=None, material={"ideas": IDEAS})


def stored(so_far):
    """What comes back with the next turn: only what JSON can hold."""
    return json.loads(json.dumps(dict(so_far)))


def test_a_ranking_goes_on_over_turns_until_it_is_complete():
    asking = begin()
    offered = []
    for digits in ("4", "1"):
        offered.append([option.key for option in RANKING.expects(asking).options])
        heard = RANKING.hear(Keys(digits), asking)
        assert isinstance(heard, GoOn)
        asking = replace(asking, so_far=stored(heard.so_far))
    offered.append([option.key for option in RANKING.expects(asking).options])
    assert offered == [["Bank", "Baum", "Brunnen", "Bus"], ["Bank", "Baum", "Brunnen"], ["Baum", "Brunnen"]]
    assert RANKING.hear(Words("2"), asking) == Answered(("Bus", "Bank", "Brunnen", "Baum"))


def test_what_is_not_understood_on_the_way_loses_nothing():
    asking = replace(begin(), so_far={"ranked": ["Bus"]})
    assert RANKING.hear(Words("hm"), asking) == NotUnderstood(Why.NOTHING_FITS)
    assert [option.key for option in RANKING.expects(asking).options] == ["Bank", "Baum", "Brunnen"]


@given(st.permutations(IDEAS))
def test_every_order_can_be_said(order):
    asking, heard = begin(), GoOn({})
    for idea in order[:-1]:
        place = [option.key for option in RANKING.expects(asking).options].index(idea) + 1
        heard = RANKING.hear(Keys(str(place)), asking)
        asking = replace(asking, so_far=stored(heard.so_far)) if isinstance(heard, GoOn) else asking
    assert heard == Answered(tuple(order))
