# SPDX-License-Identifier: EUPL-1.2
"""Upkeep: deleting what has had its time, and seeing whether the database can be written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from core.consultation import State
from core.errors import ConcurrentChange, StoreUnavailable
from core.people import AddressKind
from core.ports import Purged
from storage import dropping, vault
from storage.ballot_box import COUNTED, DRAFT
from storage.engine import Database, StatementRefused
from storage.keys import Keys
from storage.prepared import Found, Prepared
from storage.retention import Limits
from storage.tables import (
    Moment,
    addresses,
    consultations,
    inbox,
    late_answers,
    links,
    pulse,
    resume_codes,
    voices,
    wrong_tries,
)

_AT_ONCE = 200

_BEFORE = bindparam("before", type_=Moment)
_TOWN = bindparam("in_municipality", type_=Text)

_REPLIES = Prepared(
    update(inbox)
    .where(inbox.c.municipality == _TOWN, inbox.c.reply.is_not(None), inbox.c.received_at < _BEFORE)
    .values(reply=None)
)
_SILENT = Prepared(
    select(addresses.c.id).where(
        addresses.c.municipality == _TOWN,
        addresses.c.value.is_not(None),
        addresses.c.last_contact < bindparam("before"),
    )
)
_LONG_SEALED = select(consultations.c.id).where(
    consultations.c.municipality == _TOWN, consultations.c.sealed_at < _BEFORE
)
_REGISTER = Prepared(delete(voices).where(voices.c.municipality == _TOWN, voices.c.consultation_id.in_(_LONG_SEALED)))
_LATE = Prepared(
    delete(late_answers).where(late_answers.c.municipality == _TOWN, late_answers.c.consultation_id.in_(_LONG_SEALED))
)
_CODES = Prepared(delete(resume_codes).where(resume_codes.c.municipality == _TOWN, resume_codes.c.until <= _BEFORE))
_TRIES = Prepared(delete(wrong_tries).where(wrong_tries.c.municipality == _TOWN, wrong_tries.c.at < _BEFORE))
_SILENT_ON_THE_WEB = Prepared(
    select(addresses.c.id, addresses.c.participant).where(
        addresses.c.municipality == _TOWN,
        addresses.c.kind == AddressKind.WEB.value,
        addresses.c.value.is_not(None),
        addresses.c.last_contact < bindparam("before"),
    )
)
_UNSEALED = Prepared(
    select(consultations.c.id).where(consultations.c.municipality == _TOWN, consultations.c.state != State.SEALED.value)
)
_THEIRS = (links.c.municipality == _TOWN) & links.c.voice_id.in_(bindparam("voice_ids", expanding=True))
_DROP_DRAFTS = Prepared(delete(links).where(_THEIRS, links.c.state == DRAFT))
_COUNTED = Prepared(select(links.c.voice_id).where(_THEIRS, links.c.state == COUNTED).distinct())
_BEAT = Prepared(
    insert_or(pulse).on_conflict_do_update(
        index_elements=[pulse.c.municipality], set_={"beats": (pulse.c.beats + 1) % 1_000_000}
    )
)


@dataclass(frozen=True, slots=True)
class SqlUpkeep:
    """What the retention table asks, and the health check."""

    database: Database
    keys: Keys

    def purge(self, municipality: str, now: datetime) -> Purged:
        """Delete what has had its time, in one transaction; then empty the log of it."""
        limits = Limits.at(now)
        town = {"in_municipality": municipality}
        with self.database.writing() as connection:
            drafts = self._purge_drafts(connection, municipality, limits)
            silent = [row.id for row in _SILENT.all(connection, {**town, "before": limits.addresses})]
            vault.forget(connection, municipality, silent)
            replies = _REPLIES.run(connection, {**town, "before": limits.replies})
            _LATE.run(connection, {**town, "before": limits.register})
            recordings = dropping.purge(connection, municipality, limits, now)
            register = _REGISTER.run(connection, {**town, "before": limits.register})
            _CODES.run(connection, {**town, "before": now})
            _TRIES.run(connection, {**town, "before": limits.tries})
        self.database.leave_no_trace()
        return Purged(replies, len(silent), register, drafts, recordings)

    def _purge_drafts(self, connection: Connection, municipality: str, limits: Limits) -> int:
        """Drafts go, and with them the address of whoever has nothing counted. How many addresses went."""
        town = {"in_municipality": municipality}
        unsealed = [row.id for row in _UNSEALED.all(connection, town)]
        silent = _SILENT_ON_THE_WEB.all(connection, {**town, "before": limits.drafts})
        gone = [
            address_id
            for start in range(0, len(silent), _AT_ONCE)
            for address_id in self._drop(connection, municipality, silent[start : start + _AT_ONCE], unsealed)
        ]
        vault.forget(connection, municipality, gone)
        return len(gone)

    def _drop(
        self, connection: Connection, municipality: str, people: Sequence[Found], unsealed: list[str]
    ) -> Iterator[str]:
        """Drop the drafts of these people; give the addresses of those who have nothing counted."""
        voices_of = {
            person.id: {self.keys.voice_id(municipality, each, person.participant) for each in unsealed}
            for person in people
        }
        which = {"in_municipality": municipality, "voice_ids": sorted(set().union(*voices_of.values()))}
        _DROP_DRAFTS.run(connection, which)
        counted = {row.voice_id for row in _COUNTED.all(connection, which)}
        return (address_id for address_id, voice_ids in voices_of.items() if not voice_ids & counted)

    def reachable(self) -> bool:
        """Whether the database answers and can be written: one small row is, with all that a commit needs."""
        try:
            with self.database.writing() as connection:
                _BEAT.run(connection, {"municipality": "", "beats": 1})
        except (StoreUnavailable, ConcurrentChange, StatementRefused):
            return False
        return True
