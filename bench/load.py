# SPDX-License-Identifier: EUPL-1.2
"""Load from another process: wrk where it is installed, else a small client of ours.

Both hold some connections open and send signed messages from a file one after the other, each once until all are sent,
then from the beginning again: `python -m bench.load PORT FILE FIRST CONNECTIONS SECONDS`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from bench.installation import SMS_PATH
from bench.processes import ROOT
from bench.webhooks import SignedForm

WRK = shutil.which("wrk")
_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What one spell of load found. `sent` also counts what was still under way at the end."""

    answered: int
    failed: int
    sent: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds


@dataclass(frozen=True, slots=True)
class Messages:
    """A file of signed messages, and how many there are."""

    file: Path
    count: int

    @classmethod
    def written(cls, messages: Iterable[SignedForm], file: Path) -> Messages:
        """One message a line: body, tabulator, signature."""
        lines = [f"{each.body}\t{each.signature}\n" for each in messages]
        file.write_text("".join(lines), encoding="ascii")
        return cls(file, len(lines))


def client(seconds: float) -> str:
    """Which client makes the load, in words. wrk knows no spells shorter than a second."""
    if WRK and seconds >= 1:
        return "wrk, one thread"
    return "our own client" if WRK else "our own client (wrk is not installed)"


def put_under_load(port: int, messages: Messages, first: int, connections: int, seconds: float) -> Load:
    """Send messages from the `first` on for so long. Raises OSError if nothing answers."""
    run = _wrk if WRK and seconds >= 1 else _ours
    return run(port, messages, first % messages.count, connections, seconds)


def _wrk(port: int, messages: Messages, first: int, connections: int, seconds: float) -> Load:
    address = f"http://127.0.0.1:{port}{SMS_PATH}"
    how = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(_SCRIPT), address]
    return _told([WRK or "wrk", *how, "--", str(messages.file), str(first)])


def _ours(port: int, messages: Messages, first: int, connections: int, seconds: float) -> Load:
    how = [str(port), str(messages.file), str(first), str(connections), str(seconds)]
    return _told([sys.executable, "-m", "bench.load", *how])


def _told(command: list[str]) -> Load:
    """Both clients end with one line of JSON."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        raise OSError(f"no load was made: {done.stdout} {done.stderr}")
    return Load(**json.loads(last))


# ------------------------------------------------------------------------------------------------------- our client


@dataclass(slots=True)
class _Spell:
    """What all connections share while it lasts."""

    port: int
    messages: Iterator[tuple[str, ...]]
    until: float
    sent: int = 0
    failed: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def next(self) -> bytes | None:
        """The next request, or None if it is over."""
        if time.monotonic() >= self.until:
            return None
        body, signature = next(self.messages)
        self.sent += 1
        head = (
            f"POST {SMS_PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}\r\n\r\n"
        )
        return (head + body).encode("ascii")


async def _keep_asking(spell: _Spell) -> None:
    """One connection: a request, its answer, the next request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", spell.port)
    while request := spell.next():
        began = time.monotonic()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))
        spell.milliseconds.append((time.monotonic() - began) * 1000)
        spell.failed += " 200 " not in head.partition("\r\n")[0]
    writer.close()


async def _spend(spell: _Spell, connections: int) -> None:
    await asyncio.gather(*(_keep_asking(spell) for _ in range(connections)))


def main(port: str, file: str, first: str, connections: str, seconds: str) -> None:
    """Make the load and tell what was found in one line of JSON."""
    lines = Path(file).read_text(encoding="ascii").splitlines()
    messages = islice(cycle(tuple(line.split("\t")) for line in lines), int(first), None)
    began = time.monotonic()
    spell = _Spell(int(port), messages, began + float(seconds))
    asyncio.run(_spend(spell, int(connections)))
    cuts = quantiles(spell.milliseconds, n=100, method="inclusive")
    took = time.monotonic() - began
    print(json.dumps(asdict(Load(len(spell.milliseconds), spell.failed, spell.sent, took, cuts[49], cuts[98]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
