# SPDX-License-Identifier: EUPL-1.2
"""What people say around an answer: an address before it, a clause behind it. Left out only if it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile

from core.understanding.spelling import LETTERS_PER_ERROR, is_picture, nearest
from core.understanding.words import LanguageWords, Meaning, Part

LONGEST_ADDRESS = 6
"""Words. A longer beginning is a sentence and no address."""

_CLAUSE_END = re.compile(r"(?<!\d)[.,;:!\n]+|[.,;:!\n]+(?!\d)")
_SAYS_IT = {Meaning.YES, Meaning.NO}
_CHANGES_NOTHING = {
    Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER, Meaning.PLACING, Meaning.YES_ALONE,
    Meaning.BECAUSE, Meaning.UNIT, Meaning.GRADE, None,
}  # fmt: skip
_TURNS_ROUND = {Meaning.NOT, Meaning.NO_ALONE}
_AGREES_WITH_NO = {*_TURNS_ROUND, Meaning.AGAINST}


def without_address(text: str, words: LanguageWords, names: Collection[str]) -> str:
    """A reply without the address before it ("Lieber Bürgermeister, nein."); unchanged where there is none.

    `names` are words of labels: where one stands, or anything that may be an answer, it is no address.
    """
    address, rest = _split(text)
    heard = words.tokens(address)
    greets = bool(heard) and heard[0] in words.asides.greetings and len(heard) <= LONGEST_ADDRESS
    return rest if rest and greets and _is_aside(heard[1:], words, names, None) else text


def without_aside(text: str, words: LanguageWords, names: Collection[str]) -> str:
    """A reply without the clause behind the answer ("Ja, das ist bequem"); unchanged where it may change the answer.

    The clause must begin as one that speaks about the answer, and hold no number, no word of a label, no doubt, no
    limit, nothing of the other side; behind a no it may hold one "not", which agrees.
    """
    for answer, clause in _answers(text, words):
        heard = words.tokens(clause)
        opens = bool(heard) and heard[0] in words.asides.openers
        if opens and _is_aside(heard, words, names, _side(words.tokens(answer), words)):
            return answer
    return text


def _answers(text: str, words: LanguageWords) -> Iterator[tuple[str, str]]:
    """Where the answer may end: after the first clause, or, unmarked, after a yes or a no."""
    answer, clause = _split(text)
    if answer and clause:
        yield answer, clause
    heard = words.tokens(text)
    end = 0
    for part in words.parts(heard):
        if part.meaning not in _SAYS_IT | {Meaning.POLITE}:
            break
        end += len(part.heard)
    if end:
        yield " ".join(heard[:end]), " ".join(heard[end:])


def _split(text: str) -> tuple[str, str]:
    """The first clause of a text and the rest."""
    start = text.lstrip(" .,;:!\n")
    found = _CLAUSE_END.search(start)
    return (start[: found.start()], start[found.end() :].strip()) if found else (start, "")


def _side(answer: tuple[str, ...], words: LanguageWords) -> Meaning | None:
    """Whether an answer says yes or no; None if it does neither or both."""
    said = {part.meaning for part in words.parts(answer)} & _SAYS_IT
    return said.pop() if len(said) == 1 else None


def _is_aside(heard: tuple[str, ...], words: LanguageWords, names: Collection[str], side: Meaning | None) -> bool:
    """Whether words change nothing about an answer of this side."""
    parts = list(takewhile(lambda part: part.meaning is not Meaning.FAREWELL, words.parts(heard, names)))
    if any(_may_matter(token, words, names) for part in parts for token in part.heard):
        return False
    turned = sum(part.meaning in _TURNS_ROUND for part in parts)
    judged = any(_judges(part, words) for part in parts)
    others = [part.meaning for part in parts if part.meaning not in _CHANGES_NOTHING and part.meaning is not side]
    if side is not Meaning.NO:
        return not (judged or others)
    return turned + judged <= 1 and set(others) <= _AGREES_WITH_NO


def _judges(part: Part, words: LanguageWords) -> bool:
    """Whether a word judges against something; one that nobody knows may, if it begins like an opposite ("unfair")."""
    opposite = part.meaning is None and part.heard[0].startswith(words.opposites)
    return part.meaning is Meaning.AGAINST or (opposite and part.heard[0] not in words.asides.openers)


def _may_matter(token: str, words: LanguageWords, names: Collection[str]) -> bool:
    """Whether a word could be an answer of its own, or limit the one given."""
    if not token.isalpha():
        return not (is_picture(token) or token in {"-", "€", "%"})
    known = words.meaning(token) is not None
    named = token in names or (not known and len(token) >= LETTERS_PER_ERROR and bool(nearest(token, names)))
    return named or words.asides.limits_it(token) or (not known and words.is_number(token))
