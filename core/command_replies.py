# SPDX-License-Identifier: EUPL-1.2
"""Which command a message is. An ordinary sentence never is one; an opt-out beside an answer is the opt-out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from core.commands import Command, CommandHeard
from core.language_words import Form, LanguageWords, Meaning, Part
from core.spelling import LETTERS_PER_ERROR, LONGEST_REPLY, bare, nearest

_SENTENCE_END = re.compile(r"[.!?;\n]+")
_CLAUSE_END = re.compile(r"[.!?;,:\n]+")
_ANSWERS = {Meaning.YES, Meaning.YES_ALONE, Meaning.NO}
_LEFT_OUT = ({Meaning.POLITE}, {Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER})
"""What may be left out to find an opt-out beside an answer; little at first, as phrases have little words too."""
_LONGEST_OPTION_NUMBER = 2
"""Digits. A longer number beside "stop" is a year or a line."""


def understand_command(text: str, words: LanguageWords, *, whole_message_only: bool = False) -> CommandHeard | None:
    """The command that a message is, or None.

    The whole message must be the command, but for politeness, signature and punctuation. An opt-out is also heard
    beside an answer ("1 und dann bitte STOP") and as a sentence of its own, unless `whole_message_only`: inside an open
    answer words that are a likely answer are no command, and only opt-outs may be misspelt.
    """
    form = frozenset(_that_matters(text, words))
    if whole_message_only:
        return None if form & words.commands.not_in_open_answers else _whole(form, words, {Command.STOP})
    heard = _whole(form, words, set(Command))
    return heard or (CommandHeard(Command.STOP) if _opts_out_within(text, words) else None)


def _that_matters(text: str, words: LanguageWords) -> list[str]:
    """The words of a message without politeness, marks and signature; "?" only where there is nothing else."""
    said = list[str]()
    for part in words.parts(words.tokens(text)):
        if part.meaning is Meaning.FAREWELL and said:
            break
        if part.meaning not in {Meaning.POLITE, Meaning.FAREWELL}:
            said += bare(piece for piece in part.heard if words.meanings.get((piece,)) is not Meaning.POLITE)
    asked = [piece for piece in said if piece != "?"] or said
    spaced_out = len(asked) > 2 and all(len(piece) == 1 for piece in asked)
    return ["".join(asked)] if spaced_out else asked


def _whole(form: Form, words: LanguageWords, misspellable: set[Command]) -> CommandHeard | None:
    if command := words.commands.forms.get(form):
        return CommandHeard(command)
    if _is_stop(form, words):
        return CommandHeard(Command.STOP)
    return _language(form, words) or _with_number(form, words) or _misspelt(form, words, misspellable)


def _is_stop(form: Form, words: LanguageWords) -> bool:
    reduced = form - words.commands.around_stop
    return reduced in words.commands.stops and not reduced <= words.commands.only_alone


def _language(form: Form, words: LanguageWords) -> CommandHeard | None:
    for around in words.commands.around_language:
        if tag := words.commands.languages.get(form - around):
            return CommandHeard(Command.LANGUAGE, tag)
    return None


def _with_number(form: Form, words: LanguageWords) -> CommandHeard | None:
    """A command that takes a number, and one number ("ÄNDERN 2")."""
    numbers = {token: words.numbers.value(token) for token in form if token.isalpha()}
    digits = [token if token.isdigit() else str(numbers[token]) for token in form if _is_number(token, words)]
    rest = frozenset(token for token in form if not _is_number(token, words))
    markers = frozenset(token for token in rest if words.meanings.get((token,)) is Meaning.MARKER)
    command = words.commands.forms.get(rest - markers) or words.commands.forms.get(rest)
    return CommandHeard(command, digits[0]) if command in words.commands.with_number and len(digits) == 1 else None


def _is_number(token: str, words: LanguageWords) -> bool:
    return token.isdigit() or words.numbers.value(token) is not None


def _misspelt(form: Form, words: LanguageWords, misspellable: set[Command]) -> CommandHeard | None:
    """A single word of five letters or more that is nearest to the words of one command."""
    heard = next(iter(form), "")
    if len(form) != 1 or len(heard) < LETTERS_PER_ERROR or heard in words.commands.other_words:
        return None
    if (heard,) in words.meanings:
        return None
    meant = {words.commands.forms[frozenset({known})] for known in nearest(heard, words.commands.single)}
    return CommandHeard(meant.pop()) if len(meant) == 1 and meant <= misspellable else None


# ---------------------------------------------------------------------------------------------- opting out


def _opts_out_within(text: str, words: LanguageWords) -> bool:
    """Whether an opt-out stands beside an answer or in a sentence of its own; of a long text only the end is read."""
    end = text[-LONGEST_REPLY:]
    return _beside_an_answer(words.tokens(end), words) or any(_is_opt_out(part, words) for part in _sentences(end))


def _sentences(text: str) -> Iterator[tuple[str, bool]]:
    """The sentences and the last clause (True) and the other clauses (False) of a message."""
    clauses = _CLAUSE_END.split(text.rstrip(" .!?"))
    yield from ((sentence, True) for sentence in [*_SENTENCE_END.split(text), clauses[-1]])
    yield from ((clause, False) for clause in clauses)


def _is_opt_out(part: tuple[str, bool], words: LanguageWords) -> bool:
    """One word opts out as a sentence or at the end; a whole phrase also as a clause between others."""
    text, is_sentence = part
    form = frozenset(_that_matters(text, words)) - words.commands.around_stop
    return _is_stop(form, words) and (is_sentence or len(form) > 1)


def _beside_an_answer(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """An option number, yes or no, an opt-out, and otherwise only words that change nothing."""
    parts = list(words.parts(heard, words.commands.single))
    answers = [part for part in parts if _is_answer(part, words)]
    rest = [part for part in parts if part not in answers]
    forms = (_form(part for part in rest if part.meaning not in left_out) for left_out in _LEFT_OUT)
    return bool(answers) and any(_is_stop(form, words) for form in forms)


def _is_answer(part: Part, words: LanguageWords) -> bool:
    heard = part.heard[0]
    if part.meaning is None and _is_number(heard, words):
        return not heard.isdigit() or len(heard) <= _LONGEST_OPTION_NUMBER
    return part.meaning in _ANSWERS and not any(words.meanings.get((word,)) is Meaning.NOT for word in part.heard)


def _form(parts: Iterable[Part]) -> Form:
    return frozenset(word for part in parts for word in bare(part.heard))
