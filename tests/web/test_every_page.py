# SPDX-License-Identifier: EUPL-1.2
"""What is true of every page in every language: structure, language, weight, cookies, addresses, headers."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from tests.web.service import LANGUAGES, Browser, Running, words
from tests.web.test_flow import answered, begun, sent
from web.headers import CONTENT_SECURITY_POLICY
from web.information import INFORMATION

READ = ["", "BUS", "ZUKUNFT", "BUS/ergebnis", "ALLES/ergebnis", "weitermachen", "NICHTDA", "a/b/c/d", *INFORMATION]
"""Paths behind the language that are only read; two of them lead nowhere."""

REACHED: dict[str, Callable[[Running], Browser]] = {
    "first question": begun,
    "scale": lambda town: begun(town).choose("Ja"),
    "open text": lambda town: begun(town).choose("Ja").choose("4"),
    "several answers": lambda town: begun(town, "ALLES"),
    "number": lambda town: begun(town, "ALLES").choose("Im Park").choose("7"),
    "explained options": lambda town: begun(town, "ZUKUNFT"),
    "choice missing": lambda town: begun(town).press("Weiter"),
    "number missing": lambda town: begun(town, "ALLES").choose("Im Park").choose("7").write(""),
    "number too large": lambda town: begun(town, "ALLES").choose("Im Park").choose("7").write("2000"),
    "check": answered,
    "sent": sent,
    "change": lambda town: sent(town).press("Antworten ändern"),
    "delete": lambda town: sent(town).press("Antworten löschen"),
    "deleted": lambda town: sent(town).press("Antworten löschen").choose("Ja, alles löschen"),
    "results before any": lambda town: sent(town).get("/de/BUS/ergebnis"),
    "code": lambda town: begun(town).press("Später weitermachen"),
    "code mistyped": lambda town: town.browser().get("/de/weitermachen").press("Weiter", code="1"),
    "begun before": lambda town: begun(town).get("/de/BUS"),
    "without cookies": lambda town: begun(town, cookies=False).choose("Ja"),
}
"""Pages that only a person who answers meets."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[*(f"/{path}" for path in READ), *REACHED])
def page(request: pytest.FixtureRequest, seen: dict[tuple[str, str], BeautifulSoup], language: str) -> BeautifulSoup:
    """Every page there is, in this language; walked to once, looked at by every test."""
    if (request.param, language) not in seen:
        seen[request.param, language] = reach(request.param, request.getfixturevalue("shared"), language)
    return seen[request.param, language]


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, str], BeautifulSoup]:
    return {}


def reach(name: str, town: Running, language: str) -> BeautifulSoup:
    if name.startswith("/"):
        return town.browser().get(f"/{language}{name}").page
    return switched(REACHED[name](town), language).page


def switched(browser: Browser, language: str) -> Browser:
    """The page in another language: a page that is an answer to a POST is reached by the switch it carries itself."""
    if language == "de":
        return browser
    link = browser.page.find("nav", class_="languages").find(string=NAMES[language])
    form = link.find_parent("form")
    return browser.press(NAMES[language]) if form else browser.get(link.find_parent("a")["href"])


NAMES = {"de-simple": "Leichte Sprache", "en": "English"}

# ---------------------------------------------------------------------------------------------- structure


def test_every_page_has_one_heading_one_main_and_a_title(page, shared):
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == 1
    assert words(page.h1) in words(page.title)
    assert words(page.title).endswith(shared.town.name)


def test_every_field_has_a_label_or_is_hidden(page):
    labelled = {label["for"] for label in page.find_all("label")}
    fields = [each for each in page.find_all(["input", "select", "textarea"]) if each.get("type") != "hidden"]
    assert {field["id"] for field in fields} == labelled


def test_what_is_ticked_stands_in_a_group_whose_legend_is_the_question(page):
    for tick in page.find_all("input", type=["radio", "checkbox"]):
        assert words(tick.find_parent("fieldset").legend) == words(page.h1)


def test_every_id_is_there_once_and_every_reference_leads_to_one(page):
    ids = [each["id"] for each in page.find_all(id=True)]
    described = " ".join(each["aria-describedby"] for each in page.find_all(attrs={"aria-describedby": True}))
    inside = [each["href"][1:] for each in page.find_all("a", href=re.compile("^#"))]
    assert len(ids) == len(set(ids))
    assert {*described.split(), *inside} <= set(ids)


def test_no_heading_skips_a_level(page):
    levels = [
        int(each.name[1]) for each in page.main.find_all(re.compile(r"^h\d$")) if not each.find_parent(role="alert")
    ]
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))


def test_no_page_brings_a_script_a_style_or_anything_from_elsewhere(page):
    assert not page.find_all(["script", "style", "iframe", "img", "object", "embed", "font"])
    assert not page.find_all(style=True)
    assert not [name for each in page.find_all(True) for name in each.attrs if name.startswith("on")]
    assert [each["href"] for each in page.find_all("link")][1:] == ["data:,"]
    assert page.link["href"].startswith("/stylesheet/site.")


def test_every_button_and_link_says_what_it_does(page):
    for each in page.find_all(["a", "button"]):
        assert words(each).lower() not in {"", "hier", "mehr", "klicken", "here", "more", "click"}


def test_buttons_of_one_page_can_be_told_apart(page):
    names = [words(each) for each in page.find_all("button")]
    assert len(names) == len(set(names))


def test_the_phone_number_stands_at_the_same_place_on_every_page(page):
    assert page.footer.find("a")["href"] == "tel:+492271890"


# ---------------------------------------------------------------------------------------------- language

