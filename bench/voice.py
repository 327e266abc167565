# SPDX-License-Identifier: EUPL-1.2
"""One key press of a call over HTTP, signature to TwiML with a durable commit, and the sound that it plays.

`turn` is the real service, in a process in which no sound can be made; `bare` is a Flask view that gives a real answer,
always the same. Both run at once under the same waitress and take turns under load, with one call and with many at
once. Every key is a known person's counted answer, in a call of her own. `sound` is the prompts of these answers as a
provider's player fetches them. Then the processor time of each part of a key press, without a server.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from subprocess import Popen
from typing import Any

from app.http import create_app
from app.wiring import Service
from bench.calls import KEYS, Calling, by_keys, fetching, make_calls, pressed, write
from bench.installation import installed, scratch
from bench.lines import ANSWER, TRIED
from bench.measuring import Effort, Report, Spread, Verdict, at_least, none_of, ratio, spread, undecided
from bench.people import introduce
from bench.processes import cpu_seconds, running
from bench.sound import put_sound
from bench.turn import LEAST_COUNTED, STEADY, WARM_UP_SECONDS
from channels.contract import WebhookRequest
from core.participation import take_turn
from voice.clips import SOUND_PATH
from voice.twiml import PATH

CALLERS = 9_000
CALLERS_IN_PARTS = 300
ONE, SOME, MANY = 1, 8, 50
"""Calls at once: for keys one and many; for sound some and many."""

SILENT = "speech-synthesis calls in phone turns (G23)"
SERVED = f"prompts served ÷ bare requests, {SOME} at once (G23)"


@dataclass(slots=True)
class Line:
    """One kind of request to one server, so many at once, and what every round found."""

    name: str
    process: Popen[str]
    port: int
    file: Path
    at_once: int
    loads: list[Calling] = field(default_factory=list)
    cpu_milliseconds: list[float] = field(default_factory=list)

    def measure(self, first: int, seconds: float) -> Calling:
        """One round from this call on."""
        before = cpu_seconds(self.process.pid)
        load = make_calls(self.port, self.file, first, self.at_once, seconds)
        self.cpu_milliseconds.append((cpu_seconds(self.process.pid) - before) * 1000 / load.answered)
        self.loads.append(load)
        return load

    def each(self, figure: str) -> list[float]:
        """One figure, round by round."""
        return [getattr(load, figure) for load in self.loads]


Lines = Mapping[tuple[str, int], Line]
"""By name and requests at once."""


def measure(effort: Effort) -> Report:
    """Rates, latencies and processor time, what they say about the goals, then the parts."""
    callers, apart = effort.of(CALLERS, least=800), effort.of(CALLERS_IN_PARTS, least=10)
    yield f"load: our own client, {effort.rounds} rounds of {effort.seconds:g} s"
    with scratch() as folder:
        with installed(folder) as service:
            put_sound(service)
            introduce(service, callers + 1 + apart)
            clips = _first_call(service, callers + 1, folder)
            parts = _parts(service, range(callers + 2, callers + 2 + apart), effort.rounds)
        before = _answers(folder)
        calls = write(map(by_keys, range(1, callers + 1)), folder / "calls")
        lines, sent = _measured(folder, calls, write(map(fetching, clips), folder / "sounds"), effort)
        yield from map(_told, lines.values())
        yield from _ratios(lines)
        yield f"clips played: {len(clips)}, {_mean_size(clips, folder):.1f} kB each"
        counted = _answers(folder) - before
        yield f"answers counted: {counted} of {sent} keys"
        yield from _verdicts(lines, _against(lines, counted, sent), (folder / TRIED).read_text("ascii").split())
    yield from parts


def _first_call(service: Service, person: int, folder: Path) -> list[str]:
    """The clips that one call plays, in order; its first answer becomes that of `bare`."""
    client = create_app(service).test_client()
    answers = [
        client.post(target, data=form, headers={"X-Twilio-Signature": signature}).text
        for target, form, signature in pressed(person)
    ]
    (folder / ANSWER).write_text(answers[0], encoding="utf-8")
    return [clip for answer in answers for clip in re.findall(f"{SOUND_PATH}([^<]+)<", answer)]


def _mean_size(clips: Sequence[str], folder: Path) -> float:
    return mean((folder / "speech" / clip).stat().st_size for clip in clips) / 1000


# ------------------------------------------------------------------------------------------------------- under load


def _measured(folder: Path, calls: Path, sounds: Path, effort: Effort) -> tuple[Lines, int]:
    """All lines after all rounds, and how many keys the service got."""
    with ExitStack() as servers:
        started = {
            name: servers.enter_context(running(["-m", "bench.lines", name, str(folder)])) for name in ("turn", "bare")
        }
        lines = _lines(started, calls, sounds)
        return lines, _run(lines, effort)


def _lines(started: Mapping[str, Popen[str]], calls: Path, sounds: Path) -> Lines:
    ports = {name: _port(process) for name, process in started.items()}

    def line(name: str, server: str, file: Path, at_once: int) -> Line:
        return Line(name, started[server], ports[server], file, at_once)

    keys = [line(name, name, calls, at_once) for at_once in (ONE, MANY) for name in ("turn", "bare")]
    prompts = [line("sound", "turn", sounds, at_once) for at_once in (SOME, MANY)]
    return {(each.name, each.at_once): each for each in (*keys, line("bare", "bare", calls, SOME), *prompts)}


def _port(process: Popen[str]) -> int:
    """Every server prints its port once it is ready. Raises RuntimeError if it ended instead."""
    printed = process.stdout.readline() if process.stdout else ""
    if not printed:
        raise RuntimeError(f"a server has ended with {process.wait()} before it was ready")
    return int(printed)


def _run(lines: Lines, effort: Effort) -> int:
    """Every line in turn, round by round. No call is made twice: a key that comes again is no new turn."""
    called = sent = 0
    for number in range(effort.rounds + 1):
        seconds = effort.seconds if number else WARM_UP_SECONDS * min(1, effort.seconds)
        for line in lines.values():
            load = line.measure(called, seconds)
            if line.name == "turn":
                called, sent = called + load.calls, sent + load.answered
    for line in lines.values():
        del line.loads[0], line.cpu_milliseconds[0]  # the first is for warming up
    return sent


def _told(line: Line) -> str:
    rate, p50, p99 = (spread(line.each(figure)) for figure in ("per_second", "p50_ms", "p99_ms"))
    return (
        f"{line.name:<5} {line.at_once:>2} at once: {rate.median:6.0f}/s ({rate.least:.0f}-{rate.most:.0f}), "
        f"p50 {p50} ms, p99 {p99} ms, processor {spread(line.cpu_milliseconds)} ms per request, "
        f"N = {sum(load.answered for load in line.loads)}"
    )


def _ratios(lines: Lines) -> Iterator[str]:
    for at_once in (ONE, MANY):
        ours, theirs = lines["turn", at_once], lines["bare", at_once]
        rate, p50, p99 = (ratio(ours.each(name), theirs.each(name)) for name in ("per_second", "p50_ms", "p99_ms"))
        yield f"turn ÷ bare, {at_once} at once: rate {rate}, p50 {p50}, p99 {p99}"
    yield f"sound ÷ bare, {MANY} at once: rate {_served(lines, MANY)}"


def _served(lines: Lines, at_once: int) -> Spread:
    return ratio(lines["sound", at_once].each("per_second"), lines["bare", at_once].each("per_second"))


def _verdicts(lines: Lines, against: str, tried: Sequence[str]) -> Iterator[Verdict]:
    yield undecided(SILENT, against) if against and not tried else none_of(set(tried), SILENT)
    swing = max(lines["bare", SOME].each("per_second")) / min(lines["bare", SOME].each("per_second"))
    busy = f"the bare endpoint swung by {swing:.1f}: the machine was busy" if swing >= STEADY else ""
    yield undecided(SERVED, against or busy) if against or busy else at_least(0.4, _served(lines, SOME), SERVED)


def _answers(folder: Path) -> int:
    """How many answers are counted."""
    with closing(sqlite3.connect(f"file:{folder / 'mitwirkung.db'}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT sum(count) FROM tally WHERE option = '' AND question <> ''").fetchone()
        return int(rows[0] or 0)


def _against(lines: Lines, counted: int, sent: int) -> str:
    """Why this run does not count; "" if it does."""
    failed = sum(load.failed for line in lines.values() for load in line.loads)
    if failed:
        return f"{failed} requests have failed"
    return "" if counted >= LEAST_COUNTED * sent else "too few keys became counted answers"


# ------------------------------------------------------------------------------------------------------- the parts


def _parts(service: Service, people: range, rounds: int) -> list[str]:
    """Microseconds of this thread's processor time for each part of a key press."""
    channel = next(each.channel for each in service.channels if each.path == PATH)
    parts = service.parts
    taken: dict[str, list[float]] = {}
    for number in range(rounds):
        requests = [_received(*each) for person in people[number::rounds] for each in pressed(person)]
        receiving, turns = _timed(channel.receive, requests)
        taking, replies = _timed(lambda turn: take_turn(turn, parts), turns)
        pairs = zip(turns, replies, strict=True)
        responding, _ = _timed(lambda pair: channel.respond(pair[1], parts.phrases, pair[0]), pairs)
        for name, found in (("receive", receiving), ("take_turn", taking), ("respond", responding)):
            taken.setdefault(name, []).append(found)
    told = [f"{name:<10} {spread(values)} µs of processor time" for name, values in taken.items()]
    return [*told, f"N = {len(people) * len(KEYS)} keys"]


def _received(target: str, form: dict[str, str], signature: str) -> WebhookRequest:
    return WebhookRequest(target, tuple(form.items()), {"x-twilio-signature": signature}, b"")


def _timed(do: Callable[[Any], Any], things: Iterable[Any]) -> tuple[float, list[Any]]:
    """Microseconds for each, and what came of them."""
    ready = list(things)
    began = time.thread_time()
    done = [do(each) for each in ready]
    return (time.thread_time() - began) * 1e6 / len(ready), done
