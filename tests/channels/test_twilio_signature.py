# SPDX-License-Identifier: EUPL-1.2
"""Who is believed: only Twilio, over the configured address."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import WebhookRequest
from channels.errors import RequestNotReadable, RequestNotTrusted
from channels.twilio import Signature
from tests.channels.twilio_requests import PUBLIC_URL, TOKEN, channel, message, request, signature_of
from tests.channels.vectors import vectors

SIGNATURE = Signature([TOKEN], PUBLIC_URL)


def trusted(request, signature=SIGNATURE):
    try:
        signature.check(request)
    except RequestNotTrusted:
        return False
    return True


def split(url):
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}", f"/{path}"


def as_fields(params):
    values = [(name, each if isinstance(each, list) else [each]) for name, each in params.items()]
    return tuple((name, value) for name, each in values for value in each)


def vector_request(vector, signed, **headers):
    _, path = split(vector["url"])
    body = vector.get("raw_body", "").encode()
    return WebhookRequest(path, as_fields(vector.get("params", {})), {"x-twilio-signature": signed, **headers}, body)


@pytest.mark.parametrize("vector", vectors("twilio_signatures"))
def test_every_sample_signature_is_judged_as_it_must_be(vector):
    public_url, _ = split(vector["url"])
    given_signature = vector.get("expected_signature") or vector.get("signature", "")
    signature = Signature([vector["auth_token"]], public_url)
    assert trusted(vector_request(vector, given_signature), signature) is vector["valid"]


@pytest.mark.parametrize("vector", vectors("twilio_signatures", lambda each: each["valid"]))
def test_every_sample_signature_by_shared_key_is_accepted(vector):
    public_url, _ = split(vector["url"])
    settings = {"x-twilio-webhooks-signature-settings": "key=k1,algorithm=HMAC_SHA256"}
    request = vector_request(vector, vector["expected_signature_hmac_sha256"], **settings)
    assert trusted(request, Signature([vector["auth_token"]], public_url))


def test_d1_an_absent_signature_is_refused():
    assert not trusted(WebhookRequest("/sms/twilio", tuple(message().items())))


@given(st.text(max_size=40))
def test_d1_a_made_up_signature_is_refused(made_up):
    fields = tuple(message().items())
    assert not trusted(WebhookRequest("/sms/twilio", fields, {"x-twilio-signature": made_up}))


@pytest.mark.parametrize("tokens", [[], [""], [TOKEN, ""]])
def test_d1_without_a_token_nothing_starts(tokens):
    with pytest.raises(ValueError, match="TWILIO_AUTH_TOKEN"):
        Signature(tokens, PUBLIC_URL)


@pytest.mark.parametrize("public_url", ["", "beteiligung.example", "/sms"])
def test_d2_without_a_public_address_nothing_starts(public_url):
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        Signature([TOKEN], public_url)


def test_while_a_token_is_exchanged_both_are_accepted():
    exchanging = Signature(["new-token", TOKEN], PUBLIC_URL)
    assert trusted(request(message()), exchanging)
    assert trusted(request(message(), token="new-token"), exchanging)
    assert not trusted(request(message(), token="a third"), exchanging)


PROXIES = {
    "no proxy": ("https://town.example", "/sms/twilio", "/sms/twilio"),
    "TLS ends at the proxy": ("https://town.example", "/sms/twilio", "http://127.0.0.1:8000/sms/twilio"),
    "another host inside": ("https://town.example", "/sms/twilio", "http://app:8000/sms/twilio"),
    "a port outside": ("https://town.example:8443", "/sms/twilio", "/sms/twilio"),
    "a prefix cut off by the proxy": ("https://town.example/mitreden", "/mitreden/sms/twilio", "/sms/twilio"),
    "a slash too many in the setting": ("https://town.example/", "/sms/twilio", "/sms/twilio"),
    "a query": ("https://town.example", "/sms/twilio?x=%C3%A4&y=", "http://app/sms/twilio?x=%C3%A4&y="),
}


@pytest.mark.parametrize(("public_url", "outside", "inside"), PROXIES.values(), ids=PROXIES)
def test_d2_a_valid_request_passes_behind_every_proxy(public_url, outside, inside):
    scheme, host = public_url.split("://")
    fields = tuple(message().items())
    signed = signature_of(f"{scheme}://{host.split('/')[0]}{outside}", fields)
    request = WebhookRequest(inside, fields, {"x-twilio-signature": signed})
    assert trusted(request, Signature([TOKEN], public_url))


def test_d3_what_headers_say_about_the_address_is_not_believed():
    fields = tuple(message().items())
    signed = signature_of("https://attacker.example/sms/twilio", fields)
    headers = {
        "host": "attacker.example",
        "x-forwarded-host": "attacker.example",
        "x-forwarded-proto": "https",
        "x-original-url": "/sms/twilio",
        "x-twilio-signature": signed,
    }
    assert not trusted(WebhookRequest("https://attacker.example/sms/twilio", fields, headers))


def test_d3_headers_do_not_spoil_a_valid_request():
    spoofed = {"x-forwarded-host": "attacker.example", "x-forwarded-proto": "http", "x-forwarded-for": "1.2.3.4"}
    assert trusted(request(message(), **spoofed))


POLLUTED = {
    "another answer behind": [("Body", "2")],
    "another sender behind": [("From", "+4915199999999")],
    "another id behind": [("MessageSid", "SM9")],
    "an unsigned field": [("OptOutType", "STOP")],
    "a blank one": [("OptOutType", "")],
}


@pytest.mark.parametrize("added", POLLUTED.values(), ids=POLLUTED)
def test_d4_a_field_added_to_a_signed_form_is_refused(added):
    signed = request(message())
    assert not trusted(WebhookRequest(signed.url, (*signed.form, *added), signed.headers))
    assert not trusted(WebhookRequest(signed.url, (*added, *signed.form), signed.headers))


@pytest.mark.parametrize("name", ["MessageSid", "From", "Body", "To"])
def test_d4_a_signed_field_with_two_meanings_is_not_read(name):
    twice = request([*message().items(), (name, "another")])
    assert trusted(twice)
    with pytest.raises(RequestNotReadable, match=name):
        channel().receive(twice)


def test_d4_a_field_repeated_with_the_same_value_has_one_meaning():
    twice = request([*message().items(), *message().items()])
    assert channel().receive(twice) == channel().receive(request(message()))


def json_request(body, hashed=None):
    path = f"/sms/twilio?bodySHA256={hashlib.sha256(hashed or body).hexdigest()}"
    return WebhookRequest(path, (), {"x-twilio-signature": signature_of(PUBLIC_URL + path)}, body)


def test_d4_a_body_is_trusted_only_with_its_hash_in_the_signed_address():
    body = b'{"MessageSid": "SM1"}'
    assert trusted(json_request(body))
    assert not trusted(json_request(body, hashed=b"another"))
    unhashed = WebhookRequest("/sms/twilio", (), {"x-twilio-signature": signature_of(PUBLIC_URL + "/sms/twilio")}, body)
    assert not trusted(unhashed)


def test_d4_a_trusted_body_that_is_no_form_has_no_message_in_it():
    with pytest.raises(RequestNotReadable):
        channel().receive(json_request(b'{"MessageSid": "SM1", "From": "+4915112345678", "Body": "1"}'))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5), st.text(), st.binary(max_size=50))
def test_a13_whatever_arrives_is_trusted_or_refused_and_never_a_fault(fields, path, body):
    signed = {"x-twilio-signature": "x", "x-twilio-webhooks-signature-settings": path}
    assert not trusted(WebhookRequest(f"/{path}", tuple(fields), signed, body))
