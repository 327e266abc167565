# SPDX-License-Identifier: EUPL-1.2
"""What is asked, in which languages, from when until when, and at which level of assurance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.people import Level
from core.questions.contract import Condition, Question, Value
from core.texts import Texts


class ResultsShown(StrEnum):
    """When residents may see results."""

    AFTER_ANSWER = "after_answer"
    AFTER_CLOSE = "after_close"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation file, checked. `keyword` is unique among the open consultations of a municipality."""

    keyword: str
    level: Level
    languages: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    results: ResultsShown
    legal_basis: str
    field: str
    title: Texts
    intro: Texts
    thanks: Texts
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)

    def asked(self, answers: Mapping[str, Value | None]) -> tuple[Question, ...]:
        """The questions that are put to somebody with these answers, in order. `asked_if` is honoured."""
        return tuple(question for question in self.questions if applies(question.asked_if, answers))

    def next_open(self, answers: Mapping[str, Value | None]) -> Question | None:
        """The first question that is put and has neither an answer nor been passed over."""
        return next((question for question in self.asked(answers) if question.key not in answers), None)


def applies(condition: Condition | None, answers: Mapping[str, Value | None]) -> bool:
    """Whether a question with this condition is put to somebody with these answers."""
    if condition is None:
        return True
    value = answers.get(condition.question)
    if value is None:
        return False
    given = value if isinstance(value, tuple) else (str(value),)
    return any(each in condition.values for each in given)


class State(StrEnum):
    """What staff and the clock have done with a consultation. Whether it is open *now* also needs the clock."""

    DRAFT = "draft"
    RELEASED = "released"
    """Staff opened it; from `opens_at` until `closes_at` it takes answers."""
    CLOSED = "closed"
    """Closed by the clock or by staff; links are still there."""
    SEALED = "sealed"
    """The links between voices and ballots are destroyed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A consultation as it stands in the store: which version, in which state."""

    id: str
    version: int
    state: State
    consultation: Consultation
    publication: Mapping[str, object] | None = None
    """What residents may see now, in the shape of `examples/results.json`."""
    closed_at: datetime | None = None
    """When staff or the clock closed it; staff may close before `closes_at`."""

    @property
    def ends_at(self) -> datetime:
        """The first moment whose answers no longer count."""
        return min(self.consultation.closes_at, self.closed_at or self.consultation.closes_at)

    def takes_answers_at(self, moment: datetime) -> bool:
        """Whether an answer received at this moment counts: `opens_at <= moment < ends_at`, and released."""
        in_time = self.consultation.opens_at <= moment < self.ends_at
        return in_time and self.state in {State.RELEASED, State.CLOSED}

    def is_over_at(self, moment: datetime) -> bool:
        """Whether it was released and its time has passed."""
        return self.state is not State.DRAFT and moment >= self.ends_at
