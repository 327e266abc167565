# SPDX-License-Identifier: EUPL-1.2
"""The tables. No behaviour; every key begins with the municipality, so that rows can be distributed by town.

Three stores that are joined only by `links`: the address vault (`addresses`), the register (`voices`) and the ballot
box (`answers`). What people have spoken lies in `storage.recordings_table`. On SQLite the register, the links and the
ballot box are kept in the order of their random keys (WITHOUT ROWID), so that the order of rows never tells the order
of people.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so it goes in and comes out as UTC everywhere."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive moments are a fault of ours: `astimezone` would take them for local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _of_address(*, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    there = ["addresses.municipality", "addresses.id"]
    return ForeignKeyConstraint(["municipality", "address_id"], there, ondelete=ondelete)


def _of_consultation() -> ForeignKeyConstraint:
    there = ["consultations.municipality", "consultations.id"]
    return ForeignKeyConstraint(["municipality", "consultation_id"], there)


# ------------------------------------------------------------------------------------------------------- people

inbox = Table(
    "inbox",
    metadata,
    _key("municipality"),
    _key("provider"),
    _key("provider_id"),
    Column("received_at", Moment, nullable=False),
    Column("reply", LargeBinary),  # encrypted; emptied after seven days, while the id stays
)
Index(
    "ix_inbox_replies",
    inbox.c.municipality,
    inbox.c.received_at,
    sqlite_where=text("reply IS NOT NULL"),
    postgresql_where=text("reply IS NOT NULL"),
)

addresses = Table(
    "addresses",
    metadata,
    _key("municipality"),
    _key("id"),
    Column("kind", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("value", LargeBinary),  # encrypted; NULL for a tombstone, which only remembers an opt-out
    Column("participant", Text, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("language", Text),
    Column("opted_out_at", Moment),
    Column("noticed_at", Moment),
    Column("voice_only", Boolean, nullable=False),
    Column("pace", Text, nullable=False, server_default="normal"),
    Column("last_contact", Date, nullable=False),  # a day: a finer time could be matched with answers
    Column("revision", Integer),  # of the conversation; NULL until there is one
    Column("conversation", Text),  # beside the address, so that one statement writes what a turn changes of both
    UniqueConstraint("municipality", "kind", "hash"),
)
Index("ix_addresses_last_contact", addresses.c.municipality, addresses.c.last_contact)

resume_codes = Table(
    "resume_codes",
    metadata,
    _key("municipality"),
    _key("code_hash"),
    Column("address_id", Text, nullable=False),
    Column("until", Moment, nullable=False),
    UniqueConstraint("municipality", "address_id"),
    _of_address(),
)

wrong_tries = Table(
    "wrong_tries",
    metadata,
    _key("municipality"),
    _key("id"),
    Column("source_hash", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_wrong_tries_source", wrong_tries.c.municipality, wrong_tries.c.source_hash, wrong_tries.c.at)

# ------------------------------------------------------------------------------------------------------- consultations

consultations = Table(
    "consultations",
    metadata,
    _key("municipality"),
    _key("id"),
    Column("keyword", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("sealed_at", Moment),
)
Index(
    "uq_consultations_open_keyword",
    consultations.c.municipality,
    consultations.c.keyword,
    unique=True,
    sqlite_where=text("state = 'released'"),
    postgresql_where=text("state = 'released'"),
)

consultation_versions = Table(
    "consultation_versions",
    metadata,
    _key("municipality"),
    _key("consultation_id"),
    Column("version", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    _of_consultation(),
)

editions = Table(  # raised by every change of what residents may meet, so that nobody else has to look for changes
    "editions",
    metadata,
    _key("municipality"),
    Column("number", Integer, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    _key("municipality"),
    _key("consultation_id"),
    Column("body", Text, nullable=False),
    _of_consultation(),
)

# ------------------------------------------------------------------------------------------------------ voices, ballots

voices = Table(
    "voices",
    metadata,
    _key("municipality"),
    _key("voice_id"),
    _key("consultation_id"),
    Column("revision", Integer, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("without_number", Boolean, nullable=False),
    Column("channel", Text),  # of the latest counted answer; NULL while nothing counts: has not taken part
    Column("receipt", Text, nullable=False),
    UniqueConstraint("municipality", "consultation_id", "receipt"),
    _of_consultation(),
    sqlite_with_rowid=False,
)

# No foreign keys in what every answer writes: each check would lock the one row of the consultation that all are
# answering, or look for its voice by way of all its receipts. What belongs together is written in one transaction.

links = Table(
    "links",
    metadata,
    _key("municipality"),
    _key("voice_id"),
    _key("question"),
    _key("state"),
    Column("consultation_id", Text, nullable=False),
    Column("ballot_id", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("draft", LargeBinary),  # encrypted value of a draft; a counted value lies in the ballot box
    sqlite_with_rowid=False,
)

answers = Table(
    "answers",
    metadata,
    _key("municipality"),
    _key("consultation_id"),
    _key("ballot_id"),
    _key("question"),
    Column("value", Text, nullable=False),
    Column("day", Date, nullable=False),
    sqlite_with_rowid=False,
)

tally = Table(
    "tally",
    metadata,
    _key("municipality"),
    _key("consultation_id"),
    _key("question"),
    _key("option"),
    _key("channel"),
    _key("language"),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

late_answers = Table(
    "late_answers",
    metadata,
    _key("municipality"),
    _key("id"),
    Column("consultation_id", Text, nullable=False),
    Column("address_id", Text, nullable=False),  # so that they go when the person asks to be forgotten
    Column("question", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    _of_consultation(),
    _of_address(),
)
Index("ix_late_answers_address", late_answers.c.municipality, late_answers.c.address_id)

# ------------------------------------------------------------------------------------------------------- outbox

outbox = Table(
    "outbox",
    metadata,
    _key("municipality"),
    _key("id"),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address_id", Text, nullable=False),  # no foreign key: the count of messages outlives the address
    Column("consultation_id", Text),
    Column("text", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("not_after", Moment),
    Column("claimed_at", Moment),
    Column("handed_at", Moment),
    Column("provider_id", Text),
    Column("error", Text),
)
Index(
    "uq_outbox_invitation",
    outbox.c.municipality,
    outbox.c.consultation_id,
    outbox.c.address_id,
    unique=True,
    sqlite_where=text("kind = 'invitation'"),
    postgresql_where=text("kind = 'invitation'"),
)
OPEN_CALL_BACK = "kind = 'call_back' AND state IN ('queued', 'sending', 'sent')"
"""A call that somebody has asked for and that is not over: there is one for each address at a time."""

Index(
    "uq_outbox_call_back",
    outbox.c.municipality,
    outbox.c.address_id,
    unique=True,
    sqlite_where=text(OPEN_CALL_BACK),
    postgresql_where=text(OPEN_CALL_BACK),
)
Index(
    "ix_outbox_due",
    outbox.c.municipality,
    outbox.c.channel,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
Index(
    "ix_outbox_expiring",
    outbox.c.municipality,
    outbox.c.channel,
    outbox.c.not_after,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
Index("ix_outbox_reports", outbox.c.municipality, outbox.c.channel, outbox.c.provider_id)
Index("ix_outbox_address", outbox.c.municipality, outbox.c.address_id)
Index("ix_outbox_handed", outbox.c.municipality, outbox.c.handed_at)

audience = Table(  # an invitation list on its way through one transaction: filled, used and emptied in it
    "audience",
    metadata,
    _key("municipality"),
    _key("message_id"),
    Column("kind", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("language", Text),
)

# ------------------------------------------------------------------------------------------------------- audit, upkeep

acts = Table(
    "acts",
    metadata,
    _key("municipality"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("actor", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("hash", Text, nullable=False),
)

chain_heads = Table(  # the newest act of each chain: serialises writers, and shows when the end was cut off
    "chain_heads",
    metadata,
    _key("municipality"),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

key_prints = Table(  # by which keys this database was written: with others, everybody would count twice
    "key_prints",
    metadata,
    _key("municipality"),
    Column("print", Text, nullable=False),
)

pulse = Table(  # written by the health check: nothing else tells whether the database can be written
    "pulse",
    metadata,
    _key("municipality"),
    Column("beats", Integer, nullable=False),
)
