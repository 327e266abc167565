# SPDX-License-Identifier: EUPL-1.2
"""The Twilio account that text messages, calls and WhatsApp share: signature and client.

The signature is checked by Twilio's own validator (twilio.com/docs/usage/security): over the address that Twilio was
told to call, which is the configured `PUBLIC_URL` plus the path and query that arrived, never a header of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.contract import WebhookRequest
from channels.errors import (
    Ambiguous,
    ConnectionFailed,
    Rejected,
    RequestNotTrusted,
    SendError,
    Throttled,
)
from channels.twilio_errors import NOT_FOUND, refused

if TYPE_CHECKING:
    import requests
    from twilio.rest import Client

# ------------------------------------------------------------------------------------------------------- signature


class Signature:
    """Tells whether a request comes from Twilio.

    `tokens` are all accepted: two while a token is being exchanged. Raises ValueError without a token or without a
    public address, so that no route ever starts that would believe everybody (reliability D1).
    """

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        if not tokens or not all(tokens):
            raise ValueError("TWILIO_AUTH_TOKEN is not set; without it nobody can tell who sends a request")
        if not urlsplit(public_url).netloc:
            raise ValueError("PUBLIC_URL is not a complete address; signatures are made over it")
        self._validators = tuple(RequestValidator(token) for token in tokens)
        self._public_url = public_url.rstrip("/")

    def check(self, request: WebhookRequest) -> None:
        """Raise RequestNotTrusted unless the request carries a valid signature."""
        try:
            trusted = self._signed(request)
        except (ValueError, TypeError):  # text that is no Unicode, a body that is no form and carries no hash
            trusted = False
        if not trusted:
            raise RequestNotTrusted("the signature does not fit PUBLIC_URL, the form and the token")

    def _signed(self, request: WebhookRequest) -> bool:
        signature = request.headers.get("x-twilio-signature", "")
        algorithm = get_signature_algorithm(request.headers.get("x-twilio-webhooks-signature-settings", ""))
        address = self._public_url + _path_and_query(request.url)
        signed = _Form(request.form) if request.form or not request.body else request.body.decode("utf-8")
        if isinstance(signed, _Form) and self._signed_as_configured(address, signed, signature, algorithm):
            return True
        return any(each.validate(address, signed, signature, algorithm) for each in self._validators)

    def _signed_as_configured(self, address: str, form: _Form, signature: str, algorithm: str) -> bool:
        """Nearly always: the validator's own computation, once. `validate` does it twice, with and without a port."""
        given = signature.encode("utf-8")
        computed = (each.compute_signature(address, form, algorithm) for each in self._validators)
        return any(compare_digest(each.encode("ascii"), given) for each in computed)


