# SPDX-License-Identifier: EUPL-1.2
"""SIP messages as values: read from a datagram, written to one (RFC 3261). Nothing here sends."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

Address = tuple[str, int]
ECHOED = ("via", "from", "to", "call-id", "cseq", "record-route")
"""The headers that an answer takes over from the request (RFC 3261 §8.2.6.2)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def read(cls, datagram: bytes) -> Message:
        """Take a datagram apart."""
        head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip(), value.strip()) for name, _, value in pairs), body)

    def write(self) -> bytes:
        """Give the datagram, with its lengths."""
        kind = [("Content-Type", "application/sdp")] if self.body else []
        headers = [*self.headers, *kind, ("Content-Length", str(len(self.body.encode())))]
        return "\r\n".join([self.start, *(f"{name}: {value}" for name, value in headers), "", self.body]).encode()

    def header(self, name: str) -> str:
        """Give the first header of this name, or nothing."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")

    @property
    def status(self) -> int | None:
        """The status of an answer; None for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else None

    @property
    def method(self) -> str:
        """What is asked, or what is answered."""
        return self.start.split()[0] if self.status is None else self.header("CSeq").split()[-1]

    @property
    def uri(self) -> str:
        """Where a request goes."""
        return self.start.split()[1]

    def answer(self, status: int, phrase: str, *more: tuple[str, str], body: str = "", tag: str = "") -> Message:
        """Answer this request."""
        taken = [(name, value) for name, value in self.headers if name.lower() in ECHOED]
        tagged = [
            (name, f"{value};tag={tag}" if tag and name.lower() == "to" and ";tag=" not in value else value)
            for name, value in taken
        ]
        return Message(f"SIP/2.0 {status} {phrase}", (*tagged, *more), body)


def token() -> str:
    """Something that nobody has said before."""
    return secrets.token_hex(8)


def via(own: Address) -> tuple[str, str]:
    """The way back, for one request."""
    return ("Via", f"SIP/2.0/UDP {own[0]}:{own[1]};rport;branch=z9hG4bK{token()}")


def contact(own: Address) -> tuple[str, str]:
    """Where later requests of a call reach us."""
    return ("Contact", f"<sip:{own[0]}:{own[1]}>")


def user_of(uri: str) -> str:
    """The part before the at sign: a number, mostly."""
    found = re.search(r"sips?:([^@>;]+)@", uri)
    return found[1] if found else ""


def contact_of(message: Message) -> str:
    """Where later requests of this call go."""
    found = re.search(r"<([^>]+)>", message.header("Contact"))
    return found[1] if found else ""


def offer(own: Address) -> str:
    """Describe our sound: A-law, and keys as events (RFC 4566, RFC 4733)."""
    host, port = own
    return "\r\n".join([
        "v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0", f"m=audio {port} RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "",
    ])  # fmt: skip


def sound_address(body: str) -> Address:
    """Where the other side wants to hear us. ValueError: the description names no place."""
    host, port = re.search(r"c=IN IP4 (\S+)", body), re.search(r"m=audio (\d+)", body)
    if not host or not port:
        raise ValueError(body)
    return host[1], int(port[1])
