# SPDX-License-Identifier: EUPL-1.2
"""Which number a reply gives: in digits, in words, by a label ("sehr"); never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product

from core.understanding.asides import without_address, without_aside
from core.understanding.spelling import LETTERS_PER_ERROR, bare, is_picture, nearest, together
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning, Part

LONGEST_NUMBER = 14
"""Words and hyphens in a number that is written apart ("nine hundred and ninety nine thousand and one")."""

_CHANGES_NOTHING = {
    Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER, Meaning.GRADE, Meaning.ABOUT, Meaning.YES,
    Meaning.YES_ALONE,
}  # fmt: skip
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[   ]\d{3})+(?![\d.,]*\d)")
_OPEN_ENDED = re.compile(r"\d\s*\+(?!\s*\d)|\d-(?=\s|$)|\b[^\W\d_]\d|(?:^|\s)[,.]\d")
""" "60+", "2-" (a school mark), "ü60" (over sixty) and ",5" (whose beginning is missing) name no number."""
_NO_LABELS: Mapping[str, Decimal] = {}


def understand_number(
    text: str,
    words: LanguageWords,
    *,
    least: Decimal | None,
    most: Decimal | None,
    decimals: int,
    labels: Mapping[str, Decimal] = _NO_LABELS,
) -> Decimal | Unclear:
    """The one number that a reply gives, within `least` and `most` (None: no limit), with at most so many decimals.

    `labels` are texts that mean a number, such as the ends of a scale. A number and a label in one reply must
    agree. Where there are labels, a number of years or kilometres is none of the scale.
    """
    number = _given(text, words, most, labels)
    names = {token for label in labels for token in words.tokens(label)}
    if isinstance(number, Unclear) and (answer := without_address(text, words, names)) != text:
        text, number = answer, _given(answer, words, most, labels)
    if isinstance(number, Unclear) and (answer := without_aside(text, words, names)) != text:
        number = _given(answer, words, most, labels)
    return number if isinstance(number, Unclear) else _within(number, least, most, decimals)


def _given(text: str, words: LanguageWords, most: Decimal | None, labels: Mapping[str, Decimal]) -> Decimal | Unclear:
    """The one number in a text in which everything else changes nothing."""
    if _OPEN_ENDED.search(text):
        return Unclear.SEVERAL
    ungrouped = _SPACED_THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    heard, labelled = _without_labels(words.tokens(ungrouped), labels, words)
    digits = _without_largest(_in_digits(heard, words), most, words)
    harmless = _CHANGES_NOTHING if labels else _CHANGES_NOTHING | {Meaning.UNIT}
    numbers = _numbers(digits, words, harmless, labelled=bool(labelled))
    if isinstance(numbers, Unclear):
        return numbers
    given = numbers | labelled
    if len(given) != 1:
        return Unclear.SEVERAL if given else Unclear.NO_NUMBER
    return given.pop()


def _without_largest(digits: tuple[str, ...], most: Decimal | None, words: LanguageWords) -> tuple[str, ...]:
    """A reply without the largest number there is, where it stands behind another ("4 von 5", "4 out of 5")."""
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


# ---------------------------------------------------------------------------------------------- labels


def _without_labels(
    heard: tuple[str, ...], labels: Mapping[str, Decimal], words: LanguageWords
) -> tuple[tuple[str, ...], set[Decimal]]:
    """The reply without the labels in it, and the numbers that they mean; the longest label first."""
    values = {bare(words.tokens(label)): value for label, value in labels.items()}
    if (written := together(bare(heard))).isalpha() and (alike := _written_like(written, values)):
        return (), alike
    meant = set[Decimal]()
    for label in sorted(filter(None, values), key=len, reverse=True):
        for start in range(len(heard) - len(label), -1, -1):
            if heard[start : start + len(label)] == label:
                heard = heard[:start] + heard[start + len(label) :]
                meant.add(values[label])
    return heard, meant


def _written_like(written: str, values: Mapping[tuple[str, ...], Decimal]) -> set[Decimal]:
    """The numbers of the labels that the whole reply is, written together or with a typing error."""
    as_one_word = {together(label): value for label, value in values.items() if label}
    alike = {written} if written in as_one_word else nearest(written, as_one_word)
    return {as_one_word[label] for label in alike}


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
    known = words.meaning(token) or words.numbers.value(token) is not None
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


def _numbers(
    heard: tuple[str, ...], words: LanguageWords, harmless: set[Meaning], *, labelled: bool
) -> set[Decimal] | Unclear:
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
        elif not (part.meaning in harmless or is_picture(token) or (freely and part.meaning is None)):
            return Unclear.SEVERAL if numbers or labelled else Unclear.NO_NUMBER
    if any(isinstance(number, Unclear) for number in numbers):
        return Unclear.SEVERAL
    return {-number if negative else number for number in numbers if isinstance(number, Decimal)}


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
