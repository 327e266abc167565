# SPDX-License-Identifier: EUPL-1.2
"""Why a reply was not taken: what the core says instead of guessing."""

from __future__ import annotations

from enum import Enum, auto


class Unclear(Enum):
    """The reasons for asking again."""

    NOTHING = auto()
    """No option, yes, no or number was recognised."""
    SEVERAL = auto()
    """More than one meaning is possible."""
    TOO_MANY = auto()
    """More options than may be chosen."""
    STANDS_ALONE = auto()
    """An exclusive option was named together with others."""
    NO_NUMBER = auto()
    TOO_SMALL = auto()
    TOO_LARGE = auto()
    TOO_PRECISE = auto()
    """More decimals than asked for."""
