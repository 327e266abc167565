# SPDX-License-Identifier: EUPL-1.2
"""Whether anything was said in a recording, and for how long. Pure."""

from __future__ import annotations

from datetime import datetime

SLACK_SECONDS = 0.15
"""By how much a recording may outlast its silence and still hold nothing; a word is longer."""
SHORTEST_WORD_SECONDS = 0.4


class TapeWatch:
    """One recording, by the clock of the exchange.

    The exchange cuts silence off, counts what is left as talk and drops what is no full second, so its own figures
    cannot tell "nothing" from "Ja.".
    """

    def __init__(self, silence_seconds: float = 0) -> None:
        self._silence_seconds = silence_seconds
        self._began_at: datetime | None = None
        self._cut = False

    def begin(self, at: datetime) -> None:
        """From now on it records."""
        self._began_at = at

    def cut(self) -> None:
        """A key or the caller has ended it, not silence."""
        self._cut = True

    def seconds(self, told: int, ended_at: datetime) -> int | None:
        """How long the speech is, of which the exchange has told so many seconds; None where there is none."""
        if self._began_at is None:
            return told
        lasted = (ended_at - self._began_at).total_seconds()
        if not self._cut and lasted <= self._silence_seconds + SLACK_SECONDS:
            return None
        return max(told, 1) if lasted >= SHORTEST_WORD_SECONDS else None
