# SPDX-License-Identifier: EUPL-1.2
"""Having Twilio place calls: against a server that really answers, picked up by a telephone of its rules."""

import threading

import pytest

from channels.errors import AccountProblem, AddressUnknown, Ambiguous, ConnectionFailed, Rejected, SendError
from channels.twilio import TwilioAccount
from core.call_backs import CallBack
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.people import Address, AddressKind
from core.turns import HungUp, Keys, MachinePickedUp, Occasion, PickedUp
from tests.channels.twilio_requests import PUBLIC_URL
from tests.channels.vectors import document
from tests.voice.twilio_calls import LANDLINE, OURS, YES_NO, by_kind, calling, reply
from voice.calls import CallOrder
from voice.twilio_calls import TwilioVoiceSender

ORDERS = {
    "call_back": CallOrder(Occasion.CALL_BACK),
    "office": CallOrder(Occasion.OFFICE),
    "invitation BUS": CallOrder(Occasion.INVITATION, "BUS"),
}


@pytest.mark.parametrize(("text", "order"), ORDERS.items())
def test_an_order_is_written_by_the_core_and_read_here(text, order):
    assert CallBack(order.occasion, order.keyword).order == text
    assert CallOrder.from_text(text) == order


@pytest.mark.parametrize("text", ["", "fun", "Ihre Einladung", "INVITATION BUS"])
def test_a_text_that_orders_no_call_is_refused(text):
    with pytest.raises(ValueError, match="Occasion"):
        CallOrder.from_text(text)


def account(provider, **how):
    return TwilioAccount("AC1", "very-secret-token", api_base=provider.url, **{"timeout_seconds": 5, **how})


def place(provider, text="invitation BUS", **how):
    joined = account(provider, **how)
    message = OutboundMessage("0f3a", MessageKind.INVITATION, "voice", "a1", "c1", text, 15)
    try:
        return TwilioVoiceSender(joined, OURS, PUBLIC_URL).send(message, Address(AddressKind.PHONE, LANDLINE))
    finally:
        joined.close()


def test_a_call_is_placed_with_our_own_reference(provider):
    provider.body = '{"sid": "CA1"}'
    assert place(provider) == "CA1"
    path, sent, authorization = provider.asked[0]
    assert path == "/2010-04-01/Accounts/AC1/Calls.json"
    assert sent == {
        "To": LANDLINE,
        "From": OURS,
        "Url": f"{PUBLIC_URL}/voice/twilio?occasion=invitation&keyword=BUS",
        "StatusCallback": f"{PUBLIC_URL}/voice/twilio/status?message=0f3a",
        "MachineDetection": "Enable",
        "Timeout": "40",
        "TimeLimit": "900",
    }
    assert authorization.startswith("Basic ")


def test_every_parameter_of_a_call_is_one_that_the_provider_knows(provider):
    paths = document("twilio_api_v2010")["paths"]
    place(provider)
    content = paths["/2010-04-01/Accounts/{AccountSid}/Calls.json"]["post"]["requestBody"]["content"]
    assert set(provider.asked[0][1]) <= set(next(iter(content.values()))["schema"]["properties"])


def test_a_text_that_orders_no_call_leaves_the_provider_alone(provider):
    with pytest.raises(Rejected, match="no order"):
        place(provider, "Ihre Einladung")
    assert provider.asked == []


FAULTS = {
    "a number that there is not": (400, '{"code": 21211}', AddressUnknown),
    "a country that we may not call": (400, '{"code": 21215}', SendError),
    "an account that is closed": (401, "{}", AccountProblem),
    "a fault of theirs": (503, "", ConnectionFailed),
}


@pytest.mark.parametrize(("status", "body", "kind"), FAULTS.values(), ids=FAULTS)
def test_a_call_that_is_not_placed_says_why(provider, status, body, kind):
    provider.status, provider.body = status, body
    with pytest.raises(kind):
        place(provider)


def test_c3_a_call_that_nobody_confirms_is_ambiguous_and_not_placed_again(provider):
    provider.stall = threading.Event()
    with pytest.raises(Ambiguous):
        place(provider, timeout_seconds=0.2)
    assert len(provider.asked) == 1


def ordered(provider, text="invitation BUS"):
    """The parameters of a call as they went over the wire."""
    place(provider, text)
    return provider.asked[-1][1]


def test_whoever_picks_up_is_greeted_and_asked(provider, phrases):
    script = by_kind(PickedUp=reply("Guten Tag. Fährt er?", YES_NO), Keys=reply("Danke."))
    walker, service = calling(phrases, script)
    walker.pick_up(ordered(provider))
    walker.press("1")
    assert service.said == [PickedUp(Occasion.INVITATION, "BUS"), Keys("1"), HungUp()]
    assert {turn.sender.value for turn in service.turns} == {LANDLINE}
    assert {turn.to for turn in service.turns} == {OURS}
    reported = [(each.state, each.message_id, each.seconds) for each in service.reports]
    assert reported == [(MessageState.DELIVERED, "0f3a", 61)]


def test_a_machine_hears_one_sentence(provider, phrases):
    walker, service = calling(phrases, by_kind(MachinePickedUp=reply("Wir rufen wieder an.")))
    walker.pick_up(ordered(provider, "call_back"), "machine_start")
    assert walker.all_heard == ["Wir rufen wieder an..wav"]
    assert service.said == [MachinePickedUp(Occasion.CALL_BACK), HungUp()]


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_call_that_nobody_took_is_a_report_and_no_turn(provider, phrases, status):
    walker, service = calling(phrases, by_kind())
    walker.leave_unanswered(ordered(provider), status)
    assert service.said == []
    assert [(each.state, each.error.retryable) for each in service.reports] == [(MessageState.FAILED, True)]


def test_e2_neither_token_nor_number_appears_in_the_error_of_a_call(provider):
    provider.status, provider.body = 400, f'{{"code": 21211, "message": "{LANDLINE} is not valid"}}'
    with pytest.raises(SendError) as raised:
        place(provider)
    assert LANDLINE[1:] not in repr(raised.value) + str(raised.value) + repr(raised.value.__cause__)
