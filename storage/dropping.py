# SPDX-License-Identifier: EUPL-1.2
"""The end of recordings: taken back by whoever spoke, or out of time. Sound goes at once, the provider's by a job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, delete, null, or_, select, update

from core.recordings import RecordingState
from storage.prepared import Prepared
from storage.recordings_table import recordings
from storage.retention import Limits
from storage.tables import Moment, consultations

_HERE = recordings.c.municipality == bindparam("in_municipality")
_AT_PROVIDER = recordings.c.reference.is_not(None)
_GONE = recordings.c.state == RecordingState.GONE.value
_EMPTIED = {
    "state": case((_AT_PROVIDER, RecordingState.DELETING.value), else_=RecordingState.GONE.value),
    "not_before": case((_AT_PROVIDER, bindparam("now", type_=Moment))),
    "tries": 0,
    "error": null(),
    "size": 0,
    "transcript": null(),
    "audio": null(),
}
_ERASE = Prepared(update(recordings).where(_HERE, recordings.c.id == bindparam("of_id")).values(_EMPTIED))


def erase(connection: Connection, municipality: str, recording_ids: Sequence[str], at: datetime) -> None:
    """Nobody may hear these any more. No statement where there are none."""
    _ERASE.run_each(connection, [{"in_municipality": municipality, "of_id": each, "now": at} for each in recording_ids])


# ------------------------------------------------------------------------------------------------------- out of time

_LONG_SEALED = select(consultations.c.id).where(
    consultations.c.municipality == bindparam("in_municipality"),
    consultations.c.sealed_at < bindparam("sealed_before", type_=Moment),
)
_OUT_OF_TIME = or_(
    recordings.c.consultation_id.in_(_LONG_SEALED),
    and_(
        recordings.c.consultation_id.is_(None), recordings.c.day < bindparam("day_before", type_=recordings.c.day.type)
    ),
)
_WRITTEN_ANSWER = and_(recordings.c.transcript.is_not(None), recordings.c.consultation_id.is_not(None))

_FORGET_GONE = Prepared(delete(recordings).where(_HERE, _GONE))
_TAKE_BACK = Prepared(
    update(recordings)
    .where(_HERE, _OUT_OF_TIME, _AT_PROVIDER, recordings.c.state != RecordingState.DELETING.value)
    .values(_EMPTIED)
)
_SILENCE = Prepared(
    update(recordings)
    .where(_HERE, _OUT_OF_TIME, ~_AT_PROVIDER, _WRITTEN_ANSWER, recordings.c.audio.is_not(None))
    .values(audio=null(), size=0)
)
_REMOVE = Prepared(delete(recordings).where(_HERE, _OUT_OF_TIME, ~_AT_PROVIDER, ~_WRITTEN_ANSWER))


def purge(connection: Connection, municipality: str, limits: Limits, now: datetime) -> int:
    """Take back what is out of time; how many recordings. The transcript of an answer stays, as written answers do."""
    town = {"in_municipality": municipality}
    _FORGET_GONE.run(connection, town)
    out = {**town, "sealed_before": limits.register, "day_before": limits.addresses}
    taken_back = _TAKE_BACK.run(connection, {**out, "now": now})
    return taken_back + _SILENCE.run(connection, out) + _REMOVE.run(connection, out)
