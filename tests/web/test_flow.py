# SPDX-License-Identifier: EUPL-1.2
"""Somebody answers on the web: every way through the form, with and without cookies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.administration import Acting
from tests.web.service import Browser, Running, words

COOKIES = pytest.mark.parametrize("cookies", [True, False], ids=["with cookies", "without cookies"])
EVERY_LANGUAGE = pytest.mark.parametrize(
    ("language", "begin", "yes", "send"),
    [("de", "Beginnen", "Ja", "Absenden"), ("de-simple", "Anfangen", "Ja", "Absenden"), ("en", "Begin", "Yes", "Send")],
)
DAY = timedelta(days=1)


def begun(town: Running, keyword: str = "BUS", *, cookies: bool = True) -> Browser:
    return town.browser(cookies=cookies).get(f"/de/{keyword}").press("Beginnen")


def answered(town: Running, *, cookies: bool = True) -> Browser:
    """At the check page with Ja, 4 and a destination."""
    return begun(town, cookies=cookies).choose("Ja").choose("4").write("Nach Köln")


def sent(town: Running, *, cookies: bool = True) -> Browser:
    return answered(town, cookies=cookies).press("Absenden")


ONE_VOICE = {
    ("", ""): 1,
    ("late", ""): 1,
    ("late", "yes"): 1,
    ("satisfied", ""): 1,
    ("satisfied", "4"): 1,
    ("why", ""): 1,
}

# ---------------------------------------------------------------------------------------------- the straight way


@COOKIES
def test_a_whole_form_is_one_voice_that_counts_only_after_it_is_sent(town, cookies):
    browser = answered(town, cookies=cookies)
    assert town.counted("BUS") == {}
    assert all(given in browser.text for given in ("Ja", "4", "Nach Köln"))
    browser.press("Absenden")
    assert browser.status == 200
    assert browser.page.find(class_="receipt")
    assert town.counted("BUS") == ONE_VOICE


@EVERY_LANGUAGE
@COOKIES
def test_the_form_goes_through_in_every_language(town, language, begin, yes, send, cookies):
    browser = town.browser(cookies=cookies).get(f"/{language}/BUS").press(begin)
    assert browser.language == language
    browser.choose(yes).choose("4").write("Köln")
    browser.press(send)
    assert browser.language == language
    assert town.counted("BUS") == ONE_VOICE


@COOKIES
def test_every_kind_of_field_can_be_filled_in(town, cookies):
    browser = begun(town, "ALLES", cookies=cookies)
    browser.choose("Im Park", "An der Kirche").choose("7").write("3").write("Nichts\nweiter")
    assert [words(each) for each in browser.page.select(".given dd:not(.change)")] == [
        "Im Park, An der Kirche",
        "7",
        "3 Personen",
        "Nichts weiter",
    ]
    browser.press("Absenden")
    assert town.counted("ALLES")[("places", "park")] == town.counted("ALLES")[("places", "church")] == 1


def test_with_cookies_every_answer_is_followed_by_a_redirect_and_no_page_carries_the_secret(town):
    browser = begun(town)
    assert browser.page.find("input", attrs={"name": "draft"})  # not known yet whether the cookie comes back
    browser.choose("Ja")
    assert browser.answer.request.method == "GET"
    assert not browser.page.find("input", attrs={"name": "draft"})


def test_without_cookies_the_next_page_comes_at_once_and_carries_the_secret(town):
    browser = begun(town, cookies=False).choose("Ja")
    assert (browser.answer.request.method, browser.status) == ("POST", 200)
    assert browser.page.find("input", attrs={"name": "draft"})


def test_the_first_answer_to_a_post_sets_one_session_cookie_that_scripts_cannot_read(town):
    cookie = begun(town).answer.headers.getlist("Set-Cookie")
    assert len(cookie) == 1
    assert "HttpOnly" in cookie[0]
    assert "SameSite=Lax" in cookie[0]
    assert "Max-Age" not in cookie[0]
    assert "Expires" not in cookie[0]


# ---------------------------------------------------------------------------------------------- sent twice


@COOKIES
def test_a21_the_form_sent_twice_shows_the_same_receipt_and_counts_once(town, cookies):
    browser = answered(town, cookies=cookies)
    path, form = browser.form("Absenden")
    first, second = (browser.post(path, form).page.find(class_="receipt").get_text() for _ in range(2))
    assert first == second
    assert town.counted("BUS") == ONE_VOICE


def test_a21_a_double_click_counts_once(town):
    browser = answered(town, cookies=False)
    path, form = browser.form("Absenden")
    with ThreadPoolExecutor(4) as together:
        pages = list(together.map(lambda _: town.browser(cookies=False).post(path, form).text, range(4)))
    assert len(set(pages)) == 1
    assert town.counted("BUS") == ONE_VOICE


@COOKIES
def test_a21_an_answer_sent_twice_leads_to_the_same_question(town, cookies):
    browser = begun(town, cookies=cookies)
    path, form = browser.form("Weiter")
    headings = [browser.post(path, {**form, "answer": "1"}).heading for _ in range(2)]
    assert headings[0] == headings[1]


def test_a_page_kept_by_the_browser_and_filled_in_anew_corrects_the_answer(town):
    browser = begun(town, cookies=False)
    path, form = browser.form("Weiter")
    for answer in ("1", "2"):
        browser.post(path, {**form, "answer": answer})
    browser.choose("4")
    assert "Nein" in browser.text
    assert "Ja" not in browser.text.split()


# ---------------------------------------------------------------------------------------------- what is missing


@COOKIES
def test_an_empty_required_question_asks_again_and_says_what_to_do(town, cookies):
    browser = begun(town, cookies=cookies).press("Weiter")
    summary = browser.page.find(role="alert")
    assert browser.status == 422
    assert browser.page.title.get_text().startswith("Fehler:")
    assert words(summary.h2) == "Es fehlt noch etwas"
    assert summary.has_attr("autofocus")
    assert browser.page.find(id=summary.a["href"][1:])["name"] == "answer"
    assert "Fehler:" in words(browser.page.find(id="problem"))
    assert "problem" in browser.page.fieldset["aria-describedby"].split()


def test_an_empty_optional_question_is_passed_over(town):
    browser = begun(town).choose("Ja").choose("4").press("Weiter")
    assert "Nicht beantwortet" in browser.text
    browser.press("Absenden")
    assert ("why", "") not in town.counted("BUS")


@COOKIES
def test_an_answer_that_does_not_fit_stands_in_the_form_again(town, cookies):
    browser = begun(town, "ALLES", cookies=cookies).choose("Im Park").choose("7").write("200")
    assert browser.status == 422
    field = browser.page.find(id="answer")
    assert (field["value"], field["aria-invalid"]) == ("200", "true")
    assert "20" in words(browser.page.find(id="problem"))


def test_too_many_crosses_stay_and_the_page_says_how_many(town):
    browser = begun(town, "ALLES").choose("Im Park", "Am Bahnhof", "An der Kirche")
    assert browser.status == 422
    assert len(browser.page.find_all("input", checked=True)) == 3
    assert "2" in words(browser.page.find(id="problem"))


# ---------------------------------------------------------------------------------------------- back and forth


@COOKIES
def test_back_shows_the_question_before_with_what_was_answered(town, cookies):
    browser = begun(town, cookies=cookies).choose("Nur am Wochenende").press("Zurück")
    ticked = browser.page.find("input", checked=True)
    assert words(browser.page.find("label", attrs={"for": ticked["id"]})) == "Nur am Wochenende"


@COOKIES
def test_an_answer_changed_on_the_check_page_is_the_one_that_counts(town, cookies):
    browser = answered(town, cookies=cookies)
    browser.press("Ändern")
    assert browser.page.find("input", checked=True)
    browser.choose("Nur am Wochenende")
    assert "Nur am Wochenende" in browser.text
    browser.press("Absenden")
    assert town.counted("BUS")["late", "weekend"] == 1
    assert ("late", "yes") not in town.counted("BUS")


@COOKIES
def test_answers_changed_after_sending_count_after_sending_again_under_the_same_receipt(town, cookies):
    browser = sent(town, cookies=cookies)
    receipt = words(browser.page.find(class_="receipt"))
    browser.press("Antworten ändern").press("Ändern").choose("Nein")
    assert town.counted("BUS")["late", "yes"] == 1
    browser.press("Absenden")
    assert words(browser.page.find(class_="receipt")) == receipt
    assert town.counted("BUS")["late", "no"] == 1
    assert town.counted("BUS")["", ""] == 1


@COOKIES
def test_deleted_answers_are_counted_no_more_and_the_device_forgets_them(town, cookies):
    browser = sent(town, cookies=cookies).press("Antworten löschen")
    browser.choose("Ja, alles löschen")
    assert "Gelöscht" in browser.text
    assert town.counted("BUS") == {}
    assert browser.client.get_cookie("mitwirkung") is None if cookies else True


def test_whoever_changes_her_mind_keeps_her_answers(town):
    browser = sent(town).press("Antworten löschen").choose("Nein, nichts löschen")
    assert browser.page.find(class_="receipt")
    assert town.counted("BUS") == ONE_VOICE


@COOKIES
def test_the_language_changes_in_the_middle_and_the_place_is_kept(town, cookies):
    browser = begun(town, cookies=cookies).choose("Ja").press("English")
    assert browser.language == "en"
    assert browser.heading.startswith("How satisfied")
    browser.press("Continue", answer="4")
    assert browser.language == "en"
    assert browser.heading.startswith("Where would")


def test_two_consultations_open_in_two_tabs_are_never_mixed_up(town):
    browser = begun(town)
    bus_path, bus = browser.form("Weiter")
    browser.get("/de/ALLES").press("Weitermachen").choose("Im Park")
    browser.post(bus_path, {**bus, "answer": "2"})
    assert browser.heading.startswith("Wie zufrieden")
    browser.get("/de/ALLES/~check")
    assert "Im Park" in browser.text
    assert "Nein" not in browser.text


# ---------------------------------------------------------------------------------------------- later, elsewhere


@COOKIES
def test_a_resume_code_opens_the_draft_on_another_device(town, cookies):
    browser = begun(town, cookies=cookies).choose("Ja").press("Später weitermachen")
    code = words(browser.page.find(class_="secret"))
    assert len(code.replace(" ", "")) == 10
    other = town.browser(cookies=cookies).get("/de/weitermachen").press("Weiter", code=code)
    assert other.heading.startswith("Wie zufrieden")
    other.choose("4").write("Köln").press("Absenden")
    assert town.counted("BUS") == ONE_VOICE


def test_what_is_filled_in_is_kept_when_somebody_leaves_for_later(town):
    browser = begun(town)
    browser.press("Später weitermachen", answer=browser.value_of("Nein"))
    browser.press("Jetzt weitermachen")
    assert browser.page.find("input", checked=True)["value"] == "2"


def test_a_code_and_a_receipt_are_never_the_same_number(town):
    browser = answered(town).press("Später weitermachen")
    code = words(browser.page.find(class_="secret"))
    receipt = words(browser.press("Jetzt weitermachen").press("Absenden").page.find(class_="receipt"))
    assert code not in receipt
    assert sum(sign.isdigit() for sign in receipt) == 8


def test_a_code_that_is_mistyped_is_answered_kindly_and_one_too_many_must_wait(town):
    browser = town.browser().get("/de/weitermachen").press("Weiter", code="123 456 7891")
    assert (browser.status, browser.page.find(role="alert") is not None) == (422, True)
    for _ in range(5):
        browser.get("/de/weitermachen").press("Weiter", code=valid_code(town))
    assert browser.status == 422
    assert browser.get("/de/weitermachen").press("Weiter", code=valid_code(town)).status == 429


def valid_code(town: Running) -> str:
    from web.codes import check_digit

    digits = town.parts.secrets.digits(9)
    return digits + check_digit(digits)


def test_a_shared_device_forgets_and_the_answers_still_count(town):
    browser = sent(town).press("Dieses Gerät vergisst mich")
    assert browser.client.get_cookie("mitwirkung") is None
    assert words(browser.page.find("button", class_="main")) == "Beginnen"
    assert town.counted("BUS") == ONE_VOICE


def test_somebody_who_comes_back_goes_on_where_she_was(town):
    browser = begun(town).choose("Ja").get("/de/BUS")
    assert words(browser.page.find("button", class_="main")) == "Weitermachen"
    assert browser.press("Weitermachen").heading.startswith("Wie zufrieden")


# ---------------------------------------------------------------------------------------------- nobody's, and too late


@pytest.mark.parametrize("about", ["late", "satisfied", "~check", "~finished", "~delete", "~reception", "nothing"])
def test_without_a_draft_every_page_of_a_form_leads_to_its_start(shared, about):
    browser = shared.browser().get(f"/de/BUS/{about}")
    assert (browser.status, browser.path) == (200, "/de/BUS")


@pytest.mark.parametrize("secret", ["f" * 32, "short", "", "ü" * 32, "f" * 5000])
def test_a_draft_that_nobody_has_leads_to_the_start(shared, secret):
    browser = shared.browser(cookies=False).post("/de/BUS/late", {"draft": secret, "token": "t", "answer": "1"})
    assert (browser.status, browser.path) == (200, "/de/BUS")


def test_a_secret_that_somebody_else_made_up_is_never_taken_over(town):
    browser = town.browser(cookies=False).post("/de/BUS", {"draft": "f" * 32, "token": "t"})
    assert browser.form("Weiter")[1]["draft"] != "f" * 32


def test_one_persons_form_token_shows_another_nothing(town):
    browser = answered(town, cookies=False)
    path, form = browser.form("Absenden")
    browser.post(path, form)
    other = begun(town, cookies=False)
    stranger = {**form, "draft": other.form("Weiter")[1]["draft"]}
    other.post(path, stranger)
    assert "Nach Köln" not in other.text
    assert not other.page.find(class_="receipt")


def test_b5_after_the_close_what_is_sent_is_kept_as_late_told_and_not_counted(town):
    browser = answered(town)
    path, form = browser.form("Absenden")
    town.clock.move(200 * DAY)
    browser.post(path, form)
    assert "zählt aber nicht mit" in browser.text
    assert town.counted("BUS") == {}
    standing = Acting("test", town.town, town.parts.store, town.clock).standing("BUS")
    assert town.parts.store.consultations.late(town.town.key, standing.id) == 3


def test_after_the_close_the_start_page_says_so_and_offers_nothing_to_answer(town):
    browser = answered(town)
    town.clock.move(200 * DAY)
    browser.get("/de/BUS/satisfied")
    assert browser.path == "/de/BUS"
    assert "zu Ende" in browser.text
    assert not browser.page.find("button", class_="main")


def test_before_the_opening_the_start_page_says_when(town):
    town.clock.move(-60 * DAY)
    browser = town.browser().get("/de/BUS")
    assert "1. November 2026" in browser.text
    assert not browser.page.find("button", class_="main")


def test_where_nothing_is_open_the_list_says_what_to_do(town):
    town.clock.move(200 * DAY)
    browser = town.browser().get("/")
    assert "keine offene Umfrage" in browser.text
