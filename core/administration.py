# SPDX-License-Identifier: EUPL-1.2
"""What staff and the clock do with consultations: load, open, close, publish, seal.

Each act is checked here by pure rules, then done by one verb of the `Store`, which writes the audit entry in the same
transaction. A consultation goes `draft → released → closed → sealed`. Nothing has to happen at `opens_at`: a released
consultation takes answers from that moment by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import chain

from core.ballots import Cell
from core.consultation import Consultation, Standing, State
from core.errors import ActNotPossible, FileNotAccepted, MitwirkungError, NoSuchConsultation
from core.files.consultation import read_consultation, refused_changes
from core.municipality import Municipality
from core.people import BUILT_LEVELS
from core.ports import Act, Clock, Store
from core.publication import is_due, publication_of
from core.questions.contract import Plain
from core.tally import Tally

STILL_UNDER_WAY = timedelta(minutes=10)
"""How long after the close something received before it may still be on its way to the count."""

UNFINISHED = frozenset({State.DRAFT, State.RELEASED})
"""What loading a file revises. Of one keyword there is at most one in these states."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody acts for a town: who ("command line", "clock"), for which town, on which store, by which clock."""

    actor: str
    town: Municipality
    store: Store
    clock: Clock

    def act(self, what: str, subject: str, **detail: Plain) -> Act:
        """An entry for the audit chain; `detail` must hold no person."""
        return Act(self.actor, what, subject, detail, self.clock.now())

    def standing(self, keyword: str) -> Standing:
        """The one of that keyword that staff work on: the draft or the released one, else the newest that is over.

        Raises `NoSuchConsultation`, naming those there are.
        """
        found = self._of_keyword(keyword)
        return next(chain((each for each in found if each.state in UNFINISHED), found))

    def met(self, keyword: str) -> Standing:
        """The one of that keyword that residents have met: the released one, else the newest that is over.

        A draft only if there is nothing else. Raises `NoSuchConsultation`, naming those there are.
        """
        found = self._of_keyword(keyword)
        released = (each for each in found if each.state is State.RELEASED)
        over = (each for each in found if each.state not in UNFINISHED)
        return next(chain(released, over, found))

    def _of_keyword(self, keyword: str) -> list[Standing]:
        """At least one, the newest first."""
        every = self.store.consultations.all(self.town.key)
        found = [each for each in every if each.consultation.keyword == keyword.upper()]
        if found:
            return found
        there = ", ".join(sorted({each.consultation.keyword for each in every}))
        known = f"Es gibt: {there}." if there else "Noch ist keine Befragung geladen."
        raise NoSuchConsultation(f"Eine Befragung {keyword.upper()} gibt es nicht. {known}")


# ------------------------------------------------------------------------------------------------------- load


class Loading(Enum):
    """What loading a file did."""

    ADDED = "added"
    REVISED = "revised"
    UNCHANGED = "unchanged"


def load(text: str, file: str, by: Acting) -> tuple[Standing, Loading]:
    """Load a consultation file as a new draft, or as the next version of the one that is there.

    Raises `FileNotAccepted` with all faults; for an open consultation also with every change that is refused.
    """
    read = read_consultation(text, file, by.town)
    consultations = by.store.consultations
    before = _unfinished(read.keyword, by)
    if before is None:
        act = by.act("load", read.keyword, version=1)
        return consultations.add(by.town.key, read, text, act), Loading.ADDED
    if consultations.source(by.town.key, before.id) == text:
        return before, Loading.UNCHANGED
    _refuse_changes_while_open(before, read, text, file)
    act = by.act(_kind_of_change(before, read), read.keyword, version=before.version + 1)
    return consultations.revise(by.town.key, before, read, text, act), Loading.REVISED


def _unfinished(keyword: str, by: Acting) -> Standing | None:
    every = (each for each in by.store.consultations.all(by.town.key) if each.consultation.keyword == keyword)
    return next((each for each in every if each.state in UNFINISHED), None)


def _refuse_changes_while_open(before: Standing, after: Consultation, text: str, file: str) -> None:
    if before.state is State.DRAFT:
        return
    faults = refused_changes(before.consultation, after, text, file)
    if faults:
        raise FileNotAccepted(faults)


def _kind_of_change(before: Standing, after: Consultation) -> str:
    """Extending an open consultation is an act of its own name, so that nobody overlooks it in the audit chain."""
    extended = before.state is State.RELEASED and after.closes_at > before.consultation.closes_at
    return "extend" if extended else "load"


# ------------------------------------------------------------------------------------------------------- open


def open_consultation(keyword: str, by: Acting) -> Standing:
    """Release a draft: it takes answers from its `opens_at`. Raises `ActNotPossible`, saying what to do."""
    standing = by.standing(keyword)
    _refuse_to_open(standing, by.clock.now())
    return _move(standing, State.RELEASED, "open", by)


