# SPDX-License-Identifier: EUPL-1.2
"""A reply as a text message: what stands where, and what is left out first so that it stays short.

What is left out, in this order, to reach one segment: the progress, then the hints, the first one first. Only to reach
two: the greeting is cut to its first sentence, then left out; then the confirmation; then what was asked for
(information, farewell) is cut at the end, between sentences. Never left out: the notice, the problem, the question,
its options, the receipt. Background to a question never comes by text message. Words are never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from channels.numbered import numbered
from core.phrases import Phrases
from core.turns import EnterNumber, Reply, Role, Wording
from sms.gsm7 import measure, plain_letters, plain_signs

LONGEST_PART = 1600
"""UTF-16 units in one message at most, the limit of the provider (twilio.com/docs/api/errors/21617)."""
MOST_SEGMENTS = 2
GSM7_LANGUAGES = frozenset({"de", "en"})
"""Languages whose own letters are all in GSM-7. In any other, letters are kept: every word would be misspelt."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One thing to say, ready for the narrow line, and what it is for."""

    role: Role
    text: str


_Pieces = tuple[_Piece, ...]


def sms_text(reply: Reply, phrases: Phrases) -> str:
    """The reply as one text, as short as it has to be; "" where there is nothing to say."""
    plain = plain_letters if reply.language.partition("-")[0] in GSM7_LANGUAGES else plain_signs
    pieces = _pieces(reply, phrases)
    relaxed = [plain(_joined(each)) for each in _without_extras(pieces)]
    within = next((text for text in relaxed if measure(text).count <= 1), None)
    if within is not None:
        return within
    tightened = (plain(_joined(each)) for each in _tightened(_bare(pieces)))
    return _first_within(MOST_SEGMENTS, chain(relaxed, tightened))


def parts(text: str) -> tuple[str, ...]:
    """A text in messages of at most `LONGEST_PART` units, cut between lines or words; empty for an empty text."""
    cut: list[str] = []
    while _units(text) > LONGEST_PART:
        head = _longest_head(text)
        cut.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return (*cut, text) if text else tuple(cut)


# ------------------------------------------------------------------------------------------------- what stands where


def _pieces(reply: Reply, phrases: Phrases) -> _Pieces:
    """Everything there is to say, in the order of the reply; what can be chosen stands below the question."""
    said = [_Piece(line.role, tidy(line.wording.narrow)) for line in reply.say if line.role is not Role.EXPLANATION]
    choices = _Piece(Role.QUESTION, _choices(reply, phrases))
    asked_at = max((place for place, piece in enumerate(said) if piece.role is Role.QUESTION), default=None)
    if asked_at is not None and choices.text:
        said.insert(asked_at + 1, choices)
    return tuple(piece for piece in said if piece.text)


def _choices(reply: Reply, phrases: Phrases) -> str:
    """The numbered options, or what the ends of a scale mean; "" where the question says it all."""
    if isinstance(reply.expects, EnterNumber):
        return tidy(_ends(reply.expects, phrases, reply.language))
    return "\n".join(tidy(line) for line in numbered(reply.expects, _narrow, phrases, reply.language))


def _ends(expects: EnterNumber, phrases: Phrases, language: str) -> str:
    """What the ends of a scale mean. Without labels the question or the hint names the numbers."""
    if expects.least_label is None or expects.most_label is None:
        return ""
    low, high = expects.least_label.narrow, expects.most_label.narrow
    ends = phrases.wording("sms.ends", language, least=str(expects.least), low=low, most=str(expects.most), high=high)
    return ends.narrow


def _narrow(wording: Wording) -> str:
    return wording.narrow


_LINE_BREAK = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_NOT_SENT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def tidy(text: str) -> str:
    """The text without what a telephone or XML cannot hold, and without marks that turn the direction of writing.

    A person's own words come back in the list of her answers; none of them may spoil what stands beside them (A14).
    """
    lines = _LINE_BREAK.sub("\n", text).replace("\t", " ").split("\n")
    return "\n".join(_NOT_SENT.sub("", line).strip(" ") for line in lines).strip("\n")


