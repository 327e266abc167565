# SPDX-License-Identifier: EUPL-1.2
"""Calls as Twilio brings them, many at once, from another process.

A call is its requests in order, each sent when the one before is answered; when it is over, the next call takes its
place. `python -m bench.calls PORT FILE FIRST AT_ONCE SECONDS` makes the calls of a file, each once, from the given one
on and then from the beginning again.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.installation import PUBLIC_URL, TOKEN
from bench.load import Load
from bench.people import address_of
from bench.processes import ROOT
from voice.clips import SOUND_PATH
from voice.steps import Step
from voice.twiml import TURN

OURS = "+492271890000"
KEYS = (("BUS:late", "1"), ("BUS:satisfied", "4"))
"""What somebody presses at which question of BUS: yes, four of five. Each is a counted answer."""

Call = Sequence[str]
"""The requests of one call, in order, as they go over the wire."""


def form_of(person: int, key: str) -> dict[str, str]:
    """All fields that Twilio sends with a key (twilio.com/docs/voice/twiml/gather#action)."""
    places = {f"{side}{place}": "" for side in ("Called", "Caller", "From", "To") for place in ("City", "State", "Zip")}
    countries = {f"{side}Country": "DE" for side in ("Called", "Caller", "From", "To")}
    return {
        "AccountSid": f"AC{1:032x}",
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{person:032x}",
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "FinishedOnKey": "",
        "Digits": key,
        "msg": "Gather End",
        **dict.fromkeys(("Called", "To"), OURS),
        **dict.fromkeys(("Caller", "From"), address_of(person).value),
        **places,
        **countries,
    }


def pressed(person: int) -> Iterator[tuple[str, dict[str, str], str]]:
    """Every key of one person's call: address, form, signature."""
    validator = RequestValidator(TOKEN)
    for number, (about, key) in enumerate(KEYS, start=1):
        target, form = f"{TURN}?{urlencode(Step(number, about).as_fields())}", form_of(person, key)
        yield target, form, validator.compute_signature(PUBLIC_URL + target, form)


def by_keys(person: int) -> Call:
    """One person's call: a key at each question."""
    return [_posted(target, urlencode(form), signature) for target, form, signature in pressed(person)]


def fetching(clip: str) -> Call:
    """A player fetches one clip."""
    return [f"GET {SOUND_PATH}{clip} HTTP/1.1\r\nHost: localhost\r\n\r\n"]


def _posted(target: str, body: str, signature: str) -> str:
    return (
        f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: {signature}\r\n\r\n{body}"
    )


# ------------------------------------------------------------------------------------------------------- from outside


@dataclass(frozen=True, slots=True)
class Calling(Load):
    """What one spell of calls found. Whatever was sent was answered; `calls` were begun, `content` bytes came."""

    calls: int
    content: int


def write(calls: Iterable[Call], file: Path) -> Path:
    """One call a line."""
    file.write_text("".join(f"{json.dumps(list(each))}\n" for each in calls), encoding="ascii")
    return file


def make_calls(port: int, file: Path, first: int, at_once: int, seconds: float) -> Calling:
    """Make calls from the `first` on for so long. Raises OSError if nothing answers."""
    how = [str(port), str(file), str(first), str(at_once), str(seconds)]
    command = [sys.executable, "-m", "bench.calls", *how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"no calls were made: {done.stderr}")
    return Calling(**json.loads(done.stdout))


# ------------------------------------------------------------------------------------------------------- our client


@dataclass(slots=True)
class _Spell:
    """What all lines share while it lasts."""

    port: int
    calls: Iterator[Call]
    until: float
    begun: int = 0
    failed: int = 0
    content: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def requests(self) -> Iterator[bytes]:
        """Those of one line, call after call, until it is over."""
        while time.monotonic() < self.until:
            self.begun += 1
            for request in next(self.calls):
                if time.monotonic() < self.until:
                    yield request.encode("ascii")


async def _hold(spell: _Spell) -> None:
    """One line. An answer fails that is none, or that leaves speaking to the provider."""
    reader, writer = await asyncio.open_connection("127.0.0.1", spell.port)
    for request in spell.requests():
        began = time.monotonic()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        content = await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))
        spell.milliseconds.append((time.monotonic() - began) * 1000)
        spell.failed += " 200 " not in head.partition("\r\n")[0] or b"<Say" in content
        spell.content += len(content)
    writer.close()


async def _spend(spell: _Spell, at_once: int) -> None:
    await asyncio.gather(*(_hold(spell) for _ in range(at_once)))


def main(port: str, file: str, first: str, at_once: str, seconds: str) -> None:
    """Make the calls and tell what was found in one line of JSON."""
    calls: list[Call] = [json.loads(line) for line in Path(file).read_text(encoding="ascii").splitlines()]
    began = time.monotonic()
    spell = _Spell(int(port), islice(cycle(calls), int(first) % len(calls), None), began + float(seconds))
    asyncio.run(_spend(spell, int(at_once)))
    took, answered = time.monotonic() - began, len(spell.milliseconds)
    cuts = quantiles(spell.milliseconds, n=100, method="inclusive")
    found = Calling(answered, spell.failed, answered, took, cuts[49], cuts[98], spell.begun, spell.content)
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(*sys.argv[1:])
