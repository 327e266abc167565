# SPDX-License-Identifier: EUPL-1.2
"""A consultation tried out in memory, as though it were open now: nothing is stored, nothing counts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from app.calendar import GermanHolidays
from app.catalogues import read_all_words, read_phrases
from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from core.administration import Acting
from core.commands import Command
from core.consultation import Consultation, State
from core.files.consultation import read_consultation
from core.municipality import Municipality
from core.participation import Parts, take_turn
from core.people import Address, AddressKind
from core.ports import Towns
from core.questions.asked import Asked
from core.questions.contract import Question
from core.turns import ChooseOptions, EnterNumber, InboundTurn, NothingExpected, Pressed, Reply, Said, TurnId, Words
from storage.keys import KEY_BYTES, Keys
from storage.memory import MemoryStore

CALLED = "rehearsal"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One consultation in a service of its own that lives in memory; its clock stands an hour after the opening."""

    consultation: Consultation
    parts: Parts

    def say(self, said: Said, number: int) -> Reply:
        """What is answered to the turn of that number."""
        sender = Address(AddressKind.DESK, CALLED)
        turn = InboundTurn(TurnId(CALLED, str(number)), "desk", sender, "", said, self.parts.clock.now())
        return take_turn(turn, self.parts)

    def walk(self, language: str) -> Iterator[Reply]:
        """The replies to somebody who answers everything, in order: keyword, each question, the farewell."""
        self.say(Pressed(Command.LANGUAGE, language), 0)
        reply = self.say(Words(self.consultation.keyword), 1)
        yield reply
        for number in range(2, 2 * len(self.consultation.questions) + 2):
            if isinstance(reply.expects, NothingExpected):
                return
            reply = self.say(Words(self._answer(reply)), number)
            yield reply

    def _answer(self, reply: Reply) -> str:
        """An answer that is understood, and that leads to further questions where one depends on it."""
        match reply.expects:
            case ChooseOptions(options=options):
                wanted = _decisive(self.consultation, reply.about)
                keys = [option.key for option in options]
                return str(next((place for place, key in enumerate(keys, 1) if key in wanted), 1))
            case EnterNumber(least=least, most=most):
                return str(least if least is not None else most if most is not None else 1)
            case _:
                return "Das ist mir wichtig."


Changed = Callable[[Consultation], Consultation]


def as_written(consultation: Consultation) -> Consultation:
    """The consultation as residents get it."""
    return consultation


def of_everything(consultation: Consultation) -> Consultation:
    """The same without conditions, so that a walk passes no question by."""
    return replace(consultation, questions=tuple(map(_always_asked, consultation.questions)))


def _always_asked(question: Question) -> Question:
    return replace(question, asked_if=None) if isinstance(question, Asked) else question


def rehearse(text: str, file: str, town: Municipality, changed: Changed = as_written) -> Rehearsal:
    """Open a consultation file in memory, whatever its times and its level. Raises `FileNotAccepted`."""
    consultation = changed(read_consultation(text, file, town))
    clock = MovableClock(min(consultation.opens_at + timedelta(hours=1), consultation.closes_at - timedelta(seconds=1)))
    keys = Keys.of(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))
    store = MemoryStore(keys, lambda _, stored: changed(read_consultation(stored, file, town)))
    by = Acting(CALLED, town, store, clock)
    standing = store.consultations.add(town.key, consultation, text, by.act("load", consultation.keyword))
    store.consultations.move(town.key, standing.id, State.RELEASED, by.act("open", consultation.keyword))
    parts = Parts(
        store, clock, keys, Towns({town.key: town}), read_phrases(), read_all_words(), GermanHolidays(), GermanNumbers()
    )
    return Rehearsal(consultation, parts)


def _decisive(consultation: Consultation, question: str) -> frozenset[str]:
    """The answers to this question on which another question depends."""
    conditions = [each.asked_if for each in consultation.questions if each.asked_if]
    return frozenset(value for condition in conditions if condition.question == question for value in condition.values)
