# SPDX-License-Identifier: EUPL-1.2
"""Whether everything that a caller may hear is there. Light: loaded at the start, before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from core.people import Pace
from voice.shelf import Shelf

if TYPE_CHECKING:
    from app.speech import Spoken
    from voice.speech import Progress


def shelf_in(folder: Path) -> Shelf:
    """The prepared sound of a data folder. Light: made at the start of the service."""
    return Shelf(folder / "speech")


class Hearing:
    """Whether everything that a caller may hear is there: looked up now and then, and remembered once it is so."""

    def __init__(self) -> None:
        self.complete = False
        self.failed = False
        self.made_here = False
        """Whether this process makes it: then it answers nobody before all is there."""
        self._stocked: object = None

    def look(self, towns: Sequence[Spoken], folder: Path) -> bool:
        """Whether nothing is missing, as it stands now."""
        shelf = shelf_in(folder)
        self.complete = not any(shelf.missing(each.all) for each in towns)
        return self.complete

    def keep(self, towns: Sequence[Spoken], folder: Path, ending: Event) -> None:
        """Make what is missing, if the towns say anything else than last time; first all at the usual pace.

        Stops in the middle as soon as `ending` is set; what was made is kept.
        """
        state = tuple(each.state for each in towns)
        if state == self._stocked:
            return
        with suppress(_Ended):
            for paces in ((Pace.NORMAL,), (Pace.SLOW, Pace.FAST)):
                self._make(towns, folder, paces, partial(_go_on, ending))
            self._stocked = state

    def _make(self, towns: Sequence[Spoken], folder: Path, paces: Sequence[Pace], progress: Progress) -> None:
        shelf = shelf_in(folder)
        if any(shelf.unprepared(each.all, pace) for each in towns for pace in paces):
            from app.speech import stock

            self.failed = bool(stock(towns, folder, paces, progress).failed)
        self.look(towns, folder)


class _Ended(Exception):
    """The service is asked to end while sound is being made."""


def _go_on(ending: Event, _done: int, _total: int) -> None:
    if ending.is_set():
        raise _Ended
