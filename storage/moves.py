# SPDX-License-Identifier: EUPL-1.2
"""What follows from a change of state: rules that every store shares. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.call_backs import CHANNEL as CALLS
from core.consultation import State
from core.outbox import RANK, MessageState

OVER: Final = frozenset({MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED})
"""States in which the text is needed no more, and is emptied."""

ENDED: Final = frozenset({MessageState.DELIVERED, MessageState.FAILED})
"""States after which nothing comes. The order of a call is kept until then: nobody may answer."""

UNDER_WAY: Final = frozenset({MessageState.SENDING, MessageState.SENT, MessageState.AMBIGUOUS})
"""States of a call of which nobody was reached yet."""

_HANDED_OVER: Final = frozenset({MessageState.SENT, MessageState.AMBIGUOUS, MessageState.DELIVERED})
_TRIED_AGAIN_FROM: Final = frozenset({MessageState.SENDING, MessageState.AMBIGUOUS})


def may_come_from(state: MessageState) -> frozenset[MessageState]:
    """The states before this one: those of lower rank. A message that was claimed may be queued to be tried again."""
    if state is MessageState.QUEUED:
        return _TRIED_AGAIN_FROM
    return frozenset(earlier for earlier in MessageState if RANK[earlier] < RANK[state])


def was_handed_over(state: MessageState, provider_id: str | None) -> bool:
    """Whether the provider has (or may have) the message: then its segments count against the budget."""
    return state in _HANDED_OVER or provider_id is not None


def attempts_after(attempts: int, state: MessageState, error: str | None) -> int:
    """How often sending was tried. A claim counts as a try; put back without an error, it was none (quiet hours)."""
    return attempts - 1 if state is MessageState.QUEUED and error is None else attempts


def text_is_over(state: MessageState, channel: str) -> bool:
    """Whether the text of a message is needed no more in this state."""
    return state in (ENDED if channel == CALLS else OVER)


def is_stale(before: MessageState, after: MessageState, channel: str) -> bool:
    """Whether this is our record of placing a call that was queued again meanwhile: a report has overtaken it."""
    return channel == CALLS and before is MessageState.QUEUED and after not in ENDED


def times_after(state: State, at: datetime, closed_at: datetime | None) -> dict[str, datetime | None]:
    """When a consultation was closed and sealed, after it was moved to this state at this moment."""
    match state:
        case State.CLOSED:
            return {"closed_at": at, "sealed_at": None}
        case State.SEALED:
            return {"closed_at": closed_at or at, "sealed_at": at}
        case _:
            return {"closed_at": None, "sealed_at": None}
