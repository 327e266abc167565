# SPDX-License-Identifier: EUPL-1.2
"""Calls that we place: whom we may call, when, how often, and what a call is expected to take. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from core.turns import Occasion

if TYPE_CHECKING:
    from core.municipality import Municipality
    from core.ports import NumberRead

CHANNEL = "voice"
"""The channel whose rows in the outbox are calls: `text` is the order, `segments` are minutes."""

MINUTES = 15
"""Minutes of the day's budget that a call-back holds until its real length is known; no call is longer than its own.
A whole consultation by keys takes less than three minutes, a long one with spoken answers ten."""
USUAL_MINUTES = 3
"""Minutes that a call which is taken is expected to last, for the forecast (docs/phone-line.md)."""
CALLS_PER_SECOND: Final = Decimal(1)
"""What a provider lets a new account begin (twilio.com/docs/voice/api/call-resource)."""
LOOK_AGAIN_AFTER: Final = timedelta(minutes=5)
"""When a call looks again for which the day had no minutes left: what others held and did not need has come back."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """Call this person: `keyword` names the consultation it is about, `not_before` (UTC) when at the earliest."""

    occasion: Occasion
    keyword: str | None = None
    not_before: datetime | None = None

    @property
    def order(self) -> str:
        """As it waits in the outbox, `OutboundMessage.text`: "call_back BUS", "office"."""
        return f"{self.occasion} {self.keyword}" if self.keyword else self.occasion.value


@dataclass(frozen=True, slots=True)
class NoCallBack:
    """Call this person no more, although she may have asked for it before (STOP)."""


# ------------------------------------------------------------------------------------------------------- whom

_MAY_BE_CALLED = frozenset({"mobile", "landline"})


def may_be_called(number: NumberRead, town: Municipality) -> bool:
    """Whether we place calls to this number: a plain one behind a prefix that the town allows (reliability D12).

    0900, 0137 and 118 begin with +49 too, so the prefix alone says too little.
    """
    return number.sort in _MAY_BE_CALLED and number.e164.startswith(town.allowed_prefixes)


# ------------------------------------------------------------------------------------------------------- when

FIRST_WAIT = timedelta(minutes=1)
"""From the request to the first call: she has to put the telephone down first."""
GIVEN_UP_AFTER = timedelta(days=4)
"""Longer than the longest row of holidays and a Sunday; a call that is later than that surprises more than it helps."""
OVER_AFTER = timedelta(hours=2)
"""A call of which no report came for so long is over: none lasts longer than its reserved minutes."""


def window(call_back: CallBack, asked_at: datetime) -> tuple[datetime, datetime]:
    """From when until when a call-back may be placed, in UTC. Quiet hours are kept when it is sent."""
    earliest = asked_at + FIRST_WAIT
    not_before = max(call_back.not_before or earliest, earliest)
    return not_before, not_before + GIVEN_UP_AFTER


# ------------------------------------------------------------------------------------------------------- how often


class Unanswered(StrEnum):
    """Why nobody was reached."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"


WAITS = {
    Unanswered.BUSY: (timedelta(minutes=5), timedelta(minutes=15)),
    Unanswered.NO_ANSWER: (timedelta(minutes=10), timedelta(minutes=30)),
}
"""Between the tries. Who is on the telephone is there, and will be free sooner than one who is out."""
MOST_TRIES = 3
MOST_PER_DAY = 5
"""Call-backs to one number within a day. Whoever rings us with a false number must not make us ring a stranger all day
(reliability D11)."""


def next_call(tries: int, why: Unanswered, now: datetime) -> datetime | None:
    """When to call again after so many tries; None where it was the last."""
    return now + WAITS[why][tries - 1] if 0 < tries < MOST_TRIES else None


def minutes_of(seconds: int) -> int:
    """Minutes as providers charge them: each one that has begun."""
    return -(-max(seconds, 0) // 60)
