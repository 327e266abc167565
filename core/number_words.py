# SPDX-License-Identifier: EUPL-1.2
"""Number words of one language, put together from its few basic words by the rules in its file of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from core.spelling import nearest, together

Spell = Callable[[str], str]
"""A text as one word in the form in which words are compared."""

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


def compose(rules: Mapping[str, object], decimal_mark: str, spell: Spell) -> NumberWords:
    """All number words that the rules of a language allow.

    `rules` is the table "numbers" of a file of words: `words` (number = forms), `stems` (forms before a further
    part), and templates (lists of text): `tens` with {unit} or {stem}, and {tens}; `hundreds` with {stem};
    `over_hundred` with {hundreds} and {rest}; `half` with {stem}; `thousand` and `joiners` are plain words.

    Raises:
        ValueError: a rule is missing or misshapen, or two numbers would be called the same.
    """
    basic = _numbered(rules, "words", spell)
    stems = basic | _numbered(rules, "stems", spell)
    below_100 = basic | _tens(basic, stems, _templates(rules, "tens"), spell)
    hundreds = {n: basic.get(n, ()) for n in range(100, 1000, 100)}
    for n in range(1, 10):
        spoken = _filled(_templates(rules, "hundreds"), {"stem": stems[n]}, spell)
        hundreds[n * 100] = hundreds[n * 100] or spoken if n > 1 else (*hundreds[100], *spoken)
    below_1000 = below_100 | hundreds | _over_hundred(hundreds, below_100, _templates(rules, "over_hundred"), spell)
    halves = {n + _HALF: _filled(_templates(rules, "half"), {"stem": stems[n]}, spell) for n in range(1, 13)}
    thousands = tuple(map(spell, _templates(rules, "thousand")))
    return NumberWords(
        values=_by_word({Decimal(n): forms for n, forms in below_1000.items()} | halves),
        counts=_counts(below_1000, stems, once=bool(rules.get("thousand_alone"))),
        thousands=thousands,
        joiners=("", *map(spell, _templates(rules, "joiners"))),
        small=frozenset(form for n, forms in below_1000.items() if n <= 100 for form in forms),
        decimal_mark=decimal_mark,
    )


Forms = dict[int, tuple[str, ...]]


def _numbered(rules: Mapping[str, object], name: str, spell: Spell) -> Forms:
    table = rules.get(name, {})
    if not isinstance(table, Mapping):
        raise ValueError(f'"numbers.{name}" must be a table: number = ["word", …]')  # noqa: TRY004 (a fault of the file)
    return {int(number): tuple(dict.fromkeys(map(spell, forms))) for number, forms in table.items()}


def _templates(rules: Mapping[str, object], name: str) -> Sequence[str]:
    texts = rules.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f'"numbers.{name}" must be a list of texts')
    return texts


def _tens(basic: Forms, stems: Forms, templates: Sequence[str], spell: Spell) -> Forms:
    return {
        tens + unit: _filled(templates, {"unit": basic[unit], "stem": stems[unit], "tens": basic[tens]}, spell)
        for tens, unit in product(range(20, 100, 10), range(1, 10))
    }


def _over_hundred(hundreds: Forms, below_100: Forms, templates: Sequence[str], spell: Spell) -> Forms:
    return {
        hundred + rest: _filled(templates, {"hundreds": hundreds[hundred], "rest": below_100[rest]}, spell)
        for hundred, rest in product(hundreds, range(1, 100))
    }


def _filled(templates: Iterable[str], parts: Mapping[str, Sequence[str]], spell: Spell) -> tuple[str, ...]:
    """Every way to fill the templates; the parts are spelled already, what stands between them is spelled here."""
    filled = (
        _joined(template, dict(zip(parts, forms, strict=True)), spell)
        for template, forms in product(templates, product(*parts.values()))
    )
    return tuple(dict.fromkeys(filled))


def _joined(template: str, parts: Mapping[str, str], spell: Spell) -> str:
    pieces = template.replace("}", "{").split("{")
    return together(parts[piece] if i % 2 else spell(piece) for i, piece in enumerate(pieces))


def _by_word(forms: Mapping[Decimal, tuple[str, ...]]) -> dict[str, Decimal]:
    values: dict[str, Decimal] = {}
    for number, words in forms.items():
        for word in words:
            if values.setdefault(word, number) != number:
                raise ValueError(f'"{word}" would mean both {values[word]} and {number}')
    return values


def _counts(below_1000: Forms, stems: Forms, *, once: bool) -> dict[str, int]:
    forms = [below_1000, {n: stems[n] for n in range(1, 10)}]
    counts = {form: n for table in forms for n, words in table.items() if n for form in words}
    return counts | ({"": 1} if once else {})
