# SPDX-License-Identifier: EUPL-1.2
"""Voices and ballots: one person, one voice in one count.

A `Voice` is the right to be counted once; a `Ballot` is what it said. Everything that changes a ballot gives back the
new ballot and exactly what the tally must add or subtract, so that the count and the answers cannot part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.questions.contract import Value
from core.turns import Counting

if TYPE_CHECKING:
    from core.consultation import Consultation

WITHOUT_NUMBER = "without_number"
"""The option under which participants who withheld their number are counted apart."""


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
    without_number: bool = False
    channel: str | None = None
    counted: Mapping[str, Recorded] = field(default_factory=dict)
    drafts: Mapping[str, Recorded] = field(default_factory=dict)

    def values(self, counting: Counting) -> dict[str, Value | None]:
        """What this person has answered as her channel shows it: a draft is met only where drafts are made."""
        seen = {**self.counted, **self.drafts} if counting is Counting.AFTER_CHECK else self.counted
        return {key: given.value for key, given in seen.items()}

    @property
    def takes_part(self) -> bool:
        """Whether at least one answer counts."""
        return any(given.value is not None for given in self.counted.values())


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


def given(ballot: Ballot, question: str, recorded: Recorded, counting: Counting) -> Ballot:
    """The ballot with this answer: counted at once, or as a draft."""
    if counting is Counting.AFTER_CHECK:
        return replace(ballot, drafts={**ballot.drafts, question: recorded})
    return replace(ballot, counted={**ballot.counted, question: recorded})


def confirmed(ballot: Ballot, at: datetime) -> Ballot:
    """The ballot after its drafts were checked and sent at this moment."""
    sent = {key: replace(draft, received_at=at) for key, draft in ballot.drafts.items()}
    return replace(ballot, counted={**ballot.counted, **sent}, drafts={})


def withdrawn(ballot: Ballot) -> Ballot:
    """The ballot without any answer."""
    return replace(ballot, counted={}, drafts={})


def change(before: Ballot, after: Ballot, consultation: Consultation) -> BallotChange:
    """What becomes of a ballot, in a form that the store can write.

    An answer to a question that is no longer put to this person (`asked_if`) is withdrawn with the answer that it
    hung on. A trial changes no tally.
    """
    kept = _still_asked(after, consultation)
    latest = latest_answer(kept)
    stored = replace(kept, revision=before.revision + 1, channel=latest.channel if latest else None)
    delta = Counter[Cell]()
    if not before.trial:
        delta.update(cells(stored, consultation))
        delta.subtract(cells(before, consultation))
    return BallotChange(before, stored, {cell: count for cell, count in delta.items() if count})


def _still_asked(ballot: Ballot, consultation: Consultation) -> Ballot:
    def kept(answers: Mapping[str, Recorded], seen: Mapping[str, Value | None]) -> dict[str, Recorded]:
        asked = {question.key for question in consultation.asked(seen)}
        return {key: answer for key, answer in answers.items() if key in asked}

    counted = kept(ballot.counted, ballot.values(Counting.AT_ONCE))
    drafts = kept(ballot.drafts, ballot.values(Counting.AFTER_CHECK))
    if len(counted) == len(ballot.counted) and len(drafts) == len(ballot.drafts):
        return ballot
    return _still_asked(replace(ballot, counted=counted, drafts=drafts), consultation)


def latest_answer(ballot: Ballot) -> Recorded | None:
    """The counted answer that was received last; it decides the channel a person is shown under.

    Of two received in the same microsecond the question's key decides, so that a recount finds the same one.
    """
    answers = {key: answer for key, answer in ballot.counted.items() if answer.value is not None}
    latest = max(answers, key=lambda key: (answers[key].received_at, key), default="")
    return answers.get(latest)


def cells(ballot: Ballot, consultation: Consultation) -> Counter[Cell]:
    """Everything that this ballot adds to the tally."""
    added = Counter[Cell]()
    for key, answer in ballot.counted.items():
        question = consultation.question(key)
        if question is None or answer.value is None:
            continue
        for option in ("", *question.cells(answer.value)):
            added[Cell(key, option, answer.channel, answer.language)] += 1
    latest = latest_answer(ballot)
    if latest:
        added[Cell("", "", latest.channel, latest.language)] += 1
        if ballot.without_number:
            added[Cell("", WITHOUT_NUMBER, latest.channel, latest.language)] += 1
    return added
