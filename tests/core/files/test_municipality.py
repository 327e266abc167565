# SPDX-License-Identifier: EUPL-1.2
"""The town's file: what is read, and what is said about faults."""

from contextlib import suppress
from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FileNotAccepted
from core.files.municipality import LONGEST_FIRST_CONTACT, read_municipality

FILE = (Path(__file__).resolve().parents[3] / "consultations" / "town.toml").read_text(encoding="utf-8")
TOWN = read_municipality(FILE, "town.toml")

STADTTEILE = """
    Ahe Auenheim Bergheim-Mitte Büsdorf Fliesteden Glesch Glessen Hüchelhoven Kenten Niederaußem Oberaußem Paffendorf
    Quadrath-Ichendorf Rheidt Thorr Zieverich
"""


def faults_of(text):
    with pytest.raises(FileNotAccepted) as caught:
        read_municipality(text, "town.toml")
    return caught.value.faults


def test_the_example_town_says_what_it_says():
    assert (TOWN.key, TOWN.state, str(TOWN.time_zone)) == ("bergheim", "NW", "Europe/Berlin")
    assert TOWN.languages == ("de", "de-simple", "en")
    assert (TOWN.quiet_hours.begin, TOWN.quiet_hours.end) == (time(20), time(8))
    assert (TOWN.quiet_hours.sundays, TOWN.quiet_hours.holidays) == (True, True)
    assert TOWN.sms.cent_per_segment == Decimal(8)
    assert TOWN.allowed_prefixes == ("+49",)
    assert set(TOWN.numbers) == {"sms", "voice"}


def test_every_stadtteil_is_in_exactly_one_of_at_most_nine_districts():
    holders = {place: [d.key for d in TOWN.districts if place in (d.name, *d.also)] for place in STADTTEILE.split()}
    assert {place: len(keys) for place, keys in holders.items()} == dict.fromkeys(STADTTEILE.split(), 1)
    assert len(TOWN.districts) <= 9


def test_the_first_notice_fits_in_every_language_and_says_how_to_learn_more_and_how_to_end():
    for wording in TOWN.first_contact.by_language.values():
        assert len(wording.narrow) <= LONGEST_FIRST_CONTACT
        assert "Ende: STOP" in wording.narrow or "End: STOP" in wording.narrow
        assert "HILFE" in wording.narrow or "HELP" in wording.narrow


def test_the_long_texts_keep_their_lines():
    assert "\n" in TOWN.privacy.within("de").text
    assert all("Muster" in TOWN.privacy.within(tag).text for tag in ("de", "de-simple"))


TEN = "".join(f'\n[[districts]]\nkey = "d{n}"\nname = "Ort {"abcdefghijkl"[n] * 6}"\n' for n in range(9))

# what is replaced, by what, the key of the fault, and words of its sentence
FAULTS = {
    "an unknown Land": ('state = "NW"', 'state = "NRW"', "state", "Meinten Sie „NW“"),
    "an unknown time zone": ('"Europe/Berlin"', '"Europe/Bergheim"', "time_zone", "Europe/Berlin"),
    "a folder of time zones": ('"Europe/Berlin"', '"Europe"', "time_zone", "Europe/Berlin"),
    "a path as time zone": ('"Europe/Berlin"', '"../../etc/passwd"', "time_zone", "Europe/Berlin"),
    "a long notice": ("Infos: HILFE. Ende: STOP", "Infos: HILFE. Ende: STOP" * 3, "first_contact.de", "70"),
    "a notice without the way out": ("Infos: HILFE. Ende: STOP", "Infos: HILFE", "first_contact.de", "STOP"),
    "a number with blanks": ('"+4915735990000"', '"0157 35990000"', "numbers.sms", "ohne Leerzeichen"),
    "an unknown channel": ('sms = "+4915735990000"', 'smss = "+4915735990000"', "numbers.smss", "Meinten Sie „sms“"),
    "an office without country code": ('"+49 2271 89-0"', '"02271 89-0"', "office.phone", "Vorwahl"),
    "no office": ("[office]", "[ofice]", "office", "fehlt"),
    "a prefix without plus": ('["+49"]', '["0049"]', "allowed_prefixes", "+49"),
    "a time in quotation marks": ("begin = 20:00:00", 'begin = "20 Uhr"', "quiet_hours.begin", "20:00:00"),
    "a comma in a price": ("cent_per_segment = 8", 'cent_per_segment = "8,5"', "sms.cent_per_segment", "Punkt"),
    "a price below nothing": ("cent_per_segment = 8", "cent_per_segment = -1", "sms.cent_per_segment", "null"),
    "no speed": ("segments_per_second = 1", "segments_per_second = 0", "sms.segments_per_second", "keine SMS"),
    "no imprint in English": ("imprint.en", "imprint_en", "imprint.en", "Englisch"),
    "ten districts": ("[[districts]]", f"{TEN}\n[[districts]]", "districts[10]", "neun Tasten"),
    "a place in two districts": ('also = ["Quadrath", ', 'also = ["Kenten", ', "districts[4].also", "kenten"),
    "two districts of one key": ('key = "kenten"', 'key = "mitte"', "districts[2].key", "schon"),
    "two districts one error apart": (
        'name = "Kenten"',
        'name = "Bergheim-Mittte"',
        "districts[2].name",
        "unterscheiden",
    ),
}


@pytest.mark.parametrize(("before", "after", "key", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_where_it_stands(before, after, key, words):
    assert before in FILE
    faults = faults_of(FILE.replace(before, after, 1))
    assert any(fault.key == key and words in str(fault) and fault.line for fault in faults), [str(f) for f in faults]


@given(st.text())
def test_any_text_gives_a_town_or_faults(text):
    assert faults_of(text)


@given(st.sampled_from(sorted({line.partition(" = ")[0] for line in FILE.splitlines() if " = " in line})), st.data())
def test_any_value_in_place_of_a_right_one_gives_a_town_or_faults(key, data):
    value = data.draw(
        st.sampled_from(["0", "true", "[]", "{}", '""', '"x"', "[1]", "nan", "1e999", "2026-01-01", "[[]]"])
    )
    lines = [f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in FILE.splitlines()]
    with suppress(FileNotAccepted):
        assert read_municipality("\n".join(lines), "town.toml").key
