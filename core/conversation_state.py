# SPDX-License-Identifier: EUPL-1.2
"""Where one address is, and all that one turn changes. Values only; `core.conversation` decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.ballots import BallotChange
from core.call_backs import CallBack, NoCallBack
from core.people import Person
from core.questions.contract import Plain, Value
from core.recordings import NewRecording
from core.turns import Prompt, Reply


@dataclass(frozen=True, slots=True)
class Extending:
    """An open answer that further messages are added to, until a moment."""

    consultation_id: str
    question: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where one address is: at reception, or at a prompt of one consultation.

    What is still open is not kept here: it is computed from the voice's answers, so that any channel can go on.
    """

    language: str | None = None
    consultation_id: str | None = None
    asking: str = Prompt.RECEPTION
    """The open prompt: a question's key or a `Prompt`."""
    so_far: Mapping[str, Plain] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    """What the numbers of the last list stood for (consultation ids, question keys, languages)."""
    repairs: int = 0
    """How often in a row the open prompt was not understood."""
    extending: Extending | None = None
    call_began: datetime | None = None
    """When the call that is under way, or was the last one, began (UTC)."""
    calls: int = 0
    """Calls that have come on the day of `call_began`."""
    resume: str | None = None
    """The prompt to return to after a side question (language, deleting)."""


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """An answer that came after the close: kept and told, never counted by itself."""

    consultation_id: str
    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one turn changes. The store writes it in one transaction."""

    person: Person
    conversation: Conversation
    reply: Reply
    ballots: tuple[BallotChange, ...] = ()
    late: tuple[LateAnswer, ...] = ()
    erased: bool = False
    """The person asked to be forgotten: address, conversation and answers of open consultations go."""
    recorded: tuple[NewRecording, ...] = ()
    """What was spoken with this turn, to be fetched from the provider."""
    dropped: tuple[str, ...] = ()
    """Ids of recordings that nobody may hear any more."""
    call_back: CallBack | NoCallBack | None = None
    """The person wants to be called, or not to be called any more."""
