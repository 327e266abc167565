# SPDX-License-Identifier: EUPL-1.2
"""What the service does by itself. Plain functions: each asks "what is due in the database?" and does that.

So a job may run twice, late, or in two processes, and does no harm (reliability C9, C10). Who calls them is another
matter: `app.in_process` in the embedded default, `mitwirkung work` in the distributed one.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from app.wiring import Service
from channels.delivery import Delivery, deliver_due
from channels.terms import CallTerms, TextTerms
from core.administration import Acting, CountsDiffer, close_if_due, publish_if_due, seal_if_due
from core.call_backs import OVER_AFTER
from core.consultation import Standing
from core.errors import StoreUnavailable
from core.municipality import Municipality
from core.quiet_hours import quiet_until
from voice.recordings import WHILE_HER_CALL_LASTS, Fetching, delete_recordings, fetch_recordings, left_at_providers

log = logging.getLogger(__name__)

NO_REPORT_FOR = timedelta(minutes=15)
"""A message that is still "sending" after so long was cut off by a crash: whether it left is not known."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be done every so often."""

    name: str
    every: timedelta
    run: Callable[[Service], None]


def close_due(service: Service) -> None:
    """Close what has reached its end."""
    _each_standing(service, close_if_due)


def publish_due(service: Service) -> None:
    """Renew what residents may see, where enough new people have answered."""
    _each_standing(service, publish_if_due)


def seal_due(service: Service) -> None:
    """Publish the final result and destroy the links, ten minutes after the close. A count in doubt stays open."""
    _each_standing(service, seal_if_due)


def deliver(service: Service) -> None:
    """Hand what is due to the providers, batch by batch, until nothing is left that may leave now."""
    for town in service.parts.towns.by_key.values():
        now = service.parts.clock.now()
        service.parts.store.outbox.stuck(town.key, now - NO_REPORT_FOR)
        service.parts.store.outbox.unreported(town.key, now - OVER_AFTER)
        for delivery in deliveries(service, town):
            while not service.ending.is_set() and deliver_due(town, delivery).claimed:
                pass


def purge(service: Service) -> None:
    """Delete what has had its time."""
    for town in service.parts.towns.by_key.values():
        service.parts.store.upkeep.purge(town.key, service.parts.clock.now())


def hear(service: Service) -> None:
    """Make the sound of everything that a caller may hear from now on."""
    if service.has_telephone:
        from app.speech import spoken_in_all_towns

        service.hearing.keep(spoken_in_all_towns(service.parts), service.settings.folder, service.ending)


def fetch(service: Service) -> None:
    """Fetch what people have spoken from the providers, and delete it there."""
    sources = {each.provider: each.recordings for each in service.channels if each.recordings}
    fetching = Fetching(
        sources, service.parts.store.recordings, service.parts.clock, deleted_after=WHILE_HER_CALL_LASTS
    )
    for town in service.parts.towns.by_key:
        fetch_recordings(town, fetching)
        delete_recordings(town, fetching)


def report_recordings(service: Service) -> None:
    """Tell the operator what the providers still have (reliability E14)."""
    for town in service.parts.towns.by_key:
        for (provider, state), number in left_at_providers(service.parts.store.recordings.all(town)).items():
            log.warning("recordings at %s, %s: %d", provider, state.value, number)


JOBS = (
    Job("hear", timedelta(seconds=30), hear),
    Job("close", timedelta(seconds=10), close_due),
    Job("publish", timedelta(seconds=30), publish_due),
    Job("seal", timedelta(seconds=30), seal_due),
    Job("deliver", timedelta(seconds=2), deliver),
    Job("fetch", timedelta(seconds=5), fetch),
    Job("purge", timedelta(hours=1), purge),
    Job("recordings", timedelta(days=1), report_recordings),
)
"""Everything that happens without being asked for."""


def run(job: Job, service: Service) -> None:
    """Run one job now and remember whether it went well. A failure is logged by kind; the next run tries again."""
    try:
        job.run(service)
    except StoreUnavailable:
        service.pulse.failed(job.name)
        log.warning("job %s: the database is away, tried again in %s", job.name, job.every)
    except Exception as error:  # noqa: BLE001 (one job must not end the others)
        service.pulse.failed(job.name)
        reference = secrets.token_hex(4)
        log.error("job %s failed: %s, reference %s", job.name, type(error).__name__, reference)  # noqa: TRY400 (a traceback may hold an answer)
    else:
        service.pulse.beat(job.name, service.parts.clock.now())


def deliveries(service: Service, town: Municipality) -> Iterator[Delivery]:
    """One delivery for each channel that can send."""
    parts = service.parts
    quiet = partial(quiet_until, town=town, calendar=parts.calendar)
    for connected in service.channels:
        if connected.sender:
            calls = partial(CallTerms, numbers=parts.phone_numbers)
            terms = calls if connected.name == "voice" else TextTerms
            yield Delivery(connected.sender, parts.store.outbox, parts.clock, quiet, service.ending.wait, terms)


def _each_standing(service: Service, act: Callable[[Standing, Acting], bool]) -> None:
    for town in service.parts.towns.by_key.values():
        by = Acting("clock", town, service.parts.store, service.parts.clock)
        for standing in service.parts.store.consultations.all(town.key):
            try:
                act(standing, by)
            except CountsDiffer as error:
                log.error("%s Die Verknüpfungen bleiben bestehen.", error)  # noqa: TRY400
