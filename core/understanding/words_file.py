# SPDX-License-Identifier: EUPL-1.2
"""Reading a language's file of words (locales/words/<language>.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

from core.understanding.aside_words import AsideWords
from core.understanding.command_words import read_commands
from core.understanding.numbers import NumberWords, compose
from core.understanding.spelling import together, tokens_of_each, word, word_of_each
from core.understanding.word_lists import table_of, texts_by_text, texts_of
from core.understanding.words import LanguageWords, Meaning, Ordinals, Unit

SHORTEST_GLUED = 5
"""Letters. Shorter phrases written as one word could be another word."""


def read_words(toml_text: str) -> LanguageWords:
    """The words of a language from its file.

    Raises:
        ValueError: the file cannot be read, or has a fault, which the message names.
    """
    try:
        file = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"this is no TOML: {fault}") from fault
    letters = texts_by_text(file, "letters")
    ordinals = _ordinals(table_of(file, "ordinals"), letters)
    meanings = _meanings(table_of(file, "meanings"), letters)
    numbers = _numbers(table_of(file, "numbers"), letters)
    basic = table_of(table_of(file, "numbers"), "words")
    spelled = [text for number in basic for text in texts_of(basic, number)]
    return LanguageWords(
        language=str(file.get("language", "")),
        letters=letters,
        opposites=texts_of(file, "opposites"),
        endings=("", *texts_of(file, "endings")),
        compounds=file.get("compounds") is True,
        abbreviations={word(k, letters): word(v, letters) for k, v in texts_by_text(file, "abbreviations").items()},
        also_called=_also_called(table_of(file, "also_called"), letters),
        number_sign=_number_sign(texts_of(file, "number_signs"), spelled),
        meanings=meanings | dict.fromkeys(((end,) for end in ordinals.behind_digits), Meaning.MARKER),
        longest=max(map(len, meanings), default=1),
        numbers=numbers,
        out_of=frozenset(tokens_of_each(texts_of(table_of(file, "numbers"), "out_of"), letters)),
        ordinals=ordinals,
        places={**ordinals.words, **numbers.places},
        units=_units(table_of(file, "units"), letters),
        asides=_asides(table_of(file, "asides"), letters),
        commands=read_commands(file, letters),
    )


def _also_called(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {word(name, letters): tuple(tokens_of_each(texts_of(table, name), letters)) for name in table}


def _numbers(table: Mapping[str, object], letters: Mapping[str, str]) -> NumberWords:
    decimal_mark = str(table.get("decimal_mark"))
    if decimal_mark not in {",", "."}:
        raise ValueError('"numbers.decimal_mark" must be "," or "."')
    return compose(table, decimal_mark, lambda text: word(text, letters))


def _number_sign(signs: tuple[str, ...], spelled: Sequence[str]) -> re.Pattern[str]:
    """Matches them right before a number in digits or words."""
    number = rf"\d|\s(?:{'|'.join(map(re.escape, spelled))})\b"
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, signs))})\s*(?={number})", re.IGNORECASE)


def _meanings(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[tuple[str, ...], Meaning]:
    if unknown := set(table) - set(Meaning):
        raise ValueError(f'"meanings" has lists that mean nothing: {", ".join(sorted(unknown))}')
    meanings: dict[tuple[str, ...], Meaning] = {}
    for meaning in Meaning:
        texts = texts_of(table, meaning)
        for text, phrase in zip(texts, tokens_of_each(texts, letters), strict=True):
            if not phrase:
                raise ValueError(f'"{text}" under "{meaning}" has nothing that could be heard')
            if meanings.setdefault(phrase, meaning) is not meaning:
                raise ValueError(f'"{text}" stands under both {meanings[phrase]} and {meaning}')
    return _glued(meanings) | meanings


def _glued(meanings: Mapping[tuple[str, ...], Meaning]) -> dict[tuple[str, ...], Meaning]:
    """Every phrase as one word, as it is often written in haste ("aufkeinenfall")."""
    phrases = ((together(phrase), meaning) for phrase, meaning in meanings.items() if len(phrase) > 1)
    return {(glued,): meaning for glued, meaning in phrases if len(glued) >= SHORTEST_GLUED and glued.isalpha()}


def _ordinals(table: Mapping[str, object], letters: Mapping[str, str]) -> Ordinals:
    endings, stems = texts_of(table, "endings"), table_of(table, "stems")
    places = {int(place): texts_of(stems, place) for place in stems}

    def each_word(name: str) -> frozenset[str]:
        return frozenset(word_of_each(texts_of(table, name), letters))

    return Ordinals(
        words={word(stem + end, letters): place for place, all_ in places.items() for stem in all_ for end in endings},
        last=each_word("last"),
        behind_digits=each_word("behind_digits"),
        followed_by=each_word("followed_by"),
    )


def _units(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[str, Unit]:
    return {kind: _unit(table_of(table, kind), letters) for kind in table}


def _unit(table: Mapping[str, object], letters: Mapping[str, str]) -> Unit:
    """Its `names`, and under each number the ways to say so many."""
    amounts = {
        phrase: Decimal(number)
        for number in table
        if number != "names"
        for phrase in tokens_of_each(texts_of(table, number), letters)
    }
    return Unit(frozenset(word_of_each(texts_of(table, "names"), letters)), amounts)


def _asides(table: Mapping[str, object], letters: Mapping[str, str]) -> AsideWords:
    names = {field.name for field in fields(AsideWords)}
    if unknown := set(table) - names:
        raise ValueError(f'"asides" has lists that mean nothing: {", ".join(sorted(unknown))}')
    return AsideWords(**{name: frozenset(word_of_each(texts_of(table, name), letters)) for name in names})
