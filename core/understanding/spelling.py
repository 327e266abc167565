# SPDX-License-Identifier: EUPL-1.2
"""How the same word may be written: characters, letters, look-alikes of digits, one typing error per five letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

LONGEST_REPLY = 400
"""Characters. A longer text tells something; it does not name an option, a number or a command."""

LETTERS_PER_ERROR = 5
"""One typing error is forgiven per so many letters, rounded down (Surveda's rule for number words, rounded down)."""

SHORTEST_FORM = 3
"""Letters. A shorter word is no other form of a word, nor a part of it."""

_DROPPED = {"Cc", "Cf", "Cs"}
_LONE_LOOKALIKES = str.maketrans("lI|Oo", "11100")
_MARKS_WITHOUT_MEANING = frozenset(".!,;:()[]#*\"„“”«»‚‘’'&+=_~…•>")
_EMOTICON = re.compile(r"(?<![^\s.,!])(?:[:;=]-?[)(DPp|/]+|<3+|\^\^)(?!\w)")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ`´](?=[^\W\d_])")
_DASH = re.compile(r"[‐‑‒–—―−]")
_RANGE = re.compile(r"(?<=\d) *- *(?=\d)")
_TOKEN = re.compile(r"\d+(?:[.,:/⁄-]\d+)*|[^\W\d_]+|[^\w\s]|_")
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+|\?")
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1+")


def normalised(text: str) -> str:
    """A text as it is stored: NFC, without control, direction and zero-width characters and lone surrogates.

    Line ends become a line feed, tabs a space. Never raises (reliability catalogue, A14).
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in _DROPPED)
    return unicodedata.normalize("NFC", kept).strip()


def tokens(text: str, letters: Mapping[str, str]) -> tuple[str, ...]:
    """The words, numbers and marks of a text, in the one form in which they are compared.

    A number keeps the marks inside it ("1,3", "23:00"). `letters` says what is written for another letter in this
    language ("ae" for "a"). A text longer than `LONGEST_REPLY` characters gives one token that equals no word.
    """
    return _cut(_plain(_lone_numeral(text), letters)) if len(text) <= LONGEST_REPLY else ("\n",)


def tokens_of_each(texts: Sequence[str], letters: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The tokens of each of many short texts of one line, as `tokens` gives them, but in one go."""
    lines = [text if len(text) > 1 else _lone_numeral(text) for text in texts]
    return [_cut(line) for line in _plain("\n".join(lines), letters).split("\n")] if lines else []


def together(pieces: Iterable[str]) -> str:
    """Tokens written as one word; a letter that meets its like is written once, as everywhere."""
    return _REPEATED_LETTER.sub(r"\1", "".join(pieces))


def word(text: str, letters: Mapping[str, str]) -> str:
    """A text as one word: its tokens without what stands between them ("zwei und vierzig" as "zweiundvierzig")."""
    return together(bare(tokens(text, letters)))


def word_of_each(texts: Sequence[str], letters: Mapping[str, str]) -> list[str]:
    """Each of many texts as one word."""
    return [together(bare(heard)) for heard in tokens_of_each(texts, letters)]


def bare(heard: Iterable[str]) -> tuple[str, ...]:
    """The words and numbers among tokens, and the question marks, for they change what is said."""
    return tuple(piece for token in heard for piece in _WORD_OR_NUMBER.findall(token))


def is_picture(token: str) -> bool:
    """Whether a token is an emoji or another drawn sign."""
    return unicodedata.category(token[0]) in {"So", "Sk"}


def _plain(text: str, letters: Mapping[str, str]) -> str:
    """A text with one spelling for what is the same: digits, accents, dashes, repeated letters."""
    plain = _without_accents(_digits_of_any_script(_EMOTICON.sub(" ", text)))
    plain = _RANGE.sub("-", _DASH.sub("-", _APOSTROPHE.sub("", plain)))
    if letters:
        plain = _letter_pattern(tuple(letters)).sub(lambda found: letters[found[0]], plain)
    return _REPEATED_LETTER.sub(r"\1", plain)


def _cut(plain: str) -> tuple[str, ...]:
    return tuple(token for token in _TOKEN.findall(plain) if _says_something(token))


def _lone_numeral(text: str) -> str:
    """A reply that is only "l", "I", "|" or "O", or digits among them, was meant as a number."""
    alone = text.strip().rstrip(".!)")
    meant = alone.translate(_LONE_LOOKALIKES)
    is_number = meant.isascii() and meant.isdigit() and (len(alone) == 1 or any(c.isdigit() for c in alone))
    return meant if is_number else text


def _digits_of_any_script(text: str) -> str:
    return text if text.isascii() else "".join(map(_digit, text))


def _digit(character: str) -> str:
    """A decimal digit of any script as 0–9; a digit that is a sign of its own (①, ²) stands alone."""
    if character.isascii():
        return character
    if (decimal := unicodedata.decimal(character, None)) is not None:
        return str(decimal)
    if (digit := unicodedata.digit(character, None)) is not None:
        return f" {digit} "
    return character


def _without_accents(text: str) -> str:
    if text.isascii() and text.replace("\n", "").isprintable():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not _is_accent(c))


def _is_accent(character: str) -> bool:
    if character.isascii():
        return character < " " and not character.isspace()
    return bool(unicodedata.combining(character)) or _is_invisible(character)


def _is_invisible(character: str) -> bool:
    """Direction marks, variation selectors, skin tones, the frame of a keycap."""
    variation, skin_tone = "\ufe00" <= character <= "\ufe0f", "\U0001f3fb" <= character <= "\U0001f3ff"
    return variation or skin_tone or unicodedata.category(character) in {*_DROPPED, "Me"}


def _says_something(token: str) -> bool:
    return token[0].isalnum() or token not in _MARKS_WITHOUT_MEANING


@lru_cache(maxsize=64)
def _letter_pattern(written: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))))


# ---------------------------------------------------------------------------------------------- typing errors


def nearest(heard: str, known: Iterable[str]) -> frozenset[str]:
    """The known words that differ least from what was written, if the typing errors can be forgiven; else none."""
    fewest, best = len(heard) // LETTERS_PER_ERROR, set[str]()
    letters, length = frozenset(heard), len(heard)
    for candidate in known if fewest else ():
        if abs(len(candidate) - length) > fewest:
            continue
        allowed = min(fewest, len(candidate) // LETTERS_PER_ERROR)
        if len(letters ^ _letters(candidate)) > 2 * allowed:
            continue  # one error changes two letters at most
        errors = typing_errors(heard, candidate, allowed)
        if errors < fewest and errors <= allowed:
            fewest, best = errors, {candidate}
        elif errors == fewest <= allowed and fewest > 0:
            best.add(candidate)
    return frozenset(best)


@lru_cache(maxsize=8192)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def is_form(one: str, other: str, endings: Sequence[str]) -> bool:
    """Whether two words differ in their ending only ("Bus", "Busse")."""
    shorter, longer = sorted((one, other), key=len)
    long_enough = len(shorter) >= SHORTEST_FORM and shorter.isalpha()
    return long_enough and longer.startswith(shorter) and longer[len(shorter) :] in endings


def typing_errors(heard: str, meant: str, most: int) -> int:
    """Letters left out, added, wrong or swapped with their neighbour; `most + 1` for anything above `most`.

    The restricted Damerau–Levenshtein distance (optimal string alignment).
    """
    if abs(len(heard) - len(meant)) > most:
        return most + 1
    before, row = list[int](), list(range(len(meant) + 1))
    for i, letter in enumerate(heard, 1):
        before, row = row, _next_row(i, letter, heard, meant, (before, row))
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _next_row(i: int, letter: str, heard: str, meant: str, rows: tuple[list[int], list[int]]) -> list[int]:
    two_above, above = rows
    row = [i]
    for j, wanted in enumerate(meant, 1):
        cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
        if i > 1 and j > 1 and letter == meant[j - 2] and heard[i - 2] == wanted:
            cost = min(cost, two_above[j - 2] + 1)
        row.append(cost)
    return row
