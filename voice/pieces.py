# SPDX-License-Identifier: EUPL-1.2
"""A text from prepared pieces: the fewest that say it word by word. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Clips = tuple[str, ...]
"""Names of sound files, in order."""

_AROUND = " \t.,;:!?…\"'„“”‚‘’»«()[]*_–—-"
_BELOW_ZERO = re.compile(r"[-\u2212]\d")
ORDINAL = re.compile(r"\d{1,2}\.", re.ASCII)


def normal(text: str) -> str:
    """A text in Unicode's composed form, blanks collapsed: the same text is the same sound."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that can be heard, as they are written."""
    return tuple(word for word in normal(text).split(" ") if any(map(str.isalnum, word)))


def as_heard(text: str) -> str:
    """A text without what cannot be heard: capitals and signs. The point of "31. März" stays, for it is heard."""
    words = words_of(text)
    last = len(words) - 1
    return " ".join(_bare(word, ends=place == last) for place, word in enumerate(words))


def _bare(word: str, *, ends: bool) -> str:
    if ORDINAL.fullmatch(word) and not ends:
        return word
    minus = "-" if _BELOW_ZERO.match(word) else ""
    return minus + word.strip(_AROUND).casefold()


def cover(words: tuple[str, ...], clips_of: Callable[[tuple[str, ...]], Clips | None], longest: int) -> Clips | None:
    """The fewest pieces that say these words, the longest first; None where some word is in no piece.

    `clips_of` gives the clips that say so many words in one go; no piece has more than `longest` words.
    """
    best: list[tuple[int, Clips] | None] = [*([None] * len(words)), (0, ())]
    for start in range(len(words) - 1, -1, -1):
        for end in range(min(len(words), start + longest), start, -1):
            rest = best[end]
            here = clips_of(words[start:end]) if rest is not None else None
            if rest is None or here is None:
                continue
            taken = best[start]
            if taken is None or rest[0] + len(here) < taken[0]:
                best[start] = (rest[0] + len(here), here + rest[1])
    return best[0][1] if best and best[0] else None
