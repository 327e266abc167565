# SPDX-License-Identifier: EUPL-1.2
"""The sound that is there: which files say a text. Only looks up; never makes any, and loads nothing heavy.

The shelf is a folder of WAV files named by their content, and an index: `index.json`, by language and pace. The index
is replaced in one step and read again when it has changed, so any number of processes may look while one adds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from core.people import Pace
from core.texts import fallbacks
from voice.menu import Say
from voice.numbers import parts_of_number
from voice.pieces import Clips, as_heard, cover, normal, words_of

INDEX = "index.json"
_CLIP = re.compile(r"(?:[0-9a-f]{32}|[a-z]+(?:-\d+)?)\.wav", re.ASCII)

Clip = str
Index = Mapping[str, Mapping[str, Mapping[str, Clip]]]
"""Language → pace → text → clip."""


@dataclass(frozen=True, eq=False)
class _Texts:
    """What is prepared in one language at one pace."""

    language: str
    clips: Mapping[str, Clip]

    @cached_property
    def by_sound(self) -> Mapping[str, Clip]:
        """The same without capitals and signs, for pieces of a longer text."""
        return {as_heard(text): clip for text, clip in self.clips.items()}

    @cached_property
    def longest(self) -> int:
        """Words in the longest text."""
        return max((text.count(" ") + 1 for text in self.by_sound), default=0)

    @cached_property
    def clips_of(self) -> Callable[[str], Clips | None]:
        """The clips that say a text, kept for the texts that were asked for last."""
        return lru_cache(maxsize=4096)(self._found)

    def _found(self, text: str) -> Clips | None:
        whole = self.clips.get(text)
        return (whole,) if whole else cover(words_of(text), self._piece, self.longest)

    def _piece(self, words: tuple[str, ...]) -> Clips | None:
        """These words in one go: as they are written, as they sound, or as a number."""
        written = " ".join(words)
        clip = self.clips.get(written) or self.by_sound.get(as_heard(written))
        if clip:
            return (clip,)
        return self._number(as_heard(written)) if len(words) == 1 else None

    def _number(self, written: str) -> Clips | None:
        parts = [self.by_sound.get(as_heard(part)) for part in parts_of_number(written, self.language)]
        found = tuple(part for part in parts if part)
        return found if found and len(found) == len(parts) else None


class Shelf:
    """The prepared sound of one data folder (`voice.clips.Sounds`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stamp: tuple[int, int, int] | None = None
        self._tables: Mapping[tuple[str, Pace], _Texts] = {}

    def clips(self, text: str, language: str, pace: Pace) -> Clips | None:
        """The names of the clips that say this text, in order; None where they were not prepared. Never makes any.

        The whole text where it was prepared, else the fewest pieces that say it word by word. A pace that was not
        prepared is the usual one. A text in which nothing can be heard needs no clip.
        """
        said = normal(text)
        if not words_of(said):
            return ()
        tables = self._read()
        for tag in fallbacks(language):
            for each in dict.fromkeys((pace, Pace.NORMAL)):
                texts = tables.get((tag, each))
                found = texts.clips_of(said) if texts else None
                if found is not None:
                    return found
        return None

    def missing(self, texts: Iterable[Say], pace: Pace = Pace.NORMAL) -> tuple[Say, ...]:
        """Those of the texts that cannot be heard, each once, in their order."""
        return tuple(each for each in dict.fromkeys(texts) if self.clips(each.text, each.language, pace) is None)

    def unprepared(self, texts: Iterable[Say], pace: Pace) -> tuple[Say, ...]:
        """Those of the texts that were not made as a whole at just this pace, each once, in their order."""
        tables = self._read()
        made = {key: table.clips for key, table in tables.items()}
        return tuple(
            each for each in dict.fromkeys(texts) if normal(each.text) not in made.get((each.language, pace), {})
        )

    def file(self, clip: str) -> Path | None:
        """The file of a clip, None where there is none of that name; any text may be asked for."""
        file = self.folder / clip if _CLIP.fullmatch(clip) else None
        return file if file and file.is_file() else None

    def _read(self) -> Mapping[tuple[str, Pace], _Texts]:
        """The index as it is on disk; while it cannot be read, as it was before."""
        stamp = _stamp(self.folder / INDEX)
        if stamp != self._stamp and stamp is not None:
            tables = {
                (language, Pace(pace)): _Texts(language, clips)
                for language, paces in read_index(self.folder).items()
                for pace, clips in paces.items()
            }
            self._tables, self._stamp = tables, stamp
        return self._tables


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def read_index(folder: Path) -> Index:
    """What the index of a folder says; nothing where there is none, or where a disk has damaged it."""
    return index_file(folder).get("clips", {})  # type: ignore[no-any-return]


def index_file(folder: Path) -> Mapping[str, Any]:
    """The whole index file, empty where it cannot be read."""
    try:
        found = json.loads((folder / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
