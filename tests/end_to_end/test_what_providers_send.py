# SPDX-License-Identifier: EUPL-1.2
"""What Twilio really sends, over HTTP into the whole service: addressed to our route and signed with our token."""

from __future__ import annotations

from itertools import count
from xml.etree import ElementTree

import pytest

from tests.channels.twilio_requests import NUMBER
from tests.channels.vectors import vectors, webhooks
from tests.end_to_end.channels import signed
from tests.end_to_end.town import founded

SIDS = count(1)

ANSWERS = {
    "sms_inbound_help": "NOCHMAL",
    "sms_inbound_opt_out_stop": "keine Nachrichten mehr",
    "sms_inbound_opt_in_start": "Wobei möchten Sie mitmachen?",
    "mms_inbound": "Bild",
    "sms_inbound_alphanumeric_or_shortcode_sender": "",
    "error_fallback_sms": "",
    "whatsapp": "Über WhatsApp kann man hier noch nicht mitmachen.",
    "sms": "Wobei möchten Sie mitmachen?",
}
"""By the beginning of the file's name, the longest first: a sentence of the answer, "" for none at all."""


def post(town, path, form, headers=None):
    with town.client() as (_, client):
        return client.post(path, data=form, headers=signed(path, form) if headers is None else headers)


def heard(answer):
    return " ".join(part.text or "" for part in ElementTree.fromstring(answer.text).iter("Message"))


def of_its_own(form):
    """The sample as a message of its own to our number."""
    sid = f"SM{next(SIDS):032x}"
    return {**form, "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "To": NUMBER}


def answer_for(kind):
    return next(ANSWERS[name] for name in sorted(ANSWERS, key=len, reverse=True) if kind.startswith(name))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return founded(tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize(
    "webhook", [*webhooks("sms_*.json"), *webhooks("mms_*.json"), *webhooks("whatsapp_inbound_*.json")]
)
def test_every_message_gets_its_answer_and_counts_nothing_by_itself(webhook, town):
    answer = post(town, "/sms/twilio", of_its_own(webhook["form"]))
    assert answer.status_code == 200
    expected = answer_for(webhook["kind"])
    assert expected in heard(answer) if expected else not heard(answer)
    assert town.tally("BUS").participants == 0


@pytest.mark.parametrize("webhook", webhooks("status_*.json"))
def test_every_report_is_taken(webhook, town):
    assert post(town, "/sms/twilio/status", webhook["form"]).status_code == 200


@pytest.mark.parametrize("vector", vectors("twilio_inbound", lambda each: each["endpoint"] == "receive"))
def test_every_post_has_its_status(vector, town):
    form = vector["form"]
    if vector["signature_state"] != "valid":
        assert post(town, "/sms/twilio", form, {}).status_code == 403
    else:
        assert post(town, "/sms/twilio", form).status_code == (200 if form else 400)


@pytest.mark.parametrize("vector", vectors("twilio_media_and_odd_bodies"))
def test_every_odd_body_is_answered(vector, town):
    answer = post(town, "/sms/twilio", {**of_its_own(vector["form"]), "From": "+4915112345678"})
    assert answer.status_code == 200
    assert heard(answer)
