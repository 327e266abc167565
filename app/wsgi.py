# SPDX-License-Identifier: EUPL-1.2
"""The distributed set-up's way in: a web server that brings its own processes calls `application` once in each."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from flask import Flask

from app.config import Settings
from app.fitness import refuse_unfit
from app.http import create_app
from app.logging import set_up_logging
from app.wiring import joined
from core.errors import ActNotPossible


def application() -> Flask:
    """The pages and webhooks without the jobs, which `mitwirkung work` runs. The database must be migrated already.

    `granian --interface wsgi --factory app.wsgi:application`. Raises what `refuse_unfit` raises, and `ActNotPossible`
    for SQLite: a server of several processes would have several writers, and nobody would notice (reliability F5).
    """
    settings = Settings.read()
    refuse_unfit(settings)
    if settings.database_url.startswith("sqlite"):
        raise ActNotPossible("Mehrere Prozesse brauchen PostgreSQL (DATABASE_URL). Mit SQLite: mitwirkung serve")
    set_up_logging(settings.secret_values())
    open_until_the_end = ExitStack()
    atexit.register(open_until_the_end.close)
    return create_app(open_until_the_end.enter_context(joined(settings)))
