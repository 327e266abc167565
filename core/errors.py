# SPDX-License-Identifier: EUPL-1.2
"""The errors of the core.

    MitwirkungError
    ├── FileNotAccepted          a consultation file or town.toml has faults; carries all of them
    ├── ActNotPossible           an act of staff that the state of things does not allow (open, close, load, invite)
    ├── NoSuchConsultation       no consultation of that keyword
    ├── ConcurrentChange         somebody else changed the same conversation or voice first; the turn is tried again
    ├── StoreUnavailable         the database cannot be reached or is locked; nothing was stored
    └── FolderInUse              another service runs on the same data folder

Errors about providers and requests are in `channels.errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MitwirkungError(Exception):
    """Base of all errors that this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file: where it is, what is wrong, what to write instead. All in plain words of the town hall."""

    file: str
    line: int | None
    key: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        """One paragraph for a terminal or a page."""
        place = f"{self.file}, Zeile {self.line}" if self.line else self.file
        where = f"{place}, {self.key}" if self.key else place
        return f"{where}: {self.wrong} {self.instead}".rstrip()


class FileNotAccepted(MitwirkungError):
    """A file has faults; `faults` holds all of them, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ActNotPossible(MitwirkungError):
    """What staff asked for cannot be done now; the message says why and what to do, in plain words."""


class NoSuchConsultation(MitwirkungError):
    """There is no consultation of that keyword; the message names those there are."""


class ConcurrentChange(MitwirkungError):
    """Another turn changed the same row first. The use case tries again."""


class StoreUnavailable(MitwirkungError):
    """The database is away or locked; nothing of this turn was stored, and nothing may be acknowledged."""


class FolderInUse(MitwirkungError):
    """Another service runs on the same data folder; the message names the folder."""
