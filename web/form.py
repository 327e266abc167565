# SPDX-License-Identifier: EUPL-1.2
"""A Reply as one page of a form, and a posted form as what was said. Pure: it knows no Flask and no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, assert_never

from core.commands import Command
from core.turns import (
    ChooseOptions,
    EnterNumber,
    Expectation,
    GivenAnswer,
    LeaveRecording,
    NothingExpected,
    Pressed,
    Reply,
    ReviewAnswers,
    Role,
    Said,
    SayFreely,
    Silence,
    TalkToPerson,
    Words,
)

# ---------------------------------------------------------------------------------------------- what was posted

PRESSABLE = frozenset({Command.BACK, Command.SKIP, Command.DONE, Command.DELETE, Command.CHANGE})
"""The commands that a page has buttons for."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form brought: which button, and the values of the field. `empty` names the command for an empty field."""

    button: str = ""
    answers: tuple[str, ...] = ()
    empty: str = ""

    @property
    def given(self) -> tuple[str, ...]:
        """The values that hold anything."""
        return tuple(each for each in self.answers if each.strip())


class ButtonUnknown(ValueError):
    """A form was posted with a button that no page of ours has."""


def said_by(posted: Posted) -> Said:
    """What the person did with this form. Several values are several option numbers. Raises ButtonUnknown."""
    if posted.button:
        return Pressed(_command(posted.button))
    if posted.given:
        return Words(" ".join(posted.given))
    return Pressed(Command.SKIP) if posted.empty == Command.SKIP else Silence()


def _command(button: str) -> Command:
    if button not in PRESSABLE:
        raise ButtonUnknown
    return Command(button)


# ---------------------------------------------------------------------------------------------- what a page shows


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to tick. `number` is what is posted: the option's place in the list, or the step of a scale."""

    number: str
    label: str
    explain: str = ""
    ticked: bool = False
    alone: bool = False
    """Stands alone among several: set apart from the others."""


@dataclass(frozen=True, slots=True)
class Radios:
    """One of several rows."""

    part: ClassVar[str] = "radios"
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Checkboxes:
    """At most so many of the rows."""

    part: ClassVar[str] = "checkboxes"
    rows: tuple[Row, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Places:
    """The rows in order of liking: one list to pick from for each place."""

    part: ClassVar[str] = "places"
    rows: tuple[Row, ...]
    picked: tuple[str, ...]
    """The number that stands in each place, "" where none does."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One step of a short scale, with what its ends mean."""

    part: ClassVar[str] = "scale"
    rows: tuple[Row, ...]
    least_label: str
    most_label: str


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A number, typed."""

    part: ClassVar[str] = "number"
    written: str
    least: str
    most: str
    unit: str
    keyboard: str
    """HTML `inputmode`: "numeric" or "decimal"."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """Some lines of one's own."""

    part: ClassVar[str] = "text"
    written: str
    longest: int


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """All answers, each with a way to change it."""

    part: ClassVar[str] = "answers"
    rows: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to fill in."""

    part: ClassVar[str] = "nothing"


Field = Radios | Checkboxes | Places | Scale | NumberLine | FreeText | GivenAnswers | Nothing


@dataclass(frozen=True, slots=True)
class Page:
    """One Reply, ready for a template. Texts are plain and unescaped; "" and () stand for "there is none"."""

    about: str
    heading: str
    progress: str
    problems: tuple[str, ...]
    explanations: tuple[str, ...]
    hints: tuple[str, ...]
    paragraphs: tuple[str, ...]
    receipt: str
    field: Field
    offers: tuple[Command, ...]


def page_of(reply: Reply, posted: Posted | None = None) -> Page:
    """The page that shows this reply, refilled with what was just posted where that could not be taken."""
    heading = _heading(reply)
    return Page(
        about=reply.about,
        heading=heading,
        progress=" ".join(_texts(reply, Role.PROGRESS)),
        problems=_texts(reply, Role.PROBLEM),
        explanations=_texts(reply, Role.EXPLANATION),
        hints=_texts(reply, Role.HINT),
        paragraphs=tuple(each for each in _told(reply) if each != heading),
        receipt=" ".join(_texts(reply, Role.RECEIPT)),
        field=field_for(reply.expects, posted.answers if posted else ()),
        offers=reply.offers,
    )


def _heading(reply: Reply) -> str:
    """The question; where nothing is asked, the first thing that is told."""
    for role in (Role.QUESTION, Role.FAREWELL, Role.CONFIRMATION, Role.INFORMATION, Role.GREETING):
        if found := _texts(reply, role):
            return found[0]
    return ""


def _told(reply: Reply) -> tuple[str, ...]:
    """Whatever is said in whole sentences.

    A question page leaves out the intro and the notice, which stand on the start page, and what was understood just
    now, which stands on the check page.
    """
    told = _texts(reply, Role.QUESTION, Role.INFORMATION, Role.FAREWELL)
    ended = isinstance(reply.expects, NothingExpected)
    return (*_texts(reply, Role.CONFIRMATION, Role.GREETING), *told) if ended else told


def _texts(reply: Reply, *roles: Role) -> tuple[str, ...]:
    return tuple(line.wording.text for line in reply.lines(*roles))


# ---------------------------------------------------------------------------------------------- what is filled in


def field_for(expects: Expectation, typed: Sequence[str] = ()) -> Field:
    """The field for an expectation, holding what was typed just now or else what stands recorded."""
    match expects:
        case ChooseOptions():
            return _choice(expects, typed)
        case EnterNumber(scale=True):
            return _scale(expects, typed)
        case EnterNumber():
            return _number(expects, typed)
        case SayFreely():
            return FreeText(" ".join(typed) or expects.written, expects.longest)
        case ReviewAnswers():
            return GivenAnswers(expects.given)
        case LeaveRecording() | TalkToPerson() | NothingExpected():
            return Nothing()
        case _:
            assert_never(expects)


def _choice(expects: ChooseOptions, typed: Sequence[str]) -> Field:
    rows = tuple(
        Row(
            number=str(number),
            label=option.wording.text,
            explain=option.explain.text if option.explain else "",
            ticked=str(number) in typed if typed else option.key in expects.chosen,
            alone=option.exclusive,
        )
        for number, option in enumerate(expects.options, start=1)
    )
    if expects.ranked:
        return Places(rows, _picked(expects, typed))
    return Radios(rows) if expects.most == 1 else Checkboxes(rows, expects.most)


def _picked(expects: ChooseOptions, typed: Sequence[str]) -> tuple[str, ...]:
    numbers = {option.key: str(number) for number, option in enumerate(expects.options, start=1)}
    standing = tuple(typed) or tuple(numbers[key] for key in expects.chosen if key in numbers)
    return (*standing, *[""] * expects.most)[: expects.most]


def _scale(expects: EnterNumber, typed: Sequence[str]) -> Scale:
    least, most = int(expects.least or 0), int(expects.most or 0)
    standing = typed or [_plain(expects.entered)]
    rows = tuple(Row(str(step), str(step), ticked=str(step) in standing) for step in range(least, most + 1))
    ends = (expects.least_label, expects.most_label)
    least_label, most_label = (end.text if end else "" for end in ends)
    return Scale(rows, least_label, most_label)


def _number(expects: EnterNumber, typed: Sequence[str]) -> NumberLine:
    return NumberLine(
        written=" ".join(typed) or _plain(expects.entered),
        least=_plain(expects.least),
        most=_plain(expects.most),
        unit=expects.unit.text if expects.unit else "",
        keyboard="decimal" if expects.decimals else "numeric",
    )


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
