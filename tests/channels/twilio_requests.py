# SPDX-License-Identifier: EUPL-1.2
"""Requests as Twilio sends them, signed by the documented rule and not by the library that checks them."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from channels.contract import WebhookRequest
from channels.twilio import Signature
from sms.twilio import TwilioSms

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://beteiligung.bergheim.example"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NUMBER = "+4915735990000"
RESIDENT = "+4915112345678"


def signature_of(url, fields=(), token=TOKEN, digest=hashlib.sha1):
    """base64(HMAC(token, url + sorted name and value of every field)) (twilio.com/docs/usage/security)."""
    names = sorted({name for name, _ in fields})
    signed = url + "".join(
        name + value for name in names for value in sorted({value for each, value in fields if each == name})
    )
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), digest).digest()).decode()


def request(form, path="/sms/twilio", token=TOKEN, public_url=PUBLIC_URL, **headers):
    """A signed request of Twilio."""
    fields = tuple(form.items()) if isinstance(form, dict) else tuple(form)
    signed = signature_of(public_url + path, fields, token)
    return WebhookRequest(path, fields, {"x-twilio-signature": signed, **headers})


def message(**fields):
    """The form of one text message; a field given as None is left out."""
    form = {
        "MessageSid": "SM00000000000000000000000000000001",
        "From": RESIDENT,
        "To": NUMBER,
        "Body": "1",
        "NumMedia": "0",
        **fields,
    }
    return {name: value for name, value in form.items() if value is not None}


def channel(clock=None):
    """The channel as it is wired."""

    def opts_out(text):
        return text.strip().upper() == "STOP"

    return TwilioSms(Signature([TOKEN], PUBLIC_URL), GermanNumbers(), clock or MovableClock(NOW), opts_out)
