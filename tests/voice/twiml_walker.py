# SPDX-License-Identifier: EUPL-1.2
"""A telephone that follows TwiML as the provider documents it (twilio.com/docs/voice/twiml), so that a test can call.

Written from the provider's rules and not from our handler. Verbs run in order. What stands in a `<Gather>` is cut short
by a key. Without keys, or with nothing but the key that ends, a `<Gather>` asks `action` only if `actionOnEmptyResult`
is set, else the next verb runs. Nothing spoken into a `<Record>` runs the next verb; what stands behind a recording is
never reached. `action` left out means the document itself. A document that runs out ends the call. Whatever the rules
do not know is an AssertionError. Keys that come too early are taken by the next menu: the worse of the two things that
may happen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

from twilio.request_validator import RequestValidator

from tests.voice.twiml_rules import KEYS, read

Form = dict[str, str]
Post = Callable[[str, Form, dict[str, str]], tuple[int, str]]
"""Path with query, form, headers → status, body."""

MOST_DOCUMENTS = 10
"""So many in a row without anybody doing anything are a loop."""


@dataclass
class Call:
    """One call as it stands."""

    sid: str
    person: str
    ours: bool = False
    """Whether the service has placed it."""
    reported_to: str = ""
    """Where its end is told."""
    step: ET.Element | None = None
    """The verb that waits for the person; None when nothing waits."""
    behind: deque[ET.Element] = field(default_factory=deque)
    """The verbs behind it."""
    address: str = ""
    """Of the document that is open."""
    over: bool = False


class Walker:
    """Somebody at a telephone. `heard` is what the last thing she did made her hear, `all_heard` the whole call."""

    def __init__(self, post: Post, token: str, public_url: str, number: str, path: str = "/voice/twilio") -> None:
        self._post = post
        self._validator = RequestValidator(token)
        self._public_url = public_url.rstrip("/")
        self._number = number
        self._path = path
        self._calls = self._recordings = 0
        self._call = Call("", "", over=True)
        self.heard: list[str] = []
        self.all_heard: list[str] = []
        self.seconds_waited = 0
        self.asked: list[str] = []
        """Every address that was asked, in order."""
        self.rejected = ""

    # ------------------------------------------------------------------------------------------------- what she does

    def call(self, caller: str) -> None:
        """Call the service. `caller` is the number as the provider writes it, "anonymous" where withheld."""
        self._begin(Call(self._sid(), caller, reported_to=f"{self._public_url}{self._path}/status"))
        self._open(self._public_url + self._path, {"CallStatus": "ringing"})

    def pick_up(self, ordered: Mapping[str, str], answered_by: str = "human") -> None:
        """Pick up when the service has ordered a call; `ordered` are the parameters as they went over the wire."""
        self._begin(self._ordered(ordered))
        detected = {"AnsweredBy": answered_by} if ordered.get("MachineDetection") else {}
        self._open(ordered["Url"], {"CallStatus": "in-progress", **detected})

    def leave_unanswered(self, ordered: Mapping[str, str], status: str) -> None:
        """Do not pick up: "busy", "no-answer", "failed" or "canceled"."""
        self._begin(self._ordered(ordered))
        self._end(status)

    def press(self, keys: str) -> None:
        """Press keys at the menu that is open; what is not complete is taken when nothing more comes."""
        assert set(keys) <= KEYS, keys
        self._act("Gather")
        waiting = deque(keys)
        while waiting and self._waits_in("Gather"):
            self._gather(waiting)

    def silence(self) -> None:
        """Do nothing until the time is over, at a menu or behind the tone."""
        gather = self._waits_in("Gather")
        step = self._act("Gather" if gather else "Record")
        self._wait(step)
        if not gather:
            self._go_on()
        elif step.get("actionOnEmptyResult") == "true":
            self._follow(step, {"Digits": "", "msg": "Gather End"})
        else:
            self._go_on()

    def speak(self, seconds: int, end: str = "#") -> str:
        """Speak behind the tone, ended by "#", "silence" or "hang up"; the recording's id."""
        step = self._act("Record")
        assert end in {"#", "silence", "hang up"}
        assert end != "#" or "#" in step.get("finishOnKey", "1234567890*#")
        self._recordings += 1
        sid = f"RE{self._recordings:032x}"
        length = min(seconds, int(step.get("maxLength", "3600")))
        kept = {"RecordingSid": sid, "RecordingDuration": str(length), "RecordingUrl": f"https://api.invalid/{sid}"}
        if end == "hang up":
            self._form_sent(self._target(step), {**kept, "Digits": "hangup", "CallStatus": "completed"})
            self._end("completed")
        else:
            self._follow(step, {**kept, "Digits": "#" if end == "#" else ""})
        self._recording_done(step, kept)
        return sid

    def office(self, status: str = "completed") -> None:
        """What becomes of being put through: "completed" after a talk, "busy", "no-answer", "failed", "canceled"."""
        step = self._act("Dial")
        talked = {"DialCallDuration": "60", "DialCallSid": "CA" + "f" * 32} if status == "completed" else {}
        self._follow(step, {"DialCallStatus": status, **talked})

    def hang_up(self) -> None:
        """Put the receiver down."""
        self._act()
        self._end("completed")

    # ------------------------------------------------------------------------------------------------- what she sees

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._call.over

    @property
    def waits_for(self) -> str:
        """The verb that waits for her: "Gather", "Record", "Dial", or "" when the call is over."""
        return "" if self._call.step is None else self._call.step.tag

    @property
    def dialled(self) -> str:
        """The number that she is being put through to."""
        assert self._call.step is not None
        assert self._waits_in("Dial")
        return "".join(self._call.step.itertext()).strip()

    # ------------------------------------------------------------------------------------------------- the rules

    def _sid(self) -> str:
        self._calls += 1
        return f"CA{self._calls:032x}"

    def _ordered(self, ordered: Mapping[str, str]) -> Call:
        assert ordered["From"] == self._number
        return Call(self._sid(), ordered["To"], ours=True, reported_to=ordered.get("StatusCallback", ""))

    def _begin(self, call: Call) -> None:
        assert self._call.over, "the line is engaged"
        self._call = call
        self.heard, self.all_heard, self.rejected = [], [], ""

    def _act(self, *verbs: str) -> ET.Element:
        """The verb that waits, one of these; from here on, what is heard is new."""
        assert not self._call.over, "the call is over"
        assert self._call.step is not None
        assert not verbs or self._call.step.tag in verbs, f"{self._call.step.tag} waits, not {verbs}"
        self.heard = []
        return self._call.step

    def _waits_in(self, verb: str) -> bool:
        return self.waits_for == verb

    def _gather(self, keys: deque[str]) -> None:
        """Feed keys to the open `<Gather>` until it is complete; else the time between keys passes."""
        step = self._call.step
        assert step is not None
        most, ends = int(step.get("numDigits", "0")), step.get("finishOnKey", "#")
        digits = ""
        while keys:
            key = keys.popleft()
            if ends and key == ends:
                if not digits and step.get("actionOnEmptyResult") != "true":
                    return self._go_on()
                return self._follow(step, {"Digits": digits, "FinishedOnKey": key, "msg": "Gather End"})
            digits += key
            if len(digits) == most:
                return self._follow(step, {"Digits": digits, "FinishedOnKey": "", "msg": "Gather End"})
        self.seconds_waited += int(step.get("timeout", "5"))
        return self._follow(step, {"Digits": digits, "FinishedOnKey": "", "msg": "Gather End"})

    def _wait(self, step: ET.Element) -> None:
        pauses = sum(int(pause.get("length", "1")) for pause in step if pause.tag == "Pause")
        self.seconds_waited += pauses + int(step.get("timeout", "5"))

    def _follow(self, step: ET.Element, form: Form) -> None:
        """What came of a verb goes to its action; the document that answers is the next."""
        self._open(self._target(step), {"CallStatus": "in-progress", **form})

    def _target(self, step: ET.Element) -> str:
        assert step.get("method", "POST") == "POST", "the service takes POST alone"
        return urljoin(self._call.address, step.get("action", self._call.address))

    def _open(self, address: str, form: Form) -> None:
        for _ in range(MOST_DOCUMENTS):
            document = read(self._form_sent(address, form))
            self._call.address, self._call.step, self._call.behind = address, None, deque(document)
            redirected = self._run()
            if redirected is None:
                return
            address, form = urljoin(address, redirected), {"CallStatus": "in-progress"}
        raise AssertionError("the documents go round in a circle")

    def _go_on(self) -> None:
        """The next verb: the one that waited is done with."""
        self._call.step = None
        redirected = self._run()
        if redirected is not None:
            self._open(urljoin(self._call.address, redirected), {"CallStatus": "in-progress"})

    def _run(self) -> str | None:
        """Verbs in order, until one waits for the person or the call ends; an address if it goes on elsewhere."""
        first = True
        while self._call.behind:
            verb = self._call.behind.popleft()
            match verb.tag:
                case "Say" | "Play" | "Pause":
                    self._listen(verb)
                case "Redirect":
                    return (verb.text or "").strip()
                case "Gather" | "Record" | "Dial":
                    for inner in verb if verb.tag == "Gather" else ():
                        self._listen(inner)
                    self._call.step = verb
                    return None
                case "Reject":
                    assert first, "a call is refused before it is answered, or not at all"
                    self.rejected = verb.get("reason", "rejected")
                    return self._end("busy" if self.rejected == "busy" else "no-answer")
                case "Hangup":
                    break
            first = False
        return self._end("completed")

    def _listen(self, verb: ET.Element) -> None:
        if verb.tag == "Pause":
            return
        what = (verb.text or "").strip()
        sound = unquote(urlsplit(what).path.rpartition("/")[2]) if verb.tag == "Play" else what
        if not sound.startswith("silence-"):
            self.heard.append(sound)
            self.all_heard.append(sound)

    def _end(self, status: str) -> None:
        """The call is over, which is told to the address that was set at the number or ordered with the call."""
        self._call.over, self._call.step = True, None
        if self._call.reported_to:
            talked = "61" if status == "completed" else "0"
            self._form_sent(self._call.reported_to, {"CallStatus": status, "CallDuration": talked})

    def _recording_done(self, step: ET.Element, kept: Form) -> None:
        told = step.get("recordingStatusCallback")
        if told and "completed" in step.get("recordingStatusCallbackEvent", "completed").split():
            form = {**kept, "RecordingStatus": "completed", "CallSid": self._call.sid, "RecordingSource": "RecordVerb"}
            self._sent(urljoin(self._call.address, told), form)

    # ------------------------------------------------------------------------------------------------- the wire

    def _form_sent(self, address: str, form: Form) -> str:
        """The parameters that come with every request about a call, and these (…/voice/twiml#request-parameters)."""
        sides = (self._number, self._call.person) if self._call.ours else (self._call.person, self._number)
        common = {
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
            "CallSid": self._call.sid,
            "Direction": "outbound-api" if self._call.ours else "inbound",
            **dict.fromkeys(("From", "Caller"), sides[0]),
            **dict.fromkeys(("To", "Called"), sides[1]),
        }
        return self._sent(address, {**common, **form})

    def _sent(self, address: str, form: Form) -> str:
        address = address.partition("#")[0]
        assert address.startswith(self._public_url + "/"), f"{address} is not ours"
        path = address.removeprefix(self._public_url)
        self.asked.append(path)
        signature = self._validator.compute_signature(address, form)
        status, body = self._post(path, form, {"X-Twilio-Signature": signature})
        assert status in {200, 204}, f"{path} answered {status}: the caller hears an error"
        return body
