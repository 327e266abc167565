# SPDX-License-Identifier: EUPL-1.2
"""Which number a reply gives: in digits, in words, by a label ("sehr"); never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from core.understanding.amounts import Amounts, Named, known_amounts
from core.understanding.asides import Beside, Remarks
from core.understanding.clauses import Clause, Says, broken, clauses, is_unfinished, leaves_open
from core.understanding.spelling import LETTERS_PER_ERROR, is_picture, together
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning, Part

LONGEST_NUMBER = 14
"""Words and hyphens in a number that is written apart ("nine hundred and ninety nine thousand and one")."""

_CHANGES_NOTHING = {
    Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER, Meaning.GRADE, Meaning.ABOUT, Meaning.YES,
    Meaning.YES_ALONE, Meaning.GUESS,
}  # fmt: skip
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[   ]\d{3})+(?![\d.,]*\d)")
_OPEN_ENDED = re.compile(r"\d\s*\+(?!\s*\d)|\d-(?=\s*$)|\b[^\W\d_]\d|(?:^|\s)[,.]\d")
""" "60+", "2-" (a school mark), "ü60" (over sixty) and ",5" (whose beginning is missing) name no number."""
_NOTHING_NAMED = Named()


def understand_number(
    text: str,
    words: LanguageWords,
    *,
    least: Decimal | None,
    most: Decimal | None,
    decimals: int,
    named: Named = _NOTHING_NAMED,
) -> Decimal | Unclear:
    """The one number that a reply gives, within `least` and `most` (None: no limit), with at most so many decimals.

    `named` says what else means a number here, and what is counted. As with options, a reply is taken if every word
    of it is understood, or if all clauses but the answer are remarks that change nothing (`asides`).
    """
    heard = words.tokens(text)
    if is_unfinished(heard, words) or _goes_otherwise(heard, words.tokens(named.asked), words):
        return Unclear.SEVERAL
    known = known_amounts(named, words)
    number = _given(text, words, most, known)
    if isinstance(number, Unclear):
        beside_remarks = _beside_remarks(text, words, most, known)
        number = number if isinstance(beside_remarks, Unclear) else beside_remarks
    return number if isinstance(number, Unclear) else _within(number, least, most, decimals)


def _goes_otherwise(heard: tuple[str, ...], asked: tuple[str, ...], words: LanguageWords) -> bool:
    """Whether it tells of another way to go than the question does ("10 mit dem Rad", where it asks for walking)."""
    ways = words.asides.ways.intersection(asked)
    return bool(ways) and not words.asides.ways.intersection(heard) <= ways


def _given(text: str, words: LanguageWords, most: Decimal | None, known: Amounts) -> Decimal | Unclear:
    """The one number in a text in which everything else changes nothing."""
    if _OPEN_ENDED.search(text):
        return Unclear.SEVERAL
    ungrouped = _SPACED_THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    return _given_in(words.tokens(ungrouped), words, most, known)


def _given_in(heard: tuple[str, ...], words: LanguageWords, most: Decimal | None, known: Amounts) -> Decimal | Unclear:
    rest, labelled = known.without_labels(heard)
    digits = _without_largest(_in_digits(rest, words), most, words)
    numbers = _numbers(digits, words, known, labelled=bool(labelled))
    if isinstance(numbers, Unclear):
        return numbers
    given = numbers | labelled
    if len(given) != 1:
        return Unclear.SEVERAL if given else Unclear.NO_NUMBER
    return given.pop()


def _beside_remarks(text: str, words: LanguageWords, most: Decimal | None, known: Amounts) -> Decimal | Unclear:
    """The number on which the answers among the clauses agree, if all other clauses change nothing."""
    if _OPEN_ENDED.search(text) or leaves_open(words.tokens(text), words):
        return Unclear.SEVERAL

    def says(heard: tuple[str, ...]) -> bool:
        return isinstance(_given_in(heard, words, most, known), Decimal)

    pieces = [part for clause in clauses(text, words) for part in _parts(clause, says, known, words)]
    answers = [piece for piece in pieces if says(piece.heard)]
    if not answers:
        return Unclear.NO_NUMBER
    concludes = answers[-1] is pieces[-1] and answers[-1].heard[0] in words.asides.conclusions
    answers = answers[-1:] if concludes else answers
    given = {_given_in(answer.heard, words, most, known) for answer in answers}
    remarks = Remarks(Beside.NUMBER, words, asked=known.units, own=not known.own)
    allow = remarks.leave_it if concludes else remarks.allow
    if len(given) != 1 or not all(allow(piece) for piece in pieces if piece not in answers):
        return Unclear.SEVERAL if len(given) > 1 else Unclear.NO_NUMBER
    return given.pop()


def _parts(clause: Clause, says: Says, known: Amounts, words: LanguageWords) -> tuple[Clause, ...]:
    """A clause, in two behind a number with what is counted ("5 Minuten zu Fuß")."""
    if says(clause.heard):
        return (clause,)
    for at in range(len(clause.heard) - 1, 1, -1):
        if known.counts(clause.heard[at - 1]) and says(clause.heard[:at]):
            return Clause(clause.heard[:at]), Clause(clause.heard[at:])
    placing = {token for token in clause.heard if known.own and words.meaning(token) is Meaning.PLACING}

    def counts(heard: tuple[str, ...]) -> bool:
        """A label unmarked may go on otherwise ("gar nicht so schlecht")."""
        return says(heard) and (bool(known.own) or any(map(words.is_number, heard)))

    return broken(clause, counts, words, placing.union(words.numbers.joiners))


def _without_largest(digits: tuple[str, ...], most: Decimal | None, words: LanguageWords) -> tuple[str, ...]:
    """A reply without the largest number there is, where it stands behind another ("4 von 5", "4/5")."""
    digits = tuple(token.removesuffix(f"/{most}") for token in digits)
    for start, length in product(range(1, len(digits)), (1, 2)):
        end = start + length
        behind_a_number = any(map(str.isdigit, digits[:start])) and digits[start:end] in words.out_of
        if behind_a_number and digits[end : end + 1] == (str(most),):
            return digits[:start] + digits[end + 1 :]
    return digits


def _within(number: Decimal, least: Decimal | None, most: Decimal | None, decimals: int) -> Decimal | Unclear:
    if least is not None and number < least:
        return Unclear.TOO_SMALL
    if most is not None and number > most:
        return Unclear.TOO_LARGE
    exponent = number.as_tuple().exponent
    return Unclear.TOO_PRECISE if isinstance(exponent, int) and -exponent > decimals else number


# ---------------------------------------------------------------------------------------------- words into digits


def _in_digits(heard: tuple[str, ...], words: LanguageWords) -> tuple[str, ...]:
    """The reply with every number word written in digits; one that may mean two numbers gives both."""
    spelled = [form for token in heard for form in _corrected(token, words)]
    digits, start = list[str](), 0
    while start < len(spelled):
        length, value = next(_spelled_numbers(spelled[start : start + LONGEST_NUMBER], words), (1, spelled[start]))
        digits.append(value)
        start += length
    return tuple(_with_decimals(digits, words))


def _corrected(token: str, words: LanguageWords) -> tuple[str, ...]:
    """A word that is none we know, as the number word it was meant to be."""
    known = words.knows(token) or words.numbers.value(token) is not None
    if known or len(token) < LETTERS_PER_ERROR or not token.isalpha():
        return (token,)
    by_value = {words.numbers.value(form): form for form in sorted(words.numbers.corrected(token))}
    return tuple(by_value.values()) or (token,)


def _spelled_numbers(ahead: list[str], words: LanguageWords) -> Iterator[tuple[int, str]]:
    """How many words of what is ahead make one number, and its digits; the longest first."""
    for length in range(len(ahead), 0, -1):
        written = together(piece for piece in ahead[:length] if piece != "-")
        ends_in_words = ahead[0].isalpha() and ahead[length - 1].isalpha()
        if ends_in_words and (value := words.numbers.value(written)) is not None:
            yield length, str(value).replace(".", words.numbers.decimal_mark)


def _with_decimals(digits: list[str], words: LanguageWords) -> Iterator[str]:
    """A whole, the word for the decimal mark and a part ("3 komma 5") as one number."""
    start = 0
    while start < len(digits):
        whole, point, part = [*digits[start : start + 3], "", ""][:3]
        if whole.isdigit() and part.isdigit() and words.meaning(point) is Meaning.POINT:
            yield whole + words.numbers.decimal_mark + part
            start += 3
        else:
            yield whole
            start += 1


# ---------------------------------------------------------------------------------------------- digits into a number


def _numbers(heard: tuple[str, ...], words: LanguageWords, known: Amounts, *, labelled: bool) -> set[Decimal] | Unclear:
    """All numbers of a reply in which everything else is harmless."""
    numbers, negative, freely = list[Decimal | Unclear](), False, False
    for part in words.parts(heard):
        token = part.heard[0]
        if token[0].isdigit():
            numbers.append(_number(token, words.numbers.decimal_mark))
        elif part.meaning is Meaning.MINUS and numbers:
            return Unclear.SEVERAL
        elif _is_sign(part):
            negative |= not numbers and not labelled
        elif part.meaning in {Meaning.FAREWELL, Meaning.BECAUSE}:
            freely = True
        elif not (_is_harmless(part, known) or is_picture(token) or (freely and part.meaning is None)):
            return Unclear.SEVERAL if numbers or labelled else Unclear.NO_NUMBER
    if any(isinstance(number, Unclear) for number in numbers):
        return Unclear.SEVERAL
    return {-number if negative else number for number in numbers if isinstance(number, Decimal)}


def _is_harmless(part: Part, known: Amounts) -> bool:
    return part.meaning in _CHANGES_NOTHING or all(map(known.counts, part.heard))


def _is_sign(part: Part) -> bool:
    return part.meaning is Meaning.MINUS or part.heard == ("-",)


def _number(digits: str, decimal_mark: str) -> Decimal | Unclear:
    """A number as people write it: "1.000,50" and "3.5" where the comma is the decimal mark.

    The other mark before exactly three digits groups thousands; the decimal mark before exactly three digits may have
    been meant so ("1,000") and is not taken.
    """
    group_mark = "." if decimal_mark == "," else ","
    if re.fullmatch(rf"\d{{1,3}}(?:\{group_mark}\d{{3}})+(?:\{decimal_mark}\d+)?", digits):
        plain = digits.replace(group_mark, "").replace(decimal_mark, ".")
    elif re.fullmatch(r"\d+(?:[.,]\d+)?", digits) and not re.fullmatch(rf"[1-9]\d{{,2}}\{decimal_mark}\d{{3}}", digits):
        plain = digits.replace(",", ".")
    else:
        return Unclear.SEVERAL
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)
