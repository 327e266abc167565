# SPDX-License-Identifier: EUPL-1.2
"""Which options a reply names: by number, by label, by an unmistakable part of a label, by yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.labels import Labels, Places, Spelling, labels_of
from core.language_words import LanguageWords, Meaning, Part
from core.spelling import is_picture, nearest
from core.unclear import Unclear

_CHANGES_NOTHING = {Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER}


def understand_choice(
    text: str, options: Sequence[Spelling], at_most: int, words: LanguageWords
) -> tuple[str, ...] | Unclear:
    """The keys of the options that a reply names, in the order of the options: at least one, at most `at_most`.

    A whole label beats everything. Else every word of the reply must be understood, and all must agree: a stray
    number in a sentence is no answer. If two options are possible, the reply is unclear.
    """
    labels = labels_of(tuple(options), words)
    heard = words.tokens(text)
    if whole := labels.whole(heard):
        return _allowed(whole, options, 1)
    named = _read(heard, labels, several=at_most > 1).decide(labels)
    return named if isinstance(named, Unclear) else _allowed(named, options, at_most)


def understand_yes_no(text: str, words: LanguageWords) -> bool | Unclear:
    """Yes or no. As on the phone, 1 is yes and 2 is no."""
    yes, no = (words.first(meaning) for meaning in (Meaning.YES, Meaning.NO))
    answer = understand_choice(text, (Spelling("yes", (yes,)), Spelling("no", (no,))), 1, words)
    return answer if isinstance(answer, Unclear) else answer == ("yes",)


def _allowed(places: Places, options: Sequence[Spelling], at_most: int) -> tuple[str, ...] | Unclear:
    chosen = [options[place] for place in sorted(places)]
    if len(chosen) > 1 == at_most:
        return Unclear.SEVERAL
    if len(chosen) > 1 and any(option.exclusive for option in chosen):
        return Unclear.STANDS_ALONE
    return Unclear.TOO_MANY if len(chosen) > at_most else tuple(option.key for option in chosen)


# ---------------------------------------------------------------------------------------------- weighing a reply


@dataclass(slots=True)
class _Evidence:
    """What a reply has said so far, read from left to right."""

    numbers: list[Places] = field(default_factory=list)
    names: list[Places] = field(default_factory=list)
    agrees: bool = False
    doubts: bool = False
    placed: bool = False
    """A preposition was heard: a number alone may be a time, a date or a place."""
    freely: bool = False
    """A signature or a reason has begun, in which any word may stand."""
    lost: bool = False
    """Something was said that nobody here understands."""

    def decide(self, labels: Labels) -> Places | Unclear:
        """The options named, or why they are not clear."""
        yes = labels.beginning[Meaning.YES]
        names = [yes] if self.agrees and yes and not (self.numbers or self.names) else self.names
        if self.lost or not (self.numbers or names) or (self.placed and not names):
            return Unclear.NOTHING
        if self.doubts or (self.agrees and labels.beginning[Meaning.NO] in self.names):
            return Unclear.SEVERAL
        return _agreeing(self.numbers, names, labels)


def _agreeing(numbers: list[Places], names: list[Places], labels: Labels) -> Places | Unclear:
    """The options on which all that was said agrees."""
    single = frozenset[int]().union(*(places for places in numbers + names if len(places) == 1))
    open_ones = [places for places in numbers + names if len(places) > 1]
    if not single:
        return _in_common(open_ones, labels)
    called = frozenset[int]().union(*(places for places in names if len(places) == 1))
    counted = frozenset[int]().union(*(places for places in numbers if len(places) == 1))
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
    evidence = _Evidence()
    run_together = several and sum(token[0].isdigit() for token in heard) == 1
    for part in labels.words.parts(heard, labels.names):
        _weigh(part, labels, evidence, run_together=run_together)
        if evidence.lost:
            break
    return evidence


def _weigh(part: Part, labels: Labels, evidence: _Evidence, *, run_together: bool) -> None:
    match part.meaning:
        case Meaning.YES | Meaning.NO as said:
            _say(said, labels, evidence)
        case Meaning.YES_ALONE:
            evidence.agrees = True
        case Meaning.NOT:
            evidence.doubts |= not evidence.freely
        case Meaning.DOUBT:
            evidence.doubts = True
        case Meaning.PLACING:
            evidence.placed = True
        case Meaning.FAREWELL | Meaning.BECAUSE:
            evidence.freely = True
        case meaning if meaning in _CHANGES_NOTHING:
            pass
        case _:
            _look_up(part.heard, labels, evidence, run_together=run_together)


def _say(said: Meaning, labels: Labels, evidence: _Evidence) -> None:
    """A yes without an option for it is politeness; a no is not."""
    if labels.beginning[said]:
        evidence.names.append(labels.beginning[said])
    elif said is Meaning.NO:
        evidence.lost = True


def _look_up(heard: tuple[str, ...], labels: Labels, evidence: _Evidence, *, run_together: bool) -> None:
    for said in heard:
        if numbers := _numbered(said, labels, run_together=run_together):
            evidence.numbers += numbers
        elif named := labels.names.get(said) or (not evidence.freely and _misspelt(said, labels)):
            evidence.names.append(named)
        else:
            evidence.lost |= not (is_picture(said) or said == "-" or (evidence.freely and said.isalpha()))


def _numbered(token: str, labels: Labels, *, run_together: bool) -> list[Places]:
    """The options meant by a number or number word, one set for each; several for "1,3" and, run together, "13"."""
    pieces = token.split(",")
    if not all(map(str.isdigit, pieces)):
        found_word = _at(labels.words.places.get(token), labels)
        return [found_word | labels.names.get(token, frozenset())] if found_word else []
    found = [_at(int(piece[:9]), labels) | labels.names.get(piece, frozenset()) for piece in pieces]
    if run_together and not all(found) and len(set(token)) == len(token) and token.isdigit():
        found = [_at(int(digit), labels) for digit in token]
    return found if all(found) else []


def _at(place: int | None, labels: Labels) -> Places:
    return frozenset({place - 1}) if place and 1 <= place <= labels.count else frozenset()


def _misspelt(token: str, labels: Labels) -> Places:
    return labels.misspelt(token) or frozenset().union(
        *(_at(labels.words.places[known], labels) for known in nearest(token, labels.words.places))
    )
