# SPDX-License-Identifier: EUPL-1.2
"""Which options a reply names: by number, by label, by an unmistakable part of a label, by yes or no.

In this order: a whole label; a reply in which every word is understood and all agree (`evidence`); a reply in clauses,
of which those that are answers agree and all others are remarks that change nothing (`asides`). What fits none of
these is asked again. A stray number or word of a label in a sentence is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations, dropwhile

from core.understanding.asides import Beside, Remarks
from core.understanding.clauses import Clause, Says, broken, broken_behind_yes, clauses, is_unfinished, leaves_open
from core.understanding.evidence import evidence_in
from core.understanding.labels import Labels, Places, Spelling, labels_of
from core.understanding.spelling import bare
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning

_HOUSE_NUMBER = re.compile(r"\d[^\W\d_]\b")
"""A number with a letter behind it ("3a") is no place in a list."""
_NEGATIVE = re.compile(r"\s*[-\u2212\u2013]\d")
"""A number below zero is no place in a list; a dash before a place ("- 1") has a blank behind it."""
SHORTEST_ECHO = 2
"""Words. A single word of the question may be meant in another way."""


def understand_choice(
    text: str, options: Sequence[Spelling], at_most: int, words: LanguageWords, *, asked: str = ""
) -> tuple[str, ...] | Unclear:
    """The keys of the options that a reply names, in the order of the options: at least one, at most `at_most`.

    If two options are possible, the reply is unclear. `asked` is the question itself, for a reply may repeat it.
    """
    if _NEGATIVE.match(text):
        return Unclear.NOTHING
    labels = labels_of(tuple(options), words)
    named = _named(text, labels, at_most)
    if isinstance(named, Unclear) or len(named) > at_most:
        beside_remarks = _beside_remarks(text, labels, words.tokens(asked), several=at_most > 1)
        named = named if isinstance(beside_remarks, Unclear) else beside_remarks
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
    """The options that a reply names in which every word is understood."""
    heard = labels.words.tokens(text)
    whole = labels.whole(heard)
    if whole and whole not in labels.only.values() and not is_unfinished(heard, labels.words):
        return whole if len(whole) == 1 else Unclear.SEVERAL
    if _HOUSE_NUMBER.search(text):
        return Unclear.NOTHING
    return evidence_in(heard, labels, several=at_most > 1).decide(labels)


# ---------------------------------------------------------------------------------------------- among remarks


def _beside_remarks(text: str, labels: Labels, asked: tuple[str, ...], *, several: bool) -> Places | Unclear:
    """The options that the answers among the clauses agree on, if all other clauses change nothing."""
    words = labels.words
    if leaves_open(words.tokens(text), words):
        return Unclear.SEVERAL

    def says(heard: tuple[str, ...]) -> bool:
        return bool(labels.whole(heard)) or evidence_in(heard, labels, several=several).names_something

    marked = _without_echo(clauses(text, words), asked, labels)
    joined = [part for clause in marked for part in broken_behind_yes(clause, words)]
    pieces = [part for clause in joined for part in _parts(clause, says, labels)]
    answers = [piece for piece in pieces if says(piece.heard)]
    answers = [piece for piece in answers if not _denies(piece, answers, labels)]
    named = _instead(pieces, labels) or _agreed(answers, labels, several=several)
    if isinstance(named, Unclear):
        return named
    others = {name for name, places in labels.names.items() if not places & named}
    remarks = Remarks(
        _beside(named, labels),
        words,
        others,
        labels.count,
        _telling(asked, labels),
        bool(labels.beginning[Meaning.YES]),
        several,
    )
    return named if all(remarks.allow(piece) for piece in pieces if piece not in answers) else Unclear.NOTHING


def _instead(pieces: Sequence[Clause], labels: Labels) -> Places:
    """The label in the place of the yes or no before it ("ja, aber nur am Wochenende", "werktags nicht, aber …")."""
    words = labels.words
    if len(pieces) != 2:
        return frozenset()
    before = set(_meanings(pieces[0], words)) - {Meaning.POLITE}
    behind = tuple(dropwhile(lambda token: token in words.asides.unfinished, pieces[1].heard))
    answered = before <= {Meaning.YES, Meaning.NO}
    restricts = answered and behind[:1] and behind[0] in words.asides.restricting
    denied = Meaning.NOT in before and not before & {Meaning.YES, Meaning.NO}
    corrects = denied and words.meaning(pieces[1].heard[0]) is Meaning.CONTRAST and any(labels.beginning.values())
    return labels.whole(behind) if restricts or corrects else frozenset()


def _meanings(clause: Clause, words: LanguageWords) -> list[Meaning | None]:
    return [part.meaning for part in words.parts(clause.heard)]


def _agreed(answers: Sequence[Clause], labels: Labels, *, several: bool) -> Places | Unclear:
    """The options on which all clauses that are answers agree."""
    wholes = [labels.whole(answer.heard) for answer in answers]
    others = (answer for answer, whole in zip(answers, wholes, strict=True) if not whole)
    evidence = evidence_in(tuple(token for answer in others for token in answer.heard), labels, several=several)
    evidence.names += filter(None, wholes)
    return evidence.decide(labels)


def _denies(piece: Clause, answers: Sequence[Clause], labels: Labels) -> bool:
    """Whether it only says what is missing of a label that another clause names ("Bäume, es gibt keine Bäume")."""
    said = list(labels.words.parts(piece.heard, labels.names))
    denied = any(part.heard[0] in labels.words.asides.determiners for part in said[:-1])
    return denied and len(answers) > 1 and not any(labels.beginning.values())


def _telling(asked: tuple[str, ...], labels: Labels) -> set[str]:
    """The words of a question by which it is known."""
    words = labels.words
    known = {token for token in asked if words.knows(token) or words.asides.is_time(token)}
    return {token for token in asked if token.isalpha() and token not in labels.names} - known


def _without_echo(marked: Sequence[Clause], asked: tuple[str, ...], labels: Labels) -> list[Clause]:
    """The clauses without what they repeat of the question ("ja, der Bus soll bis 23 Uhr fahren")."""
    runs = {asked[start:end] for start, end in combinations(range(len(asked) + 1), 2) if end - start >= SHORTEST_ECHO}
    return [replace(clause, heard=rest) for clause in marked if (rest := _unrepeated(clause.heard, runs, labels))]


def _unrepeated(heard: tuple[str, ...], runs: Collection[tuple[str, ...]], labels: Labels) -> tuple[str, ...]:
    for length in range(len(heard), SHORTEST_ECHO - 1, -1):
        for start in range(len(heard) - length + 1):
            run = heard[start : start + length]
            if run in runs and not any(_may_answer(token, labels) for token in run):
                return heard[:start] + _unrepeated(heard[start + length :], runs, labels)
    return heard


def _may_answer(token: str, labels: Labels) -> bool:
    place = token.isdigit() and int(token) <= labels.count
    return place or token in labels.names or labels.words.meaning(token) in {Meaning.YES, Meaning.NO, Meaning.NOT}


def _parts(clause: Clause, says: Says, labels: Labels) -> tuple[Clause, ...]:
    """A clause, in two where a remark follows an answer; behind a label also where a place does ("Bänke am Markt")."""
    words = labels.words
    if says(clause.heard):
        return (clause,)
    counted = any(map(words.is_number, clause.heard))
    begun = {whole[:end] for whole in labels.wholes for end in range(1, len(whole))}
    placing = {
        token
        for at, token in enumerate(clause.heard)
        if (words.meaning(token) is Meaning.PLACING or token in words.asides.joining)
        and not counted
        and bare(clause.heard[: at + 1]) not in begun
    }
    return broken(clause, says, words, placing)


def _beside(named: Places, labels: Labels) -> Beside:
    if named <= labels.beginning[Meaning.YES]:
        return Beside.YES
    return Beside.NO if named <= labels.beginning[Meaning.NO] | labels.negative else Beside.LABEL
