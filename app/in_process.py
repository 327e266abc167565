# SPDX-License-Identifier: EUPL-1.2
"""Runs the jobs beside the pages, in the same process, with APScheduler: the embedded default.

Its jobs live in memory: they are few, stand in the code, and ask the database what is due. So a missed run is caught up
by the next one (`coalesce`), however late (`misfire_grace_time=None`; the library's default drops a run that is a
second late), and no two runs of one job overlap (`max_instances=1`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from threading import Thread

from app.jobs import JOBS, run
from app.wiring import Service

HOW = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}

SECONDS_BEFORE = 1.0
"""The first page goes before the first job: until then APScheduler is not even imported."""

SECONDS_TO_FINISH = 5.0
"""How long a run that is under way may take to end; afterwards the outbox tells what became of it."""


@contextmanager
def jobs_running(service: Service) -> Iterator[None]:
    """The jobs run until the end of the block; what is under way is then finished."""
    service.hearing.made_here = True
    timetable = Thread(target=keep_jobs, args=(service,), name="jobs", daemon=True)
    timetable.start()
    try:
        yield
    finally:
        service.ending.set()
        timetable.join(SECONDS_TO_FINISH)


def keep_jobs(service: Service) -> None:
    """Run every job at its time until the service ends."""
    if service.ending.wait(SECONDS_BEFORE):
        return
    for language in service.parts.words:
        service.parts.words[language]  # read before somebody writes in it
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=HOW)
    for job in JOBS:
        seconds, at_once = job.every.total_seconds(), service.parts.clock.now()
        scheduler.add_job(run, "interval", (job, service), id=job.name, seconds=seconds, next_run_time=at_once)
    scheduler.start()
    try:
        service.ending.wait()
    finally:
        service.ending.set()
        scheduler.shutdown(wait=True)
