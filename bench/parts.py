# SPDX-License-Identifier: EUPL-1.2
"""Where the processor time of one text message goes: its edges (signature, reading, rendering) against the whole.

The whole is the request as the web application gets it, without the server in front of it, in one thread. Each part is
run by itself over messages of the same kind; parts and whole take turns, round by round.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from app.http import create_app
from app.wiring import Service
from bench.installation import PUBLIC_URL, SMS_PATH, TOKEN, installed, scratch
from bench.measuring import Effort, Report, at_most, ratio, spread
from bench.people import POLL, introduce
from bench.webhooks import SignedForm, polls
from channels.contract import WebhookRequest
from channels.twilio import Signature
from core.participation import take_turn

PEOPLE = 100
"""Whole polls in one round."""
ROUNDS = 3
"""So many times the rounds of a timed run: each is short."""

WHOLE, USE_CASE = "whole turn", "core and storage"
SIGNATURE, READING = "signature", "signature, sender and text"
EDGES = ("reading the form", READING, "rendering")

Environment = dict[str, Any]
"""A request as a WSGI server hands it over (PEP 3333)."""


def measure(effort: Effort) -> Report:
    """Microseconds of each part, and what share of the whole the edges have."""
    rounds, size = effort.rounds * ROUNDS, effort.of(PEOPLE, least=10)
    taken: dict[str, list[float]] = {}
    with scratch() as folder, installed(folder) as service:
        introduce(service, size * (rounds + 1) * 2)
        app = create_app(service)
        for number in range(rounds + 1):
            found = _round(service, app, range(1 + 2 * size * number, 1 + 2 * size * (number + 1)))
            for name, microseconds in found.items() if number else ():  # the first is for warming up
                taken.setdefault(name, []).append(microseconds)
    for name, values in taken.items():
        yield f"{name:<28} {spread(values)} µs of processor time"
    edges = [sum(values) for values in zip(*(taken[name] for name in EDGES), strict=True)]
    yield f"core and storage ÷ whole turn: {ratio(taken[USE_CASE], taken[WHOLE])}"
    yield f"N = {rounds} × {size * len(POLL)} messages"
    yield at_most(0.20, ratio(edges, taken[WHOLE]), "reading, signature and rendering ÷ whole turn (G24)")


def _round(service: Service, app: Flask, people: range) -> dict[str, float]:
    """The first half of the people answers through the whole application, the second half part by part."""
    whole, apart = people[: len(people) // 2], people[len(people) // 2 :]
    taken = {WHOLE: _timed(lambda request: _answered(app, request), map(_environment, polls(whole)))[0]}
    environments = [_environment(message) for message in polls(apart)]
    taken["reading the form"], requests = _timed(_received, environments)
    signature, sms = Signature([TOKEN], PUBLIC_URL), service.channels[0].channel
    taken[SIGNATURE], _ = _timed(signature.check, requests)
    taken[READING], turns = _timed(sms.receive, requests)
    taken[USE_CASE], replies = _timed(lambda turn: take_turn(turn, service.parts), turns)
    taken["rendering"], _ = _timed(lambda reply: sms.respond(reply, service.parts.phrases, None), replies)
    return taken


def _timed(do: Callable[[Any], Any], things: Iterable[Any]) -> tuple[float, list[Any]]:
    """Microseconds of this thread's processor time for each, and what came of them."""
    ready = list(things)
    began = time.thread_time()
    done = [do(each) for each in ready]
    return (time.thread_time() - began) * 1e6 / len(ready), done


def _environment(message: SignedForm) -> Environment:
    body = message.body.encode("ascii")
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": SMS_PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost",
        "HTTP_X_TWILIO_SIGNATURE": message.signature,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _answered(app: Flask, environment: Environment) -> None:
    """The whole way through the application. Raises RuntimeError for any answer but 200."""
    _, status, _ = run_wsgi_app(app, environment, buffered=True)
    if status != "200 OK":
        raise RuntimeError(f"a message was answered with {status}")


def _received(environment: Environment) -> WebhookRequest:
    """The request as a channel sees it, read with the same library as in the application."""
    request = Request(environment)
    body = request.get_data(cache=True)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return WebhookRequest(SMS_PATH, tuple(request.form.items(multi=True)), headers, body)
