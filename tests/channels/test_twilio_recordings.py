# SPDX-License-Identifier: EUPL-1.2
"""Fetching and deleting recordings at Twilio: with the account's credentials, in pieces, and again where it must be."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from channels.errors import AccountProblem, ConnectionFailed, Rejected, SendError, Throttled
from channels.twilio import TwilioAccount

WAV = b"RIFF" + bytes(200_000)
MOST = 1_000_000


@dataclass
class Archive:
    """What the provider has and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = WAV
    cut_after: int | None = None
    """It promises the whole body and breaks off after so many bytes."""
    headers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)


def handler_of(archive):
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            archive.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.send_response(archive.status)
            body = b"" if archive.status == 204 else archive.body
            for name, value in {**archive.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: archive.cut_after])

        do_GET = do_DELETE = answer  # noqa: N815 - named by the library

        def log_message(self, *_):
            pass

    return Handler


@pytest.fixture
def archive():
    told = Archive()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(told))
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def account(archive):
    joined = TwilioAccount("AC1", "very-secret-token", api_base=archive.url, timeout_seconds=2)
    yield joined
    joined.close()


def test_d26_a_recording_is_fetched_with_our_credentials(archive, account):
    assert account.fetch_recording("RE1", MOST) == WAV
    method, path, authorization = archive.asked[0]
    assert (method, path) == ("GET", "/2010-04-01/Accounts/AC1/Recordings/RE1.wav")
    assert authorization.startswith("Basic ")


def test_a_recording_that_is_not_ready_is_none_and_no_error(archive, account):
    archive.status = 404
    assert account.fetch_recording("RE1", MOST) is None


def test_d16_a_recording_that_is_too_long_is_given_up_while_it_comes(archive, account):
    with pytest.raises(Rejected, match="too long"):
        account.fetch_recording("RE1", len(WAV) - 1)


def test_a_recording_that_is_just_short_enough_is_taken(archive, account):
    assert account.fetch_recording("RE1", len(WAV)) == WAV


def test_a_recording_that_breaks_off_is_fetched_again(archive, account):
    archive.cut_after = 1000
    with pytest.raises(ConnectionFailed):
        account.fetch_recording("RE1", MOST)


def test_nothing_in_a_reference_leads_to_another_page(archive, account):
    account.fetch_recording("../Calls/CA1?x=", MOST)
    assert archive.asked[0][1] == "/2010-04-01/Accounts/AC1/Recordings/..%2FCalls%2FCA1%3Fx%3D.wav"


FAULTS = {401: AccountProblem, 403: AccountProblem, 410: Rejected, 429: Throttled, 500: ConnectionFailed}


@pytest.mark.parametrize(("status", "kind"), FAULTS.items())
def test_every_refusal_to_hand_it_over_gets_its_kind(archive, account, status, kind):
    archive.status = status
    with pytest.raises(SendError) as raised:
        account.fetch_recording("RE1", MOST)
    assert type(raised.value) is kind


def test_d26_a_recording_is_deleted_at_the_provider(archive, account):
    archive.status = 204
    account.delete_recording("RE1")
    method, path, _ = archive.asked[0]
    assert (method, path) == ("DELETE", "/2010-04-01/Accounts/AC1/Recordings/RE1.json")


@pytest.mark.parametrize("body", [b'{"code": 20404}', b"{}", b""])
def test_a_recording_that_is_gone_is_deleted(archive, account, body):
    archive.status, archive.body = 404, body
    account.delete_recording("RE1")
    assert len(archive.asked) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, AccountProblem), (500, ConnectionFailed), (429, Throttled)])
def test_a_recording_that_was_not_deleted_says_why(archive, account, status, kind):
    archive.status, archive.body = status, b"{}"
    with pytest.raises(kind):
        account.delete_recording("RE1")


def test_a_provider_that_is_not_there_is_asked_again():
    joined = TwilioAccount("AC1", "very-secret-token", api_base="http://127.0.0.1:9", timeout_seconds=1)
    for ask in (lambda: joined.fetch_recording("RE1", MOST), lambda: joined.delete_recording("RE1")):
        with pytest.raises(ConnectionFailed):
            ask()
    joined.close()
