# SPDX-License-Identifier: EUPL-1.2
"""The web application: one route per provider, the pages, `/health` and `/metrics`.

No request, however malformed, gets a 500: providers are answered by `channels.answering`, the pages explain their own
refusals and those of addresses that nobody has, and what is left meets `_last_resort` below.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from flask import Flask, Response, current_app, jsonify, request

from app.health import examine, measure
from app.metrics import as_text
from app.sounds import add_sounds
from app.wiring import Connected, Service
from channels.answering import answer_report, answer_webhook
from channels.contract import Reports, StatusReport, WebhookRequest, WebhookResponse
from channels.delivery import take_report
from core.participation import take_turn
from core.turns import InboundTurn, Reply
from web.pages import create_pages
from web.settings import LARGEST_BODY, WebSettings

log = logging.getLogger(__name__)

_KEEP_ENCODED = "werkzeug.url_quote"


def create_app(service: Service) -> Flask:
    """All routes of a joined service."""
    app = Flask("mitwirkung", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    for connected in service.channels:
        _connect(app, connected, service)
    app.add_url_rule("/health", "health", lambda: _health(service), methods=["GET"])
    add_sounds(app, service)
    app.add_url_rule("/metrics", "metrics", lambda: _metrics(service), methods=["GET"])
    app.register_blueprint(create_pages(service.parts, _web_settings(service)))
    app.register_error_handler(Exception, _last_resort)
    app.after_request(_name_methods)
    return app


def _web_settings(service: Service) -> WebSettings:
    settings = service.settings
    tokens = settings.folder / "tokens.css"
    return WebSettings(
        public_url=settings.public_url or "http://127.0.0.1",
        trusted_proxies=settings.trusted_proxies,
        town_tokens=tokens.read_text(encoding="utf-8") if tokens.is_file() else "",
    )


# ------------------------------------------------------------------------------------------------------- providers


def _connect(app: Flask, connected: Connected, service: Service) -> None:
    """The routes of one provider: messages at its path, delivery reports below it."""

    def message() -> Response:
        return _sent(connected.path, _message(connected, service), service)

    status = f"{connected.path}/status"
    below = [f"{connected.path}/{name}" for name in connected.below]
    for path in (connected.path, *below):
        if path != status:
            app.add_url_rule(path, path, message, methods=["POST"])
    reports = connected.reports
    if reports is None:
        return

    def report() -> Response:
        answer = _report(reports, service)
        if status in below and answer.status == HTTPStatus.OK:
            answer = _message(connected, service)
        return _sent(status, answer, service)

    app.add_url_rule(status, status, report, methods=["POST"])


def _message(connected: Connected, service: Service) -> WebhookResponse:
    def take(turn: InboundTurn) -> Reply:
        return take_turn(turn, service.parts)

    return answer_webhook(_received(), connected.channel, take, service.parts.phrases, service.refusals)


def _report(reports: Reports, service: Service) -> WebhookResponse:
    received, parts = _received(), service.parts

    def record(report: StatusReport) -> None:
        for town in parts.towns.sending(received.field("From")):  # of what we sent, the sender is our own number
            take_report(report, reports.name, parts.store.outbox, town.key, parts.clock.now())

    return answer_report(received, reports, record, service.refusals)


def _received() -> WebhookRequest:
    """The request as plain values; the body is read before the form, which would use it up."""
    body = request.get_data(cache=True)
    query = request.query_string.decode("latin-1")
    return WebhookRequest(
        url=f"{request.path}?{query}" if query else request.path,
        form=_form(body),
        headers=_headers(request.environ),
        body=body,
    )


def _form(body: bytes) -> tuple[tuple[str, str], ...]:
    """Every field in order. What is not Unicode is kept as its percent-encoding, as werkzeug keeps it."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return tuple(request.form.items(multi=True))
    try:
        return tuple(parse_qsl(body.decode(), keep_blank_values=True, errors=_KEEP_ENCODED))
    except ValueError:
        return ()


def _headers(environ: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case (PEP 3333 writes them in upper case, with underscores)."""
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }


def _sent(path: str, answer: WebhookResponse, service: Service) -> Response:
    service.responses.count(path, answer.status)
    return Response(answer.body, answer.status, dict(answer.headers), content_type=answer.content_type)


# ------------------------------------------------------------------------------------------------------- operation


def _health(service: Service) -> Response:
    """200 while everything that answers residents works, 503 otherwise; what it is stands beside it."""
    health = examine(service)
    response = jsonify(status=health.status, **health.parts)
    response.status_code = 200 if health.well else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _metrics(service: Service) -> Response:
    return Response(as_text(measure(service)), content_type="text/plain; version=0.0.4; charset=utf-8")


def _last_resort(error: Exception) -> Response:
    """What nobody foresaw, logged by its kind alone: its text may hold what a person wrote."""
    reference = secrets.token_hex(4)
    log.error("a request could not be answered: %s, reference %s", type(error).__name__, reference)
    sentence = f"Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal. ({reference})"
    return Response(sentence, 503, content_type="text/plain; charset=utf-8")


def _name_methods(response: Response) -> Response:
    """Name the methods that an address does take, where it refuses one (RFC 9110 §15.5.6)."""
    addresses = current_app.create_url_adapter(request) if response.status_code == 405 else None
    if addresses:
        response.headers["Allow"] = ", ".join(sorted(addresses.allowed_methods()))
    return response
