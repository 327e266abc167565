# SPDX-License-Identifier: EUPL-1.2
"""A text in breaths: what a voice says in one go, and what sound is prepared for."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_BREATH = 200
"""Characters: about fifteen seconds, as long as anybody listens without a pause."""

_UNHEARD = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_MAYBE_END = re.compile(r"[.!?…؟。]+[)»“”\"']*\s+(?![a-zäöüß])")
_NO_END = re.compile(
    r"(?:\b[^\W\d_]|(?<!\d )(?<!\d, )\b\d\d?"
    r"|\b(?:Abs|Art|Bd|Dr|Hl|Mr|Mrs|Ms|No|Nr|Prof|St|Str|Tel|bzw|ca|evtl|ggf|inkl|lit|vgl))\.\s+$"
)
"""A full stop behind one letter, a number to 99 alone, or a short form ends no sentence: "z. B.", "23. November"."""
_CLAUSE_END = re.compile(r"[,;:–]\s+")


def breaths(text: str) -> tuple[str, ...]:
    """A text in breaths of at most `LONGEST_BREATH` characters: its sentences, cut only where one is too long.

    Sound is prepared for each breath. Blanks are single, what no voice can say is left out, and no word is lost.
    """
    lines = (" ".join(line.split()) for line in _UNHEARD.sub("", text).splitlines())
    found = (breath for line in lines for sentence in _sentences(line) for breath in _cut(sentence))
    return tuple(breath for breath in found if any(map(str.isalnum, breath)))


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in (found.end() for found in _MAYBE_END.finditer(line)):
        if not _NO_END.search(line, start, end):
            yield line[start:end].rstrip()
            start = end
    yield line[start:]


def _cut(sentence: str) -> Iterator[str]:
    """A sentence that is too long, between clauses, or else between words."""
    while len(sentence) > LONGEST_BREATH:
        head = sentence[: LONGEST_BREATH + 1]
        end = max((found.end() for found in _CLAUSE_END.finditer(head)), default=0) or head.rfind(" ") + 1
        end = min(end or LONGEST_BREATH, LONGEST_BREATH + 1)
        yield sentence[:end].rstrip()
        sentence = sentence[end:]
    yield sentence
