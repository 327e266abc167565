# SPDX-License-Identifier: EUPL-1.2
"""The web application: signed turns are answered, everything else is refused in words, and nothing gives a 500."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from app.http import create_app
from app.wiring import Service
from tests.app.conftest import PUBLIC_URL, TOKEN, number_of

CANARY = "+4915155566677"


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def signed(path: str, form: dict[str, str]) -> dict[str, str]:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, form)
    return {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}


def post(client: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
    return client.post(path, data=urlencode(form), headers=signed(path, form))


def text(client: FlaskClient, body: str, sid: str = "SM1", sender: str = CANARY) -> TestResponse:
    form = {"MessageSid": sid, "From": sender, "To": "+4915735990000", "Body": body, "NumMedia": "0"}
    return post(client, "/sms/twilio", form)


def test_a_signed_message_is_answered_as_twiml(client: FlaskClient) -> None:
    answered = text(client, "BUS")
    assert answered.status_code == 200
    assert answered.mimetype == "text/xml"
    assert "Soll der Bus abends" in answered.text


def test_a1_the_same_message_again_gets_the_same_answer_and_counts_once(client: FlaskClient, service: Service) -> None:
    text(client, "BUS", "SM1")
    first = text(client, "1", "SM2").text
    assert [text(client, "1", "SM2").text for _ in range(3)] == [first] * 3
    standing = service.acting("test").standing("BUS")
    tally = service.parts.store.consultations.tally("bergheim", standing.id)
    assert sum(count for cell, count in tally.items() if (cell.question, cell.option) == ("late", "yes")) == 1


def test_d1_a_message_without_its_signature_is_refused_and_nothing_is_stored(
    client: FlaskClient, service: Service
) -> None:
    form = {"MessageSid": "SM1", "From": CANARY, "To": "", "Body": "BUS"}
    assert client.post("/sms/twilio", data=form).status_code == 403
    wrong = signed("/sms/twilio", {**form, "Body": "ZUKUNFT"})
    assert client.post("/sms/twilio", data=urlencode(form), headers=wrong).status_code == 403
    assert service.refusals.counts() == {("sms", "not trusted"): 2}


def test_d3_the_host_in_the_request_decides_nothing(client: FlaskClient) -> None:
    form = {"MessageSid": "SM1", "From": CANARY, "To": "", "Body": "BUS"}
    headers = {**signed("/sms/twilio", form), "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert client.post("/sms/twilio", data=urlencode(form), headers=headers).status_code == 200


def test_a_delivery_report_is_taken(client: FlaskClient) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "delivered", "From": "+4915735990000", "To": CANARY}
    assert post(client, "/sms/twilio/status", form).status_code == 200
    assert client.post("/sms/twilio/status", data=form).status_code == 403


def test_health_names_every_dependency(client: FlaskClient, service: Service) -> None:
    answered = client.get("/health")
    assert answered.status_code == 200
    assert answered.json == {
        "status": "degraded",
        "database": "ok",
        "speech": "failing",
        "jobs": "off",
        "sms_twilio": "ok",
        "voice_twilio": "ok",
        "voice_asterisk": "off",
    }


def test_health_waits_for_sound_where_it_is_made(client: FlaskClient, service: Service) -> None:
    service.hearing.made_here = True
    assert (client.get("/health").status_code, client.get("/health").json["speech"]) == (503, "preparing")
    service.hearing.complete = True
    assert (client.get("/health").status_code, client.get("/health").json["speech"]) == (200, "ok")


def test_prepared_sound_may_be_kept_for_ever(client: FlaskClient, service: Service) -> None:
    folder = service.settings.folder / "speech"
    folder.mkdir()
    (folder / ("0" * 32 + ".wav")).write_bytes(b"RIFF")
    heard = client.get("/voice/sound/" + "0" * 32 + ".wav")
    assert (heard.status_code, heard.data, heard.content_type) == (200, b"RIFF", "audio/wav")
    assert "immutable" in heard.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["../town.toml", "index.json", "0.wav", "..%2ftown.toml", "a" * 400, "%00.wav"])
def test_nothing_but_sound_is_given_out(name: str, client: FlaskClient) -> None:
    assert client.get(f"/voice/sound/{name}").status_code == 404


def test_a_recording_that_is_not_there_yet_is_silence(client: FlaskClient, service: Service) -> None:
    folder = service.settings.folder / "speech"
    folder.mkdir()
    (folder / "silence-500.wav").write_bytes(b"RIFF")
    heard = client.get("/voice/recording/" + "a" * 32)
    assert (heard.status_code, heard.data, heard.headers["Cache-Control"]) == (200, b"RIFF", "no-store")


def test_health_is_503_when_the_database_is_away(client: FlaskClient, service: Service) -> None:
    path = service.settings.folder / "mitwirkung.db"
    service.parts.store.close()
    path.unlink()
    path.mkdir()
    answered = client.get("/health")
    assert answered.status_code == 503
    assert answered.json is not None
    assert answered.json["database"] == "away"


def test_a4_while_the_database_is_away_a_message_gets_503_and_may_come_again(
    client: FlaskClient, service: Service
) -> None:
    path = service.settings.folder / "mitwirkung.db"
    service.parts.store.close()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answered = text(client, "BUS")
    assert answered.status_code == 503
    assert "Retry-After" in answered.headers
    path.rmdir()
    path.with_suffix(".away").rename(path)
    assert "Soll der Bus abends" in text(client, "BUS").text


def test_e1_no_number_and_no_answer_stands_in_a_metric_or_in_the_log(
    client: FlaskClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for place, said in enumerate(("BUS", "1", "4", "Zum Krankenhaus in Canarystadt", "STOP")):
        text(client, said, f"SM{place}")
    client.post("/sms/twilio", data={"From": CANARY, "Body": "Canarystadt"})
    client.get(f"/de/{CANARY}")
    seen = caplog.text + client.get("/metrics").text + client.get("/health").text
    assert CANARY[1:] not in seen
    assert "Canary" not in seen


def test_metrics_are_lines_that_prometheus_reads(client: FlaskClient) -> None:
    text(client, "BUS")
    lines = client.get("/metrics").text.splitlines()
    sample = re.compile(r'[a-z_]+(\{([a-z]+="[^"]*",?)*\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert 'mitwirkung_responses_total{route="/sms/twilio",status="200"} 1' in lines


@pytest.mark.parametrize("path", ["/sms/twilio", "/sms/twilio/status", "/health", "/metrics"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_method_that_does_not_fit_is_answered_in_words(path: str, method: str, client: FlaskClient) -> None:
    answered = client.open(path, method=method)
    assert answered.status_code < 500
    if answered.status_code == 405:
        assert method not in answered.headers["Allow"].split(", ")
        assert "<h1" in answered.text


@pytest.mark.parametrize("path", ["/sms/twilio", "/sms/twilio/status", "/de/BUS"])
def test_a_body_over_64_kilobytes_is_refused(path: str, client: FlaskClient) -> None:
    assert client.post(path, data=b"x" * (64 * 1024 + 1)).status_code == 413


def test_e4_no_route_takes_personal_data_in_its_address(app: Flask) -> None:
    placeholders = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert placeholders <= {"language", "keyword", "about", "page", "name", "clip", "recording_id"}


GARBAGE = st.one_of(st.binary(max_size=300), st.text(st.characters(exclude_categories=["Cs"])).map(str.encode))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    path=st.sampled_from(["/sms/twilio", "/sms/twilio/status", "/health", "/metrics", "/", "/de/BUS", "/xx/%ff%00"]),
    query=st.text(max_size=30),
    body=GARBAGE,
    kind=st.sampled_from(
        ["", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "\x7f"]
    ),
    signature=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40),
)
def test_a13_no_request_however_malformed_gives_a_500(
    client: FlaskClient, method: str, path: str, query: str, body: bytes, kind: str, signature: str
) -> None:
    headers = {"X-Twilio-Signature": signature, "Content-Type": kind}
    answered = client.open(path, method=method, query_string={"q": query}, data=body, headers=headers)
    assert answered.status_code not in {500, 503}
    assert "Traceback" not in answered.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(
    body=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    sender=st.sampled_from([number_of(1), "Paketdienst", "22333", "", "anonymous", "whatsapp:+4915112345678"]),
)
def test_a13_a_signed_message_with_any_text_is_answered(client: FlaskClient, body: str, sender: str) -> None:
    answered = text(client, body, sid=f"SM{hash((body, sender))}", sender=sender)
    assert answered.status_code in {200, 400}
