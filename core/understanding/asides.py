# SPDX-License-Identifier: EUPL-1.2
"""What people say around an answer: when a clause beside it changes nothing about it.

A remark may hold any words that nobody here knows ("Ja, meine Tochter kommt spät heim"), because all that could change
the answer belongs to few and closed kinds of words. A clause is no remark if it holds

1. another answer: a number, a word of another label, a yes or no;
2. doubt, a question, a condition, a correction ("glaube", "?", "wenn", "ich meine");
3. what turns the answer round or judges against it, or limits it to a time: a "not", "teuer", "samstags".

A clause about people and not about what was asked ("ich habe kein Auto", "wir fahren samstags") is free of rule 3, and
may hold a number that is no place in the list ("ich bin 82"), as long as it wants or thinks nothing and points at
nothing ("ich will das nicht"). A "no" before a thing is about that thing ("hier gibt es keine Ärzte"). A no may be
followed by one "not", which agrees with it. A number is beyond rule 3. Behind a label a remark must begin as one, or
it may be one more thing named ("Bildung, Kultur").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from core.understanding.clauses import LONGEST_SIGNATURE, Clause, without_signature
from core.understanding.spelling import LETTERS_PER_ERROR, is_form, is_picture, nearest
from core.understanding.words import LanguageWords, Meaning, Part


class Beside(Enum):
    """The kinds of answer that a remark may stand beside."""

    YES = auto()
    NO = auto()
    LABEL = auto()
    NUMBER = auto()


LONGEST_ADDRESS = 6
"""Words. A longer beginning is a sentence and no address."""
SURELY_A_THING = 2
"""Words that nobody here knows. Before a number a single one may be a time ("abends um acht")."""
SHORTEST_SENTENCE = 3
"""Words. What is shorter and set off by a comma may be one more thing named."""

_OPEN = {Meaning.DOUBT, Meaning.MINUS}
_TURNS_ROUND = {Meaning.NOT, Meaning.NO_ALONE}
_BESIDE_NAMES = {None, Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.PLACING}
_HARMLESS_SIGNS = {"-", "€", "%", "/"}


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a remark must not hold beside one answer."""

    beside: Beside
    words: LanguageWords
    names: Collection[str] = ()
    """The words of all other labels."""
    places: int = 0
    """How many options there are: a number up to it may be one of them."""
    asked: Collection[str] = ()
    """The words of the question: a remark that holds one may speak of the answer."""
    yes_is_another: bool = False
    """Whether another option says yes: beside a label a yes is then no politeness."""
    own: bool = False
    """Whether the number asked for is one's own mark or age; then what is counted or somebody else's is another."""
    several: bool = False
    """Whether several may be named: then what is set off may be one more."""

    def allow(self, clause: Clause) -> bool:
        """Whether a clause changes nothing about the answer."""
        heard = self.words.parts(clause.heard, self.names)
        parts = without_signature(list(heard))
        if self._is_address(parts) or self._signs(parts):
            return True
        if len(parts) == 1 and self.words.is_number(parts[0].heard[0]):
            return clause.signs and self.beside is not Beside.NUMBER and self._is_no_place(parts[0].heard[0])
        if self._answers(parts) or self._leaves_open(parts) or self._says_otherwise(parts):
            return False
        return self._opens(parts, clause) and (self._is_of_a_thing(parts) or not self._turns(parts))

    def leave_it(self, clause: Clause) -> bool:
        """Whether a clause does not doubt the answer, whatever else it holds."""
        return not self._leaves_open(list(self.words.parts(clause.heard)))

    def _is_address(self, parts: Sequence[Part]) -> bool:
        """Whether it is only polite, or greets somebody, whose name may follow ("Lieber Herr Meier")."""
        if all(part.meaning is Meaning.POLITE for part in parts):
            return True
        greets = parts[0].heard[0] in self.words.asides.greetings and len(parts) <= LONGEST_ADDRESS
        return greets and all(part.meaning in _BESIDE_NAMES for part in parts) and not self._answers(parts[1:])

    def _signs(self, parts: Sequence[Part]) -> bool:
        """Whether it names who wrote ("from Joan")."""
        asides = self.words.asides
        named = all(part.meaning is None or part.heard[0] in asides.unfinished for part in parts[1:])
        limits = any(self._limits(part.heard[0]) for part in parts[1:])
        signs = parts[0].heard[0] in asides.signing and 1 < len(parts) <= LONGEST_SIGNATURE
        return signs and named and not limits and not self._answers(parts[1:])

    def _opens(self, parts: Sequence[Part], clause: Clause) -> bool:
        """Whether it is a remark and not one more thing named, or a limit set ("bei Regen", "und der Rest auch")."""
        first = parts[0]
        if self.beside is Beside.YES:
            joins = len(first.heard) == 1 and first.heard[0] in self.words.asides.joining
            placed = first.meaning is Meaning.PLACING and not self._is_of_people(parts)
            return clause.announces or not (joins or placed)
        if self.beside is not Beside.LABEL or clause.announces or clause.signs:
            return True
        asides = self.words.asides
        begins = first.heard[0] in asides.openers | asides.people | asides.verbs | asides.own_verbs
        placed = (first.meaning is Meaning.PLACING or first.heard[0] in asides.joining) and not self.several
        return begins or placed or first.meaning is Meaning.BECAUSE or self._is_sentence(clause)

    def _is_sentence(self, clause: Clause) -> bool:
        """Whether a clause is long enough for its mark to be no item of a list."""
        lists = any(token in self.words.asides.unfinished for token in clause.heard)
        longest = SHORTEST_SENTENCE - (clause.apart and not self.several)
        return len(clause.heard) >= longest and not (lists and not clause.apart)

    # ------------------------------------------------------------------------------------------ about something else

    def _is_of_people(self, parts: Sequence[Part]) -> bool:
        """Whether somebody is its subject, at its beginning or behind a place ("nach dem Chor komme ich")."""
        asides, first = self.words.asides, parts[0]
        opens = first.meaning in {None, Meaning.PLACING} and not self._limits(first.heard[0])
        placed = opens and any(part.heard[0] in asides.subjects for part in parts[2:])
        return placed or first.heard[0] in asides.people | asides.own_verbs

    def _is_of_a_thing(self, parts: Sequence[Part]) -> bool:
        """Whether a clause is about people, or something that is named in it, and not about what was asked."""
        if self.beside is Beside.NUMBER or parts[0].meaning is Meaning.BECAUSE:
            return True
        if self._speaks_of_it(parts):
            return False
        pairs = pairwise([*parts, Part(None, ("",))])
        judged = any(part.meaning is Meaning.AGAINST and not self._prices(behind) for part, behind in pairs)
        limited = any(self._limits(token) for part in parts for token in part.heard)
        voids = {Beside.YES: judged or limited, Beside.NO: limited}.get(self.beside, False)
        return self._is_of_people(parts) or (self._names_a_thing(parts) and not voids)

    def _prices(self, behind: Part) -> bool:
        """Whether a number behind "kostet" makes a price of it, which judges nothing by itself."""
        return behind.heard != ("",) and self.words.is_number(behind.heard[0])

    def _names_a_thing(self, parts: Sequence[Part]) -> bool:
        """Whether a word that nobody here knows stands before what turns round, judges or limits to a time."""
        for part in parts:
            limits = self.beside is not Beside.LABEL and self._limits(part.heard[0])
            if part.meaning is None and part.heard[0].isalpha() and not limits:
                return not self.words.asides.judges(part.heard[0])
            if part.meaning in _TURNS_ROUND | {Meaning.AGAINST} or limits:
                return part.heard[0] in self.words.asides.determiners
        return False

    def _speaks_of_it(self, parts: Sequence[Part]) -> bool:
        """Whether a clause wants or thinks something, or points at what was asked."""
        asides = self.words.asides
        for part, behind in zip(parts, [*parts[1:], None], strict=True):
            token = part.heard[0] if len(part.heard) == 1 else ""
            article = self.beside is Beside.LABEL and behind is not None and behind.meaning is None
            if token in asides.attitudes or (token in asides.pointing and not article) or self._was_asked(token):
                return True
        return False

    def _was_asked(self, token: str) -> bool:
        return any(is_form(token, asked, self.words.endings) for asked in self.asked)

    # ------------------------------------------------------------------------------------------ 1. another answer

    def _answers(self, parts: Sequence[Part]) -> bool:
        """Whether a part may be an answer of its own."""
        return any(self._token_answers(token, at, parts) for at, part in enumerate(parts) for token in part.heard)

    def _token_answers(self, token: str, at: int, parts: Sequence[Part]) -> bool:
        known = self.words.meaning(token) is not None
        if token[0].isdigit() or (not known and self.words.is_number(token)):
            return not self._is_amount(token, at, parts)
        if not token.isalpha():
            return not (is_picture(token) or token in _HARMLESS_SIGNS)
        misspelt = not known and parts[at].meaning is None and len(token) >= LETTERS_PER_ERROR
        return token in self.names or (misspelt and bool(nearest(token, self.names)))

    def _is_amount(self, token: str, at: int, parts: Sequence[Part]) -> bool:
        """Whether a number says how many, how old or when, and is no answer: a place of the list stands by itself."""
        counts = self._counts(token, at, parts)
        if self.beside is Beside.NUMBER:
            of_others = parts[0].heard[0] in self.words.asides.possessive and 1 < at == len(parts) - 1
            adds = any(part.heard[0] in self.words.asides.unfinished for part in parts)
            return (self.own and (of_others or counts)) or (counts and self._is_of_people(parts) and not adds)
        limits = self.beside is Beside.YES and not self._is_of_people(parts)
        return counts or (self._is_no_place(token) and not limits)

    def _counts(self, token: str, at: int, parts: Sequence[Part]) -> bool:
        """Whether what it counts stands behind it; a word that nobody knows may also be a slip behind a place."""
        behind = parts[at + 1] if at + 1 < len(parts) else None
        if behind is None or not behind.heard[0].isalpha() or self._was_asked(behind.heard[0]):
            return False
        surely = at > 0 or self.beside is Beside.NUMBER or self._is_no_place(token)
        return (behind.meaning is None and surely) or (
            behind.meaning is Meaning.UNIT and (surely or self.beside is not Beside.YES)
        )

    def _is_no_place(self, token: str) -> bool:
        value = int(token[:9]) if token.isdigit() else self.words.places.get(token, self.words.numbers.value(token))
        return value is None or value > self.places

    def _says_otherwise(self, parts: Sequence[Part]) -> bool:
        """Whether it says yes or no against the answer; inside a clause a particle says neither ("das ist ja toll")."""
        agreeing = {Beside.NO: Meaning.NO, Beside.LABEL: None if self.yes_is_another else Meaning.YES}
        return any(
            part.meaning in {Meaning.YES, Meaning.NO} and part.meaning is not agreeing.get(self.beside, Meaning.YES)
            for at, part in enumerate(parts)
            if not (self._is_particle(at, parts) or self._denies_a_thing(at, parts))
        )

    def _is_particle(self, at: int, parts: Sequence[Part]) -> bool:
        goes_on = any(part.meaning is not Meaning.POLITE for part in parts[at + 1 :])
        return at > 0 and goes_on and parts[at].heard[0] in self.words.asides.particles

    def _denies_a_thing(self, at: int, parts: Sequence[Part]) -> bool:
        """Whether a "no" belongs to a word behind it that nobody here knows ("kein Auto")."""
        behind = parts[at + 1] if at + 1 < len(parts) else None
        inside = at > 0 or self.beside is Beside.NUMBER or (self.beside is Beside.LABEL and len(parts) > 2)
        denies = inside and parts[at].heard[0] in self.words.asides.determiners
        return denies and behind is not None and (behind.meaning is None or len(parts[at].heard) > 1)

    # ------------------------------------------------------------------------------------------ 2. left open

    def _leaves_open(self, parts: Sequence[Part]) -> bool:
        guess = set() if self.beside in {Beside.LABEL, Beside.NUMBER} else {Meaning.GUESS}
        if any(part.meaning in _OPEN | guess for part in parts) or self._takes_back(parts):
            return True
        if self.beside is Beside.NUMBER:
            return False
        if any(part.meaning is Meaning.SOMETIMES for part in parts):
            return True
        if any(part.meaning is Meaning.CONTRAST for part in parts) or self._limits_itself(parts[0]):
            return True
        of_people = self._is_of_people(parts) and not self._speaks_of_it(parts)
        stands_for_all = map(self._is_all, parts, [*parts[1:], None])
        return any(list(stands_for_all)[-1:] if of_people else stands_for_all)

    def _takes_back(self, parts: Sequence[Part]) -> bool:
        asides = self.words.asides
        tokens = [part.heard[0] for part in parts if len(part.heard) == 1]  # a phrase has a meaning of its own
        joins = self.beside in {Beside.LABEL, Beside.NUMBER}
        asked = tokens[:1] if joins else tokens
        asks = self.beside is not Beside.NO and any(token in asides.questions for token in asked)
        wants_else = self.beside is Beside.YES and any(token in asides.alternatives for token in tokens)
        return asks or wants_else or any(map(asides.takes_back_by, tokens))

    def _limits_itself(self, first: Part) -> bool:
        return first.meaning is Meaning.ALSO or first.heard[0] in self.words.asides.restricting

    def _is_all(self, part: Part, behind: Part | None) -> bool:
        """Whether a word like "alle" stands for options, and not for all of what comes behind it."""
        return part.meaning is Meaning.ALL and (behind is None or behind.meaning is not None)

    # ------------------------------------------------------------------------------------------ 3. turned round

    def _turns(self, parts: Sequence[Part]) -> bool:
        """Whether it may turn the answer round, judge against it, or limit it to a time."""
        turned = sum(
            part.meaning in _TURNS_ROUND and not self._denies_a_thing(at, parts) for at, part in enumerate(parts)
        )
        judged = any(part.meaning is Meaning.AGAINST or self._judges(part) for part in parts)
        limited = any(self._limits(token) for part in parts for token in part.heard)
        if self.beside is Beside.NO:
            tokens = [token for part in parts for token in part.heard]
            suffices = any(token in self.words.asides.sufficing for token in tokens)
            timed = any(
                self.words.asides.is_time(token) and not (suffices and token in self.words.asides.clock)
                for token in tokens
            )
            praised = not (turned or judged) and any(token in self.words.asides.praise for token in tokens)
            refused = any(part.meaning is Meaning.NO for part in parts)
            protests = parts[-1].heard[0] in self.words.asides.particles
            return timed or praised or protests or turned + (judged or refused) > 1
        return bool(turned or judged) or (limited and self.beside is Beside.YES)

    def _judges(self, part: Part) -> bool:
        known = self.words.asides.openers | self.words.asides.people
        return part.meaning is None and part.heard[0] not in known and self.words.asides.judges(part.heard[0])

    def _limits(self, token: str) -> bool:
        return self.words.asides.is_time(token) or token in self.words.asides.restricting