def _refuse_to_open(standing: Standing, now: datetime) -> None:
    asked = standing.consultation
    if standing.state is State.RELEASED:
        raise ActNotPossible(f"{asked.keyword} ist schon freigegeben.")
    if standing.state is not State.DRAFT:
        raise ActNotPossible(f"{asked.keyword} ist geschlossen. Laden Sie die Datei neu, um noch einmal zu fragen.")
    if asked.closes_at <= now:
        raise ActNotPossible(f"Das Ende von {asked.keyword} ist schon vorbei. Setzen Sie closes_at auf später.")
    refusal = level_refused(asked)
    if refusal:
        raise ActNotPossible(refusal)


def level_refused(asked: Consultation) -> str | None:
    """Why the level of assurance cannot be held by this version, in a sentence; None where it can.

    A level that is not built is refused, never treated as a lower one.
    """
    if asked.level in BUILT_LEVELS:
        return None
    built = ", ".join(sorted(level.value for level in BUILT_LEVELS))
    return (
        f"{asked.keyword} verlangt die Stufe {asked.level.value}. Dieses Programm kann bisher nur {built} öffnen "
        f"und behandelt {asked.level.value} nicht wie eine niedrigere Stufe."
    )


# ------------------------------------------------------------------------------------------------------- close


def close_consultation(keyword: str, by: Acting) -> Standing:
    """Close before its time; one that has not begun becomes a draft again. Raises `ActNotPossible`."""
    standing = by.standing(keyword)
    if standing.state is not State.RELEASED:
        raise ActNotPossible(f"{standing.consultation.keyword} ist nicht offen.")
    if by.clock.now() < standing.consultation.opens_at:
        return _move(standing, State.DRAFT, "take back", by)
    return _move(standing, State.CLOSED, "close", by)


def close_if_due(standing: Standing, by: Acting) -> bool:
    """Close what is released and whose end has come; whether it was. For the clock."""
    due = standing.state is State.RELEASED and by.clock.now() >= standing.consultation.closes_at
    if due:
        _move(standing, State.CLOSED, "close", by)
    return due


def _move(standing: Standing, state: State, what: str, by: Acting) -> Standing:
    act = by.act(what, standing.consultation.keyword, version=standing.version)
    by.store.consultations.move(by.town.key, standing.id, state, act)
    return by.standing(standing.consultation.keyword)


# ------------------------------------------------------------------------------------------------------- publish, seal


class CountsDiffer(MitwirkungError):
    """The recount of one consultation does not agree with its tally. Links stay until somebody has looked."""


def publish_if_due(standing: Standing, by: Acting) -> bool:
    """Renew what residents may see of an open consultation once enough new people have answered; whether it was."""
    if standing.state is not State.RELEASED:
        return False
    tally = Tally(by.store.consultations.tally(by.town.key, standing.id))
    due = is_due(standing, tally, final=False)
    if due:
        by.store.consultations.publish(by.town.key, standing.id, live_results(standing, tally, by))
    return due


def seal_if_due(standing: Standing, by: Acting) -> bool:
    """Recount, publish the final result and destroy the links, once nothing can be under way; whether it was.

    Only then is a result called final (reliability B7). Raises `CountsDiffer` instead of sealing if the recount
    disagrees with the tally.
    """
    closed_at = standing.closed_at or standing.consultation.closes_at
    if standing.state is not State.CLOSED or by.clock.now() < closed_at + STILL_UNDER_WAY:
        return False
    consultations, town = by.store.consultations, by.town.key
    cells = consultations.tally(town, standing.id)
    if not agree(cells, consultations.recount(town, standing.id)):
        raise CountsDiffer(f"Zählung und Nachzählung von {standing.consultation.keyword} stimmen nicht überein.")
    if is_due(standing, Tally(cells), final=True):
        final = live_results(replace(standing, state=State.SEALED), Tally(cells), by)
        consultations.publish(town, standing.id, final)
    consultations.seal(town, standing.id, by.act("seal", standing.consultation.keyword, version=standing.version))
    return True


def live_results(standing: Standing, tally: Tally, by: Acting) -> dict[str, Plain]:
    """The results as they stand now, small groups hidden; final only once the consultation is sealed."""
    return publication_of(standing, tally, by.clock.now(), final=standing.state is State.SEALED)


def agree(tally: Mapping[Cell, int], recount: Mapping[Cell, int]) -> bool:
    """Whether two counts are the same; a missing cell is a zero."""
    return all(tally.get(cell, 0) == recount.get(cell, 0) for cell in {*tally, *recount})
