# SPDX-License-Identifier: EUPL-1.2
"""What every question type must be able to do. One file per type; `QUESTION_TYPES` lists them all.

A type may take several turns for one answer (a ranking by keypad): `hear` then gives `GoOn` with what it has so far,
which comes back in `Asking.so_far` with the next turn. A type may be given material when it is asked (approved ideas,
running results): `Asking.material`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from core.files.entry import Entry
from core.phrases import Phrases
from core.texts import Texts
from core.turns import Expectation, Said, Wording
from core.understanding import LanguageWords


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer that was spoken: the random id of its recording, and how many seconds it lasts."""

    recording: str
    seconds: int


Value = str | Decimal | tuple[str, ...] | Spoken
"""An understood answer: an option's key or free words, a number, several option keys, or a recording."""

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
"""What JSON can hold."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`asked_if` of the file: ask only if the answer to `question` is one of `values` (option keys or numbers)."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """One question being asked of one person: her language, and what this type has gathered already."""

    language: str
    words: LanguageWords
    phrases: Phrases
    so_far: Mapping[str, Plain] = field(default_factory=dict)
    material: Mapping[str, Plain] = field(default_factory=dict)
    recorded: Value | None = None
    """The answer that stands recorded, to refill a form."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer is complete."""

    value: Value


@dataclass(frozen=True, slots=True)
class GoOn:
    """Understood, and the same question needs another turn."""

    so_far: Mapping[str, Plain]


class Why(StrEnum):
    """Why something said could not be taken; each has its own sentence, phrase key "problem.<value>"."""

    NOTHING_FITS = "nothing_fits"
    SEVERAL_FIT = "several_fit"
    """Two options are possible: ask, never guess."""
    TOO_MANY = "too_many"
    STANDS_ALONE = "stands_alone"
    """An exclusive option was named together with others."""
    NO_NUMBER = "no_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    """More decimals than asked for."""
    EMPTY = "empty"
    CANNOT_BE_READ = "cannot_be_read"
    """A picture, a sound, a file."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Ask again. `values` fill the placeholders of the sentence for `why` (least, most, count, …)."""

    why: Why
    values: Mapping[str, str] = field(default_factory=dict)


Heard = Answered | GoOn | NotUnderstood


class Question(Protocol):
    """One thing asked. Implementations are frozen dataclasses."""

    type: ClassVar[str]

    @property
    def key(self) -> str: ...
    @property
    def text(self) -> Texts: ...
    @property
    def explain(self) -> Texts | None: ...
    @property
    def optional(self) -> bool: ...
    @property
    def asked_if(self) -> Condition | None: ...

    @classmethod
    def read(cls, entry: Entry) -> Self:
        """Read this type's part of a consultation file; faults are told to `entry`, all of them."""

    def expects(self, asking: Asking) -> Expectation:
        """What can be answered now."""

    def hear(self, said: Said, asking: Asking) -> Heard:
        """Understand what was said. Pure; never guesses."""

    def name(self, value: Value, asking: Asking) -> Wording:
        """An answer in the person's own language, to read it back ("Nur am Wochenende", "4")."""

    def cells(self, value: Value) -> tuple[str, ...]:
        """The cells of the tally to which this answer adds one, beside "answered"."""

    def options(self) -> tuple[str, ...] | None:
        """The cells that results list, in order; None where results show only how many answered."""

    def mean(self, counts: Mapping[str, int]) -> float | None:
        """The mean of the counted cells, one decimal; None where a mean says nothing."""
