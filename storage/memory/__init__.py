# SPDX-License-Identifier: EUPL-1.2
"""The `Store` of `core.ports` in memory: the same promises, forgotten on exit. For trying out and for fast tests."""

from __future__ import annotations

from core.ports import Secrets
from storage.memory.consultations import MemoryAudit, MemoryConsultations
from storage.memory.outbox import MemoryOutbox
from storage.memory.recordings import MemoryRecordings
from storage.memory.turns import MemoryTurns
from storage.memory.upkeep import MemoryCodes, MemoryUpkeep
from storage.memory.world import World
from storage.standings import Read


class MemoryStore:
    """Everything that is kept, by room. `read` turns the text of a town's consultation file into what it says."""

    def __init__(self, secrets: Secrets, read: Read) -> None:
        world = World()
        self.turns = MemoryTurns(world, secrets)
        self.consultations = MemoryConsultations(world, secrets, read)
        self.outbox = MemoryOutbox(world, secrets)
        self.codes = MemoryCodes(world)
        self.recordings = MemoryRecordings(world)
        self.audit = MemoryAudit(world)
        self.upkeep = MemoryUpkeep(world, secrets)

    def close(self) -> None:
        """Nothing to give back."""
