# SPDX-License-Identifier: EUPL-1.2
"""The telephone of the tests keeps the provider's rules, and refuses what the provider would not understand."""

from xml.sax.saxutils import quoteattr

import pytest

from tests.channels.twilio_requests import PUBLIC_URL, TOKEN, signature_of
from tests.voice.twilio_calls import LANDLINE, OURS
from tests.voice.twiml_rules import read
from tests.voice.twiml_walker import Walker


def response(inner):
    return f"<Response>{inner}</Response>"


class Pages:
    """Answers each path with its document; remembers what was posted."""

    def __init__(self, **pages):
        self.pages = {"/voice/twilio/status": "<Response/>", **{f"/{name}": each for name, each in pages.items()}}
        self.posted = []

    def post(self, path, form, headers):
        assert headers == {"X-Twilio-Signature": signature_of(PUBLIC_URL + path, tuple(form.items()))}
        self.posted.append((path, form))
        return 200, self.pages[path]


def calling(inner, **pages):
    service = Pages(**pages)
    service.pages["/voice/twilio"] = response(inner)
    walker = Walker(service.post, TOKEN, PUBLIC_URL, OURS)
    walker.call(LANDLINE)
    return walker, service


def test_verbs_run_in_order_and_a_document_that_runs_out_ends_the_call():
    walker, service = calling("<Say>eins</Say><Play>https://x.example/a/zwei.wav</Play><Pause/><Say>drei</Say>")
    assert walker.all_heard == ["eins", "zwei.wav", "drei"]
    assert walker.is_over
    assert service.posted[-1][1]["CallStatus"] == "completed"


def test_one_key_is_posted_at_once():
    walker, service = calling('<Gather action="/next" numDigits="1"/>', next=response("<Hangup/>"))
    walker.press("1")
    assert service.posted[1][0] == "/next"
    assert service.posted[1][1]["Digits"] == "1"


def test_the_key_that_ends_is_no_digit():
    walker, service = calling('<Gather action="/next"/>', next=response("<Hangup/>"))
    walker.press("12#")
    assert (service.posted[1][1]["Digits"], service.posted[1][1]["FinishedOnKey"]) == ("12", "#")


def test_no_key_ends_where_none_is_named():
    walker, service = calling('<Gather action="/next" finishOnKey=""/>', next=response("<Hangup/>"))
    walker.press("1#")
    assert service.posted[1][1]["Digits"] == "1#"


def test_silence_runs_the_next_verb_unless_the_action_wants_it():
    walker, _ = calling('<Gather action="/next"/><Say>niemand</Say>')
    walker.silence()
    assert walker.heard == ["niemand"]
    walker, service = calling('<Gather action="/next" actionOnEmptyResult="true"/>', next=response("<Hangup/>"))
    walker.silence()
    assert service.posted[1][1]["Digits"] == ""


def test_the_key_that_ends_says_nothing_by_itself_unless_the_action_wants_it():
    walker, _ = calling('<Gather action="/next"/><Say>niemand</Say>')
    walker.press("#")
    assert walker.heard == ["niemand"]
    walker, service = calling('<Gather action="/next" actionOnEmptyResult="true"/>', next=response("<Hangup/>"))
    walker.press("#")
    assert (service.posted[1][1]["Digits"], service.posted[1][1]["FinishedOnKey"]) == ("", "#")


def test_nothing_spoken_runs_the_next_verb():
    walker, service = calling('<Record action="/next"/><Redirect>/other</Redirect>', other=response("<Hangup/>"))
    walker.silence()
    assert service.posted[1][0] == "/other"


def test_what_stands_behind_a_recording_is_never_reached():
    walker, service = calling('<Record action="/next"/><Say>nie</Say>', next=response("<Hangup/>"))
    walker.speak(3)
    assert "nie" not in walker.all_heard
    assert (service.posted[1][1]["RecordingDuration"], service.posted[1][1]["Digits"]) == ("3", "#")


def test_without_an_action_the_document_is_asked_again():
    walker, service = calling("<Gather/>")
    walker.press("1#")
    assert service.posted[1][0] == "/voice/twilio"


def test_an_address_is_read_against_that_of_the_document():
    walker, service = calling('<Gather action="twilio/more?n=1"/>', **{"voice/twilio/more?n=1": response("<Hangup/>")})
    walker.press("1#")
    assert service.posted[1][0] == "/voice/twilio/more?n=1"


def test_a_circle_is_noticed():
    with pytest.raises(AssertionError, match="circle"):
        calling("<Redirect>/voice/twilio</Redirect>")


def test_a_call_cannot_be_refused_after_it_was_answered():
    with pytest.raises(AssertionError, match="refused before"):
        calling("<Say>Hallo</Say><Reject/>")


def test_nobody_presses_keys_after_the_end():
    walker, _ = calling("<Hangup/>")
    with pytest.raises(AssertionError, match="over"):
        walker.press("1")


def test_nobody_speaks_where_keys_are_wanted():
    walker, _ = calling("<Gather/>")
    with pytest.raises(AssertionError, match="Gather waits"):
        walker.speak(3)


def test_an_answer_that_is_a_fault_is_heard_as_one():
    walker = Walker(lambda *_: (503, ""), TOKEN, PUBLIC_URL, OURS)
    with pytest.raises(AssertionError, match="hears an error"):
        walker.call(LANDLINE)


UNKNOWN = {
    "a verb": "<Sing/>",
    "an attribute": '<Say voce="x">a</Say>',
    "a verb inside": "<Gather><Record/></Gather>",
    "a number outside": "<Number>+49</Number>",
    "a time that is no number": '<Gather timeout="bald"/>',
    "half a second": '<Pause length="0.5"/>',
    "no time at all": '<Pause length="0"/>',
    "two keys that end": '<Gather finishOnKey="*#"/>',
    "a method": '<Gather method="PUT"/>',
    "a reason": '<Reject reason="tired"/>',
    "nothing to play": "<Play/>",
    "an address without a host": "<Play>/a.wav</Play>",
    "a text that is too long": f"<Say>{'a' * 4097}</Say>",
    "text between the verbs": "hallo",
    "text in a verb that has none": "<Hangup>now</Hangup>",
}


@pytest.mark.parametrize("inner", UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_provider_does_not_know_is_refused(inner):
    with pytest.raises(AssertionError):
        read(response(inner))


def test_what_it_knows_is_taken():
    attributes = f"action={quoteattr(PUBLIC_URL)} numDigits='1' timeout='9'"
    verbs = read(response(f"<Gather {attributes}><Say>a</Say><Pause/></Gather><Dial><Number>+49</Number></Dial>"))
    assert [verb.tag for verb in verbs] == ["Gather", "Dial"]
