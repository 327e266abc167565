# SPDX-License-Identifier: EUPL-1.2
"""How long things are kept: the retention table. Pure; the periods are the town's to approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self

from core.phrases import LAST_RESORT
from core.turns import NothingExpected, Prompt, Reply

NOTHING_LEFT: Final = Reply(say=(), expects=NothingExpected(), language=LAST_RESORT, about=Prompt.FINISHED)
"""The reply to a turn whose own reply has been purged: it says nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than these has had its time."""

    replies: datetime
    """Stored replies go 7 days after receipt; the ids of their turns stay, so that a late repeat changes nothing."""
    addresses: date
    """An address goes 6 months (183 days) after its last contact, a message to the town hall so long after its day."""
    register: datetime
    """The register goes 4 weeks after sealing: as long as a result may be objected to. Sound goes with it."""
    drafts: date
    """A web draft goes 14 days after its last contact."""
    tries: datetime
    """Wrong tries are forgotten after a day."""

    @classmethod
    def at(cls, now: datetime) -> Self:
        """The limits at this moment."""
        return cls(
            replies=now - timedelta(days=7),
            addresses=(now - timedelta(days=183)).date(),
            register=now - timedelta(weeks=4),
            drafts=(now - timedelta(days=14)).date(),
            tries=now - timedelta(days=1),
        )
