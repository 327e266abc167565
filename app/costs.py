# SPDX-License-Identifier: EUPL-1.2
"""What a consultation costs by text message, in words for the one who pays."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.rehearsal import rehearse
from core.municipality import Municipality
from core.turns import Prompt
from sms.cost import PollCost, cost_of


def cost_lines(text: str, file: str, town: Municipality) -> Iterator[str]:
    """For each language the segments of each message and of one completed poll, and its price."""
    for language in rehearse(text, file, town).consultation.languages:
        rehearsal = rehearse(text, file, town)  # a new person for each language
        cost = cost_of(rehearsal.walk(language), rehearsal.parts.phrases)
        yield f"{language}: {_poll(cost, town.sms.cent_per_segment)}"
        for message in cost.messages:
            size = message.segments
            yield f"    {_name(message.about):<16} {size.count} SMS ({size.units} Zeichen, {size.encoding})"


def _poll(cost: PollCost, cent_per_segment: Decimal) -> str:
    return f"{cost.segments} SMS je Teilnahme, {cents(cost.cents(cent_per_segment))}"


def _name(about: str) -> str:
    return "Ende" if about == Prompt.FINISHED else about


def cents(amount: Decimal) -> str:
    """An amount in cents as Germans write it: "42,5 Cent", from 100 on "4,25 Euro"."""
    if amount >= 100:
        return f"{amount / 100:.2f} Euro".replace(".", ",")
    return f"{amount.normalize():f} Cent".replace(".", ",")
