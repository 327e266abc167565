# SPDX-License-Identifier: EUPL-1.2
"""From a list of telephone numbers to people to invite: who can be invited, and who not and why.

Lists come from spreadsheets, so whatever they save is read: with or without a header, separated by semicolon, comma
or tab. Numbers are never repeated in a message; a line number says enough.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.errors import ActNotPossible
from core.people import Address, AddressKind
from core.ports import Invitee, NumberRead, PhoneNumbers


class PassedOver(StrEnum):
    """Why a line of the list gets no invitation."""

    NO_NUMBER = "no number"
    ROUNDED = "rounded"
    """A spreadsheet has turned the number into 4,9151E+12; its last digits are lost."""
    LANDLINE = "landline"
    """Cannot receive text; it may be called."""
    SERVICE_NUMBER = "service number"
    """Or a premium one: neither written to nor called."""
    ABROAD = "abroad"
    """Does not begin with a prefix that the town allows (reliability D10, D12)."""
    DUPLICATE = "duplicate"


Reach = Callable[[NumberRead], PassedOver | None]
"""Why a number is not reached by the means that is invited with; None where it is."""


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


def read_list(
    lines: Iterable[str], numbers: PhoneNumbers, reach: Reach, languages: Sequence[str]
) -> Iterator[ListRead]:
    """Each line of the list, in order, as somebody to invite or as passed over. Empty lines and a header are no lines.

    A column named "Sprache" (or "language") gives the language; one that is not among the town's `languages` is told
    before the one to invite. Without a header the first cell of a line that can be read as a number is taken.
    """
    seen: dict[str, int] = {}
    columns = _Columns()
    for line, cells in _rows(lines):
        header = _header(cells) if not seen and columns == _Columns() else None
        if header:
            columns = header
            continue
        found = _judge(line, columns.numbers(cells), numbers, reach)
        if isinstance(found, LinePassedOver):
            yield found
        elif found in seen:
            yield LinePassedOver(line, PassedOver.DUPLICATE, seen[found])
        else:
            seen[found] = line
            written = columns.language(cells)
            if written and written not in languages:
                yield LanguageNotOffered(line, "" if any(map(str.isdigit, written)) else written)
            yield Invitee(Address(AddressKind.PHONE, found), written if written in languages else None)


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


def _judge(line: int, cells: Sequence[str], numbers: PhoneNumbers, reach: Reach) -> str | LinePassedOver:
    """The number in these cells, or why there is none that we reach."""
    if any(_is_rounded(cell) for cell in cells):
        return LinePassedOver(line, PassedOver.ROUNDED)
    read = next((found for cell in cells if (found := numbers.read(cell))), None)
    if read is None:
        return LinePassedOver(line, PassedOver.NO_NUMBER)
    hindrance = reach(read)
    return LinePassedOver(line, hindrance) if hindrance else read.e164


def _is_rounded(cell: str) -> bool:
    head, mark, tail = cell.upper().partition("E+")
    return bool(mark) and tail.isdigit() and head.replace(",", "").replace(".", "").isdigit()
