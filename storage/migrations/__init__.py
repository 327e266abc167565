# SPDX-License-Identifier: EUPL-1.2
"""Steps from one schema to the next, kept by Alembic."""
