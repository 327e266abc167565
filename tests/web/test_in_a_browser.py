# SPDX-License-Identifier: EUPL-1.2
"""The pages in a real Chromium: by keyboard, on a small screen, right to left, without scripts, on paper."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from tests.web.service import Running, running
from tests.web.test_flow import ONE_VOICE
from web.settings import WebSettings

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
WIDTHS = [320, 768, 1280]
MOST_TABS = 40

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="NOT TESTED IN A BROWSER: there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Running, str]]:
    with running(tmp_path, settings=WebSettings("http://127.0.0.1")) as town:
        server = make_server("127.0.0.1", 0, town.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield town, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def opened(chromium: Chromium, served: tuple[Running, str]) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=served[1], java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    yield context.new_page()
    context.close()


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Press it and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).click()


def go_on(page: Page) -> None:
    press(page, "button", "Weiter")


def walk(page: Page) -> Iterator[str]:
    """Through the whole form with the mouse; the name of each page as it is reached."""
    page.goto("/de/")
    yield "list"
    press(page, "link", "Der Bus am Abend")
    yield "start"
    press(page, "button", "Beginnen")
    yield "question"
    go_on(page)
    yield "missing"
    page.get_by_text("Nur am Wochenende").click()
    go_on(page)
    yield "scale"
    page.get_by_text("4", exact=True).click()
    go_on(page)
    yield "text"
    page.get_by_role("textbox").fill("Donaudampfschifffahrtsgesellschaftskapitänsmützenständer")
    go_on(page)
    yield "check"
    press(page, "button", "Später weitermachen")
    yield "code"
    press(page, "button", "Jetzt weitermachen")
    press(page, "button", "Absenden")
    yield "sent"
    page.goto("/de/BUS/ergebnis")
    yield "results"
    page.goto("/de/barrierefreiheit")
    yield "statement"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen_and_the_form_goes_through_without_scripts(chromium, served, width):
    town, address = served
    context = chromium.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": width, "height": 640}
    )
    page = context.new_page()
    for name in walk(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert town.counted("BUS")["late", "weekend"] == 1
    context.close()


def test_no_page_is_wider_than_the_screen_right_to_left(opened):
    for name in walk(opened):
        opened.evaluate("document.documentElement.dir = 'rtl'")
        assert opened.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_with_a_large_type_and_wide_spacing_nothing_is_cut_off(chromium, served):
    """WCAG 1.4.4 and 1.4.12: twice the type size, lines, letters and words further apart."""
    context = chromium.new_context(base_url=served[1], bypass_csp=True, viewport={"width": 640, "height": 640})
    page = context.new_page()
    for name in walk(page):
        page.add_style_tag(
            content="html{font-size:200%!important} *{line-height:1.5!important;letter-spacing:.12em!important;"
            "word-spacing:.16em!important}"
        )
        cut = page.evaluate(
            "[...document.querySelectorAll('button,label,a,h1,td,th,dd')].filter(each =>"
            " each.clientHeight && each.scrollHeight > each.clientHeight + 2).map(each => each.textContent)"
        )
        assert cut == [], name
    context.close()


def test_whatever_can_be_pressed_is_large_enough_for_a_thumb(opened):
    """WCAG 2.5.5: 44 by 44 CSS pixels, links inside a sentence excepted; a row is pressed anywhere."""
    for name in walk(opened):
        small = opened.evaluate(
            "[...document.querySelectorAll('button,.row,.languages a,footer a,.ways a,.town,[type=text],textarea')]"
            ".filter(each => each.getBoundingClientRect().height < 44).map(each => each.textContent)"
        )
        assert small == [], name


def test_the_whole_form_is_filled_in_with_the_keyboard_alone(served, opened):
    opened.goto("/de/BUS")
    press_by_keyboard(opened, "Beginnen")
    focus(opened, "input[type=radio]")
    opened.keyboard.press("Space")
    press_by_keyboard(opened, "Weiter")
    focus(opened, "input[type=radio]")
    for _ in range(4):
        opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowUp")
    press_by_keyboard(opened, "Weiter")
    focus(opened, "textarea")
    opened.keyboard.type("Nach Köln")
    press_by_keyboard(opened, "Weiter")
    press_by_keyboard(opened, "Absenden")
    assert served[0].counted("BUS") == ONE_VOICE


def press_by_keyboard(page: Page, name: str) -> None:
    focus(page, f"button:text-is('{name}')")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def focus(page: Page, selector: str) -> None:
    """Go on with the tabulator until this is focused; what is focused on the way must be seen to be."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 3
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_enter_in_a_field_goes_on_and_never_back(opened):
    opened.goto("/de/ALLES")
    press(opened, "button", "Beginnen")
    opened.get_by_text("Im Park").click()
    go_on(opened)
    opened.get_by_text("7", exact=True).click()
    go_on(opened)
    opened.get_by_role("textbox").fill("3")
    with opened.expect_navigation():
        opened.keyboard.press("Enter")
    assert opened.get_by_role("heading", level=1).inner_text() == "Was fehlt Ihnen?"


def test_what_is_missing_gets_the_focus_and_leads_to_the_field(opened):
    opened.goto("/de/BUS")
    press(opened, "button", "Beginnen")
    go_on(opened)
    assert opened.locator("[role=alert]:focus").count() == 1
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.url.endswith("#answer")


def test_the_back_button_of_the_browser_shows_what_was_answered(opened):
    opened.goto("/de/BUS")
    press(opened, "button", "Beginnen")
    opened.get_by_text("Nein").click()
    go_on(opened)
    opened.get_by_text("4", exact=True).click()
    go_on(opened)
    opened.go_back()
    assert opened.locator("input:checked").get_attribute("value") == "4"


def test_e16_a_page_asks_for_nothing_but_itself_and_its_stylesheet(served, opened):
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto("/de/BUS")
    assert len(asked) == 2
    assert all(url.startswith(served[1]) for url in asked)


def test_on_paper_the_question_is_a_form_with_the_other_ways_to_answer(opened):
    opened.goto("/de/BUS")
    press(opened, "button", "Beginnen")
    opened.emulate_media(media="print")
    assert opened.locator(".on-paper").is_visible()
    assert "02271" in opened.locator(".on-paper").inner_text()
    assert not opened.locator("button").first.is_visible()
    assert opened.locator("input[type=radio]").first.is_visible()


@pytest.mark.parametrize("colours", ["active", "none"])
def test_in_forced_colours_every_row_and_every_message_keeps_an_outline(opened, colours):
    opened.emulate_media(forced_colors=colours)
    opened.goto("/de/BUS")
    press(opened, "button", "Beginnen")
    go_on(opened)
    for selector in (".row", ".summary", "button.main"):
        width = opened.locator(selector).first.evaluate("each => parseFloat(getComputedStyle(each).borderTopWidth)")
        assert width >= 2
