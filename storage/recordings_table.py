# SPDX-License-Identifier: EUPL-1.2
"""The table of recordings. No behaviour.

No column leads to a person: the answer in the ballot box holds the id. Nor does any moment stay: `not_before` is empty
once nothing is due, and `reference`, the provider's id, once the provider has nothing left. Rows lie in the order of
their random ids, so that it tells nothing.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, text

from storage.tables import Moment, metadata

recordings = Table(
    "recordings",
    metadata,
    Column("municipality", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("consultation_id", Text),  # NULL for a message to the town hall
    Column("question", Text),
    Column("language", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("reference", Text),
    Column("seconds", Integer, nullable=False),
    Column("day", Date, nullable=False),  # a day, as in the ballot box
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", Moment),
    Column("error", Text),
    Column("silent", Boolean, nullable=False),
    Column("size", Integer, nullable=False),
    Column("transcript", LargeBinary),  # encrypted
    Column("audio", LargeBinary),  # encrypted; last, so that whoever does not ask for it does not read it
    sqlite_with_rowid=False,
)
Index(
    "ix_recordings_due",
    recordings.c.municipality,
    recordings.c.not_before,
    sqlite_where=text("not_before IS NOT NULL"),
    postgresql_where=text("not_before IS NOT NULL"),
)
Index("ix_recordings_consultation", recordings.c.municipality, recordings.c.consultation_id)
