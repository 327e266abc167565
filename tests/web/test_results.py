# SPDX-License-Identifier: EUPL-1.2
"""Results for residents: tables with bars, small numbers hidden, shown to whom and when the file says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.administration import Acting, close_consultation, seal_if_due
from tests.web.service import NOW, Running, words
from tests.web.test_flow import sent
from web.results import bars

PUBLISHED = {
    "consultation": "BUS",
    "as_of": "2026-11-22T20:15:00Z",
    "final": False,
    "participants": 41,
    "by_channel": {"sms": 17, "voice": 14, "telegram": None, "pigeon": 10},
    "without_number": 6,
    "questions": [
        {
            "key": "late",
            "type": "choice",
            "answered": 41,
            "options": [{"key": "yes", "count": 25}, {"key": "no", "count": None}, {"key": "weekend", "count": 0}],
        },
        {
            "key": "satisfied",
            "type": "scale",
            "answered": 40,
            "mean": 2.9,
            "options": [{"key": str(step), "count": 8} for step in range(1, 6)],
        },
        {"key": "why", "type": "open_text", "answered": 22},
    ],
}


@pytest.fixture
def published(town: Running) -> Running:
    standing = Acting("test", town.town, town.parts.store, town.clock).standing("BUS")
    town.parts.store.consultations.publish(town.town.key, standing.id, PUBLISHED)
    return town


@given(st.lists(st.tuples(st.text(), st.none() | st.integers(0, 10_000)), max_size=12))
def test_every_bar_is_as_long_as_its_share_of_the_greatest(counts):
    greatest = max((count or 0 for _, count in counts), default=0)
    for bar, (label, count) in zip(bars(counts), counts, strict=True):
        assert (bar.label, bar.count) == (label, count)
        assert bar.share == (round(100 * count / greatest) if count else 0)


@pytest.mark.parametrize("cookies", [True, False])
def test_whoever_has_answered_sees_real_tables_with_a_bar_in_each_row(published, cookies):
    browser = sent(published, cookies=cookies)
    link = browser.page.find("a", string="Ergebnisse ansehen")
    browser = browser.get(link["href"]) if link else browser.press("Ergebnisse ansehen")
    table = browser.page.table
    assert words(table.caption.strong) == "Soll der Bus abends bis 23 Uhr fahren?"
    rows = [[words(cell) for cell in row.find_all(["th", "td"])][:2] for row in table.tbody.find_all("tr")]
    assert rows == [["Ja", "25"], ["Nein", "weniger als 5 oder verdeckt"], ["Nur am Wochenende", "0"]]
    assert [each["width"] for each in table.find_all("rect")] == ["100", "0", "0"]
    assert all(each.find_parent("td")["aria-hidden"] == "true" for each in table.find_all("svg"))
    assert len(browser.page.find_all("table")) == 3
    assert "2,9" in words(browser.page.find_all("caption")[1])
    assert "pigeon" in browser.text


def test_before_the_close_nobody_sees_results_without_answering(published):
    browser = published.browser().get("/de/BUS/ergebnis")
    assert not browser.page.table
    assert "Antworten Sie zuerst selbst" in browser.text
    assert "Ergebnisse" not in published.browser().get("/de/").text


def test_after_the_close_everybody_sees_them(published):
    published.clock.move_to(NOW + timedelta(days=200))
    browser = published.browser().get("/de/BUS")
    browser.get(browser.page.find("a", string="Ergebnisse ansehen")["href"])
    assert browser.page.table


ENDED = {
    "de": ("Die Umfrage ist zu Ende. Das Endergebnis steht in Kürze hier.", "Das ist das Endergebnis."),
    "de-simple": ("Die Umfrage ist zu Ende. Bald steht hier das Ergebnis.", "Das ist das Ergebnis."),
    "en": ("The consultation has ended. The final result will be here shortly.", "This is the final result."),
}


@pytest.mark.parametrize(("language", "ended", "final"), [(tag, *told) for tag, told in ENDED.items()])
@pytest.mark.parametrize("renewed_before", [True, False])
def test_a_closed_consultation_is_said_to_have_ended_until_it_is_sealed(town, language, ended, final, renewed_before):
    by = Acting("test", town.town, town.parts.store, town.clock)
    if renewed_before:
        town.parts.store.consultations.publish(town.town.key, by.standing("BUS").id, PUBLISHED)
    close_consultation("BUS", by)
    told = town.browser().get(f"/{language}/BUS/ergebnis").text
    assert ended in told
    assert final not in told
    town.clock.move_to(NOW + timedelta(minutes=11))
    assert seal_if_due(by.standing("BUS"), by)
    told = town.browser().get(f"/{language}/BUS/ergebnis").text
    assert final in told
    assert ended not in told


def test_too_few_answers_are_said_to_be_too_few(town):
    browser = sent(town).get("/de/BUS/ergebnis")
    assert "zu wenige Antworten" in browser.text
    assert not browser.page.table


def test_a_consultation_that_shows_results_at_its_end_says_when(town):
    assert "31. März 2027" in town.browser().get("/de/ALLES/ergebnis").text
