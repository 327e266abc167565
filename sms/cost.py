# SPDX-License-Identifier: EUPL-1.2
"""What a consultation costs by text message: segments for each question and for one completed poll.

Only what we send is counted; what residents send costs them, not the town.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.phrases import Phrases
from core.turns import Reply
from sms.gsm7 import Segments, measure
from sms.text import sms_text


@dataclass(frozen=True, slots=True)
class MessageCost:
    """One message of a poll: which prompt it carries, its text, its size."""

    about: str
    text: str
    segments: Segments


@dataclass(frozen=True, slots=True)
class PollCost:
    """All messages that one person gets who answers everything, in order."""

    messages: tuple[MessageCost, ...]

    @property
    def segments(self) -> int:
        """Segments of the whole poll."""
        return sum(message.segments.count for message in self.messages)

    def cents(self, cent_per_segment: Decimal) -> Decimal:
        """Price of one completed poll."""
        return self.segments * cent_per_segment


def cost_of(replies: Iterable[Reply], phrases: Phrases) -> PollCost:
    """The cost of these replies, given as a person meets them: keyword, each question, the farewell."""
    texts = ((reply.about, sms_text(reply, phrases)) for reply in replies)
    return PollCost(tuple(MessageCost(about, text, measure(text)) for about, text in texts))
