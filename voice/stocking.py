# SPDX-License-Identifier: EUPL-1.2
"""Putting sound on the shelf and taking it off: the index is replaced in one step, by one process at a time."""

from __future__ import annotations

import fcntl
import io
import json
import os
import wave
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.people import Pace
from voice.clips import BEEP, SILENCES, silence
from voice.menu import Say
from voice.pieces import Clips, normal
from voice.shelf import INDEX, Clip, index_file
from voice.tones import as_file, beep
from voice.tones import silence as quiet

GRACE = timedelta(days=1)
"""How long a file stays that no text leads to any more: longer than any call, and than what a provider keeps."""

APOLOGY = "down.wav"
"""What the exchange plays by itself where this service does not answer."""

Prepared = Mapping[tuple[Say, Pace], Clip]


def furnish(folder: Path) -> None:
    """Make the folder with what nobody speaks: the tone and silences."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, sound in ((BEEP, beep()), *((silence(each), quiet(each)) for each in SILENCES)):
        if not (folder / name).is_file():
            put(folder / name, sound)


def apologise_with(clips: Clips, folder: Path) -> None:
    """Put what the exchange says by itself on the shelf, as one file."""
    put(folder / APOLOGY, joined(folder / clip for clip in clips))


def joined(files: Iterable[Path]) -> bytes:
    """Several clips as one WAV file."""
    samples = io.BytesIO()
    for file in files:
        with wave.open(str(file)) as clip:
            samples.write(clip.readframes(clip.getnframes()))
    return as_file(samples.getvalue())


def add(prepared: Prepared, folder: Path) -> None:
    """Lead these texts to their clips; all others stay as they are."""
    with _changing(folder) as index:
        for (say, pace), clip in prepared.items():
            index["clips"].setdefault(say.language, {}).setdefault(pace.value, {})[normal(say.text)] = clip
            index["retired"].pop(clip, None)


def sweep(texts: Iterable[Say], folder: Path, now: datetime) -> int:
    """Take off what says none of these texts; gives how many files went.

    A text can no longer be found at once; its file goes when nobody can still hear it, after `GRACE`.
    """
    wanted = {(each.language, normal(each.text)) for each in texts}
    with _changing(folder) as index:
        for language, paces in index["clips"].items():
            for pace, clips in paces.items():
                paces[pace] = {text: clip for text, clip in clips.items() if (language, text) in wanted}
        index["retired"] = {clip: index["retired"].get(clip, now.isoformat()) for clip in _unused(index, folder)}
        gone = [clip for clip, since in index["retired"].items() if now - datetime.fromisoformat(since) > GRACE]
        for clip in gone:
            del index["retired"][clip]
    for clip in gone:
        (folder / clip).unlink(missing_ok=True)
    return len(gone) + _halves(folder, now)


def _unused(index: Mapping[str, Any], folder: Path) -> set[Clip]:
    """Files of speech that no text leads to; what nobody speaks has a name of its own and stays."""
    used = {clip for paces in index["clips"].values() for clips in paces.values() for clip in clips.values()}
    return {file.name for file in folder.glob("?" * 32 + ".wav")} - used


def _halves(folder: Path, now: datetime) -> int:
    """Take off what a process left half written when it was ended."""
    old = [file for file in folder.glob(".*.wav.*") if file.stat().st_mtime < (now - GRACE).timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


@contextmanager
def _changing(folder: Path) -> Iterator[dict[str, Any]]:
    """The index to be changed, by one process at a time; it is written only if nothing went wrong."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        index: dict[str, Any] = {"clips": {}, "retired": {}, **index_file(folder)}
        yield index
        put(folder / INDEX, json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode())


def put(file: Path, content: bytes) -> None:
    """Write a file in one step: under its name there is the whole of it or nothing, whenever the process ends."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    with half.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    half.replace(file)
