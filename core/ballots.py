# SPDX-License-Identifier: EUPL-1.2
"""Voices and ballots: one person, one voice in one count.

A `Voice` is the right to be counted once; a `Ballot` is what it said. Everything that changes a ballot gives back the
new ballot and exactly what the tally must add or subtract, so that the count and the answers cannot part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.questions.contract import Value


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer as its link row knows it. `value` is None for a question that was passed over: it counts nothing."""

    value: Value | None
    received_at: datetime
    channel: str
    language: str
    version: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """All that one voice has said in one consultation.

    `revision` is 0 while the voice is not stored. `channel` is that of the latest counted answer, None while nothing
    counts. `drafts` wait for the check page and count nothing. `ballot_id` is random and names the answers in the
    ballot box; only links join it to `voice_id`.
    """

    consultation_id: str
    voice_id: str
    ballot_id: str
    receipt: str
    revision: int = 0
    trial: bool = False
    channel: str | None = None
    counted: Mapping[str, Recorded] = field(default_factory=dict)
    drafts: Mapping[str, Recorded] = field(default_factory=dict)

    def values(self) -> dict[str, Value | None]:
        """What this person has answered as she sees it: drafts over counted answers."""
        return {key: given.value for key, given in {**self.counted, **self.drafts}.items()}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One number of the tally. `question` "" holds the participants; `option` "" holds how many answered."""

    question: str
    option: str
    channel: str
    language: str


Delta = Mapping[Cell, int]
"""What the tally must add (or, negative, subtract)."""


@dataclass(frozen=True, slots=True)
class BallotChange:
    """A ballot before and after, and what the tally must add. `after.revision` is `before.revision + 1`."""

    before: Ballot
    after: Ballot
    delta: Delta
