# SPDX-License-Identifier: EUPL-1.2
"""The one way in: a provider's request becomes a turn, the turn a reply, the reply a response.

The order is the promise: signature, reading, `take` (which commits), and only then a 2xx. Whatever goes wrong before
the commit is answered so that the provider asks again or tells its operator, never with a 2xx and never with a stack
trace (reliability A4, A13, D1).
"""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Callable, Mapping

from channels.contract import AnswersInResponse, NotTaken, Reports, StatusReport, WebhookRequest, WebhookResponse
from channels.errors import RequestNotReadable, RequestNotTrusted
from core.errors import StoreUnavailable
from core.phrases import LAST_RESORT, Phrases
from core.turns import InboundTurn, Line, NothingExpected, Prompt, Reply, Role

log = logging.getLogger(__name__)

ASK_AGAIN_SECONDS = 5
"""Long enough for a lock to pass, short enough for a provider's second try within its 15 seconds."""


class Refusals:
    """How often a channel's requests were refused or not taken, and why; for the operator's metrics."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def count(self, channel: str, why: str) -> None:
        """One more."""
        with self._lock:
            self._counts[channel, why] = self._counts.get((channel, why), 0) + 1

    def counts(self) -> Mapping[tuple[str, str], int]:
        """(channel, why) → how often, as it stands now."""
        with self._lock:
            return dict(self._counts)


def answer_webhook(
    request: WebhookRequest,
    channel: AnswersInResponse,
    take: Callable[[InboundTurn], Reply],
    phrases: Phrases,
    refusals: Refusals,
) -> WebhookResponse:
    """Receive, take, respond. `take` commits before it returns. Raises nothing."""

    def answered() -> WebhookResponse:
        received = channel.receive(request)
        if isinstance(received, NotTaken):
            refusals.count(channel.name, received.why)
            return channel.respond(_said(received, phrases), phrases, None)
        return channel.respond(take(received), phrases, received)

    return _guarded(answered, channel.name, refusals)


def answer_report(
    request: WebhookRequest, reports: Reports, record: Callable[[StatusReport], None], refusals: Refusals
) -> WebhookResponse:
    """Take in a delivery report. `record` commits before it returns. A word we do not know is counted and accepted."""

    def answered() -> WebhookResponse:
        report = reports.read_report(request)
        if report.state is None:
            refusals.count(reports.name, "unknown status")
        else:
            record(report)
        return WebhookResponse(200)

    return _guarded(answered, reports.name, refusals)


def _said(not_taken: NotTaken, phrases: Phrases) -> Reply:
    """The sentence that answers what is no turn, or a reply without a word."""
    say = (Line(Role.INFORMATION, phrases.wording(not_taken.say, LAST_RESORT)),) if not_taken.say else ()
    return Reply(say, NothingExpected(), LAST_RESORT, Prompt.RECEPTION)


def _guarded(answer: Callable[[], WebhookResponse], name: str, refusals: Refusals) -> WebhookResponse:
    """The answer, or the refusal that belongs to what went wrong."""
    try:
        return answer()
    except RequestNotTrusted as error:
        refusals.count(name, "not trusted")
        return WebhookResponse(403, str(error))
    except RequestNotReadable as error:
        refusals.count(name, "not readable")
        return WebhookResponse(400, str(error))
    except StoreUnavailable:
        refusals.count(name, "store unavailable")
        return _later()
    except Exception as error:  # noqa: BLE001 - whatever our fault is, the provider must keep the message
        refusals.count(name, "fault")
        return _later(_logged(error))


def _later(reference: str = "") -> WebhookResponse:
    body = f"please try again (reference {reference})" if reference else "please try again"
    return WebhookResponse(503, body, headers={"Retry-After": str(ASK_AGAIN_SECONDS)})


def _logged(error: Exception) -> str:
    """Log kind and place of a fault under a random reference; its message may hold what somebody wrote (E1)."""
    reference = secrets.token_hex(4)
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    place = f"{frame.f_globals.get('__name__')}:{line}"
    log.error("a request could not be answered: %s in %s, reference %s", type(error).__name__, place, reference)
    return reference
