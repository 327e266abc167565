# SPDX-License-Identifier: EUPL-1.2
"""Messages that we start: their states, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class MessageState(StrEnum):
    """`queued → sending → sent → delivered | failed`; `ambiguous` when the provider's answer never came."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"


RANK = {
    MessageState.QUEUED: 0,
    MessageState.SENDING: 1,
    MessageState.AMBIGUOUS: 2,
    MessageState.SENT: 3,
    MessageState.DELIVERED: 4,
    MessageState.FAILED: 4,
}
"""A report may only move a message up; of two final states the first holds. Providers repeat and reorder reports."""


class MessageKind(StrEnum):
    """Why a message is sent. Quiet hours bind all that is not a reply."""

    REPLY = "reply"
    INVITATION = "invitation"
    CALL_BACK = "call_back"
    """A call that the person has asked for."""
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message in the outbox. `id` is our own reference, given to the provider where it takes one."""

    id: str
    kind: MessageKind
    channel: str
    address_id: str
    consultation_id: str | None
    text: str
    """What is sent, already fitted to the channel; emptied after delivery."""
    segments: int
    state: MessageState = MessageState.QUEUED
    attempts: int = 0
    not_before: datetime | None = None
    not_after: datetime | None = None
    """Too old is dropped, not sent late."""
    provider_id: str | None = None
    error: str | None = None


MOST_ATTEMPTS = 5


def next_attempt(attempts: int, now: datetime) -> datetime:
    """When to try again after so many failures: 1, 5, 15, 60 minutes. Growing waits as courier and Notify keep them."""
    minutes = (1, 5, 15, 60)
    return now + timedelta(minutes=minutes[min(attempts, len(minutes)) - 1])
