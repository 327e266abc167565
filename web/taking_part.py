# SPDX-License-Identifier: EUPL-1.2
"""Answering on the web: begin, one question after the other, check, send; go on later; leave this device.

Every POST becomes at most one turn of the core.
A browser with cookies is redirected to the page that follows (POST, 303, GET); one without gets it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.commands import Command
from core.consultation import Standing
from core.turns import NothingExpected, Prompt, Reply, Role, Silence, Words
from web.codes import Found, Mistyped, TriedTooOften, leave_code, try_code
from web.form import ButtonUnknown, Page, Posted, page_of, said_by
from web.frame import Frame, ways
from web.origin import source_of
from web.reading import known, language_for, listing, results_of, unknown
from web.session import Carrier, Draft, forget, keep
from web.site import Site
from web.visit import Visit, carried, draft_here, look_at, say, visit_to

FORGET = "forget"
"""The button by which a shared device forgets a draft."""


# ---------------------------------------------------------------------------------------------- the views


def begin(site: Site, language: str, keyword: str) -> AnyResponse:
    """Begin, or go on where this draft was left."""
    standing = site.met_by_keyword(keyword)
    if standing is None:
        return unknown(site, known(site, language), keyword)
    if request.form.get("button") == FORGET:
        return _device_left(site, f"/{known(site, language)}/{keyword}")
    frame = site.frame(known(site, language), keyword, standing)
    draft = draft_here(site) or Draft(site.parts.secrets.new_id(), Carrier.NEW)
    visit = Visit(site, frame, standing, draft)
    return _shown(visit, say(visit, Words(keyword), Prompt.RECEPTION))


def page(site: Site, language: str, keyword: str, about: str) -> AnyResponse:
    """The page of one prompt, refilled; the start page for somebody without a draft."""
    visit = visit_to(site, language, keyword, about)
    if visit is None or not _has_page(visit.standing, about):
        return _to_start(site, language, keyword)
    reply = look_at(visit, about)
    return _rendered(visit, reply)


def answer(site: Site, language: str, keyword: str, about: str) -> AnyResponse:
    """Take what was posted from the page of one prompt."""
    visit = visit_to(site, language, keyword, about)
    if visit is None or not _has_page(visit.standing, about):
        return _to_start(site, language, keyword)
    posted = Posted(
        button=request.form.get("button", ""),
        answers=tuple(request.form.getlist("answer")),
        empty=request.form.get("empty", ""),
    )
    return _OWN_BUTTONS.get(posted.button, _answered)(visit, posted, about)


def results(site: Site, language: str, keyword: str) -> AnyResponse:
    """What residents may see of the count; before the close only those who have taken part, as on every channel."""
    standing = site.met_by_keyword(keyword.upper())
    if standing is None:
        return unknown(site, language, keyword)
    frame = site.frame(known(site, language), f"{standing.consultation.keyword}/ergebnis", standing)
    draft = draft_here(site)
    reply = look_at(Visit(site, frame, standing, draft), Prompt.FINISHED) if draft else None
    return results_of(site, frame, standing, reply.offers if reply else ())


def ask_code(site: Site, language: str) -> Response:
    """The page on which a resume code is typed."""
    return _code_asked(site, site.frame(known(site, language), "weitermachen"))


def take_code(site: Site, language: str) -> AnyResponse:
    """Go on with the draft that a typed code leads to."""
    frame = site.frame(known(site, language), "weitermachen")
    source = source_of(request.remote_addr, request.headers.get("X-Forwarded-For", ""), site.settings.trusted_proxies)
    match try_code(frame.town.key, request.form.get("code", ""), source, site.parts):
        case Found(address):
            return _resumed(site, frame, Draft(address.value, Carrier.NEW))
        case Mistyped():
            return _code_asked(site, frame, 422, "web.code.mistyped")
        case TriedTooOften():
            return _code_asked(site, frame, 429, "web.code.too_often")
        case _:
            return _code_asked(site, frame, 422, "web.code.nowhere")


def _has_page(standing: Standing, about: str) -> bool:
    return standing.consultation.question(about) is not None or about in set(Prompt)


def _to_start(site: Site, language: str, keyword: str) -> AnyResponse:
    if site.met_by_keyword(keyword.upper()) is None:
        return unknown(site, known(site, language), keyword)
    return redirect(f"/{known(site, language)}/{keyword.upper()}", 303)


# ---------------------------------------------------------------------------------------------- answering


def _answered(visit: Visit, posted: Posted, about: str) -> AnyResponse:
    try:
        said = said_by(posted)
    except ButtonUnknown:
        abort(400)
    reply = say(visit, said, f"{visit.keyword}:{about}")
    if not reply.say and isinstance(reply.expects, NothingExpected):
        return _moved(visit, look_at(visit, None))  # the stored reply was purged: show where the person is
    if isinstance(said, Silence) and reply.about == about:
        return _refused(visit, reply, posted, (visit.frame.say(_missing(reply, posted)),))
    if reply.lines(Role.PROBLEM):
        return _refused(visit, reply, posted if reply.about == about else Posted())
    return _shown(visit, reply)


def _missing(reply: Reply, posted: Posted) -> str:
    return f"web.missing.{page_of(reply, posted).field.part}"


# ---------------------------------------------------------------------------------------------- what is shown


def _shown(visit: Visit, reply: Reply) -> AnyResponse:
    """The page after a turn: by redirect, or at once where a redirect would lose it."""
    if isinstance(reply.expects, NothingExpected) and reply.about == Prompt.RECEPTION:
        return _ended(visit, reply)
    if reply.about == Prompt.RECEPTION:
        told = " ".join(line.wording.text for line in reply.lines(Role.INFORMATION, Role.PROBLEM))
        return listing(visit.site, replace(visit.frame, rest=""), 200, told)
    return _moved(visit, reply)


def _moved(visit: Visit, reply: Reply) -> AnyResponse:
    visit = visit.at(reply.about)
    if visit.draft.carrier is Carrier.COOKIE:
        return redirect(visit.frame.path, 303)
    return _rendered(visit, reply)


def _ended(visit: Visit, reply: Reply) -> Response:
    """Told for the last time: the draft may be gone, and this device forgets it if it is."""
    response = visit.site.page("ended.html", visit.frame, page=page_of(reply))
    if visit.site.parts.store.turns.meet(visit.frame.town.key, visit.draft.address) is None:
        forget(response, visit.site.settings)
    return response


def _refused(visit: Visit, reply: Reply, posted: Posted, problems: tuple[str, ...] = ()) -> Response:
    """The same page again with what is missing, refilled (WCAG 3.3.1, 3.3.3)."""
    page = page_of(reply, posted)
    return _prompt(visit.at(reply.about), reply, replace(page, problems=problems or page.problems), 422)


def _rendered(visit: Visit, reply: Reply) -> Response:
    return _prompt(visit, reply, page_of(reply), 200)


def _prompt(visit: Visit, reply: Reply, page: Page, status: int) -> Response:
    response = visit.site.page(
        "prompt.html", visit.frame, status,
        page=page,
        keyword=visit.keyword,
        title=visit.frame.named(visit.standing.consultation.title).text,
        closes=visit.standing.ends_at,
        ways=ways(visit.frame.town, visit.keyword),
        optional=Command.SKIP in reply.offers,
        **carried(visit),
    )  # fmt: skip
    if visit.draft.carrier is Carrier.NEW:
        keep(response, visit.draft, visit.site.settings)
    return response


# ---------------------------------------------------------------------------------------------- going on later


def _code_shown(visit: Visit, posted: Posted, about: str) -> Response:
    """Keep what is filled in, then make a code and show it once."""
    site = visit.site
    if posted.given:
        say(visit, Words(" ".join(posted.given)), f"{visit.keyword}:{about}")
    meeting = site.parts.store.turns.meet(visit.frame.town.key, visit.draft.address)
    if meeting is None:
        abort(404)
    code = leave_code(visit.frame.town.key, meeting.person.address_id, site.parts)
    return site.page("later.html", visit.frame, code=code, keyword=visit.keyword, about=about, **carried(visit))


def _code_asked(site: Site, frame: Frame, status: int = 200, problem: str | None = None) -> Response:
    return site.page("resume.html", frame, status, problem=frame.say(problem) if problem else "")


def _resumed(site: Site, frame: Frame, draft: Draft) -> AnyResponse:
    meeting = site.parts.store.turns.meet(frame.town.key, draft.address)
    standings = {each.id: each for each in site.standings()}
    standing = standings.get(meeting.conversation.consultation_id or "") if meeting else None
    if standing is None or not standing.takes_answers_at(site.parts.clock.now()):
        return listing(site, replace(frame, rest=""), 200, frame.say("web.code.over"))
    frame = site.frame(frame.language, standing.consultation.keyword, standing)
    visit = Visit(site, replace(frame, language=language_for(frame)), standing, draft)
    reply = look_at(visit, None)
    return _rendered(visit.at(reply.about), reply)


# ---------------------------------------------------------------------------------------------- the pages' own buttons


def _device_left(site: Site, to: str) -> AnyResponse:
    """Forget the draft on this device; it stays where it is for whoever has its code."""
    response = redirect(to, 303)
    forget(response, site.settings)
    return response


def _leave(visit: Visit, _posted: Posted, _about: str) -> AnyResponse:
    return _device_left(visit.site, visit.frame.to(visit.keyword))


def _show(visit: Visit, _posted: Posted, about: str) -> AnyResponse:
    return _moved(visit, look_at(visit, about))


_OWN_BUTTONS: Mapping[str, Callable[[Visit, Posted, str], AnyResponse]] = {
    FORGET: _leave,
    "show": _show,
    "later": _code_shown,
}
"""Buttons that are no turn of the core: what a page does by itself."""
