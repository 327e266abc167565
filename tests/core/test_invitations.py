# SPDX-License-Identifier: EUPL-1.2
"""A list from a spreadsheet becomes invitations; a line that does not is named with its reason, never its number."""

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ActNotPossible
from core.invitations import LanguageNotOffered, LinePassedOver, ListRead, PassedOver, decoded, forecast, read_list
from core.municipality import QuietHours, SmsTerms
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


class NoHolidays:
    def is_holiday(self, day: object, state: str) -> bool:
        return False


TOWN = SimpleNamespace(
    state="NW",
    time_zone=ZoneInfo("Europe/Berlin"),
    languages=("de", "de-simple", "en"),
    allowed_prefixes=("+49",),
    quiet_hours=QuietHours(time(20), time(8)),
    sms=SmsTerms(Decimal("8.5"), Decimal("0.5"), 1000),
)


def read(*lines: str) -> list[ListRead]:
    return list(read_list(lines, PlainNumbers(), TOWN))


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


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("keine", PassedOver.NO_NUMBER),
        ("12", PassedOver.NO_NUMBER),
        ("4,91511E+12", PassedOver.ROUNDED),
        ("4.91511e+12", PassedOver.ROUNDED),
        ("02271 890", PassedOver.LANDLINE),
        ("0900 123456", PassedOver.NO_MOBILE),
        ("+31 612345678", PassedOver.ABROAD),
        ("x" * 200_000, PassedOver.NO_NUMBER),
    ],
)
def test_d12_each_line_without_an_invitation_is_named_with_its_reason(cell: str, why: PassedOver) -> None:
    assert read("Handy", cell) == [LinePassedOver(2, why)]


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
        found = list(read_list(decoded(lines), PlainNumbers(), TOWN))
    except ActNotPossible:
        return
    assert len(found) <= len(lines)


@given(st.lists(st.integers(1, 6), max_size=30))
def test_every_number_is_invited_exactly_once(people: list[int]) -> None:
    found = read(*(f"0151{person}000000" for person in people))
    numbers = [each.address.value for each in found if isinstance(each, Invitee)]
    assert sorted(numbers) == sorted({f"+49151{person}000000" for person in people})
    assert len(found) == len(people)


# ------------------------------------------------------------------------------------------------------- forecast

MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
"""12:00 in Bergheim."""


def test_the_forecast_is_segments_times_price_at_the_rate_of_the_number() -> None:
    told = forecast({"de": 100, "en": 20}, {"": 1, "en": 2}, 0, MONDAY_NOON, TOWN, NoHolidays())
    assert (told.messages, told.segments, told.cents) == (120, 140, Decimal("1190.0"))
    assert (told.begins_at, told.ends_at) == (MONDAY_NOON, MONDAY_NOON + timedelta(seconds=280))


def test_c12_the_forecast_pauses_at_night() -> None:
    just_before_eight = MONDAY_NOON + timedelta(hours=7, minutes=59)
    told = forecast({"de": 60}, {"": 1}, 0, just_before_eight, TOWN, NoHolidays())
    assert told.ends_at == datetime(2026, 11, 24, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(("sent", "within"), [(0, True), (900, True), (901, False)])
def test_the_forecast_knows_what_is_left_of_the_budget_of_the_day(sent: int, within: bool) -> None:
    assert forecast({None: 100}, {"": 1}, sent, MONDAY_NOON, TOWN, NoHolidays()).within_budget is within


@given(count=st.integers(0, 900), hour=st.integers(0, 24 * 14))
def test_the_forecast_never_ends_before_it_begins(count: int, hour: int) -> None:
    ready = MONDAY_NOON + timedelta(hours=hour)
    told = forecast({"de": count}, {"": 1}, 0, ready, TOWN, NoHolidays())
    assert ready <= told.begins_at <= told.ends_at
    assert told.ends_at - told.begins_at >= timedelta(seconds=2 * count)
