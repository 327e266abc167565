# SPDX-License-Identifier: EUPL-1.2
"""What every question has, whatever its type: a key, its text, whether it may be passed, and when it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict

from core.files.entry import Entry
from core.questions.contract import Condition
from core.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The part that all types share. A type is a dataclass that adds its own fields to these."""

    key: str
    text: Texts
    explain: Texts | None = None
    optional: bool = False
    asked_if: Condition | None = None


class AskedFields(TypedDict):
    """The fields of `Asked`, to hand on to a type."""

    key: str
    text: Texts
    explain: Texts | None
    optional: bool
    asked_if: Condition | None


def read_asked(entry: Entry) -> AskedFields:
    """Read what every question has; a type calls this first in its `read`."""
    return {
        "key": read_key(entry),
        "text": entry.texts("text"),
        "explain": entry.texts_or_none("explain"),
        "optional": entry.boolean("optional"),
        "asked_if": _condition(entry),
    }


def read_key(entry: Entry) -> str:
    """The name of a question or option in files and exports: a to z, digits and _, a letter first."""
    key = entry.words("key")
    if key and not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        wrong = "Dieser Name kann nicht verwendet werden; er steht in Dateien und Auswertungen."
        entry.fault("key", wrong, 'Nehmen Sie kleine Buchstaben von a bis z, Ziffern und _: key = "abends_2"')
    return key


def _condition(entry: Entry) -> Condition | None:
    if not entry.holds("asked_if"):
        return None
    condition = entry.table("asked_if")
    return Condition(condition.words("question"), condition.word_list("is"))
