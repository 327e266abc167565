# SPDX-License-Identifier: EUPL-1.2
"""Where everything is kept: on SQLite or PostgreSQL (`store`), or until exit (`memory`)."""
