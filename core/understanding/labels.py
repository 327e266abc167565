# SPDX-License-Identifier: EUPL-1.2
"""The labels of a question's options, made ready for comparing with a reply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from core.understanding.spelling import SHORTEST_FORM, bare, is_form, nearest, together, typing_errors
from core.understanding.words import SHORTEST_BEGINNING, YIELDING, LanguageWords, Meaning, Part

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
    glued: Mapping[str, Places]
    """Labels written as one word."""
    names: Mapping[str, Places]
    """The words that carry a label's meaning, and whose they are."""
    numbers: Mapping[int, Places]
    """The numbers in labels, in digits or words, and whose they are."""
    beginning: Mapping[Meaning, Places]
    """Options whose label begins with yes or no ("Ja, sofort")."""
    negative: Places
    """Options whose label holds a "not" or "never"; their words without it name nothing."""
    limiting: Places
    """Options whose label limits what was asked ("Nur am Wochenende"); a yes behind it is a yes to that."""
    only: Mapping[Meaning, Places]
    """Options whose label says yes or no and nothing else."""
    words: LanguageWords

    def whole(self, heard: tuple[str, ...]) -> Places:
        """Whose label the whole reply is. One number alone is first of all a place in the list."""
        for width in widths(heard, self.words, self.names):
            if width in self.wholes and not (len(width) == 1 and width[0].isdigit()):
                return self.wholes[width]
        return next((self.glued[each] for each in self._as_one_word(heard) if each in self.glued), frozenset())

    def _as_one_word(self, heard: tuple[str, ...]) -> Iterator[str]:
        return (together(width) for width in widths(heard, self.words, self.names))

    def misspelt(self, name: str) -> Places:
        """Whose label has this word with typing errors, or a longer word that begins with it."""
        alike = {known for known in nearest(name, self.names) if not self._opposite(name, known)}
        if not alike and len(name) >= SHORTEST_BEGINNING:
            alike = {known for known in self.names if known.startswith(name)}
        alike = alike or {known for known in self.names if is_form(name, known, self.words.endings)}
        alike = alike or self._compounds(name)
        return frozenset().union(*(self.names[known] for known in alike))

    def _compounds(self, name: str) -> set[str]:
        """The long words with this last part, unless the part before names the label too ("Umweltmanagement")."""
        if not self.words.compounds or len(name) < SHORTEST_FORM:
            return set()
        ending = {known for known in self.names if known.endswith(name) and len(known) >= len(name) + SHORTEST_FORM}
        return {known for known in ending if not known.startswith(tuple(self.names.keys() - {known}))}

    def agrees(self, name: str, named: Places) -> bool:
        """Whether a longer word begins with a word of this label, so that beside it it names nothing else."""
        begins = (known for known in self.names if len(known) >= SHORTEST_BEGINNING and name.startswith(known))
        return self.words.compounds and any(self.names[known] == named for known in begins)

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
    wholes = _gathered(
        (width, place)
        for place, label in written
        for heard in (label, *_otherwise(label, words))
        for width in widths(heard, words, names)
    )
    return Labels(
        count=len(options),
        wholes=wholes,
        glued=_gathered(
            (glued, place) for width, found in wholes.items() for place in found for glued in _glued(width)
        ),
        names=names,
        numbers=_gathered(
            (number, place) for name, found in names.items() for number in _number(name, words) for place in found
        ),
        beginning={meaning: _saying(meaning, written, words, 1) for meaning in (Meaning.YES, Meaning.NO)},
        negative=frozenset(place for place, heard in written if _denies(heard, words)),
        limiting=frozenset(place for place, heard in written if heard[:1] and heard[0] in words.asides.restricting),
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
            yield from _shortened(part, dropped, words)


def _shortened(part: Part, dropped: set[Meaning], words: LanguageWords) -> tuple[str, ...]:
    """A phrase without the words in it that change nothing, unless it would come to mean something else ("no idea")."""
    rest = tuple(piece for piece in part.heard if words.meaning(piece) not in dropped)
    same = words.meanings.get(rest) in {None, part.meaning}
    return rest if rest and same else part.heard


def _glued(width: tuple[str, ...]) -> Iterator[str]:
    """A label as one word, if it is long enough to be no other word."""
    glued = together(width)
    if glued.isalpha() and len(glued) > SHORTEST_BEGINNING:
        yield glued


def _otherwise(label: tuple[str, ...], words: LanguageWords) -> Iterator[tuple[str, ...]]:
    """The label with what its words may also be called."""
    for at, token in enumerate(label):
        yield from (label[:at] + called + label[at + 1 :] for called in words.also_called.get(token, ()))


def _carrying(heard: tuple[str, ...], words: LanguageWords) -> Iterator[str]:
    """The words by which a label is known; how much of it there is does not tell it from others ("mehr")."""
    for token in (*bare(heard), *_completed(heard)):
        meaning = words.meaning(token)
        if (meaning is None or meaning in YIELDING) and token not in words.asides.quantities:
            yield token


def _completed(heard: tuple[str, ...]) -> Iterator[str]:
    """A word that ends in a hyphen, with every end of the long word that it leans on ("Energie- und …management")."""
    for start, token in enumerate(heard):
        longest = max(heard[start + 1 :], key=len, default="")
        if heard[start + 1 : start + 2] == ("-",) and heard[start + 2 : start + 3] != (longest,):
            yield from (token + longest[-letters:] for letters in range(SHORTEST_BEGINNING, len(longest)))


def _number(name: str, words: LanguageWords) -> list[int]:
    return [int(name[:9])] if name.isdigit() else [words.places[name]] if name in words.places else []


def _saying(meaning: Meaning, written: _Written, words: LanguageWords, parts: int | None) -> Places:
    said = ((place, [part.meaning for part in words.parts(heard)][:parts]) for place, heard in written)
    return frozenset(place for place, meanings in said if set(meanings) == {meaning})


def _denies(heard: tuple[str, ...], words: LanguageWords) -> bool:
    return any(part.meaning in {Meaning.NOT, Meaning.NO_ALONE} for part in words.parts(heard))


def _gathered(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, Places]:
    places = defaultdict[_Key, set[int]](set)
    for name, place in pairs:
        places[name].add(place)
    return {name: frozenset(found) for name, found in places.items()}
