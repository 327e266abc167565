# SPDX-License-Identifier: EUPL-1.2
"""How words become an option, a number or a command. A language's words are data handed in at wiring."""
from __future__ import annotations
from dataclasses import dataclass

@dataclass(frozen=True, slots=True)
class LanguageWords:
    """placeholder"""