class _Form(Mapping[str, str]):
    """A form as the validator reads it: every value of a name that is there more than once is signed."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in fields:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getall(self, name: str) -> list[str]:
        """All values of a name, in order; the first method that the validator looks for."""
        return self._values.get(name, [])


def _path_and_query(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


# ------------------------------------------------------------------------------------------------------- sending


class TwilioAccount:
    """Hands messages to Twilio's REST interface (twilio.com/docs/messaging/api/message-resource).

    `api_base` replaces "https://api.twilio.com", for a region or a test. The client is built with the first message:
    importing it takes most of a second.
    """

    def __init__(self, sid: str, token: str, *, api_base: str | None = None, timeout_seconds: float = 10) -> None:
        if not sid or not token:
            raise ValueError("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are both needed to send")
        self._sid, self._token = sid, token
        self._api_base = api_base
        self._timeout_seconds = timeout_seconds
        self._client: Client | None = None
        self._session: requests.Session | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"TwilioAccount({self._sid})"

    def create_message(self, *, to: str, sender: str, text: str, report_to: str) -> str | None:
        """Hand over one text; Twilio's id of it. Raises SendError."""
        return _id_of(
            lambda: self._connected().messages.create(to=to, from_=sender, body=text, status_callback=report_to)
        )

    def create_call(
        self, *, to: str, sender: str, answer_at: str, report_to: str, ring_seconds: int, longest_seconds: int
    ) -> str | None:
        """Have a number called; Twilio's id of the call. Raises SendError.

        Whoever picks up, Twilio asks `answer_at` what to say once it knows whether it is a machine; how the call
        ended is told to `report_to` (twilio.com/docs/voice/api/call-resource).
        """
        return _id_of(
            lambda: self._connected().calls.create(
                to=to,
                from_=sender,
                url=answer_at,
                status_callback=report_to,
                machine_detection="Enable",
                timeout=ring_seconds,
                time_limit=longest_seconds,
            )
        )

    def fetch_recording(self, reference: str, most_bytes: int) -> bytes | None:
        """A recording as WAV, 8 kHz; None while it is not there.

        Raises SendError, `Rejected` for one that is longer (twilio.com/docs/voice/api/recording).
        """
        client = self._connected()
        path = f"/2010-04-01/Accounts/{self._sid}/Recordings/{quote(reference, safe='')}.wav"
        with _repeatable(), self._opened(client.api.base_url + path) as answer:
            if answer.status_code == 404:
                return None
            if not answer.ok:
                raise refused(answer.status_code, None)
            return _at_most(most_bytes, answer)

    def delete_recording(self, reference: str) -> None:
        """Delete a recording at Twilio; one that is not there any more is deleted. Raises SendError."""
        try:
            with _repeatable():
                self._connected().recordings(reference).delete()
        except Rejected as error:
            if error.code not in NOT_FOUND:
                raise

    def close(self) -> None:
        """Give back the connections to the provider; the next message opens new ones."""
        if self._session:
            self._session.close()
        self._client = self._session = None

    def _connected(self) -> Client:
        if self._client is None:
            from twilio.http.http_client import TwilioHttpClient
            from twilio.rest import Client

            wire = TwilioHttpClient(timeout=self._timeout_seconds, request_hooks={"response": _notice_throttling})
            self._session = wire.session
            self._client = Client(self._sid, self._token, http_client=wire)
            if self._api_base:
                self._client.api.base_url = self._api_base.rstrip("/")
        return self._client

    def _opened(self, address: str) -> requests.Response:
        """One page of the account; its body is read as it comes."""
        session: requests.Session = self._connected().http_client.session
        hooks = {"response": _notice_throttling}
        return session.get(
            address, auth=(self._sid, self._token), timeout=self._timeout_seconds, stream=True, hooks=hooks
        )


class _Created(Protocol):
    @property
    def sid(self) -> str | None: ...


def _id_of(create: Callable[[], _Created]) -> str | None:
    """The id of what was handed over. Raises SendError."""
    try:
        with _translated():
            created = create()
    except ValueError:  # a 2xx whose body cannot be read: it was taken, and we have no id
        return None
    return str(created.sid) if created.sid else None


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever the provider or the way to it does wrong, as one of our kinds of error."""
    import requests
    from twilio.base.exceptions import TwilioRestException, TwilioServiceException

    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise refused(error.status, error.code) from None
    except requests.RequestException as error:
        raise _broken_off(error) from None


@contextmanager
def _repeatable() -> Iterator[None]:
    """What can be asked twice without harm: where no answer came, it is asked again."""
    try:
        with _translated():
            yield
    except Ambiguous:
        raise ConnectionFailed from None


def _at_most(most_bytes: int, answer: requests.Response) -> bytes:
    """The whole body. Raises Rejected as soon as there is more of it (reliability D16)."""
    body = bytearray()
    for piece in answer.iter_content(1 << 16):
        body += piece
        if len(body) > most_bytes:
            raise Rejected("too long")
    return bytes(body)


def _notice_throttling(response: requests.Response, **_: object) -> None:
    """Raise Throttled with the time that was named; the client's own error drops the header (reliability C1)."""
    if response.status_code == 429:
        named = response.headers.get("Retry-After", "")
        response.close()  # nobody else will, once this raises
        raise Throttled("20429", float(named) if named.isascii() and named.isdigit() else None)


def _broken_off(error: requests.RequestException) -> SendError:
    """What it means that no answer came: before the request had left, nothing is lost; afterwards nobody knows (C3)."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return ConnectionFailed()
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return ConnectionFailed() if isinstance(reason, NewConnectionError | ConnectTimeoutError) else Ambiguous()
