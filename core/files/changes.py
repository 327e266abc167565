# SPDX-License-Identifier: EUPL-1.2
"""What may change in a consultation file while people are answering: texts, a later close, added languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime

from core.consultation import Consultation
from core.errors import Fault
from core.files.lines import Path
from core.files.plain_words import place_name, shown
from core.files.toml import read_toml
from core.texts import Texts

_NAMES_IN_FILE = {"choices": "options", "values": "is"}
"""Where a field cannot have the name of its key, because the contract or the language has taken that."""

_WAY_OUT = "Machen Sie die Änderung rückgängig, oder legen Sie eine neue Befragung mit eigenem Stichwort an."


def refused_changes(before: Consultation, after: Consultation, file_text: str, file: str) -> tuple[Fault, ...]:
    """The changes that an open consultation does not take, each with its line in the new file; () if all is well.

    Answers already given must go on to mean the same: only texts, a later `closes_at` and added languages may change.
    """
    toml = read_toml(file_text, file)
    refused = _refused(before, after)
    faults = [Fault(file, toml.line(path), place_name(path), wrong, _WAY_OUT) for path, wrong in refused]
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _refused(before: Consultation, after: Consultation) -> Iterator[tuple[Path, str]]:
    if gone := [language for language in before.languages if language not in after.languages]:
        yield ("languages",), f"Während die Befragung läuft, darf keine Sprache wegfallen: {', '.join(gone)}."
    if after.closes_at < before.closes_at:
        wrong = f"Während die Befragung läuft, darf ihr Schluss nicht früher werden; bisher: {shown(before.closes_at)}."
        yield ("closes_at",), wrong
    for path, old in _differences(before, after, ()):
        if path[0] not in {"languages", "closes_at"}:
            yield path, f"Das darf sich nicht ändern, während die Befragung läuft{_formerly(old)}."


def _differences(before: object, after: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Where both differ in more than texts, and what stood there before."""
    if _is_text(before) and _is_text(after):
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from _list_differences(before, after, path)
    elif is_dataclass(before) and type(before) is type(after):
        for field in fields(before):
            inner = (*path, _NAMES_IN_FILE.get(field.name, field.name))
            yield from _differences(getattr(before, field.name), getattr(after, field.name), inner)
    elif before != after:
        yield path, before


def _list_differences(
    before: tuple[object, ...], after: tuple[object, ...], path: Path
) -> Iterator[tuple[Path, object]]:
    """A list whose keys have changed is named once: at the first place that is new, else as a whole."""
    old, new = [_key(item) for item in before], [_key(item) for item in after]
    if old == new:
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from _differences(*pair, (*path, place))
    else:
        changed = (place for place, key in enumerate(new) if place >= len(old) or key != old[place])
        first = next(changed, None)
        yield (path if first is None else (*path, first)), ", ".join(map(str, old))


def _key(item: object) -> object:
    return getattr(item, "key", item)


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, Texts)


def _formerly(old: object) -> str:
    """What stood there, where it fits into a sentence."""
    if isinstance(old, bool | int | str | datetime):
        return f"; bisher: {shown(old)}"
    return ""
