# SPDX-License-Identifier: EUPL-1.2
"""What nobody should send: garbage, markup, too much, from elsewhere, with false headers. Never a 500, never stored."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.service import Running, running
from tests.web.test_flow import ONE_VOICE, answered, begun
from web.settings import LARGEST_BODY, WebSettings

METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
SEGMENT = st.one_of(
    st.sampled_from(
        ["de", "en", "de-simple", "BUS", "ALLES", "late", "why", "~check", "~finished", "~delete", "ergebnis"]
    ),
    st.sampled_from(["weitermachen", "hilfe", "stylesheet", "..", "\x00", "\xff", "~", "~nothing", "~language"]),
    st.text(max_size=20),
)
FIELD = st.sampled_from(["button", "answer", "token", "draft", "empty", "code", "x"])
VALUE = st.one_of(
    st.sampled_from(
        ["1", "SKIP", "BACK", "DONE", "DELETE", "CHANGE", "LANGUAGE", "STOP", "show", "later", "forget", ""]
    ),
    st.text(max_size=40),
)
BODY = st.lists(st.tuples(FIELD, VALUE), max_size=6)
HEADERS = st.dictionaries(
    st.sampled_from(["Cookie", "Accept-Language", "Accept-Encoding", "Content-Type", "X-Forwarded-For", "Host"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    max_size=3,
)
PROMPTS = ["BUS/late", "BUS/satisfied", "BUS/why", "ALLES/places", "ALLES/quiet", "ALLES/people", "ALLES/why"]
PROMPTS += [f"BUS/~{name}" for name in ("check", "finished", "delete", "change", "language", "reception")]
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asked(client: FlaskClient, method: str, path: list[str], body: object, headers: dict[str, str]) -> int:
    """The status of the answer; the path goes to the service as a server hands it on, not as a client would read it."""
    raw = ("/" + "/".join(path)).encode().decode("latin-1")
    return client.open("/", method=method, data=body, headers=headers, environ_overrides={"PATH_INFO": raw}).status_code


@MANY
@given(METHODS, st.lists(SEGMENT, max_size=4), BODY, HEADERS)
def test_a13_no_request_however_malformed_is_a_fault_of_ours(shared, method, path, body, headers):
    form = {name: [value for other, value in body if other == name] for name, _ in body}
    assert asked(shared.app.test_client(), method, path, form, headers) < 500


@MANY
@given(METHODS, st.lists(SEGMENT, max_size=4), st.binary(max_size=200), HEADERS)
def test_a13_no_body_of_bytes_is_a_fault_of_ours(shared, method, path, body, headers):
    assert asked(shared.app.test_client(), method, path, body, headers) < 500


@MANY
@given(st.sampled_from(PROMPTS), BODY)
def test_a13_nothing_that_somebody_who_answers_can_post_is_a_fault_of_ours(shared, drafts, about, body):
    form = {name: [value for other, value in body if other == name] for name, _ in body if name != "draft"}
    client = shared.app.test_client(use_cookies=False)
    assert client.post(f"/de/{about}", data={**form, "draft": drafts}).status_code < 500


@pytest.fixture(scope="module")
def drafts(shared: Running) -> str:
    return begun(shared, cookies=False).form("Weiter")[1]["draft"]


ROUTES = ["/de/BUS", "/de/BUS/late", "/de/BUS/~check", "/de/BUS/ergebnis", "/de/weitermachen"]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a13_a_body_that_is_too_long_is_refused_in_plain_words(shared, path, kind):
    answer = shared.app.test_client().post(path, data=b"answer=" + b"x" * LARGEST_BODY, content_type=kind)
    assert answer.status_code == 413
    assert "zu lang" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ROUTES)
def test_a13_a_long_body_without_a_stated_length_is_refused_too(shared, path):
    answer = shared.app.test_client().post(
        path,
        input_stream=io.BytesIO(b"answer=" + b"x" * 10 * LARGEST_BODY),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 411


@pytest.mark.parametrize("path", ["/health", "/nothing", "/de/BUS/late/more", "/xx/BUS", "/tr/BUS"])
def test_an_address_that_is_not_there_is_answered_in_plain_words(shared, path):
    browser = shared.browser().get(path)
    assert (browser.status, browser.heading) == (404, "Diese Seite gibt es nicht")
    assert browser.page.find("a", class_="quiet")["href"] == "/de/"


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_a_keyword_that_is_not_there_leads_to_the_list(shared, language):
    browser = shared.browser().get(f"/{language}/NICHTDA")
    assert browser.status == 404
    assert browser.page.find("ul", class_="consultations")
    assert "NICHTDA" not in browser.text


def test_a_method_that_is_not_there_is_answered_in_plain_words_and_names_those_that_are(shared):
    answer = shared.app.test_client().delete("/en/BUS")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "first page" in answer.get_data(as_text=True)


@pytest.mark.parametrize("button", ["STOP", "LANGUAGE", "UNLINK", "nothing", "<b>"])
def test_a_button_that_no_page_has_is_a_bad_request(shared, button):
    browser = begun(shared, cookies=False)
    path, form = browser.form("Weiter")
    assert browser.post(path, {**form, "button": button}).status == 400


# ---------------------------------------------------------------------------------------------- markup

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "'; alert(1); '",
    "{{ 7 * 7 }}",
    "{% include 'layout.html' %}",
    "javascript:alert(1)",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\u202egnp.exe",
    "${7*7}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_d17_what_somebody_writes_comes_back_as_text_on_every_page(town, payload):
    browser = begun(town).choose("Ja").choose("4").write(payload)
    kept = payload.replace("\u202e", "")  # marks that turn the direction about are not kept (A14)
    assert kept in browser.page.dl.get_text()
    browser.get("/de/BUS/why")
    assert browser.page.textarea.get_text().strip() == kept
    for page in (browser.page, browser.get("/de/BUS/~check").page):
        assert not page.find_all(["script", "img", "svg"])
        assert not page.find_all(onerror=True)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_d17_what_cannot_be_taken_comes_back_as_text(shared, payload):
    browser = begun(shared, "ALLES").choose("Im Park").choose("7").write(payload)
    assert browser.status == 422
    assert browser.page.find(id="answer")["value"] == payload
    assert not browser.page.find_all(["script", "img", "svg"])


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("path", ["/de/{0}", "/de/BUS/{0}", "/{0}/BUS", "/?x={0}", "/de/BUS?{0}"])
def test_d17_no_address_is_repeated_on_a_page(shared, path, payload):
    answer = shared.app.test_client().get(path.format(payload), follow_redirects=True)
    assert payload not in answer.get_data(as_text=True)


# ---------------------------------------------------------------------------------------------- from elsewhere


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_d20_a_form_on_another_site_changes_nothing(shared, path, headers):
    browser = shared.browser().post(path, {"token": "t", "answer": "1"}, headers=headers)
    assert browser.status == 403
    assert "Set-Cookie" not in browser.answer.headers


def test_d20_not_even_somebody_elses_sent_answers_can_be_deleted_from_another_site(town):
    browser = answered(town)
    path, form = browser.form("Absenden")
    browser.post(path, form)
    browser.post(path, {**form, "button": "DELETE"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert town.counted("BUS") == ONE_VOICE


@pytest.mark.parametrize("command", ["BACK", "SKIP", "DONE", "DELETE", "CHANGE", "forget"])
def test_d20_no_get_does_anything(town, command):
    browser = answered(town)
    before = browser.client.get_cookie("mitwirkung").value
    browser.get(f"/de/BUS/~check?button={command}&answer=1")
    assert town.counted("BUS") == {}
    assert browser.client.get_cookie("mitwirkung").value == before
    assert "Nach Köln" in browser.text


def test_d3_false_headers_change_no_link_no_origin_and_no_language(shared):
    false = {
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "198.51.100.1",
        "Forwarded": "host=elsewhere.example",
        "X-Original-URL": "/en/BUS",
    }
    answer = shared.app.test_client().post("/de/BUS", headers=false)
    assert "elsewhere" not in answer.get_data(as_text=True)
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "elsewhere" not in shared.app.test_client().get("/de/bus", headers=false).headers["Location"]


def test_d3_a_false_forwarded_for_gives_nobody_more_tries(town):
    from tests.web.test_flow import valid_code

    browser = town.browser()
    statuses = [
        browser.post(
            "/de/weitermachen", {"code": valid_code(town)}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        ).status
        for number in range(7)
    ]
    assert statuses == [422] * 5 + [429] * 2


def test_under_https_the_cookie_is_bound_to_this_host_and_travels_encrypted_only(tmp_path):
    with running(tmp_path, settings=WebSettings("https://mitmachen.example")) as town:
        answer = town.app.test_client().post("/de/BUS", base_url="https://mitmachen.example")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-mitwirkung=")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie


def test_while_the_database_is_away_nothing_is_acknowledged_and_the_page_says_what_to_do(town):
    browser = begun(town)
    path, form = browser.form("Weiter")
    town.parts.store.close()
    with town.parts.store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    browser.post(path, {**form, "answer": "1"})
    assert (browser.status, browser.answer.headers["Retry-After"]) == (503, "60")
    assert "noch nicht gespeichert" in browser.text
