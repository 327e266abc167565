# SPDX-License-Identifier: EUPL-1.2
"""The words of one language, read from its file: what they mean in a reply. The code knows no language."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.commands import Command
from core.number_words import NumberWords, compose
from core.spelling import tokens, word


class Meaning(StrEnum):
    """What a word or a phrase does in a reply; each is a list in the file of words, under this name."""

    YES = "yes"
    YES_ALONE = "yes_alone"
    """Yes where nothing else is named, else politeness ("gerne")."""
    NO = "no"
    NOT = "not"
    """Turns something round; never flipped silently, always asked again."""
    DOUBT = "doubt"
    """Leaves it open ("vielleicht", "oder", "aber")."""
    POLITE = "polite"
    FAREWELL = "farewell"
    """Begins a signature; names may follow."""
    BECAUSE = "because"
    """Begins a reason; any words may follow."""
    LITTLE = "little"
    """Articles, "und", "nur": change nothing and make no label unmistakable."""
    PLACING = "placing"
    """Prepositions; beside a number they make it a time, a date or a place ("um 2")."""
    FILLER = "filler"
    """Changes nothing, unless it is a word of a label."""
    MARKER = "marker"
    """Announces a number ("Nr.", "Antwort")."""
    UNIT = "unit"
    """What a number counts ("Jahre")."""
    ABOUT = "about"
    MINUS = "minus"
    POINT = "point"
    """Stands between the whole and its decimals ("komma")."""


YIELDING = {Meaning.FILLER, Meaning.YES_ALONE, Meaning.MARKER, Meaning.UNIT, Meaning.ABOUT}
"""These lose their meaning where a label has the word."""


Form = frozenset[str]
"""The words that make a command; their order and repetition do not matter."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of a reply, and what it means; None for a number, a word of a label, or an unknown word."""

    meaning: Meaning | None
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CommandWords:
    """The words for commands."""

    forms: Mapping[Form, Command]
    single: Mapping[str, Command]
    """The forms of one word."""
    stops: frozenset[Form]
    """The forms of STOP without the words around it."""
    around_stop: frozenset[str]
    """Words around an opt-out that change nothing ("ich möchte … bekommen")."""
    only_alone: frozenset[str]
    """Opt-outs that also have an everyday meaning; understood only as the whole message."""
    not_in_open_answers: frozenset[str]
    """Words that are a likely open answer ("Rathaus")."""
    other_words: frozenset[str]
    """Words that are no typing error of a command ("Stadt" for START)."""
    with_number: frozenset[Command]
    languages: Mapping[Form, str]
    """Names of languages to BCP 47 tags."""
    around_language: tuple[frozenset[str], ...]
    """What may be left out around the name of a language, step by step."""