TELLING = {
    "de": re.compile(r"\b(?:Sie|Ihre|und|oder|Sprachen|Hilfe|Umfragen?)\b"),
    "en": re.compile(r"\b(?:you|your|the|and|Languages|Help|consultations?)\b", re.IGNORECASE),
}
"""Words that only one of the languages has."""


def test_the_page_says_its_language_and_its_direction(page, language):
    assert (page.html["lang"], page.html["dir"]) == (language.partition("-")[0], "ltr")
    assert page.main["lang"] == language


def test_every_text_stands_under_its_own_language(page):
    for text in page.find_all(string=True):
        if not text.strip() or text.find_parent(["bdi", "textarea"]) or text.parent.name == "[document]":
            continue
        tag = next(each["lang"] for each in text.parents if each.get("lang"))
        other = TELLING["en" if tag.startswith("de") else "de"]
        assert not other.search(str(text)), (tag, str(text))


def test_every_page_leads_to_itself_in_the_other_languages(page, language):
    switch = page.find("nav", class_="languages")
    names = [words(each) for each in switch.find_all("li")]
    assert names == ["Deutsch", "Leichte Sprache", "English"]
    targets = [each.get("href") or each.get("action") for each in switch.find_all(["a", "form"])]
    assert len({target.partition("/")[2].partition("/")[2] for target in targets}) == 1
    assert len(targets) == 2


def test_numbers_keep_their_own_direction(page):
    for link in page.find_all("a", href=re.compile("^(?:tel|sms):")):
        assert link.bdi


# ---------------------------------------------------------------------------------------------- cookies and addresses


@pytest.mark.parametrize("path", READ)
def test_e16_reading_sets_no_cookie(shared, language, path):
    answer = shared.app.test_client().get(f"/{language}/{path}")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("reached", REACHED)
def test_e16_no_get_sets_a_cookie_even_for_somebody_who_answers(shared, reached):
    browser = REACHED[reached](shared)
    for answer in (browser.answer, *browser.answer.history):
        assert answer.request.method == "POST" or "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookies", [True, False])
def test_e4_no_address_holds_a_secret_a_code_or_an_answer(shared, cookies):
    visited, secrets = [], {"Nach", "K%C3%B6ln"}
    browser = shared.browser(cookies=cookies)

    def note() -> None:
        answers = (*browser.answer.history, browser.answer)
        visited.extend(f"{each.request.url} {each.headers.get('Location', '')}" for each in answers)
        page = browser.page
        visited.extend(str(each.get(name)) for each in page.find_all(True) for name in ("href", "action", "src"))
        hidden = page.find_all("input", attrs={"name": ["token", "draft"]})
        secrets.update(each["value"] for each in hidden)
        secrets.update(words(each).replace(" ", "") for each in page.find_all(class_=["secret", "receipt"]))

    browser.get("/de/BUS")
    note()
    for step in (
        lambda: browser.press("Beginnen"),
        lambda: browser.choose("Ja"),
        lambda: browser.choose("4"),
        lambda: browser.write("Nach Köln"),
        lambda: browser.press("Später weitermachen"),
        lambda: browser.press("Jetzt weitermachen"),
        lambda: browser.press("Absenden"),
    ):
        step()
        note()
    assert len(secrets) > 8
    assert [(secret, url) for secret in secrets if secret for url in visited if secret in url] == []


# ---------------------------------------------------------------------------------------------- weight and headers

FIRST_VIEW = 24 * 1024
ONE_PAGE = 8 * 1024
STYLE = 14 * 1024


def test_the_first_view_of_every_page_stays_light(shared, page):
    style = shared.app.test_client().get(page.link["href"], headers={"Accept-Encoding": "gzip"})
    html = len(gzip.compress(str(page).encode(), 6))
    assert style.headers["Content-Encoding"] == "gzip"
    assert html <= ONE_PAGE
    assert len(style.data) <= STYLE
    assert html + len(style.data) <= FIRST_VIEW


def test_a_page_is_packed_only_for_a_browser_that_can_unpack_it(shared):
    client = shared.app.test_client()
    packed = client.get("/de/BUS", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/de/BUS")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert without_tokens(gzip.decompress(packed.data)) == without_tokens(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def without_tokens(html: bytes) -> bytes:
    return re.sub(rb'name="token" value="[^"]*"', b"", html)


def test_d17_every_answer_carries_the_policy_that_lets_nothing_run(shared, language):
    for path in READ:
        answer = shared.app.test_client().get(f"/{language}/{path}")
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Permissions-Policy" in answer.headers


def test_the_stylesheet_is_kept_for_ever_and_an_old_name_leads_nowhere(shared):
    client = shared.app.test_client()
    path = BeautifulSoup(client.get("/").data, "html.parser").link["href"]
    assert "immutable" in client.get(path).headers["Cache-Control"]
    assert client.get("/stylesheet/site.000000000000.css").status_code == 404


@pytest.mark.parametrize(
    ("asked", "got"),
    [("en", "en"), ("de-AT,de;q=0.8", "de"), ("tr, en;q=0.5", "en"), ("", "de"), ("xx", "de"), (";;q=", "de")],
)
def test_the_first_page_speaks_the_language_that_the_browser_asks_for(shared, asked, got):
    answer = shared.app.test_client().get("/", headers={"Accept-Language": asked})
    assert BeautifulSoup(answer.data, "html.parser").main["lang"] == got
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("typed", ["bus", "Bus", "BUS/"])
def test_a_keyword_is_found_however_it_is_typed(shared, typed):
    browser = shared.browser().get(f"/de/{typed}")
    assert (browser.status, browser.heading) == (200, "Der Bus am Abend")
