# SPDX-License-Identifier: EUPL-1.2
"""Which command a message is. An ordinary sentence never is one; an opt-out beside an answer is the opt-out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from core.commands import Command, CommandHeard
from core.understanding.command_words import Form
from core.understanding.spelling import LETTERS_PER_ERROR, LONGEST_REPLY, bare, nearest, together
from core.understanding.words import LanguageWords, Meaning, Part

_SENTENCE_END = re.compile(r"[.!?;\n]+")
_CLAUSE_END = re.compile(r"[.!?;,:\n]+")
_ANSWERS = {Meaning.YES, Meaning.YES_ALONE, Meaning.NO}
_LEFT_OUT = ({Meaning.POLITE}, {Meaning.POLITE, Meaning.LITTLE, Meaning.FILLER, Meaning.MARKER})
"""What may be left out to find an opt-out beside an answer; little at first, as phrases have little words too."""
_LONGEST_OPTION_NUMBER = 2
"""Digits. A longer number beside "stop" is a year or a line."""


def understand_command(text: str, words: LanguageWords, *, whole_message_only: bool = False) -> CommandHeard | None:
    """The command that a message is, or None.

    The whole message must be the command, but for politeness, signature and punctuation, and for words around it
    ("ich möchte … bitte"). An opt-out is also heard beside an answer ("1 und dann bitte STOP"), before an unknown word
    ("STOP BUS") and as a clause of its own. All this but the first is left out if `whole_message_only`: inside an open
    answer words that are a likely answer are no command, only opt-outs may be misspelt, and only its last clause opts
    out beside others, if it is about our messages ("keine SMS mehr", while "keine Busse mehr" is an idea).
    """
    said = _that_matters(text, words)
    form = frozenset(said)
    if whole_message_only:
        whole = None if form & words.commands.not_in_open_answers else _whole(form, words, {Command.STOP})
        return whole or (CommandHeard(Command.STOP) if _closes_by_opting_out(text, words) else None)
    if heard := _whole(form, words, set(Command)) or _shortened(form, words):
        return heard
    return CommandHeard(Command.STOP) if _before_a_word(said, words) or _opts_out_within(text, words) else None


def command_beside_keyword(
    text: str, keyword: str, words: LanguageWords, *, open_answer: bool = False
) -> CommandHeard | None:
    """A command with the keyword of a consultation beside it, which is its argument ("ERGEBNIS BUS", "STOP BUS").

    In an open answer an opt-out stands before the keyword, for "bus stop" is a place.
    """
    named = words.tokens(keyword)
    if not set(named) & set(words.tokens(text)):
        return None
    said = _that_matters(text, words)
    rest = [token for token in said if token not in named]
    if not 0 < len(rest) < len(said):
        return None
    heard = understand_command(" ".join(rest), words, whole_message_only=True)
    place = open_answer and said[-1] not in named
    if heard is None or heard.command is Command.LANGUAGE or (place and heard.command is Command.STOP):
        return None
    return CommandHeard(heard.command, keyword)


def _that_matters(text: str, words: LanguageWords) -> list[str]:
    """The words of a message without politeness, marks and signature; "?" only where there is nothing else."""
    said = list[str]()
    for part in words.parts(words.tokens(text)):
        if part.meaning is Meaning.FAREWELL and said:
            break
        if part.meaning not in {Meaning.POLITE, Meaning.FAREWELL}:
            said += bare(piece for piece in part.heard if words.meaning(piece) is not Meaning.POLITE)
    asked = [piece for piece in said if piece != "?"] or said
    written_apart = len(asked) > 1 and together(asked) in words.commands.single
    return [together(asked)] if written_apart else asked


def _whole(form: Form, words: LanguageWords, misspellable: set[Command]) -> CommandHeard | None:
    if command := words.commands.forms.get(form):
        return CommandHeard(command)
    if _is_stop(form, words):
        return CommandHeard(Command.STOP)
    return _language(form, words) or _with_number(form, words) or _misspelt(form, words, misspellable)


def _shortened(form: Form, words: LanguageWords) -> CommandHeard | None:
    rest = form - words.commands.around
    command = words.commands.shortened.get(rest)
    return CommandHeard(command) if command else _with_number(rest, words)


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
    markers = frozenset(token for token in rest if words.meaning(token) is Meaning.MARKER)
    command = words.commands.forms.get(rest - markers) or words.commands.forms.get(rest)
    return CommandHeard(command, digits[0]) if command in words.commands.with_number and len(digits) == 1 else None


def _is_number(token: str, words: LanguageWords) -> bool:
    return token.isdigit() or words.numbers.value(token) is not None


def _misspelt(form: Form, words: LanguageWords, misspellable: set[Command]) -> CommandHeard | None:
    """A single word of five letters or more that is nearest to the words of one command."""
    heard = next(iter(form), "")
    if len(form) != 1 or len(heard) < LETTERS_PER_ERROR or heard in words.commands.other_words or words.meaning(heard):
        return None
    meant = {words.commands.forms[frozenset({known})] for known in nearest(heard, words.commands.single)}
    return CommandHeard(meant.pop()) if len(meant) == 1 and meant <= misspellable else None


# ---------------------------------------------------------------------------------------------- opting out


def _is_stop(form: Form, words: LanguageWords) -> bool:
    reduced = form - words.commands.around_stop
    listed = reduced in words.commands.stops and not reduced <= words.commands.only_alone
    return listed or _in_one_of_the_ways(form, words) or _is_all_of_opting_out(form, words)


def _is_all_of_opting_out(form: Form, words: LanguageWords) -> bool:
    """A word that opts out and beside it only words that belong to opting out ("Stop bitte keine Fragen mehr")."""
    rest = form - words.commands.before_a_word
    turned = any(words.meaning(token) in {Meaning.NOT, Meaning.NO_ALONE} for token in rest)
    belongs = not turned and rest <= words.commands.way_words | words.commands.around_stop
    return rest != form and (belongs or words.commands.opts_out(rest))


def _in_one_of_the_ways(form: Form, words: LanguageWords) -> bool:
    if not any(map(str.isalpha, form)):
        return False
    corrected = words.commands.corrected(form, words.meanings)
    return words.commands.opts_out(form) or (corrected != form and words.commands.opts_out(corrected))


def _before_a_word(said: Sequence[str], words: LanguageWords) -> bool:
    """An opt-out and one word that nobody here knows, such as the keyword of a consultation ("STOP BUS")."""
    if len(said) != 2:
        return False
    first, second = said
    if first in words.commands.before_a_word:
        return _is_unknown(second, words)
    return second in words.commands.behind_a_word and _is_unknown(first, words)


def _is_unknown(token: str, words: LanguageWords) -> bool:
    return token.isalpha() and words.meaning(token) in {None, Meaning.FILLER} and not words.is_number(token)


def _opts_out_within(text: str, words: LanguageWords) -> bool:
    """Whether an opt-out stands beside an answer or in a sentence of its own; of a long text only the end is read."""
    end = text[-LONGEST_REPLY:]
    if _beside_an_answer(words.tokens(end), words) or _beside_a_command(words.tokens(end), words):
        return True
    clauses = _CLAUSE_END.split(end.rstrip(" .!?"))
    pieces = {piece.strip(" .!?") for piece in (*_SENTENCE_END.split(end), *clauses)}
    return any(_is_stop(frozenset(_that_matters(piece, words)), words) for piece in pieces) or (
        any(_in_one_of_the_ways(form, words) for clause in clauses for form in _between_joiners(clause, words))
    )


def _closes_by_opting_out(text: str, words: LanguageWords) -> bool:
    """Whether the last clause of an open answer, or what stands there behind "und", opts out of our messages."""
    last = _CLAUSE_END.split(text[-LONGEST_REPLY:].rstrip(" .!?"))[-1]
    forms = _between_joiners(last, words)
    return any(form & words.commands.no_idea and _in_one_of_the_ways(form, words) for form in forms)


def _between_joiners(clause: str, words: LanguageWords) -> Iterator[Form]:
    """The words between "und", "aber" and the like."""
    said = _that_matters(clause, words)
    for joins, piece in groupby(said, lambda token: token in words.asides.unfinished):
        if not joins:
            yield frozenset(piece)


def _beside_an_answer(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """An option number, yes or no, an opt-out, and otherwise only words that change nothing."""
    parts = list(words.parts(heard, words.commands.single))
    answers = [part for part in parts if _is_answer(part, words)]
    rest = [part for part in parts if part not in answers]
    forms = (_form(part for part in rest if part.meaning not in left_out) for left_out in _LEFT_OUT)
    return bool(answers) and any(_is_stop(form, words) for form in forms)


def _beside_a_command(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """An opt-out of one word and another command ("Nummer löschen und abmelden")."""
    parts = words.parts(heard, words.commands.single)
    form = _form(part for part in parts if part.meaning not in {Meaning.POLITE, Meaning.LITTLE})
    stops = frozenset(token for token in form if _is_stop(frozenset({token}), words))
    return bool(stops) and (form - stops) in words.commands.forms


def _is_answer(part: Part, words: LanguageWords) -> bool:
    heard = part.heard[0]
    if part.meaning is None and _is_number(heard, words):
        return not heard.isdigit() or len(heard) <= _LONGEST_OPTION_NUMBER
    return part.meaning in _ANSWERS and not any(words.meaning(word) is Meaning.NOT for word in part.heard)


def _form(parts: Iterable[Part]) -> Form:
    return frozenset(word for part in parts for word in bare(part.heard))
