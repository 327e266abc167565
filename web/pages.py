# SPDX-License-Identifier: EUPL-1.2
"""The web form as one Flask blueprint: its routes in one table, what guards a request, what is shown if it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from core.errors import ConcurrentChange, StoreUnavailable
from core.participation import Parts
from core.phrases import LAST_RESORT
from web import reading, taking_part
from web.headers import guard, pack
from web.information import INFORMATION
from web.origin import posted_from_here
from web.settings import LARGEST_BODY, WebSettings
from web.site import Site, build_site, languages_of

ROUTES = (
    ("GET", "/", reading.any_language),
    ("GET", "/stylesheet/<name>", reading.style),
    ("GET", "/<{languages}:language>/", reading.town),
    ("GET", "/<{languages}:language>/<{information}:page>", reading.information),
    ("GET", "/<{languages}:language>/weitermachen", taking_part.ask_code),
    ("POST", "/<{languages}:language>/weitermachen", taking_part.take_code),
    ("GET", "/<{languages}:language>/<keyword>", reading.start),
    ("POST", "/<{languages}:language>/<keyword>", taking_part.begin),
    ("GET", "/<{languages}:language>/<keyword>/ergebnis", taking_part.results),
    ("POST", "/<{languages}:language>/<keyword>/ergebnis", taking_part.results),
    ("GET", "/<{languages}:language>/<keyword>/<about>", taking_part.page),
    ("POST", "/<{languages}:language>/<keyword>/<about>", taking_part.answer),
)
"""Method, rule, view. `about` is the name of a prompt: a question's key, or a `Prompt`, which begins with "~"."""

EXPLAINED = frozenset({400, 403, 404, 405, 413, 429, 503})
"""The failures that have a page of their own in plain words ("web.problem.<code>")."""


def create_pages(parts: Parts, settings: WebSettings) -> Blueprint:
    """All pages for residents, ready to be registered at the root of an application."""
    site = build_site(parts, settings)
    pages = Blueprint("web", __name__)
    converters = {"languages": _any_of(languages_of(parts)), "information": _any_of(tuple(INFORMATION))}
    for method, rule, view in ROUTES:
        endpoint = f"{view.__name__}_{method.lower()}"
        pages.add_url_rule(
            rule.format(**converters), endpoint, partial(view, site), methods=[method], strict_slashes=False
        )
    pages.before_request(partial(_check, site))
    pages.after_request(_finish)
    _explain_failures(pages, site)
    return pages


def _any_of(names: tuple[str, ...]) -> str:
    return "any({})".format(",".join(f'"{name}"' for name in names))


def _check(site: Site) -> None:
    """Refuse what is too long, what somebody else's page sends, and a host that is no town of ours."""
    request.max_content_length = LARGEST_BODY
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        abort(411)  # no browser sends a form in chunks, and one that is cut off must not be taken for the whole
    told = (request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"))
    if request.method == "POST" and not posted_from_here(*told, site.settings.origin):
        abort(403)
    try:
        site.town()
    except LookupError:
        abort(404)


def _finish(response: Response) -> Response:
    return pack(guard(response), request.headers.get("Accept-Encoding", ""))


# ---------------------------------------------------------------------------------------------- when it fails


def _explain_failures(pages: Blueprint, site: Site) -> None:
    """Every failure ends on a page that says what to do: also an address that no route has."""

    def failed(error: HTTPException) -> Response:
        response = _explained(site, error.code or 500)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return _finish(response)

    def away(_error: StoreUnavailable | ConcurrentChange) -> Response:
        return _finish(_explained(site, 503))

    handlers: tuple[tuple[type[Exception], Callable[..., Response]], ...] = (
        (HTTPException, failed),
        (StoreUnavailable, away),
        (ConcurrentChange, away),
    )
    for kind, handler in handlers:
        pages.app_errorhandler(kind)(handler)


def _explained(site: Site, code: int) -> Response:
    name = str(code) if code in EXPLAINED else "400" if code < 500 else "other"
    try:
        town = site.town()
    except LookupError:
        return Response(site.parts.phrases.text(f"web.problem.{name}.title", LAST_RESORT), code, mimetype="text/plain")
    first = request.path.split("/")[1] if "/" in request.path else ""
    frame = site.frame(first if first in town.languages else town.languages[0], "")
    response = site.page("problem.html", frame, code, name=name)
    if code == 503:
        response.headers["Retry-After"] = "60"
    return response
