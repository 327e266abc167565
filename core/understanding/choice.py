# SPDX-License-Identifier: EUPL-1.2
"""Which options a reply names: by number, by label, by an unmistakable part of a label, by yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from core.understanding.asides import without_address, without_aside
from core.understanding.labels import Labels, Places, Spelling, labels_of
from core.understanding.spelling import bare, is_picture, nearest
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning, Part

_NOWHERE: Places = frozenset()
_CHANGES_NOTHING = {Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER}
_NOTED = {
    Meaning.YES_ALONE: "agrees",
    Meaning.NO_ALONE: "declines",
    Meaning.DOUBT: "doubts",
    **dict.fromkeys((Meaning.PLACING, Meaning.UNIT, Meaning.GRADE, Meaning.ABOUT), "placed"),
    **dict.fromkeys((Meaning.FAREWELL, Meaning.BECAUSE), "freely"),
}
"""What of the evidence a word with this meaning makes true."""
_HOUSE_NUMBER = re.compile(r"\d[^\W\d_]\b")
"""A number with a letter behind it ("3a") is no place in a list."""


_NEGATIVE = re.compile(r"\s*[-\u2212\u2013]\d")
"""A number below zero is no place in a list; a dash before a place ("- 1") has a blank behind it."""


def understand_choice(
    text: str, options: Sequence[Spelling], at_most: int, words: LanguageWords
) -> tuple[str, ...] | Unclear:
    """The keys of the options that a reply names, in the order of the options: at least one, at most `at_most`.

    A whole label beats everything. Else every word of the reply must be understood, and all must agree: a stray
    number in a sentence is no answer. If two options are possible, the reply is unclear. An address before the answer
    and a clause behind it that changes nothing are left out.
    """
    if _NEGATIVE.match(text):
        return Unclear.NOTHING
    labels = labels_of(tuple(options), words)
    named = _named(text, labels, at_most)
    if named is Unclear.NOTHING and (answer := without_address(text, words, labels.names)) != text:
        text, named = answer, _named(answer, labels, at_most)
    if named is Unclear.NOTHING and (answer := without_aside(text, words, labels.names)) != text:
        named = _named(answer, labels, at_most)
    return named if isinstance(named, Unclear) else choose(named, options, at_most)


def understand_yes_no(text: str, words: LanguageWords) -> bool | Unclear:
    """Yes or no. As on the phone, 1 is yes and 2 is no."""
    yes, no = (words.first(meaning) for meaning in (Meaning.YES, Meaning.NO))
    answer = understand_choice(text, (Spelling("yes", (yes,)), Spelling("no", (no,))), 1, words)
    return answer if isinstance(answer, Unclear) else answer == ("yes",)


def choose(places: Places, options: Sequence[Spelling], at_most: int) -> tuple[str, ...] | Unclear:
    """The keys of the options at these places (from 0), in their order, if so many may be chosen together."""
    if not places or not places <= set(range(len(options))):
        return Unclear.NOTHING
    chosen = [options[place] for place in sorted(places)]
    if len(chosen) > 1 == at_most:
        return Unclear.SEVERAL
    if len(chosen) > 1 and any(option.exclusive for option in chosen):
        return Unclear.STANDS_ALONE
    return Unclear.TOO_MANY if len(chosen) > at_most else tuple(option.key for option in chosen)


def _named(text: str, labels: Labels, at_most: int) -> Places | Unclear:
    heard = labels.words.tokens(text)
    if (whole := labels.whole(heard)) and not _is_unfinished(heard, labels.words):
        return whole if len(whole) == 1 else Unclear.SEVERAL
    if _HOUSE_NUMBER.search(text):
        return Unclear.NOTHING
    return _read(heard, labels, several=at_most > 1).decide(labels)


# ---------------------------------------------------------------------------------------------- weighing a reply


@dataclass(slots=True)
class _Evidence:
    """What a reply has said so far, read from left to right."""

    numbers: list[Places] = field(default_factory=list)
    names: list[Places] = field(default_factory=list)
    agrees: bool = False
    declines: bool = False
    turned: int = 0
    """How often something was turned round; twice, or beside a judgement, a no may be a yes ("Nein, nicht teuer")."""
    judged: bool = False
    doubts: bool = False
    placed: bool = False
    """A preposition or a unit was heard: a number alone may be a time, a date or an amount."""
    freely: bool = False
    """A signature or a reason has begun, in which any word may stand."""
    lost: bool = False
    """Something was said that nobody here understands."""

    def refuses(self, labels: Labels) -> bool:
        """Whether all so far is a no; a "not" behind it only repeats it ("Nein, lieber nicht")."""
        no = labels.beginning[Meaning.NO]
        said = bool(self.names) or self.declines
        return said and not self.numbers and all(places == no for places in self.names)

    def decide(self, labels: Labels) -> Places | Unclear:
        """The options named, or why they are not clear."""
        names = self.names or self._alone(labels)
        no = labels.beginning[Meaning.NO]
        if self.lost or not (self.numbers or names) or (self.placed and not names):
            return Unclear.NOTHING
        against_itself = self.turned + self.judged > 1 or (self.agrees and no in names)
        if self.doubts or against_itself or ((self.declines or self.judged) and not self.refuses(labels)):
            return Unclear.SEVERAL
        return _agreeing(self.numbers, names, labels)

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


def _read(heard: tuple[str, ...], labels: Labels, *, several: bool) -> _Evidence:
    evidence = _Evidence(doubts=_counts_off(heard, labels.words) or _is_unfinished(heard, labels.words))
    run_together = several and sum(token[0].isdigit() for token in heard) == 1
    for part in labels.words.parts(heard, labels.names):
        _weigh(part, labels, evidence, run_together=run_together)
        if evidence.lost:
            break
    return evidence


def _counts_off(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """An ordinal right before a number counts options off and names none ("die ersten drei")."""
    ordinals = words.ordinals
    return any(
        (before in ordinals.words or before in ordinals.last) and (after.isdigit() or after in words.numbers.places)
        for before, after in pairwise(heard)
    )


def _is_unfinished(heard: tuple[str, ...], words: LanguageWords) -> bool:
    return bool(heard) and heard[-1] in words.asides.unfinished


def _weigh(part: Part, labels: Labels, evidence: _Evidence, *, run_together: bool) -> None:
    match part.meaning:
        case Meaning.YES | Meaning.NO as said:
            _say(said, labels, evidence)
        case Meaning.NOT | Meaning.AGAINST as said:
            _turn(said, labels, evidence)
        case meaning if meaning in _NOTED:
            setattr(evidence, _NOTED[meaning], True)
        case meaning if meaning in _CHANGES_NOTHING:
            pass
        case _:
            _look_up(part.heard, labels, evidence, run_together=run_together)


def _turn(said: Meaning, labels: Labels, evidence: _Evidence) -> None:
    """A "not" or a bad judgement; in a reason they say nothing about the answer."""
    if evidence.freely:
        return
    if said is Meaning.AGAINST:
        evidence.judged = True
    else:
        evidence.turned += 1
        evidence.doubts |= not evidence.refuses(labels)


def _say(said: Meaning, labels: Labels, evidence: _Evidence) -> None:
    """A yes without an option for it is politeness; a no is not."""
    if labels.beginning[said]:
        evidence.names.append(labels.beginning[said])
    elif said is Meaning.NO:
        evidence.lost = True


def _look_up(heard: tuple[str, ...], labels: Labels, evidence: _Evidence, *, run_together: bool) -> None:
    for said in heard:
        if called := _called_by_number(said, labels, run_together=run_together):
            evidence.numbers += [places for is_place, places in called if is_place]
            evidence.names += [places for is_place, places in called if not is_place]
        elif named := labels.names.get(said) or (not evidence.freely and _misspelt(said, labels)):
            evidence.names.append(named)
        else:
            evidence.lost |= not (is_picture(said) or said == "-" or (evidence.freely and said.isalpha()))


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
    return labels.misspelt(said) or _NOWHERE.union(
        *(_at(labels.words.places[known], labels) for known in nearest(said, labels.words.places))
    )
