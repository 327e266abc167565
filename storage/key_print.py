# SPDX-License-Identifier: EUPL-1.2
"""Whether a database and a pepper belong together. After a restore with other keys nobody would be known again."""

from __future__ import annotations

import hmac
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from storage.engine import Database
from storage.keys import Keys, KeysNotUsable
from storage.prepared import Prepared
from storage.tables import key_prints

_OF_ALL_TOWNS: Final = ""
_KEEP = Prepared(insert_or(key_prints).on_conflict_do_nothing())
_KEPT = Prepared(select(key_prints.c.print).where(key_prints.c.municipality == bindparam("in_municipality")))


def refuse_other(database: Database, keys: Keys) -> None:
    """Raises `KeysNotUsable` if this database was written with another pepper; the first call decides which."""
    mine = keys.keyed_hash("key print", "")
    with database.writing() as connection:
        _KEEP.run(connection, {"municipality": _OF_ALL_TOWNS, "print": mine})
        ((kept,),) = _KEPT.all(connection, {"in_municipality": _OF_ALL_TOWNS})
    if not hmac.compare_digest(kept, mine):
        raise KeysNotUsable(
            "Diese Datenbank gehört zu anderen Schlüsseln. Legen Sie den Schlüsselordner aus Ihrer Sicherung zurück, "
            "sonst wäre jede Person von neuem unbekannt."
        )
