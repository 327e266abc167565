# SPDX-License-Identifier: EUPL-1.2
"""The language between channels and the core: what came in, what to say, what can be answered.

A channel turns whatever its provider delivers into one `InboundTurn`; the core answers with one `Reply`. Neither
side knows more of the other than this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.commands import Command
from core.people import Address, Pace

# ---------------------------------------------------------------------------------------------- what came in


@dataclass(frozen=True, slots=True)
class Words:
    """Something written, exactly as it arrived."""

    text: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys pressed on a telephone, without the key that ended them."""

    digits: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A spoken answer that waits at the provider; `reference` is the provider's id of it ("" if nothing was said)."""

    reference: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Pressed:
    """A command that needs no understanding, because a button or a menu key said it."""

    command: Command
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was said or pressed in the time there was."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call ended."""


@dataclass(frozen=True, slots=True)
class Called:
    """A person has called us, and we have answered; nothing was pressed yet."""


class Occasion(StrEnum):
    """Why we call somebody."""

    CALL_BACK = "call_back"
    """She asked to be called, to take part."""
    OFFICE = "office"
    """She asked to be called, to talk to a person at the town hall."""
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class PickedUp:
    """Somebody has picked up when we called; `keyword` names the consultation that the call is about."""

    occasion: Occasion
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class MachinePickedUp:
    """An answering machine has picked up when we called."""

    occasion: Occasion
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Back from the town hall: after a talk, or because nobody took the call."""

    talked: bool


@dataclass(frozen=True, slots=True)
class CannotBeRead:
    """Something arrived that this service does not take; `kind` is "picture", "sound", "file", "contact" or "empty"."""

    kind: str


Said = (
    Words
    | Keys
    | Recording
    | Place
    | Pressed
    | Silence
    | HungUp
    | Called
    | PickedUp
    | MachinePickedUp
    | PersonLeft
    | CannotBeRead
)


class Counting(StrEnum):
    """When an answer of this turn counts (DESIGN: as soon as its channel is done with it)."""

    AT_ONCE = "at once"
    AFTER_CHECK = "after check"
    """The web form: a draft until the person has checked her answers and sent them."""
    AFTER_READ_BACK = "after read-back"
    """The telephone: what took more than one key is read back and confirmed first; a single key counts at once."""


@dataclass(frozen=True, slots=True)
class TurnId:
    """The provider's own name for one event; the database lets each in once."""

    provider: str
    value: str


@dataclass(frozen=True, slots=True)
class InboundTurn:
    """One thing a person did, in neutral form.

    `to` is the number, bot or host that was reached; it decides the municipality. `about` names the prompt that is
    being answered where the channel knows it ("late"; "BUS:late" where several consultations are in sight), else None.
    `received_at` is taken at first contact, in UTC. `language` is that of the page a person reads, where there is one.
    """

    turn_id: TurnId
    channel: str
    sender: Address
    to: str
    said: Said
    received_at: datetime
    about: str | None = None
    counts: Counting = Counting.AT_ONCE
    language: str | None = None
    left_out: CannotBeRead | None = None
    """Something beside what was said that this service does not take: a picture with a text."""


# ---------------------------------------------------------------------------------------------- what to say


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in one language, in up to three widths: for the eye, for the ear, for the narrow line."""

    text: str
    spoken: str | None = None
    sms: str | None = None

    @property
    def heard(self) -> str:
        """What a voice says."""
        return self.spoken if self.spoken is not None else self.text

    @property
    def narrow(self) -> str:
        """What fits a text message."""
        return self.sms if self.sms is not None else self.text


class Role(StrEnum):
    """What a line is for. A medium decides by the role where a line stands and what is left out first."""

    CONFIRMATION = "confirmation"
    """What was understood just now ("Notiert: Ja.")."""
    PROBLEM = "problem"
    """What was not understood, and what to do."""
    NOTICE = "notice"
    """Data protection at first contact; never left out."""
    GREETING = "greeting"
    """Who is speaking; the intro of a consultation."""
    PROGRESS = "progress"
    """"Frage 2 von 3"."""
    QUESTION = "question"
    """What is asked; never left out."""
    EXPLANATION = "explanation"
    """Background to a question or an option; for the page, on request elsewhere, never in a text message."""
    HINT = "hint"
    """How to answer; the first to be left out where space is short."""
    INFORMATION = "information"
    """What the person asked for: help, results, office hours, the list of answers."""
    FAREWELL = "farewell"
    """Thanks, and what happens next."""
    RECEIPT = "receipt"
    """The receipt number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say, in the person's language, not yet fitted to a medium."""

    role: Role
    wording: Wording


