# SPDX-License-Identifier: EUPL-1.2
"""A town on some store: opening a consultation, and people who say something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.ballots import Ballot, Recorded, change, confirmed, withdrawn
from core.consultation import Standing, State
from core.conversation_state import LateAnswer, Outcome
from core.errors import ConcurrentChange
from core.participation import MOST_TRIES
from core.people import Address
from core.ports import Meeting, Store, TurnTransaction
from core.turns import InboundTurn, Reply
from storage.keys import Keys
from tests import factories
from tests.factories import NOON, TOWN


@dataclass
class Town:
    """What tests do in a town."""

    store: Store
    key: str = TOWN
    keys: Keys = field(default_factory=factories.keys)

    def loads(self, keyword: str = "BUS", at: datetime = NOON) -> Standing:
        source = factories.consultation_file(keyword)
        act = factories.act("load", at)
        return self.store.consultations.add(self.key, factories.read(source), source, act)

    def opens(self, keyword: str = "BUS", at: datetime = NOON) -> Standing:
        draft = self.loads(keyword, at)
        self.store.consultations.move(self.key, draft.id, State.RELEASED, factories.act("open", at))
        return replace(draft, state=State.RELEASED)

    def voice(self, standing: Standing, meeting: Meeting) -> str:
        return self.keys.voice_id(self.key, standing.id, meeting.person.participant)

    def ballot(self, standing: Standing, meeting: Meeting, transaction: TurnTransaction | None = None) -> Ballot:
        """The stored ballot of somebody, or an empty one."""
        voice_id = self.voice(standing, meeting)
        source = transaction.ballots if transaction else lambda ids: self.store.turns.ballots(self.key, ids)
        empty = factories.ballot(standing.id, voice_id, trial=meeting.person.trial)
        return source({standing.id: voice_id}).get(standing.id, empty)

    def hears(
        self, turn: InboundTurn, standing: Standing, *, speaks: str | None = None, **given: Recorded | None
    ) -> Reply:
        """One turn in which somebody answers these questions; None withdraws an answer. Tried again like a real one.

        `speaks` is the language that she changes to.
        """
        for _ in range(MOST_TRIES):
            try:
                with self.store.turns.answering(self.key) as transaction:
                    return self._answer(transaction, turn, standing, given, speaks)
            except ConcurrentChange:
                continue
        raise AssertionError("changed by others again and again")

    def _answer(self, transaction: TurnTransaction, turn, standing, given, speaks) -> Reply:
        arrived = transaction.arrive(turn)
        if isinstance(arrived, Reply):
            return arrived
        transaction.standings()
        before = self.ballot(standing, arrived, transaction)
        answers = {question: answer for question, answer in {**before.counted, **given}.items() if answer}
        changed = change(before, replace(before, counted=answers), standing.consultation)
        said = ", ".join(f"{question}: {answer.value}" for question, answer in answers.items())
        outcome = factories.outcome(arrived, changed, text=f"Notiert: {said}")
        outcome = replace(outcome, person=replace(arrived.person, language=speaks or arrived.person.language))
        transaction.remember(turn, arrived, outcome)
        return outcome.reply

    def drafts(self, turn: InboundTurn, standing: Standing, drafts: dict[str, Recorded]) -> None:
        """One turn on a page, after which these answers wait for the check page."""
        self._becomes(turn, standing, lambda before: replace(before, drafts=drafts))

    def sends(self, turn: InboundTurn, standing: Standing, **changed: object) -> None:
        """One turn by which all drafts count; `changed` is of `Person`."""
        self._becomes(turn, standing, lambda before: confirmed(before, turn.received_at), **changed)

    def _becomes(
        self, turn: InboundTurn, standing: Standing, after: Callable[[Ballot], Ballot], **changed: object
    ) -> None:
        with self.store.turns.answering(self.key) as transaction:
            meeting = transaction.arrive(turn)
            assert isinstance(meeting, Meeting)
            before = self.ballot(standing, meeting, transaction)
            ballot = change(before, after(before), standing.consultation)
            outcome = replace(factories.outcome(meeting, ballot), person=replace(meeting.person, **changed))
            transaction.remember(turn, meeting, outcome)

    def does(self, turn: InboundTurn, standing: Standing | None = None, **changed: object) -> Meeting:
        """One turn that changes something else about a person or a conversation; `changed` is of `Person`."""
        with self.store.turns.answering(self.key) as transaction:
            meeting = transaction.arrive(turn)
            assert isinstance(meeting, Meeting)
            outcome = replace(factories.outcome(meeting), person=replace(meeting.person, **changed))
            transaction.remember(turn, meeting, outcome)
            return replace(meeting, person=outcome.person)

    def comes_late(
        self, turn: InboundTurn, standing: Standing, value: str = "yes", *, to: Sequence[str] = ("late",)
    ) -> None:
        """One turn after the close, with answers to these questions."""
        with self.store.turns.answering(self.key) as transaction:
            meeting = transaction.arrive(turn)
            assert isinstance(meeting, Meeting)
            late = tuple(LateAnswer(standing.id, question, value) for question in to)
            transaction.remember(turn, meeting, replace(factories.outcome(meeting), late=late))

    def erases(self, turn: InboundTurn, *standings: Standing, opted_out: bool = False) -> Meeting:
        """Somebody asks to be forgotten."""
        with self.store.turns.answering(self.key) as transaction:
            meeting = transaction.arrive(turn)
            assert isinstance(meeting, Meeting)
            ballots = [(each, self.ballot(each, meeting, transaction)) for each in standings]
            gone = tuple(change(before, withdrawn(before), each.consultation) for each, before in ballots)
            person = replace(meeting.person, opted_out=opted_out)
            outcome = Outcome(person, meeting.conversation, factories.farewell(), gone, erased=True)
            transaction.remember(turn, meeting, outcome)
            return meeting

    def knows(self, address: Address) -> Meeting | None:
        return self.store.turns.meet(self.key, address)

    def counts(self, standing: Standing) -> dict[tuple[str, str], int]:
        """The live count, by question and option."""
        total: dict[tuple[str, str], int] = {}
        for cell, number in self.store.consultations.tally(self.key, standing.id).items():
            total[cell.question, cell.option] = total.get((cell.question, cell.option), 0) + number
        return total

    def counts_right(self, standing: Standing) -> bool:
        """Whether the live count is what a recount finds."""
        tally = self.store.consultations.tally(self.key, standing.id)
        recount = self.store.consultations.recount(self.key, standing.id)
        return all(tally.get(cell, 0) == recount.get(cell, 0) for cell in {*tally, *recount})
