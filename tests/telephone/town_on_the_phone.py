# SPDX-License-Identifier: EUPL-1.2
"""A town that can be called: the real service, the real line, a real exchange, and sound made before by a real engine.

Nothing between the caller's ear and the count is a script. While they run, no engine can speak and no network is there.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from app.clock import MovableClock
from app.config import Settings
from app.speech import spoken_in_all_towns, stock, voices_in
from app.wiring import Service, joined
from core.administration import Acting, load, open_consultation
from core.ballots import Ballot
from core.participation import Parts
from core.people import Address, AddressKind, Pace
from core.tally import Tally
from core.turns import Prompt
from tests.end_to_end.town import EXAMPLES
from tests.telephone.a_law import Samples
from tests.telephone.exchange import HOST, ROOT, Exchange, free_port, running
from tests.telephone.lines import asterisk_of
from tests.telephone.sounds import read
from tests.telephone.steering import FIRST
from tests.telephone.town_process import moved
from voice.menu import Say
from voice.shelf import Shelf
from voice.speech import prepare

LINE_NUMBER, OFFICE = "+492271890000", "+492271890"
"""The town's number for calls, and its town hall's: as they stand in the example's `town.toml`."""
MORNING = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
"""A Wednesday, ten o'clock in Bergheim. It lies in the past: jobs that were due then are done at once."""
STARTS_WITHIN, ENDS_WITHIN = 30.0, 10.0
SLOW = (
    "Ich spreche jetzt langsamer.",
    "Soll der Bus abends bis 23 Uhr fahren?",
)
"""What is prepared at the slow pace too; all at all paces takes a minute."""


class NotRunning(Exception):
    """A process of the town has ended or does not answer; with what it printed."""


@dataclass
class TownOnThePhone:
    """The town: its folder, its clock, its exchange, its two processes, and a look into what it has stored."""

    folder: Path
    exchange: Exchange
    inside: Service
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------- its processes

    def start(self, name: str, *arguments: str) -> None:
        """Start `serve` or `line`; what it prints goes into a file of that name."""
        command = [sys.executable, "-m", "tests.telephone.town_process", str(self.clock), name]
        command += ["--dir", str(self.folder), *arguments]
        with (self.folder / f"{name}.log").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                command, env=self._environment(), stdout=output, stderr=output, cwd=ROOT
            )

    def start_service(self) -> None:
        """Start the service and wait until it says that it answers residents."""
        self.start("serve", "--port", str(self.port))
        self._wait("serve", self.answers)

    def start_line(self) -> None:
        """Start the line and wait until the exchange knows it."""
        self.start("line")
        self._wait("line", self._is_connected)

    def stop(self, name: str) -> None:
        """End one as a container does: ask, and wait."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def answers(self) -> bool:
        """Whether the service answers residents."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _is_connected(self) -> bool:
        with asterisk_of(self.exchange) as asterisk:
            return FIRST in {each["name"] for each in asterisk.ask("GET", "/applications").json()}

    def _wait(self, name: str, is_ready: Callable[[], bool]) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.processes[name].poll() is None:
            if is_ready():
                return
            time.sleep(0.1)
        raise NotRunning(f"{name}: {self.printed(name)}")

    def printed(self, name: str) -> str:
        """What a process has printed since the first start."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PUBLIC_URL": self.url,
            "ASTERISK_ARI_URL": self.exchange.ari_url,
            "ASTERISK_ARI_USER": self.exchange.ari_user,
            "ASTERISK_ARI_PASSWORD": self.exchange.ari_password,
        }

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    # ------------------------------------------------------------------------------------------------- its time

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    def now(self) -> datetime:
        """The time in this town."""
        return moved(self.clock)

    def move_to(self, moment: datetime) -> None:
        """Let it be this moment."""
        set_clock(self.clock, moment)

    # ------------------------------------------------------------------------------------------------- its sound

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "speech")

    def sounds(self, text: str, language: str = "de", pace: Pace = Pace.NORMAL) -> list[Samples]:
        """What this text sounds like, clip by clip. AssertionError: it was not prepared."""
        clips = self.shelf.clips(text, language, pace)
        assert clips, f"no sound of {text!r}"
        return [read(self.shelf.folder / clip) for clip in clips]

    @cached_property
    def tone(self) -> Samples:
        """The tone of the exchange before a recording."""
        return read(self.exchange.folder / "data" / "sounds" / "beep.wav")

    def texts_with(self, part: str, language: str = "de") -> Iterable[str]:
        """Every prepared text in which this stands."""
        index = json.loads((self.shelf.folder / "index.json").read_text("utf-8"))
        return [text for text in index["clips"][language]["normal"] if part in text]

    # ------------------------------------------------------------------------------------------------- what it knows

    def tally(self, keyword: str = "BUS") -> Tally:
        """The live count."""
        parts, town = self.inside.parts, self.inside.town()
        standing = self._acting.standing(keyword)
        return Tally(parts.store.consultations.tally(town.key, standing.id))

    def ballot(self, number: str, keyword: str = "BUS") -> Ballot | None:
        """What this number has answered."""
        parts, town = self.inside.parts, self.inside.town()
        meeting = parts.store.turns.meet(town.key, Address(AddressKind.PHONE, number))
        if meeting is None:
            return None
        standing = self._acting.standing(keyword)
        voice = parts.secrets.voice_id(town.key, standing.id, meeting.person.participant)
        return parts.store.turns.ballots(town.key, {standing.id: voice}).get(standing.id)

    def asking(self, number: str) -> str:
        """The prompt that is open for this number, as it is stored."""
        meeting = self.inside.parts.store.turns.meet(self.inside.town().key, Address(AddressKind.PHONE, number))
        return meeting.conversation.asking if meeting else Prompt.RECEPTION

    def audio(self, recording: str) -> bytes | None:
        """A recording as the town hall hears it: fetched by the job, decrypted with the town's key."""
        return self.inside.parts.store.recordings.audio(self.inside.town().key, recording)

    def outbox(self) -> Mapping[str, int]:
        """Messages and calls by state."""
        return self.inside.parts.store.outbox.counts(self.inside.town().key)

    @cached_property
    def _acting(self) -> Acting:
        return self.inside.acting("test")


