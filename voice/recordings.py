# SPDX-License-Identifier: EUPL-1.2
"""From the provider to the town hall: recordings are fetched while nobody waits, and deleted where they came from.

Both are jobs that ask what is due, so they may run twice, late, or in two processes. Nothing that a provider does
loses a recording: it is asked again, with growing waits, and what cannot be kept stays there for a person to look at.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from channels.errors import Rejected, SendError
from core.ports import Clock
from core.recording_store import RecordingStore
from core.recordings import LONGEST_WAIT, MOST_TRIES, KeptRecording, RecordingState, next_try
from voice.recorded import MOST_BYTES, NotKept, checked

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Recordings in one run, so that a job never holds up the others for long."""
WHILE_HER_CALL_LASTS = timedelta(minutes=30)
"""She may want to hear it again, and the provider plays its own copy best; then it is deleted there."""
QUOTA_BYTES = 1_000_000_000
"""Sound of one consultation, about five hundred recordings of the longest kind (reliability D16)."""


class RecordingSource(Protocol):
    """Where recordings wait: the account at a provider, or the town's own exchange."""

    def fetch_recording(self, reference: str, most_bytes: int) -> bytes | None:
        """The whole file; None while it is not there.

        Raises SendError, `Rejected` as soon as it has more bytes than that: no more of it is read.
        """

    def delete_recording(self, reference: str) -> None:
        """Delete it there; one that is not there any more is deleted. Raises SendError."""


class Became(StrEnum):
    """What one run made of a recording."""

    KEPT = "kept"
    DELETED = "deleted"
    LATER = "later"
    NO_ROOM = "no room"
    """Its consultation has as much sound as it may have; it waits at the provider."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fetching:
    """What the jobs need, joined once at wiring. `sources` is by provider: "twilio", "asterisk"."""

    sources: Mapping[str, RecordingSource]
    recordings: RecordingStore
    clock: Clock
    quota_bytes: int = QUOTA_BYTES
    deleted_after: timedelta = timedelta(0)
    """How long the provider's copy stays once ours is here."""


# ------------------------------------------------------------------------------------------------------- fetching


def fetch_recordings(town: str, fetching: Fetching) -> Counter[Became]:
    """Fetch what is due; how many became what."""
    due = fetching.recordings.due(town, fetching.clock.now(), AT_ONCE)
    return _Run(town, fetching).over(due, _fetch)


def delete_recordings(town: str, fetching: Fetching) -> Counter[Became]:
    """Delete at the providers what is with us, or was taken back; how many became what. Never given up."""
    due = fetching.recordings.to_delete(town, fetching.clock.now(), AT_ONCE)
    return _Run(town, fetching).over(due, _delete)


class _Run:
    """One run over recordings that are due. A provider that is away is asked once, and then left alone."""

    def __init__(self, town: str, fetching: Fetching) -> None:
        self.town = town
        self.fetching = fetching
        self._away: set[str] = set()

    def over(self, due: Iterable[KeptRecording], do: _Doing) -> Counter[Became]:
        return Counter(self._one(each, do) for each in due if each.provider not in self._away)

    def _one(self, recording: KeptRecording, do: _Doing) -> Became:
        source = self.fetching.sources.get(recording.provider)
        if source is None:
            return self.later(recording)
        try:
            return do(self, source, recording)
        except SendError as error:
            self._away.add(recording.provider)
            log.warning("recordings of %s: %s, tried again", recording.provider, error)
            return self.later(recording)

    def later(self, recording: KeptRecording, wait: timedelta | None = None) -> Became:
        now = self.fetching.clock.now()
        again = now + wait if wait else next_try(recording.tries + 1, now)
        self.fetching.recordings.later(self.town, recording.id, again)
        return Became.LATER

    def failed(self, recording: KeptRecording, why: str) -> Became:
        self.fetching.recordings.failed(self.town, recording.id, why)
        return Became.FAILED


class _Doing(Protocol):
    """What is done with one recording. Raises SendError where the provider cannot be asked now."""

    def __call__(self, run: _Run, source: RecordingSource, recording: KeptRecording, /) -> Became: ...


def _fetch(run: _Run, source: RecordingSource, recording: KeptRecording) -> Became:
    recordings = run.fetching.recordings
    if recordings.kept_bytes(run.town, recording.consultation_id) + MOST_BYTES > run.fetching.quota_bytes:
        log.warning("recordings: no room for more in consultation %s", recording.consultation_id)
        run.later(recording, LONGEST_WAIT)
        return Became.NO_ROOM
    try:
        given = source.fetch_recording(recording.reference or "", MOST_BYTES)
        if given is None:
            is_over = recording.tries + 1 >= MOST_TRIES
            return run.failed(recording, "never came") if is_over else run.later(recording)
        sound = checked(given)
    except (Rejected, NotKept) as error:
        return run.failed(recording, str(error))
    now = run.fetching.clock.now()
    recordings.keep(run.town, recording.id, sound.wav, silent=sound.silent, at=now)
    if run.fetching.deleted_after:
        recordings.later(run.town, recording.id, now + run.fetching.deleted_after)
    return Became.KEPT


def _delete(run: _Run, source: RecordingSource, recording: KeptRecording) -> Became:
    source.delete_recording(recording.reference or "")
    run.fetching.recordings.gone(run.town, recording.id)
    return Became.DELETED


# ------------------------------------------------------------------------------------------------------- what is left


def left_at_providers(kept: Iterable[KeptRecording]) -> Counter[tuple[str, RecordingState]]:
    """How many recordings the providers still have, by provider and state, for the daily report (reliability E14)."""
    return Counter((each.provider, each.state) for each in kept if each.is_at_provider)
