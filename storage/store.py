# SPDX-License-Identifier: EUPL-1.2
"""The `Store` of `core.ports` on SQLite or PostgreSQL, and nothing but its rooms joined together."""

from __future__ import annotations

from storage import key_print, schema
from storage.audit import SqlAudit
from storage.codes import SqlCodes
from storage.consultations import SqlConsultations
from storage.engine import Database
from storage.keys import Keys
from storage.outbox import SqlOutbox
from storage.recordings import SqlRecordings
from storage.standings import Read, Standings
from storage.turns import SqlTurns
from storage.upkeep import SqlUpkeep


class SqlStore:
    """Everything that is kept, by room.

    `url` is SQLAlchemy's ("sqlite:////data/mitwirkung.db", "postgresql://…"), `read` turns the text of a consultation
    file into what it says, `worker` is the number of this process among several on PostgreSQL.
    """

    def __init__(self, url: str, keys: Keys, read: Read, *, worker: int = 0) -> None:
        self.database = Database(url)
        self._keys = keys
        standings = Standings(read)
        self.turns = SqlTurns(self.database, keys, standings, worker)
        self.consultations = SqlConsultations(self.database, keys, standings)
        self.outbox = SqlOutbox(self.database, keys)
        self.codes = SqlCodes(self.database, keys)
        self.recordings = SqlRecordings(self.database, keys)
        self.audit = SqlAudit(self.database)
        self.upkeep = SqlUpkeep(self.database, keys)

    def migrate(self) -> bool:
        """Bring the database to the newest schema; whether anything was to do. Call it once, before anything else."""
        return schema.migrate(self.database)

    def refuse_other_keys(self) -> None:
        """Raises `KeysNotUsable` if this database was written with another pepper; the first call decides which."""
        key_print.refuse_other(self.database, self._keys)

    def close(self) -> None:
        """Give back connections and locks."""
        self.database.close()
