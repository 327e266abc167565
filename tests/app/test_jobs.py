# SPDX-License-Identifier: EUPL-1.2
"""The jobs do what is due, once, however often and however late they run."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import MovableClock
from app.jobs import JOBS, Job, close_due, deliver, publish_due, run, seal_due
from app.wiring import Connected, Service
from channels.errors import ConnectionFailed
from core.consultation import State
from core.outbox import MessageKind, OutboundMessage
from core.people import Address, AddressKind
from core.ports import Act, Invitee
from tests.app.conftest import MONDAY_NOON, Say, number_of

CLOSES = datetime(2027, 3, 31, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sound(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What one run of the job "hear" has made serves those after it: making it takes its time."""
    made, kept = folder / "speech", tmp_path_factory.getbasetemp() / "sound-of-jobs"
    if kept.is_dir():
        shutil.copytree(kept, made, copy_function=os.link)
    yield
    if (made / "index.json").is_file() and not kept.is_dir():
        shutil.copytree(made, kept, copy_function=os.link)


def run_all(service: Service) -> None:
    for job in JOBS:
        run(job, service)


def acts(service: Service) -> list[str]:
    return [act.what for _, act, _ in service.parts.store.audit.entries("bergheim")]


def published(service: Service) -> int | None:
    shown = service.acting("test").standing("BUS").publication
    return None if shown is None else int(str(shown["participants"]))


def answer(people: range, say: Say) -> None:
    for person in people:
        say(number_of(person), "BUS")
        say(number_of(person), "1")


def test_c10_after_hours_of_standstill_due_work_is_done_once(service: Service, clock: MovableClock) -> None:
    clock.move_to(CLOSES + timedelta(hours=2))
    run_all(service)
    clock.move(timedelta(minutes=10))
    for _ in range(3):
        run_all(service)
    assert acts(service) == ["load", "open", "close", "seal"]
    assert service.acting("test").standing("BUS").state is State.SEALED


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_c9_every_job_may_run_twice_without_a_difference(job: Job, service: Service, clock: MovableClock) -> None:
    clock.move_to(CLOSES + timedelta(hours=2))
    run(job, service)
    before = acts(service)
    run(job, service)
    assert acts(service) == before
    assert not service.pulse.beats()[job.name].failing


def test_results_are_renewed_in_steps_of_five_people(service: Service, say: Say) -> None:
    seen = []
    for person in range(1, 12):
        answer(range(person, person + 1), say)
        publish_due(service)
        seen.append(published(service))
    assert seen == [None, None, None, None, 5, 5, 5, 5, 5, 10, 10]


def test_b5_what_comes_after_the_close_is_kept_and_changes_no_count(
    service: Service, say: Say, clock: MovableClock
) -> None:
    answer(range(1, 7), say)
    say(number_of(7), "BUS")
    clock.move_to(CLOSES)
    say(number_of(7), "1")
    close_due(service)
    clock.move(timedelta(minutes=10))
    seal_due(service)
    assert published(service) == 6
    standing = service.acting("test").standing("BUS")
    assert service.parts.store.consultations.late("bergheim", standing.id) == 1


