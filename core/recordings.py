# SPDX-License-Identifier: EUPL-1.2
"""What people have spoken: where a recording stands between the provider and the town hall, and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class RecordingState(StrEnum):
    """`waiting → fetched → deleting → gone`; `failed` where it was not had, or is no sound that can be kept."""

    WAITING = "waiting"
    """At the provider; a job fetches it."""
    FETCHED = "fetched"
    """With us, encrypted. While its reference is known, the provider still has to delete its own."""
    DELETING = "deleting"
    """Taken back: nothing of it is with us, and a job deletes it at the provider."""
    GONE = "gone"
    """Deleted here and there."""
    FAILED = "failed"
    """A person must look: what the provider has is named by the reference."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording that a turn has brought. `reference` is the provider's id, `id` our own random one.

    `consultation_id` and `question` are None for a message to the town hall.
    """

    id: str
    consultation_id: str | None
    question: str | None
    reference: str
    seconds: int
    language: str


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A recording as it is kept, without its sound. It leads to nobody: the answer in the ballot box holds its id.

    `reference` is None once the provider has nothing left. `day` is in UTC; a finer time could be matched with calls.
    `tries` counts in the present state. `size` is in bytes, 0 while there is no sound with us.
    """

    id: str
    consultation_id: str | None
    question: str | None
    language: str
    channel: str
    provider: str
    reference: str | None
    seconds: int
    day: date
    state: RecordingState
    tries: int = 0
    error: str | None = None
    silent: bool = False
    """Nobody can be heard in it."""
    size: int = 0
    transcript: str | None = None

    @property
    def is_at_provider(self) -> bool:
        """Whether the provider has (or may have) something of it."""
        return self.reference is not None


# ------------------------------------------------------------------------------------------------------- asking again

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 34
"""So many tries take a day: ten in the first hour and a half, then one every hour. A provider makes a file ready in
seconds, but may be away for longer."""


def next_try(tries: int, now: datetime) -> datetime:
    """When to ask the provider again after so many tries: 5 s, 10 s, 20 s …, at most an hour."""
    doublings = min(max(tries, 1), MOST_TRIES) - 1
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
