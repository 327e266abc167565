# SPDX-License-Identifier: EUPL-1.2
"""A call that we place, read from the outbox: why we call, and which consultation it is about."""

from __future__ import annotations

from dataclasses import dataclass

from core.turns import Occasion


@dataclass(frozen=True, slots=True)
class CallOrder:
    """Why somebody is called. `keyword` names the consultation, None where the call is about none.

    Its text is written by `core.call_backs.CallBack.order`.
    """

    occasion: Occasion
    keyword: str | None = None

    @classmethod
    def from_text(cls, text: str) -> CallOrder:
        """The order behind such a text. Raises ValueError for an occasion that there is not."""
        occasion, _, keyword = text.strip().partition(" ")
        return cls(Occasion(occasion), keyword.strip() or None)
