# SPDX-License-Identifier: EUPL-1.2
"""What `advance` works on: the situation it may know, and the scene that it changes step by step.

Both are values. A step takes a scene and gives back another; nothing is written until the outcome is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from core.ballots import Ballot, BallotChange, Recorded, change, given
from core.call_backs import CallBack, NoCallBack
from core.consultation import Standing
from core.conversation_state import Conversation, LateAnswer
from core.municipality import Municipality
from core.people import AddressKind, Person
from core.phrases import Filling, Phrases
from core.questions.contract import Asking, Plain, Question, Value
from core.recordings import NewRecording
from core.texts import fallbacks
from core.turns import Counting, Line, Prompt, Role, Wording
from core.understanding import LanguageWords


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a turn may know beside the person and her conversation."""

    town: Municipality
    standings: tuple[Standing, ...]
    ballots: Mapping[str, Ballot]
    """One ballot for each standing, empty where the voice has said nothing, by consultation id."""
    phrases: Phrases
    words: Mapping[str, LanguageWords]
    office_opens: Callable[[datetime], datetime | None] = lambda _: None
    """From a moment: when somebody at the town hall takes calls (that moment itself means now); None: not soon."""
    fresh_id: str = ""
    """A random id for what this turn may bring into being."""

    def words_of(self, language: str) -> LanguageWords:
        """The words for understanding this language, or its nearest shorter form."""
        found = (self.words[tag] for tag in fallbacks(language) if tag in self.words)
        return next(found, next(iter(self.words.values())))

    def standing(self, consultation_id: str | None) -> Standing | None:
        """The consultation of that id."""
        return next((each for each in self.standings if each.id == consultation_id), None)

    def open_at(self, moment: datetime) -> tuple[Standing, ...]:
        """What takes answers at this moment, in the order of keywords."""
        return tuple(each for each in self.standings if each.takes_answers_at(moment))


@dataclass(frozen=True, slots=True)
class Scene:
    """One person at one moment: where she is, what is to be said, what changes."""

    situation: Situation
    person: Person
    conversation: Conversation
    at: datetime
    counting: Counting = Counting.AT_ONCE
    kind: AddressKind = AddressKind.PHONE
    """Where this person is reached."""
    lines: tuple[Line, ...] = ()
    changes: Mapping[str, BallotChange] = field(default_factory=dict)
    late: tuple[LateAnswer, ...] = ()
    erased: bool = False
    recorded: tuple[NewRecording, ...] = ()
    dropped: tuple[str, ...] = ()
    call_back: CallBack | NoCallBack | None = None
    replay: str | None = None
    """The recording to be heard after the lines."""

    # ------------------------------------------------------------------------------------------ where we are

    @property
    def language(self) -> str:
        """The language this person is spoken to in."""
        return self.conversation.language or self.person.language or self.situation.town.languages[0]

    @property
    def on_the_phone(self) -> bool:
        """Whether this is a call: what stands open is heard again with every step, and keys are all there is."""
        return self.counting is Counting.AFTER_READ_BACK

    @property
    def home(self) -> Prompt:
        """Where one is before a consultation is chosen."""
        return Prompt.MENU if self.on_the_phone else Prompt.RECEPTION

    @property
    def standing(self) -> Standing | None:
        """The consultation this person is in."""
        return self.situation.standing(self.conversation.consultation_id)

    @property
    def question(self) -> Question | None:
        """The question that is open."""
        standing = self.standing
        return standing.consultation.question(self.conversation.asking) if standing else None

    def ballot(self, standing: Standing) -> Ballot:
        """The ballot as it is after what this turn has changed already."""
        changed = self.changes.get(standing.id)
        return changed.after if changed else self.situation.ballots[standing.id]

    def answers(self, standing: Standing) -> dict[str, Value | None]:
        """The answers of this person as her channel shows them."""
        return self.ballot(standing).values(self.counting)

    def asking(self, standing: Standing | None = None, question: Question | None = None) -> Asking:
        """What a question needs to know about being asked now."""
        answers = self.answers(standing) if standing and question else {}
        return Asking(
            language=self.language,
            words=self.situation.words_of(self.language),
            phrases=self.situation.phrases,
            so_far=self.conversation.so_far,
            recorded=answers.get(question.key) if question else None,
        )

    # ------------------------------------------------------------------------------------------ what is said

    def tell(self, role: Role, key: str, **values: Filling) -> Self:
        """Say one phrase."""
        return self.tell_wording(role, self.situation.phrases.wording(key, self.language, **values))

    def tell_wording(self, role: Role, wording: Wording) -> Self:
        """Say one text of a consultation."""
        return replace(self, lines=(*self.lines, Line(role, wording)))

    # ------------------------------------------------------------------------------------------ what changes

    def go(self, asking: str, standing: Standing | None = None) -> Self:
        """Open a prompt; misunderstandings are counted anew. Into another consultation there is no way back."""
        here = self.conversation
        where = standing.id if standing else here.consultation_id
        resume = here.resume if where == here.consultation_id else None
        moved = replace(here, asking=asking, consultation_id=where, so_far={}, repairs=0, offered=(), resume=resume)
        return replace(self, conversation=moved)

    def keep(self, **changed: object) -> Self:
        """Change something about the conversation."""
        return replace(self, conversation=replace(self.conversation, **changed))  # type: ignore[arg-type]

    def so_far(self, gathered: Mapping[str, Plain]) -> Self:
        """Keep what a question of several turns has gathered."""
        return self.keep(so_far=gathered, repairs=0)

    def about_person(self, **changed: object) -> Self:
        """Change something the vault keeps about this contact point."""
        return replace(self, person=replace(self.person, **changed))  # type: ignore[arg-type]

    def record(self, standing: Standing, question: Question, value: Value | None, channel: str) -> Self:
        """Record an answer, or (None) that the question was passed over."""
        recorded = Recorded(value, self.at, channel, self.language, standing.version)
        return self.replace_ballot(standing, given(self.ballot(standing), question.key, recorded, self.counting))

    def withdraw(self, standing: Standing, question: Question) -> Self:
        """Take an answer back, as if it had never been given."""
        ballot = self.ballot(standing)
        kept = {key: answer for key, answer in ballot.counted.items() if key != question.key}
        return self.replace_ballot(standing, replace(ballot, counted=kept))

    def replace_ballot(self, standing: Standing, after: Ballot) -> Self:
        """Put another ballot in the place of what this voice had said before this turn."""
        before = self.situation.ballots[standing.id]
        changed = change(before, after, standing.consultation)
        return replace(self, changes={**self.changes, standing.id: changed})

    def record_late(self, standing: Standing, question: Question, value: Value) -> Self:
        """Keep an answer that came after the close."""
        earlier = tuple(each for each in self.late if each.question != question.key)
        return replace(self, late=(*earlier, LateAnswer(standing.id, question.key, value)))