def _joined(pieces: _Pieces) -> str:
    return "\n".join(piece.text for piece in pieces)


# ------------------------------------------------------------------------------------------------- what is left out


def _without_extras(pieces: _Pieces) -> Iterator[_Pieces]:
    """The pieces, then ever fewer of those that only make it easier."""
    yield pieces
    for role in (Role.PROGRESS, Role.HINT):
        while any(piece.role is role for piece in pieces):
            pieces = _without_first(role, pieces)
            yield pieces


def _bare(pieces: _Pieces) -> _Pieces:
    return tuple(piece for piece in pieces if piece.role not in {Role.PROGRESS, Role.HINT})


def _tightened(pieces: _Pieces) -> Iterator[_Pieces]:
    """Ever fewer of what is missed when it is gone."""
    pieces = tuple(_first_sentence(piece) if piece.role is Role.GREETING else piece for piece in pieces)
    yield pieces
    for role in (Role.GREETING, Role.CONFIRMATION):
        pieces = tuple(piece for piece in pieces if piece.role is not role)
        yield pieces
    yield from _cut_from_the_end(pieces)


def _cut_from_the_end(pieces: _Pieces) -> Iterator[_Pieces]:
    """Information loses its last sentence, then the one before; only the very first at last loses its last words."""
    cuttable = [place for place, piece in enumerate(pieces) if piece.role in {Role.INFORMATION, Role.FAREWELL}]
    for place in reversed(cuttable):
        cut = chain(_by_sentences(pieces[place].text), _by_words(pieces[place].text) if place == cuttable[0] else ())
        for shorter in (*cut, ""):
            pieces = (*pieces[:place], _Piece(pieces[place].role, shorter), *pieces[place + 1 :])
            yield tuple(piece for piece in pieces if piece.text)


def _without_first(role: Role, pieces: _Pieces) -> _Pieces:
    place = next(place for place, piece in enumerate(pieces) if piece.role is role)
    return pieces[:place] + pieces[place + 1 :]


def _first_within(most_segments: int, texts: Iterator[str]) -> str:
    """The first text that is short enough, or else the last there is."""
    text = ""
    for text in texts:
        if measure(text).count <= most_segments:
            break
    return text


# ------------------------------------------------------------------------------------------------- where to cut

_BETWEEN_SENTENCES = re.compile(r"(?<=[^\W\d_]{2}[.!?…])[ \n]+(?=[^\s\da-zäöüß]|https?:)|(?<=[؟。])\s*|\n+")
"""After two letters and a full stop, so that "z. B." and "23. November" stay whole."""


def _first_sentence(piece: _Piece) -> _Piece:
    return _Piece(piece.role, _BETWEEN_SENTENCES.split(piece.text, maxsplit=1)[0])


def _by_sentences(text: str) -> Iterator[str]:
    """The text without its last sentence, without its last two … down to the first."""
    ends = [found.start() for found in _BETWEEN_SENTENCES.finditer(text)]
    return (text[:end] for end in reversed(ends))


def _by_words(text: str) -> Iterator[str]:
    """The first sentence without its last word, without its last two and so on."""
    words = _BETWEEN_SENTENCES.split(text, maxsplit=1)[0].split(" ")
    return (" ".join(words[:count]).rstrip(" .,;:") + " ..." for count in range(len(words) - 1, 0, -1))


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _longest_head(text: str) -> str:
    """As much of the text as one message holds, up to a line's end, else a word's end, else to the last unit."""
    head = text[:LONGEST_PART]
    while _units(head) > LONGEST_PART:
        head = head[: len(head) - max(1, (_units(head) - LONGEST_PART) // 2)]
    for boundary in ("\n", " "):
        if boundary in head.strip():
            return head[: head.rindex(boundary) + 1]
    return head
