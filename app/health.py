# SPDX-License-Identifier: EUPL-1.2
"""Whether the service can do its work now, and the numbers that show how it does."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.metrics import Metric
from app.wiring import Service
from core.errors import StoreUnavailable

WELL, AWAY, FAILING, OFF, PREPARING = "ok", "away", "failing", "off", "preparing"

PATIENCE = timedelta(minutes=5)
"""How long after its start a service waits for sound before it answers without: better a missing sentence than none."""


@dataclass(frozen=True, slots=True)
class Health:
    """How each thing is that the service needs. Without a database nobody is answered, nor before all can be heard."""

    parts: Mapping[str, str]

    @property
    def well(self) -> bool:
        """Whether residents can be answered."""
        return self.parts["database"] == WELL and self.parts["speech"] != PREPARING

    @property
    def status(self) -> str:
        """One of "ok", "degraded" (residents are answered, something else is not well) or "unavailable"."""
        if not self.well:
            return "unavailable"
        return "degraded" if FAILING in self.parts.values() else WELL


def examine(service: Service) -> Health:
    """Look at everything now."""
    database = WELL if service.parts.store.upkeep.reachable() else AWAY
    channels = {each.path.strip("/").replace("/", "_"): WELL for each in service.channels}
    off = {each.path.strip("/").replace("/", "_"): OFF for each in service.off}
    speech = _speech(service) if database == WELL else AWAY
    return Health({"database": database, "speech": speech, "jobs": _jobs(service), **channels, **off})


def _speech(service: Service) -> str:
    """Whether everything that a caller may hear is there. Once it was, a new text on its way is no trouble."""
    hearing = service.hearing
    if not service.has_telephone:
        return OFF
    if hearing.complete or _is_all_there(service):
        return WELL
    waited = time.monotonic() - service.began
    return PREPARING if hearing.made_here and not hearing.failed and waited < PATIENCE.total_seconds() else FAILING


def _is_all_there(service: Service) -> bool:
    from app.speech import spoken_in_all_towns

    return service.hearing.look(spoken_in_all_towns(service.parts), service.settings.folder)


def _jobs(service: Service) -> str:
    """Give "off" where no job has run yet, or another process runs them."""
    beats = service.pulse.beats().values()
    if not beats:
        return OFF
    return FAILING if any(beat.failing for beat in beats) else WELL


def measure(service: Service) -> Iterator[Metric]:
    """Every number of the service, as it stands now."""
    responses = service.responses.counts().items()
    answered = tuple(({"route": path, "status": str(status)}, count) for (path, status), count in responses)
    yield Metric("mitwirkung_responses_total", "counter", "Responses to providers, by route and status.", answered)
    refusals = service.refusals.counts().items()
    refused = tuple(({"channel": name, "why": why}, count) for (name, why), count in refusals)
    yield Metric("mitwirkung_refused_total", "counter", "Requests of providers not taken, by reason.", refused)
    yield from _of_jobs(service)
    yield from _of_outbox(service)


def _of_jobs(service: Service) -> Iterator[Metric]:
    beats = service.pulse.beats()
    well = tuple(({"job": job}, beat.well_at.timestamp()) for job, beat in beats.items() if beat.well_at)
    failures = tuple(({"job": job}, beat.failures) for job, beat in beats.items())
    yield Metric("mitwirkung_job_last_well_seconds", "gauge", "When a job last went well (Unix time).", well)
    yield Metric("mitwirkung_job_failures_total", "counter", "Failed runs of a job since the start.", failures)


def _of_outbox(service: Service) -> Iterator[Metric]:
    """Messages by state; nothing where the database is away, so that the other numbers can still be read."""
    outbox = service.parts.store.outbox
    try:
        counts = {town: outbox.counts(town) for town in service.parts.towns.by_key}
    except StoreUnavailable:
        return
    samples = tuple(
        ({"town": town, "state": state}, number) for town, states in counts.items() for state, number in states.items()
    )
    yield Metric("mitwirkung_messages", "gauge", "Messages that we started, by state.", samples)
