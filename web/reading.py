# SPDX-License-Identifier: EUPL-1.2
"""The pages that are only read: the town's consultations, the start of one, its results, the fixed pages.

No view here writes anything or sets a cookie.
"""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.commands import Command
from core.consultation import ResultsShown, Standing
from core.questions.contract import Asking
from core.texts import fallbacks
from web.frame import Frame, ways
from web.headers import FOR_EVER
from web.information import INFORMATION
from web.results import Publication, channel_bars, question_tables
from web.session import draft_in
from web.site import Site


def any_language(site: Site) -> Response:
    """The list of consultations in the language that the browser likes best."""
    languages = site.town().languages
    response = town(site, request.accept_languages.best_match(languages) or languages[0])
    response.vary.add("Accept-Language")
    return response


def town(site: Site, language: str) -> Response:
    """Everything that can be answered now, and where results are."""
    frame = site.frame(known(site, language), "")
    return listing(site, frame)


def listing(site: Site, frame: Frame, status: int = 200, problem: str = "") -> Response:
    """The list of consultations, after what went wrong if anything did."""
    now = site.parts.clock.now()
    standings = site.standings()
    open_now = [each for each in standings if each.takes_answers_at(now)]
    results = [each for each in standings if _withheld(site, each, ()) is None]
    return site.page("town.html", frame, status, open_now=open_now, results=results, problem=problem)


def start(site: Site, language: str, keyword: str) -> AnyResponse:
    """The first page of one consultation: what it is about, how long it takes, every way to answer."""
    standing = site.met_by_keyword(keyword.upper())
    if standing is None:
        return unknown(site, language, keyword)
    frame = site.frame(known(site, language), standing.consultation.keyword, standing)
    if (frame.language, keyword) != (language_for(frame), standing.consultation.keyword):
        return redirect(f"/{language_for(frame)}/{standing.consultation.keyword}")
    return starting(site, frame, standing)


def starting(site: Site, frame: Frame, standing: Standing, status: int = 200, problem: str = "") -> Response:
    """The start page of a consultation that this person may meet."""
    now = site.parts.clock.now()
    return site.page(
        "start.html", frame, status,
        standing=standing,
        token=site.parts.secrets.new_id(),
        ways=ways(frame.town, standing.consultation.keyword),
        begun=draft_in(request.cookies, {}, site.settings) is not None,
        open_now=standing.takes_answers_at(now),
        over=standing.is_over_at(now),
        results=_withheld(site, standing, ()) is None,
        problem=problem,
    )  # fmt: skip


def results_of(site: Site, frame: Frame, standing: Standing, offers: tuple[Command, ...]) -> Response:
    """What this person, to whom these commands are offered, may see of the count."""
    withheld = _withheld(site, standing, offers)
    published = standing.publication if withheld is None else None
    asking = asking_in(site, frame.language)
    return site.page(
        "results.html", frame,
        standing=standing,
        withheld=withheld,
        published=published,
        stage=_stage(published, standing, site.parts.clock.now()) if published else None,
        tables=question_tables(published, standing.consultation, asking) if published else (),
        channels=channel_bars(published, frame.channel) if published else (),
    )  # fmt: skip


def _withheld(site: Site, standing: Standing, offers: tuple[Command, ...]) -> str | None:
    """Why no results are shown ("web.results.<why>"); None where they are. The rule is that of every channel."""
    shown, over = standing.consultation.results, standing.is_over_at(site.parts.clock.now())
    if shown is ResultsShown.NEVER:
        return "never"
    if not over and shown is ResultsShown.AFTER_CLOSE:
        return "after_close"
    if not over and Command.RESULT not in offers:
        return "after_answer"
    if standing.publication is None:
        return "ended" if over else "too_few"
    return None


def _stage(published: Publication, standing: Standing, now: datetime) -> str:
    """How far the count is ("web.results.<stage>"): between its end and the recount it is neither open nor final."""
    if published["final"]:
        return "final"
    return "ended" if standing.is_over_at(now) else "so_far"


def asking_in(site: Site, language: str) -> Asking:
    """What a question needs to name its options in this language."""
    words = site.parts.words
    found = next((words[tag] for tag in fallbacks(language) if tag in words), next(iter(words.values())))
    return Asking(language=language, words=found, phrases=site.parts.phrases)


def information(site: Site, language: str, page: str) -> Response:
    """One of the fixed pages."""
    frame = site.frame(known(site, language), page)
    sections = INFORMATION[page](frame, site.settings)
    return site.page("information.html", frame, title=frame.say(f"web.page.{page}"), sections=sections)


def style(site: Site, name: str) -> Response:
    """The stylesheet under its own name; under any other there is nothing."""
    if name != site.stylesheet.name:
        abort(404)
    return Response(site.stylesheet.text, mimetype="text/css", headers={"Cache-Control": FOR_EVER})


def unknown(site: Site, language: str, keyword: str) -> Response:
    """No such consultation: say so and list those there are."""
    frame = site.frame(known(site, language), "")
    return listing(site, frame, 404, frame.say("web.unknown_keyword"))


def known(site: Site, language: str) -> str:
    """The language, if this town speaks it; else there is no such page."""
    if language not in site.town().languages:
        abort(404)
    return language


def language_for(frame: Frame) -> str:
    """The page's language, or the first one it is offered in."""
    return frame.language if frame.language in frame.tags or not frame.tags else frame.tags[0]
