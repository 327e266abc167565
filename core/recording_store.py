# SPDX-License-Identifier: EUPL-1.2
"""The room of the store in which recordings are kept: a port as those of `core.ports`, which joins them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from core.recordings import KeptRecording


class RecordingStore(Protocol):
    """What people have spoken. New ones are written by `remember`, with the turn that brought them.

    No method raises for an id that is not there or in another state: a job that runs twice or late changes nothing.
    """

    def due(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that wait at the provider and may be asked for now, the longest waiting first."""

    def ready(self, municipality: str, provider: str, reference: str, at: datetime) -> None:
        """The provider says that one of its recordings can be fetched: it is due now."""

    def keep(self, municipality: str, recording_id: str, audio: bytes, *, silent: bool, at: datetime) -> None:
        """The sound of one that was waiting, encrypted from here on; the provider's own is due for deletion."""

    def later(self, municipality: str, recording_id: str, not_before: datetime) -> None:
        """One more try was in vain; not again before this moment."""

    def failed(self, municipality: str, recording_id: str, error: str) -> None:
        """One that was waiting will not come; its reference stays, so that a person can look."""

    def to_delete(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that the provider has to delete now, the longest waiting first."""

    def gone(self, municipality: str, recording_id: str) -> None:
        """The provider has nothing of it any more."""

    def drop(self, municipality: str, recording_ids: Sequence[str], at: datetime) -> None:
        """Nobody may hear these any more: sound and transcript go now, the provider's own as soon as can be."""

    def all(self, municipality: str) -> tuple[KeptRecording, ...]:
        """Every recording without its sound, by day and id; those that are gone are left out."""

    def audio(self, municipality: str, recording_id: str, since: date = date.min) -> bytes | None:
        """The sound as it was kept; None where there is none, or where it was spoken before that day (UTC)."""

    def transcribe(self, municipality: str, recording_id: str, text: str) -> bool:
        """What is said in it, as a person or a machine has written it down; False if there is no such recording."""

    def kept_bytes(self, municipality: str, consultation_id: str | None) -> int:
        """How much sound is kept of one consultation; None: of messages to the town hall."""
