# SPDX-License-Identifier: EUPL-1.2
"""Weighing an answer in which every word is understood: which options it names, and what speaks against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from core.understanding.clauses import is_unfinished, without_signature
from core.understanding.labels import Labels, Places
from core.understanding.spelling import bare, is_picture, nearest
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning, Part

_NOWHERE: Places = frozenset()
_CHANGES_NOTHING = {Meaning.POLITE, Meaning.FILLER, Meaning.MARKER}
_NOTED = {
    Meaning.YES_ALONE: "agrees",
    Meaning.NO_ALONE: "declines",
    Meaning.GUESS: "guessed",
    **dict.fromkeys((Meaning.DOUBT, Meaning.CONTRAST, Meaning.ALL, Meaning.RANGE, Meaning.ALSO), "doubts"),
    **dict.fromkeys((Meaning.UNIT, Meaning.GRADE, Meaning.ABOUT), "placed"),
    Meaning.BECAUSE: "freely",
}
"""What of the evidence a word with this meaning makes true."""


@dataclass(slots=True)
class Evidence:
    """What a reply has said so far, read from left to right."""

    several: bool
    """Whether several options may be chosen."""
    numbers: list[Places] = field(default_factory=list)
    names: list[Places] = field(default_factory=list)
    agrees: bool = False
    declines: bool = False
    turned: int = 0
    """How often something was turned round; twice, or beside a judgement, a no may be a yes ("Nein, nicht teuer")."""
    misplaced: bool = False
    """Something was turned round that was no refusal."""
    judged: bool = False
    praised: bool = False
    """A good judgement, which is at odds with a no ("nein, gute Idee")."""
    doubts: bool = False
    guessed: bool = False
    placing: bool = False
    """A preposition was heard right before: a number behind it may be a time, a date or a house ("um 2")."""
    placed: bool = False
    """A number alone may be a time, a date or an amount."""
    signed: bool = False
    """It ends in a signature."""
    freely: bool = False
    """A signature or a reason has begun, in which any word may stand."""
    lost: bool = False
    """Something was said that nobody here understands."""

    @property
    def names_something(self) -> bool:
        """Whether anything was understood that is an answer."""
        counted = bool(self.numbers) and not self.placed
        return not self.lost and (counted or bool(self.names or self.agrees or self.declines))

    def refuses(self, labels: Labels) -> bool:
        """Whether all so far is a no; a "not" behind it only repeats it ("Nein, lieber nicht")."""
        no = labels.beginning[Meaning.NO]
        said = bool(self.names) or self.declines
        return said and not self.numbers and all(places == no for places in self.names)

    def decide(self, labels: Labels) -> Places | Unclear:
        """The options named, or why they are not clear."""
        names = self.names or self._alone(labels)
        if self._only_never(labels):
            return labels.negative
        no = labels.beginning[Meaning.NO]
        if self.lost or not (self.numbers or names) or (self.placed and not names):
            return Unclear.NOTHING
        against_itself = self.turned + self.judged > 1 or (self.agrees and no in names)
        if (
            self.doubts
            or self.misplaced
            or against_itself
            or ((self.declines or self.judged) and not self.refuses(labels))
        ):
            return Unclear.SEVERAL
        agreed = _agreeing(self.numbers, names, labels)
        doubted = self.guessed and agreed in labels.beginning.values()
        at_odds = self.praised and agreed == no and not (self.turned or self.judged)
        return Unclear.SEVERAL if doubted or at_odds else agreed

    def _only_never(self, labels: Labels) -> bool:
        """Whether nothing was said but a "never", where one option says so, and words of its label."""
        clear = not (self.lost or self.doubts or self.judged or self.numbers or self.names or self.agrees)
        return clear and self.turned + self.declines == 1 and len(labels.negative) == 1

    def _alone(self, labels: Labels) -> list[Places]:
        """What yes or no is meant by words that say it only where nothing else is named."""
        said = {Meaning.YES: self.agrees, Meaning.NO: self.declines}
        heard = [labels.beginning[meaning] for meaning in said if said[meaning] and labels.beginning[meaning]]
        return [] if self.numbers else heard


def _agreeing(numbers: list[Places], names: list[Places], labels: Labels) -> Places | Unclear:
    """The options on which all that was said agrees."""
    single = _NOWHERE.union(*(places for places in numbers + names if len(places) == 1))
    open_ones = [places for places in numbers + names if len(places) > 1]
    if not single:
        return _in_common(open_ones, labels)
    called = _NOWHERE.union(*(places for places in names if len(places) == 1))
    counted = _NOWHERE.union(*(places for places in numbers if len(places) == 1))
    if (counted and not called <= counted) or not all(places & single for places in open_ones):
        return Unclear.SEVERAL
    return single


def _in_common(open_ones: list[Places], labels: Labels) -> Places | Unclear:
    common = frozenset(range(labels.count)).intersection(*open_ones)
    for meaning, beginning in labels.beginning.items():
        if common == beginning and all(places == beginning for places in open_ones):
            common = labels.only[meaning] or common
    return common if len(common) == 1 else Unclear.SEVERAL


# ---------------------------------------------------------------------------------------------- reading a reply


def evidence_in(heard: tuple[str, ...], labels: Labels, *, several: bool) -> Evidence:
    """What these words say about the options; lost at the first one that nobody understands."""
    evidence = Evidence(several, doubts=_counts_off(heard, labels.words) or is_unfinished(heard, labels.words))
    run_together = several and sum(token[0].isdigit() for token in heard) == 1
    parts = list(labels.words.parts(heard, labels.names))
    evidence.signed = len(without_signature(parts)) < len(parts)
    for at, part in enumerate(parts):
        joined = at > 0 and parts[at - 1].heard[0] in labels.words.asides.unfinished
        limited = any(labels.beginning.values()) and _joins(parts[:at], labels)
        evidence.doubts |= part.meaning is Meaning.UNIT and (joined or limited)  # "Jung und Alt", "ja, für 1 Euro"
        if not (_describes(at, parts, labels) or _affirms(at, parts, labels)):
            _weigh(part, labels, evidence, run_together=run_together)
        if evidence.lost:
            break
    return evidence


def _affirms(at: int, parts: list[Part], labels: Labels) -> bool:
    """A yes right behind a label that limits is a yes to that ("am Wochenende ja")."""
    named = labels.names.get(parts[at - 1].heard[-1], _NOWHERE) if at else _NOWHERE
    return parts[at].meaning is Meaning.YES and bool(named) and named <= labels.limiting


def _joins(parts: list[Part], labels: Labels) -> bool:
    return any(part.heard[0] in labels.words.asides.joining for part in parts)


def _describes(at: int, parts: list[Part], labels: Labels) -> bool:
    """An unknown word between an article and a label ("eine saubere Toilette"), where no label says yes or no."""
    between = 0 < at < len(parts) - 1 and not any(labels.beginning.values())
    if not between or parts[at].meaning or not parts[at].heard[0].isalpha() or parts[at].heard[0] in labels.names:
        return False
    before_a_name = parts[at - 1].meaning is Meaning.LITTLE and parts[at + 1].heard[0] in labels.names
    return before_a_name and not labels.misspelt(parts[at].heard[0])


def _counts_off(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """An ordinal right before a number counts options off and names none ("die ersten drei")."""
    ordinals = words.ordinals
    return any(
        (before in ordinals.words or before in ordinals.last) and (after.isdigit() or after in words.numbers.places)
        for before, after in pairwise(heard)
    )


def _weigh(part: Part, labels: Labels, evidence: Evidence, *, run_together: bool) -> None:
    placing = evidence.placing
    counts = part.heard[0] in labels.words.asides.counting
    evidence.placing = (
        counts or part.meaning is Meaning.PLACING or (placing and part.meaning in {Meaning.LITTLE, Meaning.MARKER})
    )
    match part.meaning:
        case Meaning.YES | Meaning.NO as said:
            _say(said, labels, evidence)
        case Meaning.NOT | Meaning.AGAINST as said:
            _turn(said, labels, evidence)
        case Meaning.FAREWELL:
            evidence.freely = evidence.freely or evidence.signed
        case Meaning.SOMETIMES:
            evidence.doubts |= not evidence.several
        case Meaning.PLACING | Meaning.LITTLE:
            evidence.placed |= bool(evidence.numbers) and part.heard in labels.words.out_of
        case meaning if meaning in _NOTED:
            setattr(evidence, _NOTED[meaning], True)
        case meaning if meaning in _CHANGES_NOTHING:
            evidence.praised |= any(token in labels.words.asides.praise for token in part.heard)
        case _:
            counted = len(evidence.numbers)
            _look_up(part.heard, labels, evidence, run_together=run_together)
            evidence.placed |= placing and len(evidence.numbers) > counted


def _turn(said: Meaning, labels: Labels, evidence: Evidence) -> None:
    """A "not" or a bad judgement; in a reason they say nothing about the answer."""
    if evidence.freely:
        return
    if said is Meaning.AGAINST:
        evidence.judged = True
    else:
        evidence.turned += 1
        evidence.misplaced |= not evidence.refuses(labels)


def _say(said: Meaning, labels: Labels, evidence: Evidence) -> None:
    """A yes without an option for it is politeness; a no is not."""
    if labels.beginning[said]:
        evidence.names.append(labels.beginning[said])
    elif said is Meaning.NO:
        evidence.lost = True


def _look_up(heard: tuple[str, ...], labels: Labels, evidence: Evidence, *, run_together: bool) -> None:
    for said in heard:
        if evidence.names and not any(labels.beginning.values()) and labels.words.ordinals.words.get(said) == 1:
            continue  # "education first"
        if called := _called_by_number(said, labels, run_together=run_together):
            evidence.numbers += [places for is_place, places in called if is_place]
            evidence.names += [places for is_place, places in called if not is_place]
        elif named := labels.names.get(said) or (not evidence.freely and _misspelt(said, labels)):
            evidence.names += [named] if not named <= labels.negative else []
        else:
            harmless = is_picture(said) or said == "-" or said in labels.words.asides.quantities
            harmless |= bool(evidence.names) and labels.agrees(said, evidence.names[-1])
            evidence.lost |= not (harmless or (evidence.freely and said.isalpha()))


def _called_by_number(said: str, labels: Labels, *, run_together: bool) -> list[tuple[bool, Places]]:
    """The options that each number in "2", "zwei", "1,3", "18-29" may mean, and whether it is a place in the list.

    Run together, "13" are the places 1 and 3. Empty if one of the numbers means nothing here.
    """
    if said in labels.words.ordinals.last:
        called = [(True, _at(labels.count, labels))]
    elif said in labels.words.places:
        called = [_called(labels.words.places[said], labels)]
    elif said.replace(",", "").isdigit():
        called = [_called(int(digits[:9]), labels) for digits in said.split(",")]
    else:
        called = [(False, labels.numbers.get(int(digits[:9]), _NOWHERE)) for digits in bare([said]) if digits.isdigit()]
    if run_together and said.isdigit() and len(set(said)) == len(said) and called == [(False, _NOWHERE)]:
        called = [(True, _at(int(digit), labels)) for digit in said]
    return called if all(places for _, places in called) else []


def _called(number: int, labels: Labels) -> tuple[bool, Places]:
    place = _at(number, labels)
    return bool(place), place | labels.numbers.get(number, _NOWHERE)


def _at(number: int, labels: Labels) -> Places:
    return frozenset({number - 1}) if 1 <= number <= labels.count else _NOWHERE


def _misspelt(said: str, labels: Labels) -> Places:
    if alike := labels.misspelt(said):
        return alike
    places = labels.words.places
    meant = frozenset() if labels.words.knows(said) else nearest(said, places)
    return _NOWHERE.union(*(_at(places[known], labels) for known in meant))