@dataclass(frozen=True, slots=True, eq=False)
class LanguageWords:
    """All words of one language."""

    language: str
    letters: Mapping[str, str]
    """What is written for another letter ("ae" for "a"); accents are dropped in every language."""
    opposites: tuple[str, ...]
    """Syllables that turn a word round ("un"): never a typing error."""
    abbreviations: Mapping[str, str]
    meanings: Mapping[tuple[str, ...], Meaning]
    longest: int
    """Words in the longest phrase."""
    numbers: NumberWords
    ordinals: frozenset[str]
    """Words for a place, and what makes one of digits ("2nd", "2te")."""
    after_ordinals: frozenset[str]
    """Words that mean nothing behind an ordinal ("the second one")."""
    places: Mapping[str, int]
    """Words for a place in a list, from 1: "zwei", "zweite"."""
    commands: CommandWords

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words, numbers and marks of a text as they are compared, abbreviations written out."""
        written = [self.abbreviations.get(token, token) for token in tokens(text, self.letters)]
        pairs = zip(("", *written), written, strict=False)
        return tuple(after for before, after in pairs if not (before in self.ordinals and after in self.after_ordinals))

    def first(self, meaning: Meaning) -> str:
        """The first word that the file gives for a meaning."""
        return " ".join(next(phrase for phrase, known in self.meanings.items() if known is meaning))

    def parts(self, heard: tuple[str, ...], names: Collection[str] = ()) -> Iterator[Part]:
        """The reply in parts, longest phrases first. `names` are words of labels."""
        start = 0
        while start < len(heard):
            part = next(self._phrases(heard[start : start + self.longest], names), Part(None, heard[start : start + 1]))
            yield part
            start += len(part.heard)

    def _phrases(self, ahead: tuple[str, ...], names: Collection[str]) -> Iterator[Part]:
        for length in range(len(ahead), 0, -1):
            phrase = ahead[:length]
            meaning = self.meanings.get(phrase)
            if meaning and not (meaning in YIELDING and any(token in names for token in phrase)):
                yield Part(meaning, phrase)


def read_words(toml_text: str) -> LanguageWords:
    """The words of a language from its file (locales/words/<language>.toml).

    Raises:
        ValueError: the file cannot be read, or has a fault, which the message names.
    """
    try:
        file = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"this is no TOML: {fault}") from fault
    letters = _texts_by_text(file, "letters")
    meanings = _meanings(_table(file, "meanings"), letters)
    decimal_mark = _table(file, "numbers").get("decimal_mark")
    if decimal_mark not in {",", "."}:
        raise ValueError('"numbers.decimal_mark" must be "," or "."')
    numbers = compose(_table(file, "numbers"), decimal_mark, lambda text: word(text, letters))
    ordinals = _ordinals(_table(file, "ordinals"), letters)
    behind_digits = frozenset(word(text, letters) for text in _texts(_table(file, "ordinals"), "behind_digits"))
    return LanguageWords(
        language=str(file.get("language", "")),
        letters=letters,
        opposites=_texts(file, "opposites"),
        abbreviations={word(k, letters): word(v, letters) for k, v in _texts_by_text(file, "abbreviations").items()},
        meanings=meanings | dict.fromkeys(((end,) for end in behind_digits), Meaning.MARKER),
        longest=max(map(len, meanings), default=1),
        numbers=numbers,
        ordinals=frozenset(ordinals) | behind_digits,
        after_ordinals=frozenset(word(text, letters) for text in _texts(_table(file, "ordinals"), "followed_by")),
        places=ordinals | numbers.places(),
        commands=_commands(_table(file, "commands"), _table(file, "languages"), letters),
    )


def _table(file: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = file.get(name)
    if not isinstance(table, Mapping):
        raise ValueError(f'the table "{name}" is missing')  # noqa: TRY004 (a fault of the file)
    return table


def _texts(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    texts = table.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f'"{name}" must be a list of texts')
    return tuple(texts)


def _texts_by_text(file: Mapping[str, object], name: str) -> dict[str, str]:
    table = _table(file, name)
    if not all(isinstance(text, str) for text in table.values()):
        raise ValueError(f'every value of "{name}" must be a text')
    return {key: str(text) for key, text in table.items()}


def _meanings(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[tuple[str, ...], Meaning]:
    if unknown := set(table) - set(Meaning):
        raise ValueError(f'"meanings" has lists that mean nothing: {", ".join(sorted(unknown))}')
    meanings: dict[tuple[str, ...], Meaning] = {}
    for meaning in Meaning:
        for text in _texts(table, meaning):
            phrase = tokens(text, letters)
            if not phrase:
                raise ValueError(f'"{text}" under "{meaning}" has nothing that could be heard')
            if meanings.setdefault(phrase, meaning) is not meaning:
                raise ValueError(f'"{text}" stands under both {meanings[phrase]} and {meaning}')
    return meanings


def _ordinals(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[str, int]:
    endings = _texts(table, "endings")
    stems = _table(table, "stems")
    places = {int(place): _texts(stems, place) for place in stems}
    return {word(stem + end, letters): place for place, forms in places.items() for stem in forms for end in endings}


def _commands(table: Mapping[str, object], languages: Mapping[str, object], letters: Mapping[str, str]) -> CommandWords:
    def form(text: str) -> Form:
        return frozenset(tokens(text, letters))

    def one_word_each(name: str) -> frozenset[str]:
        return frozenset(word(text, letters) for text in _texts(table, name))

    forms: dict[Form, Command] = {}
    for command in Command:
        for text in _texts(table, command):
            if forms.setdefault(form(text), command) is not command:
                raise ValueError(f'"{text}" stands under both {forms[form(text)]} and {command}')
    before = one_word_each("before_language")
    around_stop = one_word_each("around_stop")
    return CommandWords(
        forms=forms,
        single={token: command for known, command in forms.items() if len(known) == 1 for token in known},
        stops=frozenset(_reduced(known, around_stop) for known, command in forms.items() if command is Command.STOP),
        around_stop=around_stop,
        only_alone=one_word_each("only_alone"),
        not_in_open_answers=one_word_each("not_in_open_answers"),
        other_words=one_word_each("other_words"),
        with_number=frozenset(map(Command, _texts(table, "with_number"))),
        languages={form(text): tag for tag in languages for text in _texts(languages, tag)},
        around_language=(before, before | one_word_each("language_itself")),
    )


def _reduced(form: Form, around: frozenset[str]) -> Form:
    """A form without the words around it, unless it would shrink to a single word."""
    return form - around if len(form - around) > 1 else form
