# SPDX-License-Identifier: EUPL-1.2
"""A list from a spreadsheet becomes invitations; a line that does not is named with its reason, never its number."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ActNotPossible
from core.invitation_list import LanguageNotOffered, LinePassedOver, ListRead, PassedOver, decoded, read_list
from core.invitations import ByPhone, BySms, Means
from core.people import Address, AddressKind
from core.ports import Invitee, NumberRead


class PlainNumbers:
    """Reads German numbers by their first digits: enough to test what is done with a number once it is read."""

    def read(self, written: str) -> NumberRead | None:
        digits = re.sub(r"[^\d+]", "", written)
        national = re.sub(r"^(\+49|0049|0)", "", digits)
        if digits.startswith("+") and not digits.startswith("+49"):
            return NumberRead(digits, "mobile")
        if len(national) < 6 or national == digits:
            return None
        sort = {"1": "mobile", "9": "other"}.get(national[0], "landline")
        return NumberRead(f"+49{national}", sort)


TOWN = SimpleNamespace(languages=("de", "de-simple", "en"), allowed_prefixes=("+49",))
BY = {"sms": BySms(TOWN), "phone": ByPhone(TOWN)}


def read(*lines: str, means: Means = BY["sms"]) -> list[ListRead]:
    return list(read_list(lines, PlainNumbers(), means.reach, TOWN.languages))


def invited(number: str, language: str | None = None) -> Invitee:
    return Invitee(Address(AddressKind.PHONE, number), language)


@pytest.mark.parametrize(
    "written",
    [
        ["0151 1234567"],
        ["\ufeff0151 1234567\r\n"],
        ["Name;Handy\r\n", "Erika;0151/1234567\r\n"],
        ["\ufeffTelefonnummer,Name\n", '"0151 1234567","Muster, Erika"\n'],
        ["Name\tMobilnummer\tOrt\n", "Erika\t+49 151 1234567\tKenten\n"],
        ["Erika;0151 1234567;50126\n"],
        ["\n", ";;\n", "0151 1234567\n", "\n"],
        ["Telefon privat;Handynummer\n", "02271 890;0151 1234567\n"],
    ],
)
def test_whatever_a_spreadsheet_saves_is_read(written: list[str]) -> None:
    assert read(*written) == [invited("+491511234567")]


def test_the_language_column_is_taken_where_the_town_has_the_language() -> None:
    lines = ("Handy;Sprache", "01511111111;en", "01512222222;DE-simple", "01513333333;kl", "01514444444")
    languages = [each.language for each in read(*lines) if isinstance(each, Invitee)]
    assert languages == ["en", "de-simple", None, None]


def test_a_language_that_the_town_does_not_have_is_told_with_its_line_and_never_a_number() -> None:
    found = read("Handy;Sprache", "01511111111;kl", "01512222222;", "01513333333;01514444444", "01511111111;tlh")
    told = [each for each in found if isinstance(each, LanguageNotOffered)]
    assert told == [LanguageNotOffered(2, "kl"), LanguageNotOffered(4, "")]


CELLS = {
    "keine": (PassedOver.NO_NUMBER, PassedOver.NO_NUMBER),
    "12": (PassedOver.NO_NUMBER, PassedOver.NO_NUMBER),
    "4,91511E+12": (PassedOver.ROUNDED, PassedOver.ROUNDED),
    "4.91511e+12": (PassedOver.ROUNDED, PassedOver.ROUNDED),
    "02271 890": (PassedOver.LANDLINE, "+492271890"),
    "0151 1234567": ("+491511234567", "+491511234567"),
    "0900 123456": (PassedOver.SERVICE_NUMBER, PassedOver.SERVICE_NUMBER),
    "+31 612345678": (PassedOver.ABROAD, PassedOver.ABROAD),
    "x" * 200_000: (PassedOver.NO_NUMBER, PassedOver.NO_NUMBER),
}
"""What stands in a cell → what becomes of it by text message and by phone: a number, or why there is none."""


@pytest.mark.parametrize(("cell", "by_means"), CELLS.items(), ids=[cell[:20] for cell in CELLS])
@pytest.mark.parametrize("place", range(len(BY)), ids=BY)
def test_d12_each_line_is_invited_or_named_with_the_reason_that_this_means_has(
    cell: str, by_means: tuple[str, str], place: int
) -> None:
    expected = by_means[place]
    found = LinePassedOver(2, expected) if isinstance(expected, PassedOver) else invited(expected)
    assert read("Handy", cell, means=list(BY.values())[place]) == [found]


def test_a_duplicate_names_the_line_that_it_repeats() -> None:
    assert read("Handy", "0151 1234567", "+49 1511234567") == [
        invited("+491511234567"),
        LinePassedOver(3, PassedOver.DUPLICATE, first=2),
    ]


def test_a_stray_quotation_mark_spoils_one_line_only() -> None:
    found = read("Name;Handy", 'Erika";01511111111', '"Max;01512222222', "Ida;01513333333")
    assert found[-1] == invited("+491513333333")
    assert [each.line for each in found if isinstance(each, LinePassedOver)] == [3]


def test_e1_nothing_that_is_said_about_a_list_shows_a_number() -> None:
    shown = "".join(map(repr, read("Handy", "01511234567", "01511234567", "02271890123", "+31612345678")))
    assert not re.search(r"\d{5}", shown)


def test_a_list_in_windows_1252_is_read_line_by_line() -> None:
    lines = ["Müller;01511111111\r\n".encode("cp1252"), "Jäger;01512222222\r\n".encode()]
    assert list(decoded(lines)) == ["Müller;01511111111\r\n", "Jäger;01512222222\r\n"]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "01".encode("utf-16")])
def test_a_spreadsheet_that_is_no_csv_is_refused_with_what_to_do(start: bytes) -> None:
    with pytest.raises(ActNotPossible, match="als CSV"):
        list(decoded([start]))


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_a13_no_list_however_broken_stops_the_reading(lines: list[bytes]) -> None:
    try:
        found = list(read_list(decoded(lines), PlainNumbers(), BY["sms"].reach, TOWN.languages))
    except ActNotPossible:
        return
    assert len(found) <= len(lines)


@given(st.lists(st.integers(1, 6), max_size=30))
def test_every_number_is_invited_exactly_once(people: list[int]) -> None:
    found = read(*(f"0151{person}000000" for person in people))
    numbers = [each.address.value for each in found if isinstance(each, Invitee)]
    assert sorted(numbers) == sorted({f"+49151{person}000000" for person in people})
    assert len(found) == len(people)
