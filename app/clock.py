# SPDX-License-Identifier: EUPL-1.2
"""The time: of this machine, or one that a trial moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The time of this machine (`core.ports.Clock`)."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """Stands still until it is moved (`core.ports.Clock`); for trials that live through weeks in a moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def move(self, by: timedelta) -> None:
        """Go on by so much, or back."""
        self._moment += by

    def move_to(self, moment: datetime) -> None:
        """Go to a moment; it must be aware."""
        self._moment = moment.astimezone(UTC)
