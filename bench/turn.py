# SPDX-License-Identifier: EUPL-1.2
"""The whole inbound text message over HTTP, signature to TwiML with a durable commit, against two floors.

`turn` is the real service; `bare` is a Flask view with a constant answer; `floor` reads the form and runs the very
statements of the turn in raw `sqlite3`. All three run at once under the same waitress, one process each, and take
turns under load, round by round, 16 connections. Every message is a known person's counted answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from bench.contenders import CONTENDERS
from bench.installation import scratch
from bench.load import Load, Messages, client, put_under_load
from bench.measuring import Effort, Report, Spread, Verdict, at_least, at_most, ratio, spread, undecided
from bench.processes import cpu_seconds, running
from bench.webhooks import polls

CONNECTIONS = 16
PEOPLE = 12_000
WARM_UP_SECONDS = 1.0
STEADY = 2.0
"""A run counts only if the fastest round of the bare endpoint is less than so many times its slowest."""

LEAST_COUNTED = 0.97
"""A spell of load ends with messages under way. The server may drop those, and who has lost one does not go on; all the
others must have become counted answers."""

OVER_FLOOR = "turn ÷ its own statements in raw sqlite3 (G8)"
TAIL = f"p99 ÷ p50 of the turn at {CONNECTIONS} connections (G7)"


@dataclass(slots=True)
class Contender:
    """One server under measurement, and what every round found."""

    name: str
    process: Popen[str]
    port: int
    loads: list[Load] = field(default_factory=list)
    cpu_milliseconds: list[float] = field(default_factory=list)
    sent: int = 0

    def send(self, messages: Messages, seconds: float) -> Load:
        """Put it under load with messages that it has not seen yet."""
        load = put_under_load(self.port, messages, self.sent, CONNECTIONS, seconds)
        self.sent += load.sent
        return load

    def measure(self, messages: Messages, seconds: float) -> None:
        """One round."""
        before = cpu_seconds(self.process.pid)
        load = self.send(messages, seconds)
        self.cpu_milliseconds.append((cpu_seconds(self.process.pid) - before) * 1000 / load.answered)
        self.loads.append(load)

    @property
    def rates(self) -> list[float]:
        return [load.per_second for load in self.loads]

    @property
    def tails(self) -> Spread:
        return spread([load.p99_ms / load.p50_ms for load in self.loads])

    @property
    def failed(self) -> int:
        return sum(load.failed for load in self.loads)


def measure(effort: Effort) -> Report:
    """Rates, latencies and processor time of all three, then what they say about the goals."""
    yield f"load: {client(effort.seconds)}, {CONNECTIONS} connections, {effort.rounds} rounds of {effort.seconds:g} s"
    people = effort.of(PEOPLE, least=400)
    with scratch() as folder, ExitStack() as servers:
        started = [(name, servers.enter_context(_server(name, folder / name, people))) for name in CONTENDERS]
        messages = Messages.written(polls(range(1, people + 1)), folder / "messages")
        contenders = {name: Contender(name, process, _port(process)) for name, process in started}
        _run(contenders, messages, effort)
        servers.close()
        yield from (_line(contender) for contender in contenders.values())
        yield from _verdicts(contenders, folder)


def _server(name: str, folder: Path, people: int) -> AbstractContextManager[Popen[str]]:
    return running(["-m", "bench.contenders", name, str(folder), str(people)])


def _port(process: Popen[str]) -> int:
    """Every server prints its port once it is ready. Raises RuntimeError if it ended instead."""
    printed = process.stdout.readline() if process.stdout else ""
    if not printed:
        raise RuntimeError(f"a server has ended with {process.wait()} before it was ready")
    return int(printed)


def _run(contenders: Mapping[str, Contender], messages: Messages, effort: Effort) -> None:
    for contender in contenders.values():
        contender.send(messages, WARM_UP_SECONDS * min(1, effort.seconds))
    for _ in range(effort.rounds):
        for contender in contenders.values():
            contender.measure(messages, effort.seconds)


def _line(contender: Contender) -> str:
    p50, p99 = (spread([getattr(load, name) for load in contender.loads]) for name in ("p50_ms", "p99_ms"))
    rate, cpu = spread(contender.rates), spread(contender.cpu_milliseconds)
    return (
        f"{contender.name:<6} {rate.median:6.0f}/s ({rate.least:.0f}-{rate.most:.0f}), p50 {p50} ms, p99 {p99} ms, "
        f"p99 ÷ p50 {contender.tails}, processor {cpu} ms per request, N = {sum(x.answered for x in contender.loads)}"
    )


def _verdicts(contenders: Mapping[str, Contender], folder: Path) -> Iterator[str | Verdict]:
    turn, bare, floor = (contenders[name] for name in ("turn", "bare", "floor"))
    yield f"turn ÷ bare: {ratio(turn.rates, bare.rates)}; floor ÷ bare: {ratio(floor.rates, bare.rates)}"
    yield f"processor time, turn ÷ bare: {ratio(turn.cpu_milliseconds, bare.cpu_milliseconds)}"
    counted = {each.name: _answers(folder / each.name) for each in (turn, floor)}
    yield f"answers counted: turn {counted['turn']} of {turn.sent} sent, floor {counted['floor']} of {floor.sent} sent"
    against = _against(contenders, counted)
    if against:
        yield undecided(OVER_FLOOR, against)
        yield undecided(TAIL, against)
        return
    yield at_least(0.45, ratio(turn.rates, floor.rates), OVER_FLOOR)
    yield at_most(3.0, turn.tails, TAIL)


def _answers(folder: Path) -> int:
    """How many answers the tally of this installation holds."""
    connection = sqlite3.connect(f"file:{folder / 'mitwirkung.db'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT sum(count) FROM tally WHERE option = '' AND question <> ''").fetchone()
        return int(rows[0] or 0)
    finally:
        connection.close()


def _against(contenders: Mapping[str, Contender], counted: Mapping[str, int]) -> str:
    """Why this run does not count; "" if it does."""
    if any(each.failed for each in contenders.values()):
        return "requests have failed: " + ", ".join(f"{each.name} {each.failed}" for each in contenders.values())
    lost = [name for name, answers in counted.items() if answers < LEAST_COUNTED * contenders[name].sent]
    if lost:
        return f"too few messages became counted answers: {', '.join(lost)}"
    swing = max(contenders["bare"].rates) / min(contenders["bare"].rates)
    return f"the bare endpoint swung by {swing:.1f}: the machine was busy" if swing >= STEADY else ""
