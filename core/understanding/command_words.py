# SPDX-License-Identifier: EUPL-1.2
"""The words for commands and the ways to opt out, read from a language's file of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.commands import Command
from core.understanding.spelling import nearest, tokens_of_each, word, word_of_each
from core.understanding.word_lists import table_of, texts_of

MISSPELT_AT_MOST = 2
"""Words of an opt-out; what holds more words that nobody knows is about something else."""

Form = frozenset[str]
"""The words that make a command; their order and repetition do not matter."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to say an opt-out: a word of each list, and beside them only words that may stand there."""

    lists: tuple[frozenset[str], ...]
    allowed: frozenset[str]

    def says(self, form: Form) -> bool:
        """Whether these words opt out in this way."""
        return form <= self.allowed and all(form & words for words in self.lists)


@dataclass(frozen=True, slots=True, eq=False)
class CommandWords:
    """The words for commands."""

    forms: Mapping[Form, Command]
    single: Mapping[str, Command]
    """The forms of one word."""
    shortened: Mapping[Form, Command]
    """The forms without the words around a command."""
    around: frozenset[str]
    """Words around a command that change nothing ("ich möchte … bitte")."""
    stops: frozenset[Form]
    """The forms of STOP without the words around it."""
    around_stop: frozenset[str]
    """Words around an opt-out that change nothing ("ich möchte … bekommen")."""
    ways: tuple[Way, ...]
    way_words: frozenset[str]
    """All words of all lists of the ways to opt out, for these alone may be misspelt."""
    before_a_word: frozenset[str]
    """Opt-outs that may stand before one word that nobody here knows ("STOP BUS")."""
    behind_a_word: frozenset[str]
    """The same behind it ("BUS abmelden")."""
    only_alone: frozenset[str]
    """Opt-outs that also have an everyday meaning; understood only as the whole message."""
    not_in_open_answers: frozenset[str]
    """Words that are a likely open answer ("Rathaus")."""
    no_idea: frozenset[str]
    """Words of opt-outs that no open answer has for another reason ("SMS")."""
    other_words: frozenset[str]
    """Words that are no typing error of a command ("Stadt" for START)."""
    with_number: frozenset[Command]
    languages: Mapping[Form, str]
    """Names of languages to BCP 47 tags."""
    around_language: tuple[frozenset[str], ...]
    """What may be left out around the name of a language, step by step."""

    def opts_out(self, form: Form) -> bool:
        """Whether these words are one of the ways to opt out."""
        return any(way.says(form) for way in self.ways)

    def corrected(self, form: Form, known: Mapping[tuple[str, ...], object]) -> Form:
        """The same words, each that nobody knows as the word of an opt-out that it was meant to be."""
        unknown = {heard for heard in form if (heard,) not in known and heard not in self.way_words | self.around_stop}
        if len(unknown) > MISSPELT_AT_MOST:
            return form
        return form - unknown | {min(nearest(heard, self.way_words), default=heard) for heard in unknown}


def read_commands(file: Mapping[str, object], letters: Mapping[str, str]) -> CommandWords:
    """The tables "commands", "opt_outs" and "languages" of a file of words.

    Raises:
        ValueError: a list is missing or misshapen, or one text stands under two commands.
    """
    table, languages = table_of(file, "commands"), table_of(file, "languages")

    def each_word(name: str) -> frozenset[str]:
        return frozenset(word_of_each(texts_of(table, name), letters))

    forms = _forms(table, letters)
    around, around_stop, before = each_word("around"), each_word("around_stop"), each_word("before_language")
    likely = each_word("not_in_open_answers")
    ways = _ways(table_of(file, "opt_outs"), around_stop, letters)
    return CommandWords(
        forms=forms,
        single={token: command for known, command in forms.items() if len(known) == 1 for token in known},
        shortened=_shortened({form: said for form, said in forms.items() if not form & likely}, around),
        around=around,
        stops=frozenset(_reduced(known, around_stop) for known, command in forms.items() if command is Command.STOP),
        around_stop=around_stop,
        ways=ways,
        way_words=frozenset().union(*(words for way in ways for words in way.lists)),
        before_a_word=each_word("before_a_word"),
        behind_a_word=each_word("behind_a_word"),
        only_alone=each_word("only_alone"),
        not_in_open_answers=likely,
        no_idea=each_word("no_idea"),
        other_words=each_word("other_words"),
        with_number=frozenset(map(Command, texts_of(table, "with_number"))),
        languages={form: tag for tag in languages for form in _each_form(texts_of(languages, tag), letters)},
        around_language=(before, before | each_word("language_itself")),
    )


def _each_form(texts: Sequence[str], letters: Mapping[str, str]) -> list[Form]:
    return list(map(frozenset, tokens_of_each(texts, letters)))


def _forms(table: Mapping[str, object], letters: Mapping[str, str]) -> dict[Form, Command]:
    forms: dict[Form, Command] = {}
    for command in (each for each in Command if each in table):  # one that only a key says has no words
        texts = texts_of(table, command)
        for text, form in zip(texts, _each_form(texts, letters), strict=True):
            if forms.setdefault(form, command) is not command:
                raise ValueError(f'"{text}" stands under both {forms[form]} and {command}')
    return forms


def _shortened(forms: Mapping[Form, Command], around: frozenset[str]) -> dict[Form, Command]:
    """STOP has rules of its own; what would mean two commands means none."""
    meant: dict[Form, set[Command]] = {}
    for form, command in forms.items():
        meant.setdefault(_reduced(form, around), set()).add(command)
    return {form: min(said) for form, said in meant.items() if len(said) == 1 and Command.STOP not in said}


def _reduced(form: Form, around: frozenset[str]) -> Form:
    """A form without the words around it, unless it would shrink to a single word."""
    return form - around if len(form - around) > 1 else form


def _ways(table: Mapping[str, object], around: frozenset[str], letters: Mapping[str, str]) -> tuple[Way, ...]:
    """`ways` are templates of the lists under `words` ("{no} {messages}"); `beside`, lists too, may stand in all."""
    lists = table_of(table, "words")
    known = {name: frozenset(word_of_each(texts_of(lists, name), letters)) for name in lists}
    beside = around.union(*(known.get(text.strip("{}"), {word(text, letters)}) for text in texts_of(table, "beside")))
    return tuple(_way(text, known, beside) for text in texts_of(table, "ways"))


def _way(template: str, known: Mapping[str, frozenset[str]], beside: frozenset[str]) -> Way:
    names = [name.strip("{}") for name in template.split()]
    if unknown := set(names) - set(known):
        raise ValueError(f'"opt_outs.ways" has "{template}", but no list "{min(unknown)}"')
    lists = tuple(known[name] for name in names)
    return Way(lists, beside.union(*lists))
