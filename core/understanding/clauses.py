# SPDX-License-Identifier: EUPL-1.2
"""A reply in clauses: what is set off by a mark, a picture or a word that begins a clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from core.understanding.spelling import is_picture
from core.understanding.words import LanguageWords, Meaning, Part

LONGEST_SIGNATURE = 4
"""Words. What is longer behind thanks is more than a name."""

_BEGIN_A_CLAUSE = {
    Meaning.POLITE, Meaning.FAREWELL, Meaning.PLACING, Meaning.BECAUSE, Meaning.CONTRAST, Meaning.YES, Meaning.NO,
}  # fmt: skip
_CLAUSE_END = re.compile(
    r"\.{2,}|…|(?<!\d)[.,;:!\n]+|[.,;:!\n]+(?!\d)|(?<![^\W\d_])\(+|\)+|(?<!\d)\s+[-\u2010-\u2015\u2212]+\s+|\s+[-\u2010-\u2015\u2212]+\s+(?!\d)"
)

_INSERTED = re.compile(r"\(([^()]*)\)\s*(\w[^.!?;:,()\n]*)")
"""A bracket inside a sentence, which is read behind it ("unsere Tochter (17) kommt sonst nicht heim")."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of one clause."""

    heard: tuple[str, ...]
    announces: bool = False
    """A colon or a word of concluding stands behind it: it leads to the answer."""
    signs: bool = False
    """Few words behind thanks, or in brackets."""
    apart: bool = False
    """More than a comma stands before it."""


Says = Callable[[tuple[str, ...]], bool]
"""Whether words are an answer as they stand."""


def clauses(text: str, words: LanguageWords) -> list[Clause]:
    """The clauses of a text that are set off by marks and pictures; none is empty."""
    marked = [part for clause in _marked(text, words) for part in _behind_pictures(clause)]
    return [
        replace(
            clause,
            announces=clause.announces or (behind is not None and behind.heard[0] in words.asides.conclusions),
            signs=clause.signs
            or (before is not None and len(clause.heard) <= LONGEST_SIGNATURE and _closes(before, clause, words)),
        )
        for before, clause, behind in zip([None, *marked], marked, [*marked[1:], None], strict=False)
    ]


def _closes(clause: Clause, behind: Clause, words: LanguageWords) -> bool:
    """Whether it ends in thanks, behind which a name may stand, or in a signature that goes on ("LG Anni u. Josef")."""
    parts = list(words.parts(clause.heard))
    thanks = [part.meaning is Meaning.POLITE for part in parts]
    return all(thanks) or (thanks[-1] and behind.apart) or len(without_signature(parts)) < len(parts)


def _marked(text: str, words: LanguageWords) -> Iterator[Clause]:
    text, begun, mark = _INSERTED.sub(r"\2 (\1)", text), 0, ""
    for found in (*_CLAUSE_END.finditer(text), None):
        end = found.start() if found else len(text)
        if found is not None and found[0] == "." and not _ends_sentence(text[begun:end], text[end + 1 :], words):
            continue
        if heard := words.tokens(text[begun:end]):
            yield Clause(heard, found is not None and ":" in found[0], "(" in mark, bool(mark) and "," not in mark)
        begun, mark = (found.end(), found[0]) if found else (end, "")


def _ends_sentence(before: str, behind: str, words: LanguageWords) -> bool:
    """Whether a full stop is none of an ordinal or of a shortened word ("Nr. 3", "ca. 10")."""
    if before[-1:].isdigit():
        alone = {words.meaning(token) for token in words.tokens(before)[:-1]} <= {Meaning.FILLER}
        return _begins_clause(behind, words) or (alone and _is_sentence(behind, words))
    last = words.tokens(before)[-1:]
    return not last or words.meaning(last[0]) not in {Meaning.MARKER, Meaning.ABOUT}


def _is_sentence(text: str, words: LanguageWords) -> bool:
    heard = words.tokens(" ".join(text.split()[:3]))
    return text[:2].strip().istitle() and len(heard) > 2 and not words.asides.is_time(heard[0])


def _begins_clause(text: str, words: LanguageWords) -> bool:
    """Whether what follows "3." begins anew, for else it is the third of something ("3. Dezember")."""
    heard = words.tokens(" ".join(text.split()[:3]))
    begins = (
        heard[:1]
        and heard[0] in words.asides.openers | words.asides.people | words.asides.verbs | words.asides.own_verbs
    )
    return not heard or bool(begins) or words.meaning(heard[0]) in _BEGIN_A_CLAUSE


def _behind_pictures(clause: Clause) -> Iterator[Clause]:
    begun = 0
    for at, token in enumerate(clause.heard[:-1], start=1):
        if is_picture(token) and not is_picture(clause.heard[at]):
            yield replace(clause, heard=clause.heard[begun:at], announces=False)
            begun = at
    yield replace(clause, heard=clause.heard[begun:])


def broken(clause: Clause, says: Says, words: LanguageWords, joiners: Collection[str] = ()) -> tuple[Clause, ...]:
    """A clause in two where an answer and a remark follow each other without a mark ("ja ich arbeite dort")."""
    heard, asides = clause.heard, words.asides
    for at in range(1, len(heard)):
        if heard[at - 1] in asides.attitudes or heard[at - 1] in asides.own_verbs or heard[at - 1] in asides.verbs:
            continue  # "nein sage | ich nicht"
        opens = heard[at] in asides.openers or heard[at] in asides.people or heard[at] in joiners
        begins = opens or words.meanings.get(heard[at : at + 2]) is Meaning.CONTRAST
        if (begins and says(heard[:at])) or (heard[at] in asides.conclusions and says(heard[at + 1 :])):
            before = replace(clause, heard=heard[:at], announces=heard[at] in asides.conclusions)
            return before, replace(clause, heard=heard[at:])
    return (clause,)


def broken_behind_yes(clause: Clause, words: LanguageWords) -> tuple[Clause, ...]:
    """A clause in two where more is joined to a yes or no at its beginning ("yes and please …", "ja aber nur …")."""
    heard, end = clause.heard, 0
    for part in words.parts(heard):
        if part.meaning not in {Meaning.YES, Meaning.NO, Meaning.POLITE}:
            break
        end += len(part.heard)
    joined = 0 < end < len(heard) and heard[end] in words.asides.unfinished
    return (replace(clause, heard=heard[:end]), replace(clause, heard=heard[end:])) if joined else (clause,)


def without_signature(parts: Sequence[Part]) -> Sequence[Part]:
    """What stands before a signature; a single word begins one only before a name ("ihr Peter", not "ihr macht …")."""
    for at, part in enumerate(parts):
        if part.meaning is Meaning.FAREWELL and (len(part.heard) > 1 or len(parts) - at <= LONGEST_SIGNATURE):
            return parts[:at]
    return parts


def leaves_open(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """Whether a reply as a whole is unfinished or holds a phrase of doubt, wherever its marks stand ("no, wait")."""
    phrases = (part for part in words.parts(heard) if len(part.heard) > 1)
    return is_unfinished(heard, words) or any(part.meaning is Meaning.DOUBT for part in phrases)


def is_unfinished(heard: tuple[str, ...], words: LanguageWords) -> bool:
    """Whether more is announced than was said ("ja und")."""
    return bool(heard) and heard[-1] in words.asides.unfinished
