# SPDX-License-Identifier: EUPL-1.2
"""A human voice: one sound file for each text, spoken by somebody of the town.

The folder holds WAV or MP3 files and `manifest.csv` with the columns file, language, text, as `mitwirkung speech list`
prints it. A row without a file is simply not recorded yet.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from core.people import Pace
from core.texts import fallbacks
from voice.engines.contract import SpeechNotPossible
from voice.pieces import as_heard

MANIFEST = "manifest.csv"
COLUMNS = ("file", "language", "text")


def file_name(text: str, language: str) -> str:
    """The name under which the recording of a text is looked for: "de-3f2a9c41d07b.wav"."""
    digest = hashlib.blake2b(as_heard(text).encode(), digest_size=6).hexdigest()
    return f"{language}-{digest}.wav"


class Recorded:
    """The recordings of one folder. They sound the same at every pace: a voice that changes would confuse more."""

    name = "recorded"
    version = "1"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def speaks(self, language: str) -> bool:
        return any(key[0] in fallbacks(language) for key in self._files)

    def recipe(self, text: str, language: str, pace: Pace) -> str:
        return f"{self.name} {self.version} {hashlib.sha256(self.make(text, language, pace)).hexdigest()}"

    def make(self, text: str, language: str, pace: Pace) -> bytes:
        key = as_heard(text)
        file = next((self._files[tag, key] for tag in fallbacks(language) if (tag, key) in self._files), None)
        if file is None:
            raise SpeechNotPossible("dieser Text ist nicht aufgenommen")
        try:
            return file.read_bytes()
        except OSError as error:
            raise SpeechNotPossible(f"die Aufnahme {file.name} lässt sich nicht lesen") from error

    @cached_property
    def _files(self) -> Mapping[tuple[str, str], Path]:
        return {key: file for key, file in self._rows() if file.is_file()}

    def _rows(self) -> Iterator[tuple[tuple[str, str], Path]]:
        manifest = self._folder / MANIFEST
        if not manifest.is_file():
            return
        with manifest.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                name = Path(row.get("file") or "").name  # never outside the folder
                if name and row.get("language") and row.get("text"):
                    yield (row["language"], as_heard(row["text"])), self._folder / name
