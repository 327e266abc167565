# SPDX-License-Identifier: EUPL-1.2
"""Telephone numbers: as typed, as sent by machines, and what must not be taken for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.phone_numbers import GermanNumbers
from core.ports import NumberRead

MOBILE, LANDLINE = NumberRead("+4915112345678", "mobile"), NumberRead("+492271890", "landline")
READ = {
    "02271 89-0": LANDLINE,
    "02271/89-0": LANDLINE,
    "0049 2271 89 0": LANDLINE,
    "+49 (0) 2271 89-0": LANDLINE,
    "0049(0)2271/890": LANDLINE,
    "tel:+49-2271-890": LANDLINE,
    "2271890": LANDLINE,  # a spreadsheet took the zero
    "0151 12345678": MOBILE,
    "0151/1234-5678": MOBILE,
    "(0151) 12345678": MOBILE,
    "Handy: 0151 12345678": MOBILE,
    "０１５１ １２３４５６７８": MOBILE,
    "٠١٥١١٢٣٤٥٦٧٨": MOBILE,
    "0151\u00a012345678": MOBILE,
    "\u202a+4915112345678\u202c": MOBILE,
    "+49 0151 12345678": MOBILE,
    "whatsapp:+4915112345678": MOBILE,
    "4915112345678": MOBILE,  # without its plus: read as national it would be a landline elsewhere
    "49 151 12345678": MOBILE,
    "15112345678": MOBILE,
    "0160 1234567": NumberRead("+491601234567", "mobile"),  # the old numbers of seven digits
    "+43 664 1234567": NumberRead("+436641234567", "mobile"),
    "+1 212 555 1234": NumberRead("+12125551234", "mobile"),
    "0900 1 234567": NumberRead("+499001234567", "other"),
    "0137 1234567": NumberRead("+491371234567", "other"),
    "01801 123456": NumberRead("+491801123456", "other"),
    "0800 1234567": NumberRead("+498001234567", "other"),
    "0700 12345678": NumberRead("+4970012345678", "other"),
}
NO_NUMBER = [
    "",
    "+",
    "110",
    "112",
    "115",
    "116117",
    "22333",
    "anonymous",
    "Paketdienst",
    "Info24",
    "+266696687",
    "+86282452253",
    "01511234567",
    "0151123456789",
    "02271 89-0 Durchwahl 12",
    "02271 89-0 ext 12",
    "+4915112345678,12",
    "02271 890 Erika",
    "0800 CABBAGE",
    "0151 12345678 oder 0160 1234567",
    "15202234567",  # a German mobile without its zero, or one in Arizona without its plus
    "436641234567",  # an Austrian mobile without its plus, or a German landline without its zero
]


@pytest.mark.parametrize(("written", "expected"), READ.items())
def test_a_number_is_read_as_its_writer_meant_it(written, expected):
    assert GermanNumbers().read(written) == expected


@pytest.mark.parametrize("written", NO_NUMBER)
def test_what_is_no_number_or_could_be_two_is_never_guessed(written):
    assert GermanNumbers().read(written) is None


@pytest.mark.parametrize("prefix", ["0900", "0137", "0180", "118", "0190", "0012", "00881"])
def test_d12_a_number_that_costs_its_caller_is_never_a_mobile_or_a_landline(prefix):
    for rest in ("1234567", "11234567", "1 123456", "33"):
        read = GermanNumbers().read(prefix + rest)
        assert read is None or read.sort == "other" or not read.e164.startswith("+49")


@settings(deadline=None)  # the first number loads the library
@given(st.text(max_size=40) | st.text("0123456789+ ()-/", max_size=24))
def test_whatever_is_written_it_is_read_or_refused_and_reading_again_changes_nothing(written):
    numbers = GermanNumbers()
    read = numbers.read(written)
    assert read is None or numbers.read(read.e164) == read


def test_numbers_as_other_systems_read_them_are_read_alike():
    file = Path(__file__).parents[3] / "shared" / "vectors" / "phone_parsing.json"
    if not file.exists():
        pytest.skip("the folder shared/vectors does not lie beside this checkout")
    whole = [each for each in json.loads(file.read_text("utf-8"))["vectors"] if each["input"].strip().startswith("+")]
    read = {each["input"]: GermanNumbers().read(each["input"]) for each in whole if each["expect"]}
    assert read
    assert all(found is None or found.e164 == each["expect"] for each in whole if (found := read.get(each["input"])))
