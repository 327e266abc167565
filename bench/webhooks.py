# SPDX-License-Identifier: EUPL-1.2
"""Signed text messages as Twilio posts them: a whole poll for each of many people, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.installation import PUBLIC_URL, SMS_PATH, TOKEN
from bench.people import POLL, address_of, sid_of

AT_ONCE = 250
"""People who take part in turns: all answer question 1, then all question 2. So every round has the same mixture, and
two turns of one person are never under way at once."""


@dataclass(frozen=True, slots=True)
class SignedForm:
    """The body of one request and the header that proves where it comes from."""

    body: str
    signature: str


def polls(people: range) -> Iterator[SignedForm]:
    """All answers of these people, in the order in which they are sent."""
    validator = RequestValidator(TOKEN)
    for first in range(0, len(people), AT_ONCE):
        for turn, text in enumerate(POLL, start=1):
            for person in people[first : first + AT_ONCE]:
                yield _signed(_form(person, turn, text), validator)


def _signed(form: dict[str, str], validator: RequestValidator) -> SignedForm:
    return SignedForm(urlencode(form), validator.compute_signature(PUBLIC_URL + SMS_PATH, form))


def _form(person: int, turn: int, text: str) -> dict[str, str]:
    """All fields that Twilio sends (twilio.com/docs/messaging/guides/webhook-request)."""
    sid = sid_of(person, turn)
    return {
        "ToCountry": "DE",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "DE",
        "To": "+4915735990000",
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": f"AC{1:032x}",
        "From": address_of(person).value,
        "ApiVersion": "2010-04-01",
    }
