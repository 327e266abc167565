# SPDX-License-Identifier: EUPL-1.2
"""Where an address is stands beside it: one statement of a turn writes both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOVE = """
    UPDATE addresses SET
    revision = (SELECT c.revision FROM conversations AS c
                WHERE c.municipality = addresses.municipality AND c.address_id = addresses.id),
    conversation = (SELECT c.state FROM conversations AS c
                    WHERE c.municipality = addresses.municipality AND c.address_id = addresses.id)
"""


def upgrade() -> None:
    """Move every conversation to its address."""
    op.add_column("addresses", sa.Column("revision", sa.Integer(), nullable=True))
    op.add_column("addresses", sa.Column("conversation", sa.Text(), nullable=True))
    op.execute(MOVE)
    op.drop_table("conversations")