def set_clock(clock: Path, moment: datetime) -> None:
    """Write the file of a clock anew, in one step."""
    half = clock.with_suffix(".half")
    half.write_text(str((moment - datetime.now(UTC)).total_seconds()), "utf-8")
    half.replace(clock)


# ------------------------------------------------------------------------------------------------------- founding it


def founded(folder: Path) -> None:
    """The example town with both example consultations open, and everything prepared that a caller can hear."""
    (folder / "town.toml").write_bytes((EXAMPLES / "town.toml").read_bytes())
    with joined(Settings.read({}, folder)) as service:
        parts = replace(service.parts, clock=MovableClock(MORNING - timedelta(days=1)))
        by = Acting("test", service.town(), parts.store, parts.clock)
        for name in ("bus", "zukunft"):
            standing, _ = load((EXAMPLES / f"{name}.toml").read_text("utf-8"), f"{name}.toml", by)
            open_consultation(standing.consultation.keyword, by)
        prepare_sound(folder, parts)


def prepare_sound(folder: Path, parts: Parts) -> None:
    """Make all sound by a real engine. What earlier runs have made is taken from the cache: its names are hashes."""
    speech, kept = folder / "speech", cache() / "mitwirkung" / "speech-of-tests"
    if kept.is_dir():
        shutil.copytree(kept, speech)
    towns = spoken_in_all_towns(parts)
    made = stock(towns, folder)
    assert not made.failed, made.failed
    voices = voices_in(folder, towns[0].town, towns[0].standings)
    prepare([Say(text, "de") for text in SLOW], Shelf(speech), voices, (Pace.SLOW,))
    shutil.copytree(speech, kept, dirs_exist_ok=True, copy_function=put_whole)


def cache() -> Path:
    """Where this machine keeps what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def put_whole(source: str, target: str) -> None:
    """Copy a file so that whoever looks sees all of it or nothing."""
    if not Path(target).exists() or Path(target).name == "index.json":
        half = Path(f"{target}.{os.getpid()}")
        shutil.copyfile(source, half)
        half.replace(target)


@contextmanager
def town_on_the_phone(asterisk: Path, folder: Path) -> Iterator[TownOnThePhone]:
    """Let the town run that was founded there. NoExchange or NotRunning: a part of it does not start."""
    set_clock(folder / "clock", MORNING)
    given = {"PHONE_SOUNDS_DIR": str(folder / "speech"), "PHONE_NUMBER": LINE_NUMBER}
    with (
        running(asterisk, folder / "exchange", **given) as exchange,
        joined(Settings.read({}, folder)) as inside,
    ):
        put_first(exchange.process)
        town = TownOnThePhone(folder, exchange, inside, free_port_of_tcp())
        try:
            town.start_service()
            town.start_line()
            yield town
        finally:
            for name in ("line", "serve"):
                if name in town.processes:
                    town.stop(name)


def put_first(process: int) -> None:
    """Let an exchange go before all else on this machine, where we may: sound that comes late is another sound."""
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(thread.name), -10)


def free_port_of_tcp() -> int:
    """A port for the service."""
    return free_port(socket.SOCK_STREAM)


async def until(true: Callable[[], bool], within: float = 20.0, every: float = 0.2) -> None:
    """Wait until something is so. AssertionError: it does not become so."""
    deadline = asyncio.get_running_loop().time() + within
    while not true():
        assert asyncio.get_running_loop().time() < deadline, "it does not become so"
        await asyncio.sleep(every)
