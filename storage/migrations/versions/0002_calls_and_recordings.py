# SPDX-License-Identifier: EUPL-1.2
"""Recordings, one open call-back for each address, and how fast the telephone speaks to somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the telephone needs."""
    op.add_column("addresses", sa.Column("pace", sa.Text(), nullable=False, server_default="normal"))
    op.create_index(
        "uq_outbox_call_back",
        "outbox",
        ["municipality", "address_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'call_back' AND state IN ('queued', 'sending', 'sent')"),
        postgresql_where=sa.text("kind = 'call_back' AND state IN ('queued', 'sending', 'sent')"),
    )
    op.create_table(
        "recordings",
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.LargeBinary(), nullable=True),
        sa.Column("audio", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_recordings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recordings_consultation", "recordings", ["municipality", "consultation_id"], unique=False)
    op.create_index(
        "ix_recordings_due",
        "recordings",
        ["municipality", "not_before"],
        unique=False,
        sqlite_where=sa.text("not_before IS NOT NULL"),
        postgresql_where=sa.text("not_before IS NOT NULL"),
    )
