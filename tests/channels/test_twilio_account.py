# SPDX-License-Identifier: EUPL-1.2
"""Handing messages to Twilio: against a server that really answers, stalls or is not there."""

import socket
import threading

import pytest

from channels.errors import (
    AccountProblem,
    AddressRefused,
    Ambiguous,
    CannotReceiveText,
    ConnectionFailed,
    Rejected,
    SendError,
    Throttled,
)
from channels.twilio import TwilioAccount
from channels.twilio_errors import KNOWN_CODES, error_of
from core.outbox import MessageKind, OutboundMessage
from core.people import Address, AddressKind
from sms.twilio import TwilioSmsSender
from tests.channels.twilio_requests import NUMBER, PUBLIC_URL, RESIDENT
from tests.channels.vectors import document, vectors

MESSAGE = OutboundMessage("0f3a", MessageKind.INVITATION, "sms", "a1", "c1", "Grüße & 1 < 2 😀", 1)
TO = Address(AddressKind.PHONE, RESIDENT)


def account(provider, timeout_seconds=5):
    return TwilioAccount("AC1", "very-secret-token", api_base=provider.url, timeout_seconds=timeout_seconds)


def send(provider, **how):
    joined = account(provider, **how)
    try:
        return TwilioSmsSender(joined, NUMBER, PUBLIC_URL).send(MESSAGE, TO)
    finally:
        joined.close()


def failure(provider, **how):
    with pytest.raises(SendError) as raised:
        send(provider, **how)
    return raised.value


OUTCOMES = {
    "throttled": Throttled,
    "connection_failed": ConnectionFailed,
    "contact_opted_out": AddressRefused,
    "permanent_failure": (AccountProblem, Rejected),
}


@pytest.mark.parametrize("vector", vectors("twilio_outbound_results", lambda each: each["response_status"] is not None))
def test_every_sample_answer_of_the_provider_gets_its_kind(provider, vector):
    provider.status, provider.body, expected = vector["response_status"], vector["response_body"], vector["expect"]
    if expected["outcome"] == "accepted":
        assert send(provider) == expected["external_id"]
        return
    error = failure(provider)
    assert isinstance(error, OUTCOMES[expected["outcome"]])
    assert error.retryable is expected["retry"]
    assert error.code == expected.get("reason_code", error.code)


def test_a_message_is_handed_over_with_our_own_reference(provider):
    assert send(provider) == "SM1"
    path, form, authorization = provider.asked[0]
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert form == {
        "To": RESIDENT,
        "From": NUMBER,
        "Body": MESSAGE.text,
        "StatusCallback": f"{PUBLIC_URL}/sms/twilio/status?message=0f3a",
    }
    assert authorization.startswith("Basic ")


def test_every_parameter_that_is_sent_is_one_that_the_provider_knows(provider):
    paths = document("twilio_api_v2010")["paths"]
    send(provider)
    content = paths["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]["requestBody"]["content"]
    known = next(iter(content.values()))["schema"]["properties"]
    assert set(provider.asked[0][1]) <= set(known)


@pytest.mark.parametrize(("named", "seconds"), [("7", 7), ("", None), ("soon", None), ("²", None)])
def test_c1_the_time_that_a_busy_provider_names_is_kept(provider, named, seconds):
    provider.status, provider.body = 429, '{"code": 20429}'
    provider.headers = {"Retry-After": named.encode().decode("latin-1")}
    assert failure(provider).retry_after_seconds == seconds


def test_c2_a_provider_that_is_not_there_has_taken_nothing(provider):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    provider.url = f"http://127.0.0.1:{free}"
    assert type(failure(provider)) is ConnectionFailed


def test_c3_no_answer_in_time_is_ambiguous_and_the_message_is_not_sent_again(provider):
    provider.stall = threading.Event()
    error = failure(provider, timeout_seconds=0.2)
    assert type(error) is Ambiguous
    assert not error.retryable
    assert len(provider.asked) == 1


def test_c3_a_connection_that_breaks_after_the_request_is_ambiguous(provider):
    provider.stall = threading.Event()
    provider.stall.set()
    assert type(failure(provider)) is Ambiguous


def test_an_answer_that_cannot_be_read_is_an_accepted_message_without_an_id(provider):
    provider.status, provider.body = 201, "<html>"
    assert send(provider) is None


@pytest.mark.parametrize("body", ["", "[]", '"x"', '{"code": "abc"}', '{"code": null}', "{"])
def test_a13_no_refusal_however_malformed_is_more_than_a_send_error(provider, body):
    provider.status, provider.body = 400, body
    assert type(failure(provider)) is Rejected


def test_a_refusal_in_the_newer_form_is_read_as_well(provider):
    provider.status = 400
    provider.body = '{"type": "about:blank", "title": "x", "status": 400, "code": 21610}'
    assert type(failure(provider)) is AddressRefused


@pytest.mark.parametrize("vector", vectors("twilio_error_codes"))
def test_every_error_code_was_given_its_kind_by_hand(vector):
    assert int(vector["code"]) in KNOWN_CODES
    assert error_of(vector["code"]).code == vector["code"]


CODES = {"21610": AddressRefused, "21614": CannotReceiveText, "30006": CannotReceiveText, "20429": Throttled}


@pytest.mark.parametrize(("code", "kind"), CODES.items())
def test_a17_codes_that_change_how_somebody_is_reached_are_told_apart(code, kind):
    assert type(error_of(code)) is kind


@pytest.mark.parametrize("code", ["", "abc", "0", "99999", "²", "-1"])
def test_an_unknown_code_is_a_rejection_that_is_not_tried_again(code):
    assert type(error_of(code)) is Rejected


@pytest.mark.parametrize(("sid", "token"), [("", "token"), ("AC1", ""), ("", "")])
def test_without_an_account_nothing_is_sent(sid, token):
    with pytest.raises(ValueError, match="TWILIO"):
        TwilioAccount(sid, token)


def test_e2_neither_token_nor_number_appears_in_an_error_or_a_representation(provider):
    provider.status, provider.body = 400, f'{{"code": 21211, "message": "{RESIDENT} is not valid"}}'
    error = failure(provider)
    shown = repr(error) + str(error) + repr(error.__cause__) + repr(account(provider))
    assert RESIDENT[1:] not in shown
    assert "very-secret-token" not in shown
    assert error.__suppress_context__
