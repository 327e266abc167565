# SPDX-License-Identifier: EUPL-1.2
"""Small builders for everybody's tests. What a test does not name is ordinary."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from core.ballots import Ballot, BallotChange, Recorded, change
from core.consultation import Consultation
from core.conversation_state import Conversation, Outcome
from core.files.consultation import read_consultation
from core.outbox import MessageKind, OutboundMessage
from core.people import Address, AddressKind, Person
from core.ports import Act, Meeting
from core.questions.contract import Value
from core.turns import (
    ChooseOptions,
    Counting,
    InboundTurn,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    Role,
    Said,
    TurnId,
    Wording,
    Words,
)
from storage.keys import Keys

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOWN = "bergheim"
OUR_NUMBER = "+4922719999"

_FILE = """
keyword = "{keyword}"
level = "L0"
languages = ["de", "en"]
opens_at = 2026-11-01T08:00:00+01:00
closes_at = {closes_at}
results = "after_answer"
legal_basis = "Art. 6 Abs. 1 lit. e DSGVO"
field = "mobility"
title = {{de = "Der Bus am Abend", en = "The evening bus"}}
intro = {{de = "Zwei Fragen.", en = "Two questions."}}
thanks = {{de = "Danke.", en = "Thank you."}}

[[questions]]
key = "late"
type = "choice"
text = {{de = "Soll der Bus abends bis 23 Uhr fahren?", en = "Should the bus run until 11 pm?"}}
options = [
  {{key = "yes", text = {{de = "Ja", en = "Yes"}}}},
  {{key = "no", text = {{de = "Nein", en = "No"}}}},
  {{key = "weekend", text = {{de = "Nur am Wochenende", en = "Only at the weekend"}}}},
]

[[questions]]
key = "why"
type = "open_text"
optional = true
text = {{de = "Wohin möchten Sie fahren?", en = "Where would you like to go?"}}
"""


def keys() -> Keys:
    """The same keys every time."""
    return Keys.of(bytes(range(32)), bytes(range(32, 64)))


def consultation_file(keyword: str = "BUS", closes_at: str = "2027-03-31T18:00:00+02:00") -> str:
    """A file with two questions: `late` (yes, no, weekend) and the optional open question `why`."""
    return _FILE.format(keyword=keyword, closes_at=closes_at)


def read_again(_municipality: str, text: str) -> Consultation:
    """How a store of these tests reads a text that it has kept."""
    return read(text)


def read(text: str) -> Consultation:
    """What a consultation file says."""
    return read_consultation(text, "test.toml")


def consultation(keyword: str = "BUS") -> Consultation:
    """A consultation with two questions."""
    return read(consultation_file(keyword))


def act(what: str = "load", at: datetime = NOON, **detail: str | int) -> Act:
    """An act of staff."""
    return Act("command line", what, "BUS", detail, at)


def address(number: int = 1, kind: AddressKind = AddressKind.PHONE) -> Address:
    """Somebody's address; different numbers are different people."""
    return Address(kind, f"+4915112{number:06d}")


_TURNS = itertools.count(1)


def turn(
    said: Said | None = None,
    *,
    sender: Address | None = None,
    turn_id: str | None = None,
    channel: str = "sms",
    at: datetime = NOON,
    counts: Counting = Counting.AT_ONCE,
) -> InboundTurn:
    """Somebody says something; each turn has an id of its own unless one is given."""
    return InboundTurn(
        turn_id=TurnId(channel, turn_id or f"SM{next(_TURNS)}"),
        channel=channel,
        sender=sender or address(),
        to=OUR_NUMBER,
        said=said or Words("Ja"),
        received_at=at,
        counts=counts,
    )


def person(address_id: str = "a1", participant: str = "p1") -> Person:
    """Somebody known."""
    return Person(address_id, participant)


def wording(text: str = "Ja") -> Wording:
    """A text for every width."""
    return Wording(text)


def reply(text: str = "Notiert: Ja.") -> Reply:
    """A reply with a question that can be answered."""
    options = (Option("yes", wording("Ja")), Option("no", wording("Nein")))
    lines = (Line(Role.CONFIRMATION, wording(text)), Line(Role.QUESTION, wording("Soll der Bus fahren?")))
    return Reply(lines, ChooseOptions(options), "de", "late", "BUS")


def farewell() -> Reply:
    """A reply after which nothing is expected."""
    return Reply((Line(Role.FAREWELL, wording("Danke.")),), NothingExpected(), "de", Prompt.FINISHED)


def recorded(
    value: Value | None = "yes", *, at: datetime = NOON, channel: str = "sms", language: str = "de"
) -> Recorded:
    """One answer as it is recorded."""
    return Recorded(value, at, channel, language, version=1)


def ballot(consultation_id: str = "c1", voice_id: str = "v1", **values: object) -> Ballot:
    """A ballot that is not stored yet."""
    chance = keys()
    empty = Ballot(consultation_id, voice_id, ballot_id=chance.new_id(), receipt=chance.digits(8))
    return replace(empty, **values)  # type: ignore[arg-type]


def answering(before: Ballot, answers: Mapping[str, Recorded], asked: Consultation | None = None) -> BallotChange:
    """The change by which these answers count, beside those that count already."""
    return change(before, replace(before, counted={**before.counted, **answers}), asked or consultation())


def outcome(meeting: Meeting, *changes: BallotChange, text: str = "Notiert: Ja.") -> Outcome:
    """What one turn of this person changes."""
    return Outcome(meeting.person, Conversation(language="de", asking="late"), reply(text), changes)


def message(text: str = "Liebe Bergheimer", *, segments: int = 1, **values: object) -> OutboundMessage:
    """A pattern of an invitation."""
    pattern = OutboundMessage("", MessageKind.INVITATION, "sms", "", None, text, segments)
    return replace(pattern, **values)  # type: ignore[arg-type]
