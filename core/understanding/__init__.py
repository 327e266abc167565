# SPDX-License-Identifier: EUPL-1.2
"""How words become an option, a number, yes or no, or a command: the door to understanding.

Nothing here knows a language: its words are data (locales/words/<language>.toml), read at wiring by `read_words`.
Where two meanings are possible the answer is an `Unclear`, never a guess.
"""

from __future__ import annotations

from core.understanding.amounts import Named
from core.understanding.choice import choose, understand_choice, understand_yes_no
from core.understanding.commands import command_beside_keyword, understand_command
from core.understanding.labels import Spelling
from core.understanding.number import understand_number
from core.understanding.spelling import normalised
from core.understanding.unclear import Unclear
from core.understanding.words import LanguageWords, Meaning
from core.understanding.words_file import read_words

__all__ = [
    "LanguageWords",
    "Meaning",
    "Named",
    "Spelling",
    "Unclear",
    "choose",
    "command_beside_keyword",
    "normalised",
    "read_words",
    "understand_choice",
    "understand_command",
    "understand_number",
    "understand_yes_no",
]
