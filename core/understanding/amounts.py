# SPDX-License-Identifier: EUPL-1.2
"""What means a number at one question, beside numbers: the ends of a scale, and amounts of what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.understanding.spelling import bare, nearest, together
from core.understanding.words import LanguageWords, Meaning

SHORTEST_UNIT = 3
"""Letters of a unit that must stand there, so that no stray letter passes for one."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names: texts that mean a number ("gar nicht"), and what it counts ("Minuten")."""

    labels: tuple[tuple[str, Decimal], ...] = ()
    units: tuple[str, ...] | None = None
    """() counts nothing, as a scale does; None may count anything."""
    asked: str = ""
    """The question itself."""
    kind: str = ""
    """The shared name of its unit ("year"), where the type knows it."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The same in the words of a language."""

    labels: Mapping[tuple[str, ...], Decimal]
    """Longest first."""
    units: frozenset[str]
    """What may stand beside a number."""
    own: frozenset[str]
    """What the question itself counts; the beginning of such a word is enough ("1 Fahrrad" of "Fahrräder")."""
    opposites: tuple[str, ...]
    """Syllables that turn a word round; with one it is no misspelt label ("sehr unsicher")."""

    def counts(self, token: str) -> bool:
        """Whether this word is what is counted."""
        begins = len(token) >= SHORTEST_UNIT and any(unit.startswith(token) for unit in self.own)
        return token in self.units or begins

    def without_labels(self, heard: tuple[str, ...]) -> tuple[tuple[str, ...], set[Decimal]]:
        """A reply without the labels in it, and the numbers that they mean."""
        written = together(bare(heard))
        opposite = any(token.startswith(self.opposites) for token in heard)
        if written.isalpha() and not opposite and (alike := self._written_like(written)):
            return (), alike
        meant = set[Decimal]()
        for label, value in self.labels.items():
            for start in range(len(heard) - len(label), -1, -1):
                if heard[start : start + len(label)] == label:
                    heard = heard[:start] + heard[start + len(label) :]
                    meant.add(value)
        return heard, meant

    def _written_like(self, written: str) -> set[Decimal]:
        """The numbers of the labels that the whole reply is, written together or with a typing error."""
        as_one_word = {together(label): value for label, value in self.labels.items()}
        alike = {written} if written in as_one_word else nearest(written, as_one_word)
        return {as_one_word[label] for label in alike}


@lru_cache(maxsize=512)
def known_amounts(named: Named, words: LanguageWords) -> Amounts:
    """What a question names, and what else is known of that in a language ("zu zweit" of persons).

    Beside a number of a scale, years or kilometres are none of it.
    """
    labels = {label: value for text, value in named.labels if (label := bare(words.tokens(text)))}
    own = {token for text in named.units or () for token in bare(words.tokens(text))}
    kinds = [unit for kind, unit in words.units.items() if kind == named.kind or own & unit.names]
    names = own.union(*(unit.names for unit in kinds))
    for unit in kinds:
        labels |= unit.amounts
    if named.units is None and not named.kind:
        names = {token for phrase, known in words.meanings.items() if known is Meaning.UNIT for token in phrase}
    return Amounts(
        dict(sorted(labels.items(), key=lambda each: -len(each[0]))), frozenset(names), frozenset(own), words.opposites
    )
