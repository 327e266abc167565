# SPDX-License-Identifier: EUPL-1.2
"""Districts of the town, by number, name and the names of places in them."""

import pytest

from core.questions.contract import Answered, NotUnderstood
from core.turns import Keys, Words
from tests.core.questions.conftest import BERGHEIM

DISTRICT = 'type = "district"'
PLACES = [(place, district.key) for district in BERGHEIM.districts for place in (district.name, *district.also)]


@pytest.mark.parametrize(("place", "key"), PLACES)
def test_every_place_in_bergheim_is_understood_as_its_district(question, asking, place, key):
    asked = question(DISTRICT, BERGHEIM)
    plain = place.replace("ü", "ue").replace("ß", "ss").lower()
    for said in (Words(place), Words(plain), Words(f"In {place}")):
        assert asked.hear(said, asking()) == Answered(key)


def test_a_number_is_the_place_in_the_list(question, asking):
    for number, district in enumerate(BERGHEIM.districts, 1):
        assert question(DISTRICT, BERGHEIM).hear(Keys(str(number)), asking()) == Answered(district.key)


@pytest.mark.parametrize("text", ["Köln", "0", "10", "Kenten oder Ahe"])
def test_what_is_no_district_is_asked_again(question, asking, text):
    assert isinstance(question(DISTRICT, BERGHEIM).hear(Words(text), asking()), NotUnderstood)


def test_the_places_of_a_district_explain_it(question, asking):
    option = question(DISTRICT).expects(asking(recorded="sued")).options[1]
    assert (option.wording.text, option.explain.text) == ("Süd", "Unterdorf")
    assert question(DISTRICT).expects(asking()).options[0].explain is None


def test_a_town_without_districts_cannot_ask_for_them(faults):
    assert faults(DISTRICT, None) == ["type"]
