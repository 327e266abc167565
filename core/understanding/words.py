# SPDX-License-Identifier: EUPL-1.2
"""The words of one language and what they mean in a reply; the code knows no language, the words come from a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from core.understanding.aside_words import AsideWords
from core.understanding.command_words import CommandWords
from core.understanding.numbers import NumberWords
from core.understanding.spelling import tokens

SHORTEST_BEGINNING = 5
"""Letters. So many at least must stand of a longer word ("Infra" for "Infrastruktur")."""


class Meaning(StrEnum):
    """What a word or a phrase does in a reply; each is a list in the file of words, under this name."""

    YES = "yes"
    YES_ALONE = "yes_alone"
    """Yes where nothing else is named, else politeness ("gerne")."""
    NO = "no"
    NO_ALONE = "no_alone"
    """No where nothing else is named, else turns it round ("auf keinen Fall", "niemals")."""
    NOT = "not"
    """Turns something round; never flipped silently, always asked again. Behind a no it agrees ("nein, nicht")."""
    AGAINST = "against"
    """Judges against something ("teuer"): agrees with a no, and leaves anything else in doubt."""
    DOUBT = "doubt"
    """Leaves it open ("vielleicht", "oder", "wenn")."""
    CONTRAST = "contrast"
    """Takes a part of it back ("aber"); beside a number it only comments."""
    ALL = "all"
    """Stands for several options ("alle", "beide"); before another word it says how many or how often of that."""
    RANGE = "range"
    """Stands between two numbers ("bis")."""
    GUESS = "guess"
    """Doubts a yes or a no ("ich glaube ja"); before a label or a number it is only modest."""
    ALSO = "also"
    """Adds to what was named."""
    SOMETIMES = "sometimes"
    """Leaves it open, unless several may be chosen."""
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
    GRADE = "grade"
    """What a mark counts ("Sterne"); a unit that fits a scale too."""
    ABOUT = "about"
    MINUS = "minus"
    POINT = "point"
    """Stands between the whole and its decimals ("komma")."""


YIELDING = {Meaning.FILLER, Meaning.YES_ALONE, Meaning.MARKER, Meaning.UNIT, Meaning.GRADE, Meaning.ABOUT}
"""These lose their meaning where a label has the word."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase of a reply, and what it means; None for a number, a word of a label, or an unknown word."""

    meaning: Meaning | None
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Ordinals:
    """Words for a place in a list."""

    words: Mapping[str, int]
    """From 1: "zweite"."""
    last: frozenset[str]
    """The last place, however long the list is."""
    behind_digits: frozenset[str]
    """What makes one of digits ("2nd", "2te")."""
    followed_by: frozenset[str]
    """Words that mean nothing behind an ordinal ("the second one")."""

    def __contains__(self, token: str) -> bool:
        return token in self.words or token in self.last or token in self.behind_digits


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One thing that is counted, with all its names, and how amounts of it are said without a number."""

    names: frozenset[str]
    amounts: Mapping[tuple[str, ...], Decimal]
    """ "zu zweit" are two persons, "halbe Stunde" is thirty minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class LanguageWords:
    """All words of one language."""

    language: str
    letters: Mapping[str, str]
    """What is written for another letter ("ae" for "a"); accents are dropped in every language."""
    opposites: tuple[str, ...]
    """Syllables that turn a word round ("un"): never a typing error."""
    endings: tuple[str, ...]
    """What a word may end in and still be the same word ("bench", "benches"), "" among them."""
    compounds: bool
    """Whether the last part of a long word may stand for it ("Rad" for "Fahrrad")."""
    abbreviations: Mapping[str, str]
    also_called: Mapping[str, tuple[tuple[str, ...], ...]]
    """What a word of a label may be called in several words ("Saturday and Sunday")."""
    number_sign: re.Pattern[str]
    """What announces a number only right before one ("No. 3"), for alone it is another word."""
    meanings: Mapping[tuple[str, ...], Meaning]
    longest: int
    """Words in the longest phrase."""
    numbers: NumberWords
    out_of: frozenset[tuple[str, ...]]
    """What stands between a number and the largest one there is ("4 von 5")."""
    ordinals: Ordinals
    places: Mapping[str, int]
    """Words for a place in a list, from 1: "zwei", "zweite"."""
    units: Mapping[str, Unit]
    """By a name that all languages share ("minute")."""
    asides: AsideWords
    commands: CommandWords

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words, numbers and marks of a text as they are compared, abbreviations written out."""
        return _tokens(text, self)

    def meaning(self, token: str) -> Meaning | None:
        """What a single word means."""
        return self.meanings.get((token,))

    def knows(self, token: str) -> bool:
        """Whether it is a word of this language in its own right, and no misspelt one."""
        listed = (self.asides.openers, self.asides.people, self.commands.single)
        return (token,) in self.meanings or any(token in words for words in listed)

    def first(self, meaning: Meaning) -> str:
        """The first word that the file gives for a meaning."""
        return " ".join(next(phrase for phrase, known in self.meanings.items() if known is meaning))

    def is_number(self, token: str) -> bool:
        """Whether a word or digits name a number or a place in a list."""
        return token[0].isdigit() or token in self.places or self.numbers.value(token) is not None

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


@lru_cache(maxsize=8)
def _tokens(text: str, words: LanguageWords) -> tuple[str, ...]:
    """The last few are kept: one turn asks for the same text again and again. No more, for people wrote it."""
    plain = tokens(words.number_sign.sub("# ", text), words.letters)
    written = [words.abbreviations.get(token, token) for token in plain]
    pairs = zip(("", *written), written, strict=False)
    return tuple(
        after for before, after in pairs if not (before in words.ordinals and after in words.ordinals.followed_by)
    )
