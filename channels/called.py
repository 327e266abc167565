# SPDX-License-Identifier: EUPL-1.2
"""What became of a call that we placed: how long it was, or why nobody was reached and when to call again."""

from __future__ import annotations

from datetime import datetime

from channels.contract import StatusReport
from channels.errors import SendError
from channels.terms import unanswered
from core.call_backs import Unanswered, minutes_of
from core.ports import OutboxStore


def take_call_report(report: StatusReport, message_id: str, outbox: OutboxStore, town: str, at: datetime) -> bool:
    """Write down what only calls have; whether that is all there is to the report."""
    why = _why_again(report.error)
    if why:
        outbox.unanswered(town, message_id, report.provider_id, why, at)
        return True
    if report.seconds is not None or report.error:
        outbox.lasted(town, message_id, minutes_of(report.seconds or 0))
    return False


def _why_again(error: SendError | None) -> Unanswered | None:
    """A call that the network did not carry is tried again as one that nobody answered."""
    if error is None or not error.retryable:
        return None
    return unanswered(error) or Unanswered.NO_ANSWER
