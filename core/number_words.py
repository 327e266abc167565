# SPDX-License-Identifier: EUPL-1.2
"""Number words of one language, put together from its few basic words by the rules in its file of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from core.spelling import nearest, together

Spell = Callable[[str], str]
"""A text as one word in the form in which words are compared."""

Forms = dict[int, tuple[str, ...]]
"""The words for each number."""

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, eq=False)
class NumberWords:
    """What numbers are called. Every word stands without spaces: "forty-two" as "fortytwo"."""

    values: Mapping[str, Decimal]
    """0 to 999 and the words with a half."""
    counts: Mapping[str, int]
    """How many thousands: 1 to 999 as they stand before "thousand"; "" counts as one where that is said."""
    thousands: tuple[str, ...]
    joiners: tuple[str, ...]
    """What may stand between the thousands and the rest; "" among them."""
    small: frozenset[str]
    """The words up to one hundred, in which typing errors are forgiven."""
    decimal_mark: str
    """ "," or "."; the other one groups thousands."""

    def value(self, heard: str) -> Decimal | None:
        """The number that this one word (without spaces) means, up to 999 999."""
        return self.values[heard] if heard in self.values else next(self._in_thousands(heard), None)

    def corrected(self, heard: str) -> frozenset[str]:
        """The number words up to one hundred that may have been meant by a word with typing errors."""
        return nearest(heard, self.small)

    def places(self) -> dict[str, int]:
        """The words that count the places of a short list: one to twenty."""
        return {form: int(value) for form, value in self.values.items() if 1 <= value <= 20 and value == int(value)}

    def _in_thousands(self, heard: str) -> Iterator[Decimal]:
        for thousand in self.thousands:
            before, found, after = heard.partition(thousand)
            if found:
                # Where the same letter met itself it was written once ("achtausend", "tausendrei").
                counts = [self.counts[count] for count in (before, before + thousand[0]) if count in self.counts]
                rests = self._rest(after, thousand[-1])
                yield from (Decimal(count * 1000 + rest) for count in counts for rest in rests)

    def _rest(self, after: str, letter: str) -> list[int]:
        if not after:
            return [0]
        rests = [rest.removeprefix(joiner) for rest in (after, letter + after) for joiner in self.joiners]
        return [int(value) for rest in rests if (value := self.values.get(rest, 0)) == int(value) > 0]


def compose(table: Mapping[str, object], decimal_mark: str, spell: Spell) -> NumberWords:
    """All number words that the rules of a language allow.

    `table` is "numbers" of a file of words: `words` (number = forms), `stems` (forms before a further part), and lists
    of templates: `tens` with {unit} or {stem}, and {tens}; `hundreds` and `half` with {stem}; `over_hundred` with
    {hundreds} and {rest}; `thousand` and `joiners` are plain words.

    Raises:
        ValueError: a rule is missing or misshapen, or two numbers would be called the same.
    """
    rules = _Rules(table, spell)
    basic = rules.numbered("words")
    stems = basic | rules.numbered("stems")
    below_100 = basic | rules.tens(basic, stems)
    hundreds = rules.hundreds(basic, stems)
    below_1000 = below_100 | hundreds | rules.over_hundred(hundreds, below_100)
    halves = {n + _HALF: rules.filled("half", stem=stems[n]) for n in range(1, 13)}
    return NumberWords(
        values=_by_word({Decimal(n): forms for n, forms in below_1000.items()} | halves),
        counts=_counts(below_1000, stems | rules.over_hundred(hundreds, below_100 | stems)) | rules.one_thousand(),
        thousands=tuple(map(spell, rules.templates("thousand"))),
        joiners=("", *map(spell, rules.templates("joiners"))),
        small=frozenset(form for n, forms in below_1000.items() if n <= 100 for form in forms),
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
        ways = product(self.templates(name), product(*parts.values()))
        return tuple(dict.fromkeys(self._joined(text, dict(zip(parts, forms, strict=True))) for text, forms in ways))

    def _joined(self, template: str, parts: Mapping[str, str]) -> str:
        """A template with its parts; what stands in it is spelled here, the parts are spelled already."""
        pieces = template.replace("}", "{").split("{")
        return together(parts[piece] if i % 2 else self.spell(piece) for i, piece in enumerate(pieces))

    def tens(self, basic: Forms, stems: Forms) -> Forms:
        return {
            tens + unit: self.filled("tens", unit=basic[unit], stem=stems[unit], tens=basic[tens])
            for tens, unit in product(range(20, 100, 10), range(1, 10))
        }

    def hundreds(self, basic: Forms, stems: Forms) -> Forms:
        """The words listed for 200 to 900, else the rule; for 100 both ("hundert", "einhundert")."""
        composed = {n * 100: self.filled("hundreds", stem=stems[n]) for n in range(1, 10)}
        return composed | {n: basic[n] for n in composed if n in basic} | {100: basic[100] + composed[100]}

    def over_hundred(self, hundreds: Forms, rests: Forms) -> Forms:
        return {
            hundred + rest: self.filled("over_hundred", hundreds=hundreds[hundred], rest=rests[rest])
            for hundred, rest in product(hundreds, range(1, 100))
        }

    def one_thousand(self) -> dict[str, int]:
        """Whether "thousand" alone is one thousand."""
        return {"": 1} if self.table.get("thousand_alone") else {}


def _by_word(forms: Mapping[Decimal, tuple[str, ...]]) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    for number, words in forms.items():
        for word in words:
            if values.setdefault(word, number) != number:
                raise ValueError(f'"{word}" would mean both {values[word]} and {number}')
    return values


def _counts(*tables: Forms) -> dict[str, int]:
    return {form: number for forms in tables for number, words in forms.items() if number for form in words}
