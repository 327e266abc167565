# SPDX-License-Identifier: EUPL-1.2
"""Bands of age: by number in the list, by name, by an age that is written."""

import pytest

from core.questions.age_band import BANDS
from core.questions.contract import Answered, NotUnderstood
from core.turns import Keys, Words

AGE = 'type = "age_band"'


def test_every_age_is_in_exactly_one_band():
    assert [[band for band, years in BANDS.items() if age in years] for age in range(131)] == [
        [next(band for band, years in BANDS.items() if age in years)] for age in range(131)
    ]


@pytest.mark.parametrize(("place", "band"), list(enumerate(BANDS, 1)))
def test_a_small_number_is_a_place_in_the_list(question, asking, place, band):
    for said in (Keys(str(place)), Words(str(place)), Words(f"die {place}.")):
        assert question(AGE).hear(said, asking()) == Answered(band)


@pytest.mark.parametrize("age", [10, 17, 18, 29, 30, 44, 45, 59, 60, 69, 70, 79, 80, 104, 130])
def test_a_written_age_is_its_band(question, asking, age):
    band = next(band for band, years in BANDS.items() if age in years)
    for said in (Keys(str(age)), Words(str(age)), Words(f"{age} Jahre"), Words(f"Ich bin {age} Jahre alt.")):
        assert question(AGE).hear(said, asking()) == Answered(band)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("siebenundsechzig", "60_69"),
        ("unter 18", "under_18"),
        ("18-29", "18_29"),
        ("30 bis 44", "30_44"),
        ("80 und älter", "80_over"),
    ],
)
def test_a_band_is_understood_by_its_name(question, asking, text, band):
    assert question(AGE).hear(Words(text), asking()) == Answered(band)


@pytest.mark.parametrize(
    "text", ["0", "8", "9", "131", "unter 30", "nicht unter 18", "60 oder 70", "alt", "geht Sie nichts an"]
)
def test_what_is_no_band_and_no_age_is_asked_again(question, asking, text):
    assert isinstance(question(AGE).hear(Words(text), asking()), NotUnderstood)


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_every_band_has_a_name_in_every_width_and_language(question, asking, language):
    names = [option.wording for option in question(AGE).expects(asking(language)).options]
    assert len({name.text for name in names}) == len({name.narrow for name in names}) == len(BANDS)
    assert not any(sign.isdigit() for name in names for sign in name.heard)
    assert all(name.narrow.isascii() for name in names)


def test_a_recorded_band_is_shown_as_chosen(question, asking):
    assert question(AGE).expects(asking(recorded="60_69")).chosen == ("60_69",)
