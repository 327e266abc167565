# SPDX-License-Identifier: EUPL-1.2
"""The labels of a question's options, made ready for comparing with a reply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from core.language_words import YIELDING, LanguageWords, Meaning
from core.spelling import bare, nearest, typing_errors

SHORTEST_BEGINNING = 5
"""Letters. So many at least must stand of a longer word of a label ("Infra" for "Infrastruktur")."""

Places = frozenset[int]
"""Options by their place in the list, from 0."""

_BESIDE_LABELS = {Meaning.POLITE, Meaning.LITTLE, Meaning.PLACING, Meaning.FILLER, Meaning.YES_ALONE}

_Key = TypeVar("_Key", str, int, tuple[str, ...])

_Written = Sequence[tuple[int, tuple[str, ...]]]
"""The tokens of every label, with the place of its option."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """An option as it may be written: the label as shown, and other accepted texts (for the ear, the narrow line)."""

    key: str
    labels: tuple[str, ...]
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of one question in one language."""

    count: int
    wholes: Mapping[tuple[str, ...], Places]
    """Labels as they stand, without politeness, and without all that changes nothing."""
    names: Mapping[str, Places]
    """The words that carry a label's meaning, and whose they are."""
    numbers: Mapping[int, Places]
    """The numbers in labels, in digits or words, and whose they are."""
    beginning: Mapping[Meaning, Places]
    """Options whose label begins with yes or no ("Ja, sofort")."""
    only: Mapping[Meaning, Places]
    """Options whose label says yes or no and nothing else."""
    words: LanguageWords

    def whole(self, heard: tuple[str, ...]) -> Places:
        """Whose label the whole reply is. One number alone is first of all a place in the list."""
        for width in widths(heard, self.words, self.names):
            if width in self.wholes and not (len(width) == 1 and width[0].isdigit()):
                return self.wholes[width]
        return frozenset()

    def misspelt(self, name: str) -> Places:
        """Whose label has this word with typing errors, or a longer word that begins with it."""
        alike = {known for known in nearest(name, self.names) if not self._opposite(name, known)}
        if not alike and len(name) >= SHORTEST_BEGINNING:
            alike = {known for known in self.names if known.startswith(name)}
        return frozenset().union(*(self.names[known] for known in alike))

    def _opposite(self, heard: str, known: str) -> bool:
        """Whether the two come closer without a syllable that turns a word round ("un-")."""
        for syllable in self.words.opposites:
            plain = heard.removeprefix(syllable), known.removeprefix(syllable)
            apart = typing_errors(heard, known, len(heard))
            if plain != (heard, known) and typing_errors(*plain, apart) < apart:
                return True
        return False


@lru_cache(maxsize=512)
def labels_of(options: tuple[Spelling, ...], words: LanguageWords) -> Labels:
    """The labels of these options."""
    written = [(place, words.tokens(text)) for place, option in enumerate(options) for text in option.labels]
    names = _gathered((name, place) for place, heard in written for name in _carrying(heard, words))
    return Labels(
        count=len(options),
        wholes=_gathered((width, place) for place, heard in written for width in widths(heard, words, names)),
        names=names,
        numbers=_gathered(
            (number, place) for name, found in names.items() for number in _number(name, words) for place in found
        ),
        beginning={meaning: _saying(meaning, written, words, 1) for meaning in (Meaning.YES, Meaning.NO)},
        only={meaning: _saying(meaning, written, words, None) for meaning in (Meaning.YES, Meaning.NO)},
        words=words,
    )


def widths(heard: tuple[str, ...], words: LanguageWords, names: Mapping[str, Places]) -> Iterator[tuple[str, ...]]:
    """A text as it stands, without politeness, and without all that changes nothing; empty ones left out."""
    for dropped in (set[Meaning](), {Meaning.POLITE}, _BESIDE_LABELS):
        if width := bare(_without(dropped, heard, words, names)):
            yield width


def _without(
    dropped: set[Meaning], heard: tuple[str, ...], words: LanguageWords, names: Mapping[str, Places]
) -> Iterator[str]:
    for part in words.parts(heard, names):
        if dropped and part.meaning is Meaning.FAREWELL:
            return
        if part.meaning not in dropped:
            single = len(part.heard) == 1
            yield from (piece for piece in part.heard if single or words.meanings.get((piece,)) not in dropped)


def _carrying(heard: tuple[str, ...], words: LanguageWords) -> Iterator[str]:
    for token in bare(heard):
        meaning = words.meanings.get((token,))
        if meaning is None or meaning in YIELDING:
            yield token


def _number(name: str, words: LanguageWords) -> list[int]:
    return [int(name[:9])] if name.isdigit() else [words.places[name]] if name in words.places else []


def _saying(meaning: Meaning, written: _Written, words: LanguageWords, parts: int | None) -> Places:
    said = ((place, [part.meaning for part in words.parts(heard)][:parts]) for place, heard in written)
    return frozenset(place for place, meanings in said if set(meanings) == {meaning})


def _gathered(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, Places]:
    places = defaultdict[_Key, set[int]](set)
    for name, place in pairs:
        places[name].add(place)
    return {name: frozenset(found) for name, found in places.items()}
