# SPDX-License-Identifier: EUPL-1.2
"""How words become an option, a number, yes or no, or a command: the door to understanding.

Nothing here knows a language: its words are data (locales/words/<language>.toml), read at wiring by `read_words`.
Where two meanings are possible the answer is an `Unclear`, never a guess.
"""

from __future__ import annotations

from core.choice_replies import understand_choice, understand_yes_no
from core.command_replies import understand_command
from core.labels import Spelling
from core.language_words import LanguageWords, Meaning, read_words
from core.number_replies import understand_number
from core.spelling import normalised
from core.unclear import Unclear

__all__ = [
    "LanguageWords",
    "Meaning",
    "Spelling",
    "Unclear",
    "normalised",
    "read_words",
    "understand_choice",
    "understand_command",
    "understand_number",
    "understand_yes_no",
]
