# SPDX-License-Identifier: EUPL-1.2
"""A caller and the pure core: every key is a turn, what it changes is carried over to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from app.calendar import GermanHolidays
from app.catalogues import read_all_words, read_phrases
from core.ballots import Ballot
from core.commands import Command
from core.consultation import Standing, State
from core.conversation import advance
from core.conversation_state import Conversation, Outcome
from core.files.consultation import read_consultation
from core.files.municipality import read_municipality
from core.municipality import Municipality
from core.office_hours import next_opening
from core.people import Address, AddressKind, Person
from core.scene import Situation
from core.turns import Called, ChooseOptions, Counting, InboundTurn, Keys, Pressed, Prompt, Reply, Said, TurnId

EXAMPLES = Path(__file__).resolve().parents[2] / "consultations"
TOWN = read_municipality((EXAMPLES / "town.toml").read_text("utf-8"), "town.toml")
PHRASES = read_phrases()
MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def standing(name: str) -> Standing:
    text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
    return Standing(name, 1, State.RELEASED, read_consultation(text, f"{name}.toml", TOWN))


@dataclass
class Caller:
    """Somebody on the telephone. `reply` is what was heard last, `outcome` all that the last turn changed."""

    standings: tuple[Standing, ...] = (standing("bus"),)
    kind: AddressKind = AddressKind.PHONE
    at: datetime = MONDAY_NOON
    to: str = TOWN.numbers["voice"]
    town: Municipality = TOWN
    person: Person = field(default_factory=lambda: Person("a1", "p1"))
    conversation: Conversation = field(default_factory=Conversation)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    outcome: Outcome | None = None
    turns: count = field(default_factory=count)
    everything: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        for each in self.standings:
            self.ballots.setdefault(each.id, Ballot(each.id, f"v-{each.id}", f"b-{each.id}", "12345678"))

    @property
    def reply(self) -> Reply:
        return self.outcome.reply

    @property
    def asked(self) -> str:
        return self.conversation.asking

    @property
    def heard(self) -> str:
        return " ".join(line.wording.heard for line in self.reply.say if line.wording.heard.strip())

    @property
    def options(self) -> list[str]:
        expects = self.reply.expects
        return [each.key for each in expects.options] if isinstance(expects, ChooseOptions) else []

    def situation(self) -> Situation:
        def opens(moment: datetime) -> datetime | None:
            return next_opening(moment, TOWN, GermanHolidays())

        fresh = f"fresh{next(self.turns)}"
        return Situation(self.town, self.standings, dict(self.ballots), PHRASES, read_all_words(), opens, fresh)

    def turn(self, said: Said, *, counts: Counting = Counting.AFTER_READ_BACK, about: str | None = None) -> str:
        self.at += timedelta(seconds=10)
        turn = InboundTurn(
            TurnId("test", f"CA1:{next(self.turns)}"),
            "voice",
            Address(self.kind, "+4922711234"),
            self.to,
            said,
            self.at,
            about=about,
            counts=counts,
        )
        self.outcome = advance(self.conversation, self.person, turn, self.situation())
        self.everything.append(self.outcome)
        self.conversation, self.person = self.outcome.conversation, self.outcome.person
        for change in self.outcome.ballots:
            self.ballots[change.after.consultation_id] = change.after
        return self.heard

    def calls(self) -> str:
        """Rings, and chooses German where that is asked."""
        self.turn(Called())
        return self.presses("1") if self.asked == Prompt.LANGUAGE else self.heard

    def presses(self, *keys: str) -> str:
        """Press keys, one turn each; "0", "*" and "**" mean what they mean in a call."""
        commands = {"0": Command.PERSON, "*": Command.REPEAT, "**": Command.AID, "#": Command.SKIP}
        for each in keys:
            self.turn(Pressed(commands[each]) if each in commands else Keys(each), about=self.about())
        return self.heard

    def chooses(self, option: str) -> str:
        """Press the key of an option."""
        return self.presses(str(self.options.index(option) + 1))

    def does(self, said: Said) -> str:
        return self.turn(said, about=self.about())

    def about(self) -> str | None:
        if self.outcome is None:
            return None
        return f"{self.reply.keyword}:{self.reply.about}" if self.reply.keyword else self.reply.about

    def in_evening(self) -> Caller:
        self.at = self.at.replace(hour=20)
        return self

    def answers(self, consultation: str = "bus") -> dict[str, object]:
        return {key: answer.value for key, answer in self.ballots[consultation].counted.items()}


def with_publication(each: Standing) -> Standing:
    """A standing whose result may be heard."""
    shown = {"participants": 12, "questions": [{"key": "late", "type": "choice", "answered": 12, "options": []}]}
    return replace(each, publication=shown)
