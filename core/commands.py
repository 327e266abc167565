# SPDX-License-Identifier: EUPL-1.2
"""Words that mean the same everywhere. Which words they are is data of each language (`core.understanding`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Command(StrEnum):
    """What a person can ask of the service at any time, on every channel."""

    STOP = "STOP"
    """End everything that we start. Wins over an answer in the same message."""
    START = "START"
    """Receive messages again, and begin at reception."""
    HELP = "HELP"
    BACK = "BACK"
    REPEAT = "REPEAT"
    LANGUAGE = "LANGUAGE"
    """With a language as argument: switch; without: choose."""
    RESULT = "RESULT"
    DELETE = "DELETE"
    SKIP = "SKIP"
    """Pass over an optional question."""
    CHANGE = "CHANGE"
    """List one's answers, to change one."""
    PERSON = "PERSON"
    """Reach the town hall."""
    DONE = "DONE"
    """Stop here; what was answered counts. On the check page: send."""
    CALL_BACK = "CALL_BACK"
    """Be called by the service, to take part by telephone."""
    AID = "AID"
    """Help within a call; only a key says it."""
    LINK = "LINK"
    UNLINK = "UNLINK"


@dataclass(frozen=True, slots=True)
class CommandHeard:
    """A command as it was said. `argument` is what stood behind it, e.g. the language in "SPRACHE Englisch"."""

    command: Command
    argument: str = ""
