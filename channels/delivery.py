# SPDX-License-Identifier: EUPL-1.2
"""The one way out: claim what is due, hand it to the provider, write down what became of it.

A message is `sending` in the store, under our own id, before the provider hears of it; whatever happens afterwards, it
is never sent twice on doubt (reliability C1-C6). Every call to the store is a transaction of its own, so no connection
is held while a provider is slow. Messages that a crash leaves in `sending` are the business of `OutboxStore.stuck`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from channels.called import take_call_report
from channels.contract import Sender, StatusReport
from channels.errors import AddressRefused, Ambiguous, CannotReceiveText, SendError, Throttled
from channels.terms import Terms, TextTerms
from core.call_backs import CHANNEL as CALLS
from core.municipality import Municipality
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.people import Address
from core.ports import Clock, DueMessage, OutboxStore

log = logging.getLogger(__name__)

Quiet = Callable[[datetime], datetime | None]
"""The end of the quiet hours if this moment lies in them, else None."""
Pause = Callable[[float], object]
"""Wait so many seconds, or less if the service is ending."""


class Became(StrEnum):
    """What one round made of a message that it had claimed."""

    SENT = "sent"
    POSTPONED = "postponed"
    """Quiet hours, a spent budget or a provider that asks to wait: no attempt was made."""
    AGAIN = "again"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went: how many messages became what. Empty when nothing was due or may leave today."""

    became: Mapping[Became, int] = field(default_factory=dict)

    @property
    def claimed(self) -> int:
        """How many messages this round took up."""
        return sum(self.became.values())


@dataclass(frozen=True, slots=True)
class Delivery:
    """What sending needs, joined once at wiring."""

    sender: Sender
    outbox: OutboxStore
    clock: Clock
    quiet: Quiet
    pause: Pause = time.sleep
    terms: Callable[[Municipality], Terms] = TextTerms


def deliver_due(town: Municipality, delivery: Delivery) -> Round:
    """Send one batch, no larger than one second's worth of the number's rate. Safe to call at any time, and late."""
    now = delivery.clock.now()
    today, _ = _day(now, town)
    terms = delivery.terms(town)
    left = terms.most_per_day - delivery.outbox.segments_sent_since(town.key, today, delivery.sender.name)
    if left <= 0:
        return Round()
    batch = delivery.outbox.claim_due(town.key, delivery.sender.name, now, _batch_size(terms))
    return Round(_Batch(town, delivery, now, left).send_all(batch))


def _batch_size(terms: Terms) -> int:
    """Messages that may leave in one second if each has one segment; at least one."""
    return max(1, int(terms.per_second))


def _day(now: datetime, town: Municipality) -> tuple[datetime, datetime]:
    """When the town's day began and when it ends, in UTC; 23 or 25 hours apart where the clocks change."""
    midnight = now.astimezone(town.time_zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)


class _Batch:
    """One batch on its way: what may still leave today, and until when everything else has to wait."""

    def __init__(self, town: Municipality, delivery: Delivery, began: datetime, left: int) -> None:
        self._town = town
        self._delivery = delivery
        self._terms = delivery.terms(town)
        self._began = began
        self._left = left
        self._sent_weight = 0
        self._wait_until: datetime | None = None

    def send_all(self, batch: Sequence[DueMessage]) -> Counter[Became]:
        return Counter(self._settle(due) for due in batch)

    def _settle(self, due: DueMessage) -> Became:
        now = self._delivery.clock.now()
        postponed = self._must_wait(due.message, now)
        if postponed:
            self._record(due.message, MessageState.QUEUED, now, not_before=postponed)
            return Became.POSTPONED
        return self._hand_over(due, now)

    def _must_wait(self, message: OutboundMessage, now: datetime) -> datetime | None:
        """Until when this message has to wait; None if it may leave."""
        if self._wait_until:
            return self._wait_until
        if message.segments > self._left:
            _, tomorrow = _day(now, self._town)
            self._wait_until = self._terms.when_spent(now, tomorrow)
            return self._wait_until
        return None if message.kind is MessageKind.REPLY else self._delivery.quiet(now)

    def _hand_over(self, due: DueMessage, now: datetime) -> Became:
        hindrance = self._terms.hindrance(due.to)
        if hindrance:
            return self._not_sent(due, hindrance)
        try:
            provider_id = self._delivery.sender.send(due.message, due.to)
        except SendError as error:
            return self._not_sent(due, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours says nothing about whether the message has left
            log.error("sending stopped with %s; the message counts as ambiguous", type(error).__name__)  # noqa: TRY400 - no traceback: it may hold a number
            return self._not_sent(due, Ambiguous())
        self._record(due.message, MessageState.SENT, self._delivery.clock.now(), provider_id=provider_id)
        self._spend(due.message)
        return Became.SENT

    def _not_sent(self, due: DueMessage, error: SendError) -> Became:
        now = self._delivery.clock.now()
        learn(error, due.to, self._delivery.outbox, self._town.key, now)
        if isinstance(error, Ambiguous):
            self._record(due.message, MessageState.AMBIGUOUS, now, error=str(error))
            self._spend(due.message)
            return Became.AMBIGUOUS
        again = self._terms.again(due.message.attempts, error, now)
        if again:
            again = self._as_asked(error, now, again)
            self._record(due.message, MessageState.QUEUED, now, error=str(error), not_before=again)
            return Became.AGAIN
        self._record(due.message, MessageState.FAILED, now, error=str(error))
        return Became.FAILED

    def _as_asked(self, error: SendError, now: datetime, again: datetime) -> datetime:
        """A provider that asks to wait makes the rest of the batch wait as long, in its order."""
        if not isinstance(error, Throttled):
            return again
        named = error.retry_after_seconds
        self._wait_until = again if named is None else now + timedelta(seconds=named)
        return self._wait_until

    def _spend(self, message: OutboundMessage) -> None:
        """Wait until what was sent so far has had its share of time (reliability C7: the number's own rate)."""
        self._left -= message.segments
        self._sent_weight += self._terms.weight(message)
        due_after = float(self._sent_weight / self._terms.per_second)
        passed = (self._delivery.clock.now() - self._began).total_seconds()
        if due_after > passed:
            self._delivery.pause(due_after - passed)

    def _record(
        self,
        message: OutboundMessage,
        state: MessageState,
        at: datetime,
        *,
        provider_id: str | None = None,
        error: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        self._delivery.outbox.record(
            self._town.key, message.id, state, at, provider_id=provider_id, error=error, not_before=not_before
        )


def learn(error: SendError | None, to: Address | None, outbox: OutboxStore, town: str, at: datetime) -> None:
    """Keep what an error says about an address: it wants nothing more, or it cannot receive text (A17)."""
    if to is None:
        return
    match error:
        case AddressRefused():
            outbox.opt_out(town, to, at)
        case CannotReceiveText():
            outbox.voice_only(town, to)
        case _:
            pass


def take_report(report: StatusReport, channel: str, outbox: OutboxStore, town: str, at: datetime) -> None:
    """Write a provider's report down; by our own reference where it came back, so that an early one counts too (C5)."""
    if report.state is None:
        return
    learn(report.error, report.to, outbox, town, at)
    if channel == CALLS and report.message_id and take_call_report(report, report.message_id, outbox, town, at):
        return
    error = str(report.error) if report.error else None
    if report.message_id:
        outbox.record(town, report.message_id, report.state, at, provider_id=report.provider_id, error=error)
    else:
        outbox.report(town, channel, report.provider_id, report.state, at, error)
