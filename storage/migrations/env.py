# SPDX-License-Identifier: EUPL-1.2
"""Alembic's entry: runs the steps on the connection, and in the transaction, that `storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from storage.recordings_table import recordings

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=recordings.metadata,  # of all tables, these included
    transactional_ddl=True,  # also on SQLite: `storage.engine` begins its transactions itself
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
