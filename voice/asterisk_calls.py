# SPDX-License-Identifier: EUPL-1.2
"""What the service itself asks of the town's Asterisk: to call somebody, and to hand over what was recorded.

The client is imported with the first request: the service must start quickly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from channels.errors import (
    AccountProblem,
    AddressUnknown,
    Ambiguous,
    ConnectionFailed,
    LineBusy,
    NotAnswered,
    Rejected,
    SendError,
)
from core.outbox import MessageState, OutboundMessage
from core.people import Address
from voice.calls import CallOrder

if TYPE_CHECKING:
    import httpx

LINES = ("mitwirkung-1", "mitwirkung-2")
"""The names under which the two lines are known at the exchange, as in `deploy/asterisk`."""
RING_SECONDS = 40
"""How long a telephone rings before nobody has answered: time to walk to it, and to find the glasses."""
TIMEOUT_SECONDS, CONNECT_SECONDS = 10, 3
ALREADY_THERE = 409


class AsteriskAccess:
    """The exchange's control interface (ARI), used by one job at a time; `url` with or without "/ari"."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = f"{url.rstrip('/').removesuffix('/ari')}/ari"
        self._login = (user, password)
        self._client: httpx.Client | None = None

    def __repr__(self) -> str:
        """Without the password."""
        return f"AsteriskAccess({self._url})"

    def client(self) -> httpx.Client:
        """The connection, opened with its first use."""
        import httpx

        if self._client is None:
            timeout = httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
            self._client = httpx.Client(base_url=self._url, auth=self._login, timeout=timeout, trust_env=False)
        return self._client

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """One request. Raises SendError where the exchange is not reached, has a fault or does not know us."""
        import httpx

        try:
            answer = self.client().request(method, path, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise ConnectionFailed from None
        except httpx.HTTPError:
            raise Ambiguous from None
        _check(answer.status_code)
        return answer

    def close(self) -> None:
        """Give back the connection; the next request opens a new one."""
        if self._client:
            self._client.close()
        self._client = None


def _check(status: int) -> None:
    if status in {401, 403}:
        raise AccountProblem(str(status))
    if status >= 500:
        raise ConnectionFailed(str(status))


class AsteriskSender:
    """Places the calls that wait in the outbox of the channel "voice"; their text is a `CallOrder`.

    `number` is the town's own, E.164. The call belongs to a line from its first ringing on, so the line tells how it
    ended even where nobody takes it. `lines` are tried in order; without one that is connected nobody is called.
    """

    name = "voice"

    def __init__(self, access: AsteriskAccess, number: str, lines: Sequence[str] = LINES) -> None:
        self._access = access
        self._number = number
        self._lines = lines

    def send(self, message: OutboundMessage, to: Address) -> str | None:
        """Place one call; the id of this try. Raises SendError, `Rejected` for a text that orders no call."""
        order = _order(message)
        line = self._line()
        call = f"{message.id}-{message.attempts}"
        answer = self._access.ask("POST", "/channels", self._placed(call, order, line, to.value))
        if answer.status_code == ALREADY_THERE:
            return call  # this very try stands already
        if answer.is_error:
            raise Rejected(str(answer.status_code))
        return call

    def _line(self) -> str:
        """The first line that is connected. Raises ConnectionFailed."""
        connected = {each["name"] for each in self._access.ask("GET", "/applications").json()}
        line = next((each for each in self._lines if each in connected), None)
        if line is None:
            raise ConnectionFailed("no line")
        return line

    def _placed(self, call: str, order: CallOrder, line: str, number: str) -> dict[str, Any]:
        """Everything in the body: an address of a request may be logged."""
        return {
            "endpoint": f"PJSIP/{number}@trunk",
            "channelId": call,
            "app": line,
            "appArgs": f"placed,{order.occasion},{order.keyword or ''},{number},{self._number}",
            "callerId": self._number,
            "timeout": RING_SECONDS,
            "variables": {"APP": line},
        }


def _order(message: OutboundMessage) -> CallOrder:
    try:
        return CallOrder.from_text(message.text)
    except ValueError:
        raise Rejected("no order") from None


class AsteriskRecordings:
    """Recordings as they lie on the exchange's disk (`voice.recordings.RecordingSource`)."""

    def __init__(self, access: AsteriskAccess) -> None:
        self._access = access

    def fetch_recording(self, reference: str, most_bytes: int) -> bytes | None:
        """A recording as WAV, 8 kHz; None while it is not there. Raises SendError, `Rejected` for one that is longer.

        Nothing changes at the exchange, so a broken connection is no doubt: ConnectionFailed.
        """
        import httpx

        try:
            with self._access.client().stream("GET", f"{_stored(reference)}/file") as answer:
                _check(answer.status_code)
                if answer.is_error:
                    return None
                return _read(answer, most_bytes)
        except httpx.HTTPError:
            raise ConnectionFailed from None

    def delete_recording(self, reference: str) -> None:
        """Delete it there; one that is not there any more is deleted. Raises SendError."""
        try:
            self._access.ask("DELETE", _stored(reference))
        except Ambiguous:
            raise ConnectionFailed from None


def _read(answer: httpx.Response, most_bytes: int) -> bytes:
    read = b""
    for part in answer.iter_bytes():
        read += part
        if len(read) > most_bytes:
            raise Rejected("too long")
    return read


def _stored(reference: str) -> str:
    return f"/recordings/stored/{quote(reference, safe='')}"


# ------------------------------------------------------------------------------------------------------- how it ended

_KINDS: Mapping[str, SendError] = {
    "busy": LineBusy("busy"),
    "no_answer": NotAnswered("no-answer"),
    "refused": NotAnswered("refused"),
    "unknown_number": AddressUnknown("unknown"),
    "failed": ConnectionFailed("failed"),
}
STATES: Mapping[str, MessageState] = {
    "completed": MessageState.DELIVERED,
    **dict.fromkeys(_KINDS, MessageState.FAILED),
}
"""The line's words for how a call ended."""


def failure(word: str) -> SendError | None:
    """Why nobody took the call; None for a call that was taken."""
    return _KINDS.get(word)


def message_of(call: str) -> str:
    """Our own id of the message behind a call that we placed: without the number of the try."""
    return call.rpartition("-")[0]
