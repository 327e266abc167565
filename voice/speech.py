# SPDX-License-Identifier: EUPL-1.2
"""Words to sound, ahead of time. Sound is made by a process of its own; this side only asks for it.

Nothing is ever made during a call: a call plays what is on the shelf (`voice.shelf`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any, Self

from core.people import Pace
from voice.menu import Say
from voice.pieces import normal
from voice.repertoire import Repertoire
from voice.shelf import Shelf
from voice.stocking import add, furnish

AWAY = frozenset({"gtts"})
"""Engines that send what they say to somebody else."""

WORKER = f"{__package__}.engines.worker"
HANDS = 2
"""Processes that make sound side by side: a first start waits for it."""
_ROOT = Path(__file__).resolve().parent.parent
_WRITTEN_AT_ONCE = 250
"""Texts after which the index is written: so much is looked up again, not made again, after a sudden end."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks: `engines` in the order in which they are tried (`town.toml`), and what some of them need.

    `recordings` is the folder of the recorded human voice, `piper_models` a model file by language, `keywords` the
    words in capitals that are said as words.
    """

    engines: tuple[str, ...] = ("recorded", "espeak")
    recordings: Path | None = None
    piper_models: Mapping[str, Path] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()

    @property
    def at_home(self) -> Self:
        """Only those that send nothing to anybody."""
        return replace(self, engines=tuple(each for each in self.engines if each not in AWAY))

    def as_fields(self, folder: Path) -> dict[str, Any]:
        """For the worker that writes into this folder."""
        return {
            "folder": str(folder.resolve()),
            "engines": [each for each in self.engines if each != "recorded" or self.recordings],
            "recordings": str(self.recordings.resolve()) if self.recordings else "",
            "piper_models": {language: str(file.resolve()) for language, file in self.piper_models.items()},
            "keywords": list(self.keywords),
        }


@dataclass(frozen=True, slots=True)
class NotMade:
    """A text that no engine could say, and why, in German for the town hall."""

    say: Say
    pace: Pace
    why: str


@dataclass(frozen=True, slots=True)
class Made:
    """What one preparing came to: clips that were made, that were there already, and texts without sound."""

    made: int
    kept: int
    failed: tuple[NotMade, ...]

    def __add__(self, other: Made) -> Made:
        return Made(self.made + other.made, self.kept + other.kept, self.failed + other.failed)


Progress = Callable[[int, int], None]
"""Told after each text: how many are done, how many there are."""


def prepare(
    texts: Repertoire | Sequence[Say],
    shelf: Shelf,
    voices: Voices,
    paces: Sequence[Pace] = (Pace.NORMAL,),
    progress: Progress = lambda done, total: None,
) -> Made:
    """Make what is missing on the shelf, by the first engine that can.

    Only the repertoire may be said by an engine that sends texts away; anything else, such as results, is made at
    home. What is made is kept whenever this ends: the next call goes on from there.
    """
    chosen = voices if isinstance(texts, Repertoire) else voices.at_home
    says = texts.texts if isinstance(texts, Repertoire) else tuple(dict.fromkeys(texts))
    furnish(shelf.folder)
    wanted = [(say, pace) for pace in paces for say in says]
    told = _told(progress, len(wanted))

    def share(first: int) -> Made:
        with _Worker(chosen.as_fields(shelf.folder)) as worker:
            return _stocked(wanted[first::HANDS], worker, shelf.folder, told)

    with ThreadPoolExecutor(HANDS) as hands:
        return sum(hands.map(share, range(HANDS)), Made(0, 0, ()))


def _told(progress: Progress, total: int) -> Callable[[], None]:
    """Counts for all hands together."""
    done = count(1)
    return lambda: progress(next(done), total)


def _stocked(wanted: Sequence[tuple[Say, Pace]], worker: _Worker, folder: Path, told: Callable[[], None]) -> Made:
    """Each text with its clip in the index, also those before an interruption."""
    prepared: dict[tuple[Say, Pace], str] = {}
    failed, made = [], 0
    try:
        for done, (say, pace) in enumerate(wanted, start=1):
            answer = worker.ask(say, pace)
            if "clip" in answer:
                prepared[say, pace] = answer["clip"]
                made += answer["made"]
            else:
                failed.append(NotMade(say, pace, answer["why"]))
            if done % _WRITTEN_AT_ONCE == 0:
                add(prepared, folder)
            told()
    finally:
        add(prepared, folder)
    return Made(made, len(prepared) - made, tuple(failed))


def say(text: str, language: str, voices: Voices, pace: Pace = Pace.NORMAL) -> bytes:
    """One text as a WAV file of the telephone, to try voices out. Never said by an engine that sends it away.

    Raises ValueError with the reason where no engine can say it.
    """
    with TemporaryDirectory() as folder, _Worker(voices.at_home.as_fields(Path(folder))) as worker:
        answer = worker.ask(Say(text, language), pace)
        if "clip" not in answer:
            raise ValueError(answer["why"])
        return Path(folder, str(answer["clip"])).read_bytes()


class _Worker:
    """The process that makes sound; started when the first text comes, and anew if one text ended it."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._process: subprocess.Popen[str] | None = None
        self._ends_in_a_row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._end(self._process)

    def ask(self, said: Say, pace: Pace) -> dict[str, Any]:
        """The clip of a text, or why there is none."""
        if self._ends_in_a_row == _GIVES_UP:
            return {"why": "die Sprachausgabe startet nicht"}
        try:
            self._process = self._process or self._started()
        except OSError:
            self._ends_in_a_row = _GIVES_UP
            return {"why": "die Sprachausgabe startet nicht"}
        job = {"text": normal(said.text), "language": said.language, "pace": pace.value}
        answer = _exchanged(self._process, job)
        self._ends_in_a_row = 0 if answer else self._ends_in_a_row + 1
        if answer is None:
            self._end(self._process)
            self._process = None
        return answer or {"why": "die Sprachausgabe ist an diesem Text abgebrochen"}

    def _started(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-m", WORKER], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        _written(process, self._fields)
        return process

    def _end(self, process: subprocess.Popen[str]) -> None:
        """Let it end by itself, and see to it that it does."""
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_GIVES_UP = 3
_PATIENCE = 5.0
_LONGEST_ANSWER = 120.0
"""Seconds for one text. Whoever is silent for longer hangs, and is ended."""


def _exchanged(process: subprocess.Popen[str], job: Mapping[str, Any]) -> dict[str, Any] | None:
    """The worker's answer, None where it has ended."""
    if not _written(process, job) or process.stdout is None:
        return None
    answered, _, _ = select([process.stdout], [], [], _LONGEST_ANSWER)
    if not answered:
        process.kill()
    line = process.stdout.readline()
    answer: dict[str, Any] | None = json.loads(line) if line.endswith("\n") else None
    return answer


def _written(process: subprocess.Popen[str], fields: Mapping[str, Any]) -> bool:
    if process.stdin is None:
        return False
    try:
        process.stdin.write(json.dumps(fields) + "\n")
        process.stdin.flush()
    except OSError:
        return False
    return True
