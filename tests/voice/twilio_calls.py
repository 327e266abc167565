# SPDX-License-Identifier: EUPL-1.2
"""The channel "voice" of Twilio as it is wired, its requests, and a service behind it whose core follows a script."""

from urllib.parse import parse_qs, urlencode, urlsplit

from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from channels.answering import Refusals, answer_report, answer_webhook
from channels.contract import WebhookRequest
from channels.twilio import Signature
from core.turns import ChooseOptions, Line, NothingExpected, Option, Prompt, Reply, Role, Wording
from tests.channels.twilio_requests import NOW, PUBLIC_URL, TOKEN
from tests.voice.twiml_walker import Walker
from voice.steps import Step
from voice.twilio import TwilioVoice

OURS = "+4922719999"
LANDLINE = "+4922718900"
CALL = "CA00000000000000000000000000000001"
OFFICE = "+492271890"
STEP = Step(3, "BUS:late", hash_passes=True)


class EveryWord:
    """A shelf that has every text as a clip of that name, and none of what is `missing`."""

    def __init__(self, missing=()):
        self.missing = missing

    def clips(self, text, language, pace):
        return None if text in self.missing else (f"{text}.wav",)


def channel(clock=None, ready=None, sounds=None):
    """The channel as it is wired."""
    return TwilioVoice(
        Signature([TOKEN], PUBLIC_URL),
        GermanNumbers(),
        clock or MovableClock(NOW),
        sounds or EveryWord(),
        PUBLIC_URL,
        (ready if ready is not None else []).append,
    )


def form(**fields):
    """The form of one request about a call; a field given as None is left out."""
    common = {"CallSid": CALL, "From": LANDLINE, "To": OURS, "CallStatus": "in-progress", "Direction": "inbound"}
    return {name: value for name, value in {**common, **fields}.items() if value is not None}


def at(path="", step=None, **query):
    fields = {**(step.as_fields() if step else {}), **query}
    return f"/voice/twilio{path}" + (f"?{urlencode(fields)}" if fields else "")


YES_NO = ChooseOptions((Option("yes", Wording("Ja")), Option("no", Wording("Nein"))))


def reply(text="", expects=None, **how):
    lines = (Line(Role.QUESTION, Wording(text)),) if text else ()
    return Reply(lines, expects or NothingExpected(), "de", how.pop("about", Prompt.MENU), **how)


class Service:
    """A service whose core answers by a script: said → reply. A repeated turn gets its stored reply."""

    def __init__(self, phrases, script, clock=None):
        self.phrases, self.script = phrases, script
        self.ready, self.turns, self.reports, self.bodies = [], [], [], []
        self.stored = {}
        self.channel = channel(clock, self.ready)
        self.refusals = Refusals()

    def take(self, turn):
        if turn.turn_id not in self.stored:
            self.turns.append(turn)
            self.stored[turn.turn_id] = self.script(turn)
        return self.stored[turn.turn_id]

    def post(self, path, fields, headers):
        asked = WebhookRequest(path, tuple(fields.items()), {name.lower(): value for name, value in headers.items()})
        if "message" in parse_qs(urlsplit(path).query):
            answered = answer_report(asked, self.channel, self.reports.append, self.refusals)
            assert answered.status == 200
        answered = answer_webhook(asked, self.channel, self.take, self.phrases, self.refusals)
        self.bodies.append(answered.body)
        return answered.status, answered.body

    @property
    def said(self):
        return [turn.said for turn in self.turns]


def calling(phrases, script, **how):
    """A telephone and the service that it calls."""
    service = Service(phrases, script, **how)
    return Walker(service.post, TOKEN, PUBLIC_URL, OURS), service


def by_kind(**replies):
    """A script: the name of what was said → what is answered."""
    return lambda turn: replies.get(type(turn.said).__name__, reply())
