# SPDX-License-Identifier: EUPL-1.2
"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "acts",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "number", name=op.f("pk_acts")),
    )
    op.create_table(
        "addresses",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voice_only", sa.Boolean(), nullable=False),
        sa.Column("last_contact", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("municipality", "kind", "hash", name=op.f("uq_addresses_municipality_kind_hash")),
    )
    op.create_index("ix_addresses_last_contact", "addresses", ["municipality", "last_contact"], unique=False)
    op.create_table(
        "audience",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "message_id", name=op.f("pk_audience")),
    )
    op.create_table(
        "chain_heads",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "consultations",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_consultations")),
    )
    op.create_index(
        "uq_consultations_open_keyword",
        "consultations",
        ["municipality", "keyword"],
        unique=True,
        sqlite_where=sa.text("state = 'released'"),
        postgresql_where=sa.text("state = 'released'"),
    )
    op.create_table(
        "editions",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_editions")),
    )
    op.create_table(
        "inbox",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "provider", "provider_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_replies",
        "inbox",
        ["municipality", "received_at"],
        unique=False,
        sqlite_where=sa.text("reply IS NOT NULL"),
        postgresql_where=sa.text("reply IS NOT NULL"),
    )
    op.create_table(
        "key_prints",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_key_prints")),
    )
    op.create_table(
        "outbox",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_address", "outbox", ["municipality", "address_id"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["municipality", "channel", "not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_expiring",
        "outbox",
        ["municipality", "channel", "not_after"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index("ix_outbox_handed", "outbox", ["municipality", "handed_at"], unique=False)
    op.create_index("ix_outbox_reports", "outbox", ["municipality", "channel", "provider_id"], unique=False)
    op.create_index(
        "uq_outbox_invitation",
        "outbox",
        ["municipality", "consultation_id", "address_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'invitation'"),
        postgresql_where=sa.text("kind = 'invitation'"),
    )
    op.create_table(
        "pulse",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name=op.f("pk_pulse")),
    )
    op.create_table(
        "wrong_tries",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_wrong_tries")),
    )
    op.create_index("ix_wrong_tries_source", "wrong_tries", ["municipality", "source_hash", "at"], unique=False)
    op.create_table(
        "answers",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("ballot_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "consultation_id", "ballot_id", "question", name=op.f("pk_answers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "consultation_versions",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "consultation_id"],
            ["consultations.municipality", "consultations.id"],
            name=op.f("fk_consultation_versions_consultations"),
        ),
        sa.PrimaryKeyConstraint("municipality", "consultation_id", "version", name=op.f("pk_consultation_versions")),
    )
    op.create_table(
        "conversations",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "address_id"],
            ["addresses.municipality", "addresses.id"],
            name=op.f("fk_conversations_addresses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality", "address_id", name=op.f("pk_conversations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "late_answers",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "address_id"],
            ["addresses.municipality", "addresses.id"],
            name=op.f("fk_late_answers_addresses"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "consultation_id"],
            ["consultations.municipality", "consultations.id"],
            name=op.f("fk_late_answers_consultations"),
        ),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_late_answers")),
    )
    op.create_index("ix_late_answers_address", "late_answers", ["municipality", "address_id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "consultation_id"],
            ["consultations.municipality", "consultations.id"],
            name=op.f("fk_publications_consultations"),
        ),
        sa.PrimaryKeyConstraint("municipality", "consultation_id", name=op.f("pk_publications")),
    )
    op.create_table(
        "resume_codes",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "address_id"],
            ["addresses.municipality", "addresses.id"],
            name=op.f("fk_resume_codes_addresses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality", "code_hash", name=op.f("pk_resume_codes")),
        sa.UniqueConstraint("municipality", "address_id", name=op.f("uq_resume_codes_municipality_address_id")),
    )
    op.create_table(
        "tally",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "municipality", "consultation_id", "question", "option", "channel", "language", "slot", name=op.f("pk_tally")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voices",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("voice_id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("without_number", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "consultation_id"],
            ["consultations.municipality", "consultations.id"],
            name=op.f("fk_voices_consultations"),
        ),
        sa.PrimaryKeyConstraint("municipality", "voice_id", "consultation_id", name=op.f("pk_voices")),
        sa.UniqueConstraint(
            "municipality", "consultation_id", "receipt", name=op.f("uq_voices_municipality_consultation_id_receipt")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("voice_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("ballot_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "voice_id", "question", "state", name=op.f("pk_links")),
        sqlite_with_rowid=False,
    )
