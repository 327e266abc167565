# SPDX-License-Identifier: EUPL-1.2
"""What sending on a channel may cost a day, how fast it may be, whom it may reach and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from channels.errors import LineBusy, NotAnswered, PhoneUnreachable, Rejected, SendError
from core.call_backs import CALLS_PER_SECOND, LOOK_AGAIN_AFTER, MOST_TRIES, Unanswered, may_be_called, next_call
from core.municipality import Municipality
from core.outbox import MOST_ATTEMPTS, OutboundMessage, next_attempt
from core.people import Address, AddressKind
from core.ports import PhoneNumbers


class Terms(Protocol):
    """The terms of one channel in one town. A unit is what the budget is counted in: a segment, a minute."""

    @property
    def most_per_day(self) -> int:
        """Units that may leave in one day of the town."""

    @property
    def per_second(self) -> Decimal:
        """How much the number may send in a second, in what `weight` gives."""

    def weight(self, message: OutboundMessage) -> int:
        """How much of the rate this message takes."""

    def when_spent(self, now: datetime, tomorrow: datetime) -> datetime:
        """When to look again, the budget being spent."""

    def hindrance(self, to: Address) -> SendError | None:
        """Why nothing may go to this address; None where it may."""

    def again(self, attempts: int, error: SendError, now: datetime) -> datetime | None:
        """When to try again after so many attempts; None for never."""


# ------------------------------------------------------------------------------------------------------- text messages


@dataclass(frozen=True, slots=True)
class TextTerms:
    """Text messages: segments, at the rate of the number. Whom they reach was decided when they were queued."""

    town: Municipality

    @property
    def most_per_day(self) -> int:
        return self.town.sms.most_segments_per_day

    @property
    def per_second(self) -> Decimal:
        return self.town.sms.segments_per_second

    def weight(self, message: OutboundMessage) -> int:
        return message.segments

    def when_spent(self, now: datetime, tomorrow: datetime) -> datetime:
        """Nothing that was sent comes back."""
        return tomorrow

    def hindrance(self, to: Address) -> SendError | None:
        return None

    def again(self, attempts: int, error: SendError, now: datetime) -> datetime | None:
        return next_attempt(attempts, now) if error.retryable and attempts < MOST_ATTEMPTS else None


# ------------------------------------------------------------------------------------------------------- calls


@dataclass(frozen=True, slots=True)
class CallTerms:
    """Calls: minutes, a hard limit a day, and only to plain numbers that the town allows (reliability D12)."""

    town: Municipality
    numbers: PhoneNumbers

    @property
    def most_per_day(self) -> int:
        return self.town.voice.most_minutes_per_day

    @property
    def per_second(self) -> Decimal:
        return CALLS_PER_SECOND

    def weight(self, message: OutboundMessage) -> int:
        return 1

    def when_spent(self, now: datetime, tomorrow: datetime) -> datetime:
        return min(now + LOOK_AGAIN_AFTER, tomorrow)

    def hindrance(self, to: Address) -> SendError | None:
        number = self.numbers.read(to.value) if to.kind is AddressKind.PHONE else None
        return None if number and may_be_called(number, self.town) else Rejected("not allowed")

    def again(self, attempts: int, error: SendError, now: datetime) -> datetime | None:
        why = unanswered(error)
        if why:
            return next_call(attempts, why, now)
        return next_attempt(attempts, now) if error.retryable and attempts < MOST_TRIES else None


def unanswered(error: SendError) -> Unanswered | None:
    """Why nobody was reached; None where the call did not come about for another reason."""
    match error:
        case LineBusy():
            return Unanswered.BUSY
        case NotAnswered() | PhoneUnreachable():
            return Unanswered.NO_ANSWER
        case _:
            return None
