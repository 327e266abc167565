# SPDX-License-Identifier: EUPL-1.2
"""What the operator may watch: names of counters and numbers, nothing about a person.

The text form is that of Prometheus (prometheus.io/docs/instrumenting/exposition_formats).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a job last went well (UTC), and how often it has failed since the start."""

    well_at: datetime | None = None
    failures: int = 0
    failing: bool = False


class Pulse:
    """Remembers for each job whether it goes well."""

    def __init__(self) -> None:
        self._beats: dict[str, Heartbeat] = {}
        self._lock = threading.Lock()

    def beat(self, job: str, at: datetime) -> None:
        """It went well."""
        with self._lock:
            before = self._beats.get(job, Heartbeat())
            self._beats[job] = Heartbeat(at, before.failures)

    def failed(self, job: str) -> None:
        """It did not."""
        with self._lock:
            before = self._beats.get(job, Heartbeat())
            self._beats[job] = Heartbeat(before.well_at, before.failures + 1, failing=True)

    def beats(self) -> Mapping[str, Heartbeat]:
        """How each job is, as it stands now."""
        with self._lock:
            return dict(self._beats)


class Responses:
    """How often each channel's route answered with which status."""

    def __init__(self) -> None:
        self._counts = Counter[tuple[str, int]]()
        self._lock = threading.Lock()

    def count(self, path: str, status: int) -> None:
        """One more."""
        with self._lock:
            self._counts[path, status] += 1

    def counts(self) -> Mapping[tuple[str, int], int]:
        """(path, status) → how often, as it stands now."""
        with self._lock:
            return dict(self._counts)


@dataclass(frozen=True, slots=True)
class Metric:
    """One counter or gauge with all its samples."""

    name: str
    kind: str
    help: str
    samples: tuple[tuple[Labels, float], ...]


def as_text(metrics: Iterable[Metric]) -> str:
    """All metrics in the text form of Prometheus."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for labels, value in metric.samples:
        inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{metric.name}{{{inside}}} {value:.15g}" if inside else f"{metric.name} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