def test_a_count_in_doubt_is_not_sealed_and_said(
    service: Service, say: Say, clock: MovableClock, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer(range(1, 7), say)
    clock.move_to(CLOSES)
    close_due(service)
    with sqlite3.connect(folder / "mitwirkung.db") as tampering:
        tampering.execute("UPDATE tally SET count = count + 1 WHERE question = 'late' AND option = 'yes'")
    tampering.close()
    clock.move(timedelta(minutes=10))
    seal_due(service)
    assert service.acting("test").standing("BUS").state is State.CLOSED
    assert "BUS" in caplog.text


def test_a_job_that_fails_is_known_and_stops_no_other(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Service) -> None:
        raise ValueError("+4915112345678")

    run(Job("broken", timedelta(seconds=1), fail), service)
    run_all(service)
    beats = service.pulse.beats()
    assert beats["broken"].failing
    assert not any(beats[job.name].failing for job in JOBS)
    assert "ValueError" in caplog.text
    assert "4915112345678" not in caplog.text


# ------------------------------------------------------------------------------------------------------- sending


@dataclass
class Outside:
    """Takes messages as a provider does, and keeps when."""

    clock: MovableClock
    name: str = "sms"
    sent: list[tuple[datetime, str]] = field(default_factory=list)
    broken: bool = False

    def send(self, message: OutboundMessage, to: Address) -> str:
        if self.broken:
            raise ConnectionFailed
        self.sent.append((self.clock.now(), to.value))
        return f"provider-{len(self.sent)}"


@pytest.fixture
def outside(clock: MovableClock) -> Outside:
    return Outside(clock)


@pytest.fixture
def sending(service: Service, outside: Outside) -> Service:
    """The service with a provider that can be watched; waiting moves the clock instead of the test's time."""
    joined = next(each for each in service.connections if isinstance(each, Connected))
    return replace(service, connections=(replace(joined, sender=outside),), ending=_Moving(outside.clock))  # type: ignore[arg-type]


@dataclass
class _Moving:
    """Waits by moving the clock."""

    clock: MovableClock

    def wait(self, seconds: float) -> None:
        self.clock.move(timedelta(seconds=seconds))

    def is_set(self) -> bool:
        return False


def queue(service: Service, people: range, not_after: datetime = CLOSES) -> None:
    standing = service.acting("test").standing("BUS")
    message = OutboundMessage(
        "", MessageKind.INVITATION, "sms", "", standing.id, "Antworten Sie mit BUS.", 1, not_after=not_after
    )
    invitees = [Invitee(Address(AddressKind.PHONE, number_of(person))) for person in people]
    act = Act("test", "invite", "BUS", {}, service.parts.clock.now())
    assert service.parts.store.outbox.invite("bergheim", standing.id, invitees, {"": message}, act) == len(people)


def test_everything_due_leaves_once_at_the_rate_of_the_number(sending: Service, outside: Outside) -> None:
    queue(sending, range(1, 21))
    deliver(sending)
    deliver(sending)
    assert sorted(number for _, number in outside.sent) == [number_of(person) for person in range(1, 21)]
    assert outside.sent[-1][0] - outside.sent[0][0] >= timedelta(seconds=19)


@pytest.mark.parametrize(
    ("hours", "leaves"), [(0, True), (7.5, True), (8, False), (19.9, False), (20, True), (24 * 6, False)]
)
def test_c12_nothing_that_we_start_leaves_in_quiet_hours(
    hours: float, leaves: bool, sending: Service, outside: Outside
) -> None:
    outside.clock.move_to(MONDAY_NOON + timedelta(hours=hours))
    queue(sending, range(1, 3))
    deliver(sending)
    assert bool(outside.sent) is leaves


def test_c12_what_waited_in_the_night_leaves_in_the_morning(sending: Service, outside: Outside) -> None:
    outside.clock.move_to(MONDAY_NOON + timedelta(hours=9))
    queue(sending, range(1, 4))
    deliver(sending)
    outside.clock.move_to(MONDAY_NOON + timedelta(hours=20, minutes=1))
    deliver(sending)
    assert len(outside.sent) == 3


def test_an_invitation_to_what_is_over_is_dropped(sending: Service, outside: Outside) -> None:
    queue(sending, range(1, 3), not_after=MONDAY_NOON)
    outside.clock.move(timedelta(hours=1))
    deliver(sending)
    assert outside.sent == []
    assert sending.parts.store.outbox.counts("bergheim").get("failed") == 2


def test_a_provider_that_is_away_is_tried_again_later(sending: Service, outside: Outside) -> None:
    queue(sending, range(1, 2))
    outside.broken = True
    deliver(sending)
    outside.broken = False
    deliver(sending)
    assert outside.sent == []
    outside.clock.move(timedelta(minutes=2))
    deliver(sending)
    assert len(outside.sent) == 1
