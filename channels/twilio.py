# SPDX-License-Identifier: EUPL-1.2
"""The Twilio account that text messages, calls and WhatsApp share: signature, client, kinds of error.

The signature is checked by Twilio's own validator (twilio.com/docs/usage/security): over the address that Twilio was
told to call, which is the configured `PUBLIC_URL` plus the path and query that arrived, never a header of the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.contract import WebhookRequest
from channels.errors import (
    AccountProblem,
    AddressRefused,
    AddressUnknown,
    Ambiguous,
    CannotReceiveText,
    ConnectionFailed,
    PhoneUnreachable,
    Rejected,
    RequestNotTrusted,
    SendError,
    Throttled,
)

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
        return any(each.validate(address, signed, signature, algorithm) for each in self._validators)


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

    def getlist(self, name: str) -> list[str]:
        """All values of a name, in order."""
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
        import requests
        from twilio.base.exceptions import TwilioRestException, TwilioServiceException

        try:
            created = self._connected().messages.create(to=to, from_=sender, body=text, status_callback=report_to)
        except (TwilioRestException, TwilioServiceException) as error:
            raise refused(error.status, error.code) from None
        except requests.RequestException as error:
            raise _broken_off(error) from None
        except ValueError:  # a 2xx whose body cannot be read: it was taken, and we have no id
            return None
        return str(created.sid) if created.sid else None

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


# ------------------------------------------------------------------------------------------------------- errors

_KINDS: Mapping[type[SendError], frozenset[int]] = {
    Throttled: frozenset({20429, 21611, 30001, 30022, 63017, 63018}),
    PhoneUnreachable: frozenset({30003}),
    AddressRefused: frozenset({21610}),
    CannotReceiveText: frozenset({21614, 30006}),
    AddressUnknown: frozenset({13223, 13224, 21211, 21214, 30005}),
    AccountProblem: frozenset({20003, 21408, 21601, 21606, 21608, 30002, 30010, 13227})
    | frozenset({11200, 11205, 12100, 12300, 13221}),  # Twilio could not read our own pages: our set-up
    Rejected: frozenset({13225, 21612, 21617, 30004, 30007, 30008, 30019}),
}
"""Twilio's error codes (twilio.com/docs/api/errors) by kind. A code that is not listed is `Rejected`.

21612 and 30008 say nothing certain about the telephone, so they mark nobody as voice-only and are not tried again.
"""
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}
KNOWN_CODES = frozenset(_KIND_OF)
"""The codes whose kind was decided one by one."""


def error_of(code: str) -> SendError:
    """The kind of error behind a code of Twilio, as a delivery report names it."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return _KIND_OF.get(number, Rejected)(code if number else "")


def refused(status: int, code: int | None) -> SendError:
    """The kind of error behind an answer of the REST interface: HTTP status and, where one came, Twilio's code."""
    if code and code != status:
        return error_of(str(code))
    if status == 429:
        return Throttled("20429")
    if status >= 500:
        return ConnectionFailed(str(status))
    return AccountProblem(str(status)) if status in {401, 403} else Rejected(str(status))
