# SPDX-License-Identifier: EUPL-1.2
"""Number words of one language, put together from its few basic words by the rules in its file of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from core.understanding.spelling import nearest, together

Spell = Callable[[str], str]
"""A text as one word in the form in which words are compared."""

Forms = dict[int, tuple[str, ...]]
"""The words for each number."""

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, eq=False)
class NumberWords:
    """What numbers are called. Every word stands without spaces: "forty-two" as "fortytwo".

    Only the words below one hundred are listed; a larger number is read from its parts.
    """

    values: Mapping[str, Decimal]
    """0 to 99 and the words with a half."""
    counts: Mapping[str, int]
    """1 to 99 as they stand before "thousand"; "" counts as one where that is said."""
    hundreds: Mapping[str, int]
    """100, 200 … 900 as a larger number begins with them."""
    thousands: tuple[str, ...]
    joiners: tuple[str, ...]
    """What may stand between the hundreds or the thousands and the rest; "" among them."""
    places: Mapping[str, int]
    """The words that count the places of a short list: one to twenty."""
    decimal_mark: str
    """ "," or "."; the other one groups thousands."""

    def value(self, heard: str) -> Decimal | None:
        """The number that this one word (without spaces) means, up to 999 999."""
        if heard in self.values:
            return self.values[heard]
        whole = next(self._in_thousands(heard), None) or next(self._in_hundreds(heard, self._small), None)
        return None if whole is None else Decimal(whole)

    def corrected(self, heard: str) -> frozenset[str]:
        """The number words up to one hundred that may have been meant by a word with typing errors."""
        return nearest(heard, [*self.values, *(form for form, value in self.hundreds.items() if value == 100)])

    def _in_thousands(self, heard: str) -> Iterator[int]:
        for thousand in self.thousands:
            before, found, after = heard.partition(thousand)
            if found:
                # Where the same letter met itself it was written once ("achtausend", "tausendrei").
                counts = [count for word in (before, before + thousand[0]) if (count := self._count(word))]
                yield from (count * 1000 + rest for count in counts for rest in self._rests(after, thousand[-1]))

    def _count(self, heard: str) -> int | None:
        return self.counts.get(heard) or self._small(heard) or next(self._in_hundreds(heard, self._before), None)

    def _rests(self, after: str, letter: str) -> Iterator[int]:
        """What may follow the thousands: nothing, or a number below one thousand."""
        if not after:
            yield 0
        for rest in self._without_joiners(after, letter):
            if value := self._small(rest) or next(self._in_hundreds(rest, self._small), None):
                yield value

    def _in_hundreds(self, heard: str, last: Callable[[str], int | None]) -> Iterator[int]:
        """The hundreds and what `last` makes of the word or words behind them."""
        for hundred, value in self.hundreds.items():
            if heard == hundred:
                yield value
            elif heard.startswith(hundred):
                rests = self._without_joiners(heard.removeprefix(hundred), hundred[-1])
                yield from (value + rest for word in rests if (rest := last(word)))

    def _without_joiners(self, after: str, letter: str) -> Iterator[str]:
        return (rest.removeprefix(joiner) for rest in (after, letter + after) for joiner in self.joiners)

    def _small(self, heard: str) -> int | None:
        value = self.values.get(heard)
        return int(value) if value is not None and value == int(value) else None

    def _before(self, heard: str) -> int | None:
        return self.counts.get(heard) if heard else None


def compose(table: Mapping[str, object], decimal_mark: str, spell: Spell) -> NumberWords:
    """All number words that the rules of a language allow.

    `table` is "numbers" of a file of words: `words` (number = forms), `stems` (forms before a further part), `alone`
    (forms that never take a further part), and lists of templates: `tens` with {unit} or {stem}, and {tens};
    `hundreds` and `half` with {stem}; `thousand` and `joiners` are plain words.

    Raises:
        ValueError: a rule is missing or misshapen, or two numbers would be called the same.
    """
    rules = _Rules(table, spell)
    basic = rules.numbered("words")
    stems = basic | rules.numbered("stems")
    below_100 = {n: forms for n, forms in basic.items() if n < 100} | rules.tens(basic, stems)
    halves = {n + _HALF: rules.filled("half", stem=stems[n]) for n in range(1, 13)}
    alone = rules.numbered("alone")
    plain = {Decimal(n): forms + alone.get(n, ()) for n, forms in below_100.items()}
    values = _by_word(plain | halves)
    return NumberWords(
        values=values,
        counts=_by_form(below_100 | stems) | rules.one_thousand(),
        hundreds=_by_form(rules.hundreds(basic, stems)),
        thousands=tuple(map(spell, rules.templates("thousand"))),
        joiners=("", *map(spell, rules.templates("joiners"))),
        places={form: int(value) for form, value in values.items() if 1 <= value <= 20 and value == int(value)},
        decimal_mark=decimal_mark,
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """The table "numbers" of a file of words, and how its words are spelled."""

    table: Mapping[str, object]
    spell: Spell

    def numbered(self, name: str) -> Forms:
        forms = self.table.get(name)
        if not isinstance(forms, Mapping):
            raise ValueError(f'"numbers.{name}" must be a table: number = ["word", …]')  # noqa: TRY004 (a file's fault)
        return {int(number): tuple(dict.fromkeys(map(self.spell, words))) for number, words in forms.items()}

    def templates(self, name: str) -> list[str]:
        texts = self.table.get(name)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f'"numbers.{name}" must be a list of texts')
        return texts

    def filled(self, name: str, **parts: tuple[str, ...]) -> tuple[str, ...]:
        """Every way to fill the templates with the forms of their parts."""
        templates = [text.replace("}", "{").split("{") for text in self.templates(name)]
        spelled = [[piece if i % 2 else self._spelled(piece) for i, piece in enumerate(text)] for text in templates]
        ways = [dict(zip(parts, forms, strict=True)) for forms in product(*parts.values())]
        return tuple(dict.fromkeys(_joined(pieces, way) for pieces in spelled for way in ways))

    def _spelled(self, piece: str) -> str:
        return self.spell(piece) if piece else ""

    def tens(self, basic: Forms, stems: Forms) -> Forms:
        return {
            tens + unit: self.filled("tens", unit=basic[unit], stem=stems[unit], tens=basic[tens])
            for tens, unit in product(range(20, 100, 10), range(1, 10))
        }

    def hundreds(self, basic: Forms, stems: Forms) -> Forms:
        """The words listed for 200 to 900, else the rule; for 100 both ("hundert", "einhundert")."""
        composed = {n * 100: self.filled("hundreds", stem=stems[n]) for n in range(1, 10)}
        return composed | {n: basic[n] for n in composed if n in basic} | {100: basic[100] + composed[100]}

    def one_thousand(self) -> dict[str, int]:
        """Whether "thousand" alone is one thousand."""
        return {"": 1} if self.table.get("thousand_alone") else {}


def _joined(pieces: list[str], parts: Mapping[str, str]) -> str:
    """A template with its parts; every second piece is the name of one."""
    return together(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def _by_word(forms: Mapping[Decimal, tuple[str, ...]]) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    for number, words in forms.items():
        for word in words:
            if values.setdefault(word, number) != number:
                raise ValueError(f'"{word}" would mean both {values[word]} and {number}')
    return values


def _by_form(forms: Forms) -> dict[str, int]:
    return {form: number for number, words in forms.items() if number for form in words}
