# SPDX-License-Identifier: EUPL-1.2
"""The one way in: what is answered, what is refused, and what nobody gets to see."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.answering import Refusals, answer_report, answer_webhook
from channels.contract import WebhookRequest
from core.errors import StoreUnavailable
from core.outbox import MessageState
from core.turns import Line, NothingExpected, Reply, Role, Wording
from tests.channels.twilio_requests import NOW, RESIDENT, channel, message, request

THANKS = Reply((Line(Role.CONFIRMATION, Wording("Notiert: Ja.")),), NothingExpected(), "de", "~reception")


class Taken(list):
    """Takes every turn and answers it the same way, as long as nothing is in the way."""

    def __init__(self, fault=None):
        super().__init__()
        self.fault = fault

    def __call__(self, turn):
        if self.fault:
            raise self.fault
        self.append(turn)
        return THANKS


@pytest.fixture
def refusals():
    return Refusals()


def answer(asked, take, phrases, refusals):
    return answer_webhook(asked, channel(), take, phrases, refusals)


def test_a_signed_message_is_taken_and_answered(phrases, refusals):
    taken = Taken()
    response = answer(request(message()), taken, phrases, refusals)
    assert (response.status, response.content_type) == (200, "text/xml; charset=utf-8")
    assert "<Message>Notiert: Ja.</Message>" in response.body
    assert [turn.received_at for turn in taken] == [NOW]
    assert refusals.counts() == {}


def test_d1_an_unsigned_request_is_refused_counted_and_not_taken(phrases, refusals):
    taken = Taken()
    response = answer(WebhookRequest("/sms/twilio", tuple(message().items())), taken, phrases, refusals)
    assert (response.status, taken) == (403, [])
    assert refusals.counts() == {("sms", "not trusted"): 1}


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
@pytest.mark.parametrize("value", [None, ""])
def test_a13_a_signed_request_without_what_is_needed_is_refused(phrases, refusals, missing, value):
    taken = Taken()
    response = answer(request(message(**{missing: value})), taken, phrases, refusals)
    assert (response.status, taken) == (400, [])
    assert refusals.counts() == {("sms", "not readable"): 1}


def test_a4_without_the_database_the_provider_is_asked_to_keep_the_message(phrases, refusals):
    response = answer(request(message()), Taken(StoreUnavailable("locked")), phrases, refusals)
    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert refusals.counts() == {("sms", "store unavailable"): 1}


@pytest.mark.parametrize("fault", [KeyError(RESIDENT), RuntimeError("Ja, " + RESIDENT), AssertionError("Nein")])
def test_e1_a_fault_of_ours_is_logged_by_its_kind_and_a_reference_only(phrases, refusals, caplog, fault):
    with caplog.at_level(logging.DEBUG):
        response = answer(request(message(Body="Meine Antwort")), Taken(fault), phrases, refusals)
    assert response.status == 503
    assert refusals.counts() == {("sms", "fault"): 1}
    told = caplog.text + response.body
    assert type(fault).__name__ in caplog.text
    assert response.body.rpartition(" ")[2].rstrip(")") in caplog.text
    assert not any(private in told for private in (RESIDENT[1:], "Antwort", "Ja, ", "Nein", "Traceback"))


def test_whatsapp_is_answered_in_one_sentence_and_nothing_is_taken(phrases, refusals):
    taken = Taken()
    response = answer(request(message(From=f"whatsapp:{RESIDENT}")), taken, phrases, refusals)
    assert (response.status, taken) == (200, [])
    assert response.body.count("<Message>") == 1
    assert "WhatsApp" in response.body
    assert refusals.counts() == {("sms", "whatsapp"): 1}


@pytest.mark.parametrize("sender", ["22333", "Paketdienst", "anonymous", "+266696687", "110", "4915112345678"])
def test_what_is_no_person_s_number_is_acknowledged_and_not_taken(phrases, refusals, sender):
    taken = Taken()
    response = answer(request(message(From=sender)), taken, phrases, refusals)
    assert (response.status, taken) == (200, [])
    assert response.body.endswith("<Response/>")
    assert refusals.counts() == {("sms", "no person"): 1}


NAMES = st.sampled_from(
    ["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MediaContentType0", "ErrorCode"]
)
VALUES = st.one_of(
    st.text(max_size=80), st.sampled_from([RESIDENT, "whatsapp:+49", "SM1", "STOP", "1", "\ud800", "\0"])
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=10))
def test_a13_no_signed_form_however_malformed_is_a_fault(phrases, form):
    refusals = Refusals()
    try:
        asked = request(form)
    except UnicodeEncodeError:  # what is no Unicode cannot be signed, nor sent
        asked = WebhookRequest("/sms/twilio", tuple(form), {"x-twilio-signature": "x"})
    for response in (answer(asked, Taken(), phrases, refusals), report(asked, [], refusals)):
        assert response.status in {200, 400, 403}
    assert ("sms", "fault") not in refusals.counts()


# ------------------------------------------------------------------------------------------------------- reports


def report(asked, recorded, refusals):
    return answer_report(asked, channel(), recorded.append, refusals)


def test_a_report_is_recorded_and_acknowledged(refusals):
    recorded = []
    response = report(request({"MessageSid": "SM1", "MessageStatus": "delivered"}), recorded, refusals)
    assert (response.status, response.body) == (200, "")
    assert [(each.provider_id, each.state) for each in recorded] == [("SM1", MessageState.DELIVERED)]


def test_a_word_that_we_do_not_know_is_acknowledged_counted_and_not_recorded(refusals):
    recorded = []
    response = report(request({"MessageSid": "SM1", "MessageStatus": "huh"}), recorded, refusals)
    assert (response.status, recorded) == (200, [])
    assert refusals.counts() == {("sms", "unknown status"): 1}


def test_a13_a_report_without_an_id_is_refused(refusals):
    assert report(request({"MessageStatus": "delivered"}), [], refusals).status == 400


def test_d1_an_unsigned_report_is_refused(refusals):
    assert report(WebhookRequest("/sms/twilio/status", (("MessageSid", "SM1"),)), [], refusals).status == 403
