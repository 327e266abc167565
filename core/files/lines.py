# SPDX-License-Identifier: EUPL-1.2
"""In which line of a TOML file each key stands; `tomllib` keeps that to itself.

The finder walks over a text that `tomllib` has accepted, so it decides nothing about right and wrong: it only has to
know where strings, arrays and inline tables end (TOML 1.0.0, https://toml.io/en/v1.0.0).
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable

Path = tuple[str | int, ...]
"""The way to a value: keys, and places in arrays counted from 0, e.g. ("questions", 0, "text", "de")."""

_BLANKS = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')[ \t]*""")
_SCALAR = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}'''
    r"""|'{3}.*?'{3,5}"""
    r"""|"(?:[^"\\]|\\.)*"|'[^']*'"""
    r"""|[^,\]}#\n]*""",
    re.DOTALL,
)


def lines_of(document: str) -> dict[Path, int]:
    """The line (from 1) of every key, table and array item of a document that `tomllib` accepts, with Unix line ends.

    A key that appears in several places, such as `text` in `text.de` and `text.en`, has the line of its first one.
    """
    finder = _Finder(document)
    finder.walk()
    return finder.lines


class _Finder:
    def __init__(self, document: str) -> None:
        self._document = document
        self._ends = [match.start() for match in re.finditer("\n", document)]
        self._at = 0
        self._tables_in: dict[Path, int] = {}
        self.lines: dict[Path, int] = {(): 1}

    def walk(self) -> None:
        table: Path = ()
        self._skip(_GAP)
        while self._at < len(self._document):
            if self._take("[["):
                table = self._header(self._new_item)
            elif self._take("["):
                table = self._header(self._inside)
            else:
                self._pair(table)
            self._skip(_GAP)

    def _header(self, resolve: Callable[[Path], Path]) -> Path:
        line = self._line()
        path = resolve(self._keys())
        self._note(path, line)
        while self._take("]"):
            pass
        return path

    def _inside(self, keys: Path) -> Path:
        """The path that these keys of a header mean: of an array of tables, its latest item."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self._tables_in:
                path += (self._tables_in[path] - 1,)
        return path

    def _new_item(self, keys: Path) -> Path:
        array = (*self._inside(keys[:-1]), keys[-1])
        place = self._tables_in.get(array, 0)
        self._tables_in[array] = place + 1
        return (*array, place)

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table + self._keys()
        self._note(path, line)
        self._take("=")
        self._skip(_BLANKS)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        place = 0
        self._skip(_GAP)
        while not self._take("]"):
            self._note((*path, place), self._line())
            self._value((*path, place))
            self._next_item()
            place += 1

    def _inline_table(self, path: Path) -> None:
        self._skip(_GAP)
        while not self._take("}"):
            self._pair(path)
            self._next_item()

    def _next_item(self) -> None:
        self._skip(_GAP)
        self._take(",")
        self._skip(_GAP)

    def _keys(self) -> Path:
        keys = [self._key_part()]
        while self._take("."):
            keys.append(self._key_part())
        return tuple(keys)

    def _key_part(self) -> str:
        match = _KEY_PART.match(self._document, self._at)
        if match is None:
            raise ValueError("not TOML that tomllib accepts")
        self._at = match.end()
        written = match[1]
        if written[0] in "\"'":
            return str(tomllib.loads(f"key = {written}")["key"])
        return written

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _take(self, mark: str) -> bool:
        found = self._document.startswith(mark, self._at)
        if found:
            self._at += len(mark)
        return found

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._document, self._at)
        self._at = match.end() if match else self._at
