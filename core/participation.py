# SPDX-License-Identifier: EUPL-1.2
"""The use cases: answering a turn, and looking without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.ballots import Ballot
from core.consultation import Standing, State
from core.conversation import advance
from core.conversation import look as look_at
from core.conversation_state import Conversation
from core.errors import ConcurrentChange, StoreUnavailable
from core.municipality import Municipality
from core.office_hours import next_opening
from core.people import Address, AddressKind, Person
from core.phrases import Phrases
from core.ports import Calendar, Clock, Meeting, PhoneNumbers, Secrets, Store, Towns, TurnTransaction
from core.scene import Scene, Situation
from core.turns import Counting, InboundTurn, Reply
from core.understanding import LanguageWords

MOST_TRIES = 5
"""How often a turn is tried when others change the same voice at the same instant; one retry is the rule."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the use cases need from outside; joined in `app.wiring`."""

    store: Store
    clock: Clock
    secrets: Secrets
    towns: Towns
    phrases: Phrases
    words: Mapping[str, LanguageWords]
    calendar: Calendar
    phone_numbers: PhoneNumbers


def take_turn(turn: InboundTurn, parts: Parts) -> Reply:
    """Answer one turn: everything it changes is stored, once, before this returns.

    A turn that was answered before gets the same reply and changes nothing. Raises StoreUnavailable if nothing could
    be stored; then nothing may be acknowledged.
    """
    town = parts.towns.reached(turn.to)
    for _ in range(MOST_TRIES):
        try:
            with parts.store.turns.answering(town.key) as transaction:
                return _answer(turn, town, parts, transaction)
        except ConcurrentChange:
            continue
    raise StoreUnavailable("too many changes at once")


def _answer(turn: InboundTurn, town: Municipality, parts: Parts, transaction: TurnTransaction) -> Reply:
    arrived = transaction.arrive(turn)
    if isinstance(arrived, Reply):
        return arrived
    standings = transaction.standings()
    voices = _voices(town, arrived.person, standings, parts)
    stored = transaction.ballots(voices)
    ballots = _ballots(voices, stored, arrived.person, turn.sender.kind, parts)
    situation = _situation(town, standings, ballots, parts)
    outcome = advance(arrived.conversation, arrived.person, turn, situation)
    transaction.remember(turn, arrived, outcome)
    return outcome.reply


def _voices(town: Municipality, person: Person, standings: tuple[Standing, ...], parts: Parts) -> dict[str, str]:
    return {each.id: parts.secrets.voice_id(town.key, each.id, person.participant) for each in standings}


def _ballots(
    voices: Mapping[str, str], stored: Mapping[str, Ballot], person: Person, kind: AddressKind, parts: Parts
) -> dict[str, Ballot]:
    def empty(consultation_id: str, voice_id: str) -> Ballot:
        return Ballot(
            consultation_id,
            voice_id,
            ballot_id=parts.secrets.new_id(),
            receipt=parts.secrets.digits(8),
            trial=person.trial,
            without_number=kind is AddressKind.CALL,
        )

    return {each: stored.get(each) or empty(each, voice_id) for each, voice_id in voices.items()}


def _situation(
    town: Municipality, standings: tuple[Standing, ...], ballots: Mapping[str, Ballot], parts: Parts
) -> Situation:
    opens = partial(next_opening, town=town, calendar=parts.calendar)
    return Situation(town, standings, ballots, parts.phrases, parts.words, opens, parts.secrets.new_id())


# ---------------------------------------------------------------------------------------------- without a turn


def look(
    address: Address | None, to: str, keyword: str, language: str, about: str | None, parts: Parts
) -> Reply | None:
    """What stands at a prompt of one consultation for this address, without a turn; None if there is no such keyword.

    `about` None is where the person would go on; a question's key shows that question with what is recorded;
    `Prompt.CHECK` the check page. Nothing is written.
    """
    town = parts.towns.reached(to)
    now = parts.clock.now()
    standings = visible_consultations(town, parts)
    standing = _newest(standings, keyword, now)
    if standing is None:
        return None
    meeting = (parts.store.turns.meet(town.key, address) if address else None) or _stranger(address)
    voices = _voices(town, meeting.person, standings, parts)
    stored = parts.store.turns.ballots(town.key, voices) if meeting.known else {}
    ballots = _ballots(voices, stored, meeting.person, AddressKind.WEB, parts)
    conversation = Conversation(
        language=language, consultation_id=meeting.conversation.consultation_id, asking=meeting.conversation.asking
    )
    situation = _situation(town, standings, ballots, parts)
    return look_at(Scene(situation, meeting.person, conversation, now, Counting.AFTER_CHECK), standing, about)


def _stranger(address: Address | None) -> Meeting:
    trial = address is not None and address.kind is AddressKind.DESK
    return Meeting(Person("", "", trial=trial), Conversation(), 0, known=False)


def _newest(standings: tuple[Standing, ...], keyword: str, now: datetime) -> Standing | None:
    named = [each for each in standings if each.consultation.keyword == keyword]
    taking = [each for each in named if each.takes_answers_at(now)]
    return next(iter(taking or sorted(named, key=lambda each: each.consultation.opens_at, reverse=True)), None)


def visible_consultations(town: Municipality, parts: Parts) -> tuple[Standing, ...]:
    """The consultations a resident may meet: released, closed or sealed, by keyword."""
    return tuple(each for each in parts.store.consultations.all(town.key) if each.state is not State.DRAFT)


def open_consultations(town: Municipality, parts: Parts) -> tuple[Standing, ...]:
    """What takes answers now, in the order of keywords."""
    now = parts.clock.now()
    return tuple(each for each in visible_consultations(town, parts) if each.takes_answers_at(now))
