# SPDX-License-Identifier: EUPL-1.2
"""What people have spoken: sound and transcript encrypted, each for its own row, and nothing that leads to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, Text, and_, bindparam, case, func, insert, null, or_, select, update

from core.conversation_state import Outcome
from core.recordings import KeptRecording, RecordingState
from core.turns import InboundTurn
from storage import dropping
from storage.engine import Database
from storage.keys import Keys
from storage.prepared import Found, Prepared
from storage.recordings_table import recordings
from storage.statements import one_of
from storage.tables import Moment

_HERE = recordings.c.municipality == bindparam("in_municipality")
_THIS = and_(_HERE, recordings.c.id == bindparam("of_id"))
_NOW = bindparam("now", type_=Moment)
_WAITS = recordings.c.state == RecordingState.WAITING.value
_WITHOUT_SOUND = [column for column in recordings.columns if column.name != "audio"]

# ------------------------------------------------------------------------------------------------------- in a turn

_NEW = Prepared(insert(recordings))


def remember(connection: Connection, municipality: str, turn: InboundTurn, outcome: Outcome) -> bool:
    """Write what was spoken with this turn and erase what nobody may hear any more; whether anything was erased.

    No statement where there is neither.
    """
    for new in outcome.recorded:
        row = {
            "municipality": municipality,
            "id": new.id,
            "consultation_id": new.consultation_id,
            "question": new.question,
            "language": new.language,
            "channel": turn.channel,
            "provider": turn.turn_id.provider,
            "reference": new.reference,
            "seconds": new.seconds,
            "day": turn.received_at.date(),
            "state": RecordingState.WAITING.value,
            "tries": 0,
            "not_before": turn.received_at,
            "error": None,
            "silent": False,
            "size": 0,
            "transcript": None,
            "audio": None,
        }
        _NEW.run(connection, row)
    dropping.erase(connection, municipality, outcome.dropped, turn.received_at)
    return bool(outcome.dropped)


# ------------------------------------------------------------------------------------------------------- fetching


def _some(*which: RecordingState) -> Select[tuple[object, ...]]:
    """Those in one of these states that are due, the longest waiting first."""
    return (
        select(*_WITHOUT_SOUND)
        .where(_HERE, one_of(recordings.c.state, which), recordings.c.reference.is_not(None))
        .where(recordings.c.not_before <= _NOW)
        .order_by(recordings.c.not_before, recordings.c.id)
        .limit(bindparam("most"))
    )


_DUE = Prepared(_some(RecordingState.WAITING))
_TO_DELETE = Prepared(_some(RecordingState.FETCHED, RecordingState.DELETING))
_READY = Prepared(
    update(recordings)
    .where(_HERE, _WAITS, recordings.c.not_before.is_not(None))
    .where(recordings.c.provider == bindparam("of_provider"), recordings.c.reference == bindparam("named"))
    .values(not_before=_NOW)
)
_KEEP = Prepared(
    update(recordings)
    .where(_THIS, _WAITS)
    .values(
        state=RecordingState.FETCHED.value,
        not_before=_NOW,
        tries=0,
        error=null(),
        silent=bindparam("is_silent", type_=recordings.c.silent.type),
        size=bindparam("bytes", type_=recordings.c.size.type),
        audio=bindparam("sealed", type_=recordings.c.audio.type),
    )
)
_LATER = Prepared(
    update(recordings)
    .where(_THIS, recordings.c.not_before.is_not(None))
    .values(tries=recordings.c.tries + 1, not_before=bindparam("later", type_=Moment))
)
_FAILED = Prepared(
    update(recordings)
    .where(_THIS, _WAITS)
    .values(state=RecordingState.FAILED.value, error=bindparam("why", type_=Text), not_before=null())
)
_GONE = Prepared(
    update(recordings)
    .where(_THIS, one_of(recordings.c.state, (RecordingState.FETCHED, RecordingState.DELETING)))
    .values(
        state=case(
            (recordings.c.state == RecordingState.DELETING.value, RecordingState.GONE.value), else_=recordings.c.state
        ),
        reference=null(),
        not_before=null(),
        tries=0,
    )
)

# ------------------------------------------------------------------------------------------------------- hearing

_ALL = Prepared(
    select(*_WITHOUT_SOUND)
    .where(_HERE, recordings.c.state != RecordingState.GONE.value)
    .order_by(recordings.c.day, recordings.c.id)
)
_AUDIO = Prepared(select(recordings.c.audio, recordings.c.day).where(_THIS, recordings.c.audio.is_not(None)))
_TRANSCRIBE = Prepared(
    update(recordings)
    .where(_THIS, ~one_of(recordings.c.state, (RecordingState.DELETING, RecordingState.GONE)))
    .values(transcript=bindparam("written", type_=recordings.c.transcript.type))
)
_BYTES = Prepared(
    select(func.coalesce(func.sum(recordings.c.size), 0).label("bytes")).where(
        _HERE,
        or_(
            recordings.c.consultation_id == bindparam("of_consultation", type_=Text),
            and_(recordings.c.consultation_id.is_(None), bindparam("of_consultation", type_=Text).is_(None)),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class SqlRecordings:
    """What people have spoken."""

    database: Database
    keys: Keys

    def due(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that wait at the provider and may be asked for now."""
        return self._found(_DUE, municipality, now=now, most=most)

    def ready(self, municipality: str, provider: str, reference: str, at: datetime) -> None:
        """The provider says that one of its recordings can be fetched."""
        which = {"in_municipality": municipality, "of_provider": provider, "named": reference, "now": at}
        with self.database.writing() as connection:
            _READY.run(connection, which)

    def keep(self, municipality: str, recording_id: str, audio: bytes, *, silent: bool, at: datetime) -> None:
        """The sound of one that was waiting, encrypted from here on."""
        sealed = self.keys.encrypt_bytes(audio, _place(municipality, "audio", recording_id))
        sound = {"is_silent": silent, "bytes": len(audio), "sealed": sealed, "now": at}
        self._change(_KEEP, municipality, recording_id, **sound)

    def later(self, municipality: str, recording_id: str, not_before: datetime) -> None:
        """One more try was in vain; not again before this moment."""
        self._change(_LATER, municipality, recording_id, later=not_before)

    def failed(self, municipality: str, recording_id: str, error: str) -> None:
        """One that was waiting will not come."""
        self._change(_FAILED, municipality, recording_id, why=error)

    def to_delete(self, municipality: str, now: datetime, most: int) -> tuple[KeptRecording, ...]:
        """At most so many that the provider has to delete now."""
        return self._found(_TO_DELETE, municipality, now=now, most=most)

    def gone(self, municipality: str, recording_id: str) -> None:
        """The provider has nothing of it any more."""
        self._change(_GONE, municipality, recording_id)

    def drop(self, municipality: str, recording_ids: Sequence[str], at: datetime) -> None:
        """Nobody may hear these any more; nor can they be read in the files."""
        with self.database.writing() as connection:
            dropping.erase(connection, municipality, recording_ids, at)
        self.database.leave_no_trace()

    def all(self, municipality: str) -> tuple[KeptRecording, ...]:
        """Every recording without its sound, by day and id."""
        return self._found(_ALL, municipality)

    def audio(self, municipality: str, recording_id: str, since: date = date.min) -> bytes | None:
        """The sound as it was kept; None where there is none, or where it was spoken before that day (UTC)."""
        with self.database.reading() as connection:
            row = _AUDIO.first(connection, {"in_municipality": municipality, "of_id": recording_id})
        if row is None or row.day < since:
            return None
        return self.keys.decrypt_bytes(row.audio, _place(municipality, "audio", recording_id))

    def transcribe(self, municipality: str, recording_id: str, text: str) -> bool:
        """What is said in it; False if there is no such recording."""
        written = self.keys.encrypt(text, _place(municipality, "transcript", recording_id))
        return self._change(_TRANSCRIBE, municipality, recording_id, written=written) == 1

    def kept_bytes(self, municipality: str, consultation_id: str | None) -> int:
        """How much sound is kept of one consultation; None: of messages to the town hall."""
        which = {"in_municipality": municipality, "of_consultation": consultation_id}
        with self.database.reading() as connection:
            ((found,),) = _BYTES.all(connection, which)
        return int(found)

    def _change(self, statement: Prepared, municipality: str, recording_id: str, **values: object) -> int:
        with self.database.writing() as connection:
            return statement.run(connection, {**values, "in_municipality": municipality, "of_id": recording_id})

    def _found(self, statement: Prepared, municipality: str, **values: object) -> tuple[KeptRecording, ...]:
        with self.database.reading() as connection:
            rows = statement.all(connection, {**values, "in_municipality": municipality})
        return tuple(_recording(row, self.keys) for row in rows)


def _recording(row: Found, keys: Keys) -> KeptRecording:
    place = _place(row.municipality, "transcript", row.id)
    return KeptRecording(
        id=row.id,
        consultation_id=row.consultation_id,
        question=row.question,
        language=row.language,
        channel=row.channel,
        provider=row.provider,
        reference=row.reference,
        seconds=row.seconds,
        day=row.day,
        state=RecordingState(row.state),
        tries=row.tries,
        error=row.error,
        silent=row.silent,
        size=row.size,
        transcript=None if row.transcript is None else keys.decrypt(row.transcript, place),
    )


def _place(municipality: str, column: str, recording_id: str) -> str:
    return f"{municipality}|recordings|{column}|{recording_id}"
