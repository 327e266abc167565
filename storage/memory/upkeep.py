# SPDX-License-Identifier: EUPL-1.2
"""Resume codes, wrong tries and the retention table in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.ballots import Ballot
from core.consultation import State
from core.errors import ConcurrentChange
from core.people import Address, AddressKind
from core.ports import Purged, Secrets
from storage.memory import recordings
from storage.memory.world import Code, Key, World
from storage.retention import Limits


@dataclass(frozen=True, slots=True)
class MemoryCodes:
    """Resume codes and wrong tries."""

    world: World

    def keep(self, municipality: str, address_id: str, code_hash: str, until: datetime) -> None:
        """One code for this address; an earlier one ends. Raises `ConcurrentChange` if the code is taken."""
        here = (municipality, code_hash)
        with self.world.writing():
            mine = (municipality, address_id)
            rest = {key: code for key, code in self.world.codes.items() if (key[0], code.address_id) != mine}
            if here in rest or mine not in self.world.contacts:
                raise ConcurrentChange("This code is taken.")
            self.world.codes = {**rest, here: Code(address_id, until)}

    def address_behind(self, municipality: str, code_hash: str, now: datetime) -> Address | None:
        """The address a code leads to; None if there is none or it has run out."""
        code = self.world.codes.get((municipality, code_hash))
        if code is None or code.until <= now:
            return None
        return self.world.contacts[municipality, code.address_id].address

    def tries(self, municipality: str, source_hash: str, since: datetime) -> int:
        """Wrong tries from this source since a moment."""
        return sum(at >= since for at in self.world.tries.get((municipality, source_hash), ()))

    def count_try(self, municipality: str, source_hash: str, at: datetime) -> None:
        """One more wrong try."""
        here = (municipality, source_hash)
        with self.world.writing():
            self.world.tries[here] = (*self.world.tries.get(here, ()), at)


@dataclass(frozen=True, slots=True)
class MemoryUpkeep:
    """What the retention table asks."""

    world: World
    secrets: Secrets

    def purge(self, municipality: str, now: datetime) -> Purged:
        """Delete what has had its time."""
        limits = Limits.at(now)
        with self.world.writing():
            self._purge_codes(municipality, now, limits)
            return Purged(
                drafts=self._purge_drafts(municipality, limits),
                addresses=self._purge_addresses(municipality, limits),
                payloads=self._purge_replies(municipality, limits),
                register=self._purge_register(municipality, limits),
                recordings=recordings.purge(self.world, municipality, limits, now),
            )

    def reachable(self) -> bool:
        """Memory is always there."""
        return True

    def _purge_drafts(self, municipality: str, limits: Limits) -> int:
        silent = [
            row.person
            for (town, _), row in self.world.contacts.items()
            if town == municipality and row.address.kind is AddressKind.WEB and row.last_contact < limits.drafts
        ]
        gone = [person.address_id for person in silent if not self._keeps_counted(municipality, person.participant)]
        self._forget(municipality, gone)
        return len(gone)

    def _keeps_counted(self, municipality: str, participant: str) -> bool:
        """Drop the drafts of this person; whether she has counted answers."""
        theirs = self._unsealed_ballots(municipality, participant)
        self.world.ballots |= {key: replace(ballot, drafts={}) for key, ballot in theirs.items()}
        return any(ballot.counted for ballot in theirs.values())

    def _unsealed_ballots(self, municipality: str, participant: str) -> dict[Key, Ballot]:
        unsealed = [
            consultation_id
            for (town, consultation_id), held in self.world.consultations.items()
            if town == municipality and held.standing.state is not State.SEALED
        ]
        keys = [(municipality, self.secrets.voice_id(municipality, each, participant)) for each in unsealed]
        return {key: self.world.ballots[key] for key in keys if key in self.world.ballots}

    def _purge_addresses(self, municipality: str, limits: Limits) -> int:
        gone = [
            address_id
            for (town, address_id), row in self.world.contacts.items()
            if town == municipality and not row.buried and row.last_contact < limits.addresses
        ]
        self._forget(municipality, gone)
        return len(gone)

    def _forget(self, municipality: str, address_ids: Iterable[str]) -> None:
        for address_id in address_ids:
            self.world.forget(municipality, address_id)

    def _purge_replies(self, municipality: str, limits: Limits) -> int:
        gone = {
            key: replace(answered, reply=None)
            for key, answered in self.world.inbox.items()
            if key[0] == municipality and answered.reply and answered.received_at < limits.replies
        }
        self.world.inbox |= gone
        return len(gone)

    def _purge_register(self, municipality: str, limits: Limits) -> int:
        sealed = {
            consultation_id
            for (town, consultation_id), held in self.world.consultations.items()
            if town == municipality and held.sealed_at is not None and held.sealed_at < limits.register
        }
        gone = [key for key, ballot in self.world.ballots.items() if ballot.consultation_id in sealed]
        for key in gone:
            del self.world.ballots[key]
        self.world.late = {key: late for key, late in self.world.late.items() if late.consultation_id not in sealed}
        return len(gone)

    def _purge_codes(self, municipality: str, now: datetime, limits: Limits) -> None:
        self.world.codes = {
            key: code for key, code in self.world.codes.items() if key[0] != municipality or code.until > now
        }
        self.world.tries = {
            key: tuple(at for at in moments if key[0] != municipality or at >= limits.tries)
            for key, moments in self.world.tries.items()
        }