# ---------------------------------------------------------------------------------------------- what can be answered


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen. `key` is stable; what is shown, heard and typed is its place in the list."""

    key: str
    wording: Wording
    explain: Wording | None = None
    exclusive: bool = False
    """Stands alone among several ("Nichts davon")."""


@dataclass(frozen=True, slots=True)
class ChooseOptions:
    """Choose between `least` and `most` of the options; in order of liking where `ranked`."""

    options: tuple[Option, ...]
    least: int = 1
    most: int = 1
    ranked: bool = False
    chosen: tuple[str, ...] = ()
    """What stands recorded already, to refill a form."""


@dataclass(frozen=True, slots=True)
class EnterNumber:
    """Give a number between `least` and `most` (None: no limit) with at most so many decimals."""

    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0
    unit: Wording | None = None
    least_label: Wording | None = None
    most_label: Wording | None = None
    scale: bool = False
    """True for a short scale, which a page shows as a row of choices."""
    entered: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SayFreely:
    """Say it in one's own words, at most so many characters."""

    longest: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class LeaveRecording:
    """Speak after the tone; only after consent was given."""

    longest_seconds: int


@dataclass(frozen=True, slots=True)
class TalkToPerson:
    """Be put through to a person at the town hall: `number` is E.164, rung for so many seconds."""

    number: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer as its giver may see it; `answer` is None while the question is open or was passed over."""

    question: str
    asked: Wording
    answer: Wording | None


@dataclass(frozen=True, slots=True)
class ReviewAnswers:
    """Look at one's answers and name the one to change; `Command.DONE` sends them where they are drafts."""

    given: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class NothingExpected:
    """The exchange is complete; anything said next begins anew."""


Expectation = ChooseOptions | EnterNumber | SayFreely | LeaveRecording | TalkToPerson | ReviewAnswers | NothingExpected


class Prompt(StrEnum):
    """Names of prompts that are not questions. A question's prompt is named by its key, which never starts with "~"."""

    RECEPTION = "~reception"
    LANGUAGE = "~language"
    CHANGE = "~change"
    CHECK = "~check"
    DELETE = "~delete"
    FINISHED = "~finished"

    # Only a call stands at these; whoever writes meanwhile is answered where the call would go on.
    MENU = "~menu"
    """What a caller can do: take part, hear a result, reach the town hall, choose a language."""
    RESULTS = "~results"
    """Which consultation's result to hear."""
    READ_BACK = "~read_back"
    """Whether keys were understood as they were meant, before they count."""
    AID = "~aid"
    """Help within a call: slower, faster, the answer before, data protection, "that is not me"."""
    PERSON = "~person"
    """A person, a message, a call-back, or on with the questions."""
    CONSENT = "~consent"
    """Whether a message to the town hall may be recorded."""
    RECORD = "~record"
    RECORDED = "~recorded"
    """Keep, hear, say again or delete what was recorded."""
    INVITED = "~invited"
    """We have called: take part now, or never be called again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say plus what can be answered.

    `about` is the name of the prompt that is open now: a question's key or a `Prompt`. `keyword` is the consultation
    it belongs to. `offers` are the commands that make sense at this point beside those that always work.
    """

    say: tuple[Line, ...]
    expects: Expectation
    language: str
    about: str
    keyword: str | None = None
    offers: tuple[Command, ...] = ()
    pace: Pace = Pace.NORMAL
    """How fast this person wants to be spoken to on the telephone."""
    replay: str | None = None
    """The id of the person's own recording, to be heard after the lines."""

    def lines(self, *roles: Role) -> tuple[Line, ...]:
        """The lines with one of these roles, in order."""
        return tuple(line for line in self.say if line.role in roles)
