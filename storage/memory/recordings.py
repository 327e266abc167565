# SPDX-License-Identifier: EUPL-1.2
"""What people have spoken, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from core.conversation_state import Outcome
from core.recordings import KeptRecording, RecordingState
from core.turns import InboundTurn
from storage.memory.world import Taped, World
from storage.retention import Limits

_TO_DELETE = {RecordingState.FETCHED, RecordingState.DELETING}
_NEVER_WRITTEN_DOWN = {RecordingState.DELETING, RecordingState.GONE}


def remember(world: World, municipality: str, turn: InboundTurn, outcome: Outcome) -> None:
    """Write what was spoken with this turn and erase what nobody may hear any more."""
    for new in outcome.recorded:
        kept = KeptRecording(
            id=new.id,
            consultation_id=new.consultation_id,
            question=new.question,
            language=new.language,
            channel=turn.channel,
            provider=turn.turn_id.provider,
            reference=new.reference,
            seconds=new.seconds,
            day=turn.received_at.date(),
            state=RecordingState.WAITING,
        )
        world.recordings[municipality, new.id] = Taped(kept, turn.received_at)
    for recording_id in outcome.dropped:
        _erase(world, municipality, recording_id, turn.received_at)


def _erase(world: World, municipality: str, recording_id: str, at: datetime) -> None:
    taped = world.recordings.get((municipality, recording_id))
    if taped:
        at_provider = taped.kept.is_at_provider
        state = RecordingState.DELETING if at_provider else RecordingState.GONE
        emptied = replace(taped.kept, state=state, tries=0, error=None, size=0, transcript=None)
        world.recordings[municipality, recording_id] = Taped(emptied, at if at_provider else None)


def purge(world: World, municipality: str, limits: Limits, now: datetime) -> int:
    """Take back what is out of time; how many recordings."""
    world.recordings = {
        key: taped
        for key, taped in world.recordings.items()
        if key[0] != municipality or taped.kept.state is not RecordingState.GONE
    }
    out_of_time = [taped for taped in _of(world, municipality) if _is_out_of_time(world, municipality, taped, limits)]
    return sum(_purge(world, municipality, taped, now) for taped in out_of_time)


def _is_out_of_time(world: World, municipality: str, taped: Taped, limits: Limits) -> bool:
    if taped.kept.consultation_id is None:
        return taped.kept.day < limits.addresses
    held = world.consultations.get((municipality, taped.kept.consultation_id))
    return held is not None and held.sealed_at is not None and held.sealed_at < limits.register


def _purge(world: World, municipality: str, taped: Taped, now: datetime) -> bool:
    """Whether anything went."""
    kept, here = taped.kept, (municipality, taped.kept.id)
    if kept.is_at_provider:
        if kept.state is not RecordingState.DELETING:
            _erase(world, municipality, kept.id, now)
        return kept.state is not RecordingState.DELETING
    if kept.transcript is not None and kept.consultation_id is not None:
        world.recordings[here] = Taped(replace(kept, size=0), None)
        return taped.audio is not None
    del world.recordings[here]
    return True


def _of(world: World, municipality: str) -> Iterator[Taped]:
    return (taped for (town, _), taped in list(world.recordings.items()) if town == municipality)


@dataclass(frozen=True, slots=True)
class MemoryRecordings:
    """What people have spoken."""

    world: World

    def due(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that wait at the provider and may be asked for now."""
        return self._some(municipality, {RecordingState.WAITING}, now, most)

    def ready(self, municipality: str, provider: str, reference: str, at: datetime) -> None:
        """The provider says that one of its recordings can be fetched."""
        with self.world.writing():
            for taped in _of(self.world, municipality):
                kept = taped.kept
                if kept.state is RecordingState.WAITING and (kept.provider, kept.reference) == (provider, reference):
                    self.world.recordings[municipality, kept.id] = replace(taped, not_before=at)

    def keep(self, municipality: str, recording_id: str, audio: bytes, *, silent: bool, at: datetime) -> None:
        """The sound of one that was waiting."""
        fetched = {"state": RecordingState.FETCHED, "tries": 0, "error": None, "silent": silent, "size": len(audio)}
        self._change(municipality, recording_id, {RecordingState.WAITING}, at, audio, **fetched)

    def later(self, municipality: str, recording_id: str, not_before: datetime) -> None:
        """One more try was in vain; not again before this moment."""
        with self.world.writing():
            taped = self.world.recordings.get((municipality, recording_id))
            if taped and taped.not_before:
                once_more = replace(taped.kept, tries=taped.kept.tries + 1)
                self.world.recordings[municipality, recording_id] = replace(
                    taped, kept=once_more, not_before=not_before
                )

    def failed(self, municipality: str, recording_id: str, error: str) -> None:
        """One that was waiting will not come."""
        failed = {"state": RecordingState.FAILED, "error": error}
        self._change(municipality, recording_id, {RecordingState.WAITING}, None, None, **failed)

    def to_delete(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that the provider has to delete now."""
        return self._some(municipality, _TO_DELETE, now, most)

    def gone(self, municipality: str, recording_id: str) -> None:
        """The provider has nothing of it any more."""
        with self.world.writing():
            taped = self.world.recordings.get((municipality, recording_id))
            if taped and taped.kept.state in _TO_DELETE:
                fetched = taped.kept.state is RecordingState.FETCHED
                state = RecordingState.FETCHED if fetched else RecordingState.GONE
                kept = replace(taped.kept, state=state, reference=None, tries=0)
                self.world.recordings[municipality, recording_id] = Taped(kept, None, taped.audio)

    def drop(self, municipality: str, recording_ids: Sequence[str], at: datetime) -> None:
        """Nobody may hear these any more."""
        with self.world.writing():
            for recording_id in recording_ids:
                _erase(self.world, municipality, recording_id, at)

    def all(self, municipality: str) -> tuple[KeptRecording, ...]:
        """Every recording without its sound, by day and id."""
        here = (taped.kept for taped in _of(self.world, municipality))
        there = (kept for kept in here if kept.state is not RecordingState.GONE)
        return tuple(sorted(there, key=lambda kept: (kept.day, kept.id)))

    def audio(self, municipality: str, recording_id: str, since: date = date.min) -> bytes | None:
        """The sound as it was kept; None where there is none, or where it was spoken before that day (UTC)."""
        taped = self.world.recordings.get((municipality, recording_id))
        return taped.audio if taped and taped.kept.day >= since else None

    def transcribe(self, municipality: str, recording_id: str, text: str) -> bool:
        """What is said in it; False if there is no such recording."""
        with self.world.writing():
            taped = self.world.recordings.get((municipality, recording_id))
            if taped is None or taped.kept.state in _NEVER_WRITTEN_DOWN:
                return False
            written = replace(taped, kept=replace(taped.kept, transcript=text))
            self.world.recordings[municipality, recording_id] = written
            return True

    def kept_bytes(self, municipality: str, consultation_id: str | None) -> int:
        """How much sound is kept of one consultation; None: of messages to the town hall."""
        here = (taped.kept for taped in _of(self.world, municipality))
        return sum(kept.size for kept in here if kept.consultation_id == consultation_id)

    def _some(
        self, municipality: str, states: set[RecordingState], now: datetime, most: int
    ) -> tuple[KeptRecording, ...]:
        due = [
            (taped.not_before, taped.kept.id, taped.kept)
            for taped in _of(self.world, municipality)
            if taped.kept.state in states and taped.kept.is_at_provider and taped.not_before and taped.not_before <= now
        ]
        return tuple(kept for _, _, kept in sorted(due, key=lambda each: each[:2])[:most])

    def _change(
        self,
        municipality: str,
        recording_id: str,
        of: set[RecordingState],
        not_before: datetime | None,
        audio: bytes | None,
        **changed: Any,  # noqa: ANN401 (fields of `KeptRecording`)
    ) -> None:
        """Change one that is in one of these states; one that is not stays as it is."""
        with self.world.writing():
            taped = self.world.recordings.get((municipality, recording_id))
            if taped and taped.kept.state in of:
                kept = replace(taped.kept, **changed)
                self.world.recordings[municipality, recording_id] = Taped(kept, not_before, audio)
