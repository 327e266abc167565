# SPDX-License-Identifier: EUPL-1.2
"""From a list of telephone numbers to invitations: who can be invited, who not and why, what it costs, when it ends.

Lists come from spreadsheets, so whatever they save is read: with or without a header, separated by semicolon, comma
or tab. Numbers are never repeated in a message; a line number says enough.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.errors import ActNotPossible
from core.municipality import Municipality
from core.people import Address, AddressKind
from core.ports import Calendar, Invitee, NumberRead, PhoneNumbers
from core.quiet_hours import quiet_from, quiet_until

# ------------------------------------------------------------------------------------------------------- reading


class PassedOver(StrEnum):
    """Why a line of the list gets no invitation."""

    NO_NUMBER = "no number"
    ROUNDED = "rounded"
    """A spreadsheet has turned the number into 4,9151E+12; its last digits are lost."""
    LANDLINE = "landline"
    """Cannot receive text."""
    NO_MOBILE = "no mobile"
    """A service or premium number."""
    ABROAD = "abroad"
    """Does not begin with a prefix that the town allows (reliability D10, D12)."""
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class LinePassedOver:
    """One line of the list without an invitation; `first` is the line that a duplicate repeats."""

    line: int
    why: PassedOver
    first: int | None = None


@dataclass(frozen=True, slots=True)
class LanguageNotOffered:
    """One line whose language the town does not have; its invitation comes in the town's first language.

    `written` is "" where the cell holds a digit: it might be a number.
    """

    line: int
    written: str


def decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """The lines of a list as text: UTF-8, else Windows-1252, each line for itself. Raises `ActNotPossible`."""
    for place, line in enumerate(lines):
        if place == 0 and line.startswith(_NO_TEXT):
            raise ActNotPossible("Diese Liste ist keine CSV-Datei. Speichern Sie sie in der Tabelle als CSV (UTF-8).")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("cp1252", errors="replace")


_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")
"""How spreadsheets (xlsx, ods, xls) and "Unicode text" begin."""


ListRead = Invitee | LinePassedOver | LanguageNotOffered


def read_list(lines: Iterable[str], numbers: PhoneNumbers, town: Municipality) -> Iterator[ListRead]:
    """Each line of the list, in order, as somebody to invite or as passed over. Empty lines and a header are no lines.

    A column named "Sprache" (or "language") gives the language; a language that the town does not have is told before
    the one to invite. Without a header the first cell of a line that can be
    read as a number is taken.
    """
    seen: dict[str, int] = {}
    columns = _Columns()
    for line, cells in _rows(lines):
        header = _header(cells) if not seen and columns == _Columns() else None
        if header:
            columns = header
            continue
        found = _judge(line, columns.numbers(cells), numbers, town)
        if isinstance(found, LinePassedOver):
            yield found
        elif found in seen:
            yield LinePassedOver(line, PassedOver.DUPLICATE, seen[found])
        else:
            seen[found] = line
            written = columns.language(cells)
            if written and written not in town.languages:
                yield LanguageNotOffered(line, "" if any(map(str.isdigit, written)) else written)
            yield Invitee(Address(AddressKind.PHONE, found), written if written in town.languages else None)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the number and the language stand; None where no header says so."""

    number: int | None = None
    spoken: int | None = None

    def numbers(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells that may hold the number."""
        return cells if self.number is None else cells[self.number : self.number + 1]

    def language(self, cells: Sequence[str]) -> str:
        """What stands for the language of this line; "" for nothing."""
        return cells[self.spoken].lower() if self.spoken is not None and self.spoken < len(cells) else ""


_NUMBER_NAMES = ("handy", "mobil", "telefon", "rufnummer", "nummer", "phone", "number")
"""Words in the name of the column that holds the number, the most telling first."""
_LANGUAGE_NAMES = ("sprache", "language", "lang")


def _header(cells: Sequence[str]) -> _Columns | None:
    """The columns that a header names; None for a line that is no header. A header holds no row of digits."""
    names = [cell.lower() for cell in cells]
    number = _named(names, _NUMBER_NAMES)
    if number is None or any(sum(map(str.isdigit, name)) > 4 for name in names):
        return None
    return _Columns(number, _named(names, _LANGUAGE_NAMES))


def _named(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((place for word in wanted for place, name in enumerate(names) if word in name), None)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number from 1 and stripped cells. Line by line, so that one stray quotation mark spoils one line only."""
    separator = None
    for line, text in enumerate(lines, start=1):
        if not text.strip("\ufeff \t\r\n;,"):
            continue
        separator = separator or max(";\t,", key=text.count)
        yield line, _cells(text.lstrip("\ufeff").rstrip("\r\n"), separator)


def _cells(text: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator), [])]
    except csv.Error:
        return []


def _judge(line: int, cells: Sequence[str], numbers: PhoneNumbers, town: Municipality) -> str | LinePassedOver:
    """The mobile number in these cells, or why there is none that we may write to."""
    if any(_is_rounded(cell) for cell in cells):
        return LinePassedOver(line, PassedOver.ROUNDED)
    read = next((found for cell in cells if (found := numbers.read(cell))), None)
    if read is None:
        return LinePassedOver(line, PassedOver.NO_NUMBER)
    hindrance = _hindrance(read, town)
    return LinePassedOver(line, hindrance) if hindrance else read.e164


def _is_rounded(cell: str) -> bool:
    head, mark, tail = cell.upper().partition("E+")
    return bool(mark) and tail.isdigit() and head.replace(",", "").replace(".", "").isdigit()


def _hindrance(read: NumberRead, town: Municipality) -> PassedOver | None:
    if not read.e164.startswith(town.allowed_prefixes):
        return PassedOver.ABROAD
    if read.sort == "mobile":
        return None
    return PassedOver.LANDLINE if read.sort == "landline" else PassedOver.NO_MOBILE


# ------------------------------------------------------------------------------------------------------- forecast


@dataclass(frozen=True, slots=True)
class Forecast:
    """What sending would mean. `cents` is the price of all segments; the moments are UTC."""

    messages: int
    segments: int
    cents: Decimal
    begins_at: datetime
    ends_at: datetime
    within_budget: bool
    """Whether today's budget still holds all segments."""


def forecast(
    languages: Mapping[str | None, int],
    segments: Mapping[str, int],
    sent_today: int,
    ready_at: datetime,
    town: Municipality,
    calendar: Calendar,
) -> Forecast:
    """What it costs and when it ends to send so many messages per language, beginning at `ready_at` or later.

    `segments` gives the segments of one message by language; "" serves any other language, as in `OutboxStore.invite`.
    """
    messages = sum(languages.values())
    total = sum(count * segments.get(language or "", segments[""]) for language, count in languages.items())
    begins_at = quiet_until(ready_at, town, calendar) or ready_at
    seconds = float(total / town.sms.segments_per_second)
    return Forecast(
        messages,
        total,
        total * town.sms.cent_per_segment,
        begins_at,
        _end_of_sending(begins_at, timedelta(seconds=seconds), town, calendar),
        sent_today + total <= town.sms.most_segments_per_day,
    )


def _end_of_sending(begins_at: datetime, work: timedelta, town: Municipality, calendar: Calendar) -> datetime:
    """When so much sending is done that pauses in quiet hours."""
    while (pause := quiet_from(begins_at, town, calendar)) is not None and pause < begins_at + work:
        work -= pause - begins_at
        begins_at = quiet_until(pause, town, calendar) or pause
    return begins_at + work
