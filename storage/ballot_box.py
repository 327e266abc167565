# SPDX-License-Identifier: EUPL-1.2
"""Register, links and ballot box: reading ballots together, and writing exactly what changed about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.dialects.postgresql import Insert

from core.ballots import Ballot, BallotChange, Recorded
from core.errors import ConcurrentChange
from storage.keys import Keys
from storage.plain import value_as_text, value_from
from storage.prepared import Found, Prepared, Several, Values
from storage.statements import inserted, removed, upserted
from storage.tables import answers, links, tally, voices

COUNTED: Final = "counted"
DRAFT: Final = "draft"

_OF_LINK: Final = ("question", "state", "ballot_id", "received_at", "channel", "language", "version", "draft")

# ------------------------------------------------------------------------------------------------------- reading


def _together() -> Select[Any]:
    """Voices with their links, and behind each counted link the answer in the ballot box."""
    linked = (links.c.municipality == voices.c.municipality) & (links.c.voice_id == voices.c.voice_id)
    counted = (
        (answers.c.municipality == links.c.municipality)
        & (answers.c.consultation_id == links.c.consultation_id)
        & (answers.c.ballot_id == links.c.ballot_id)
        & (answers.c.question == links.c.question)
        & (links.c.state == COUNTED)
    )
    of_link = (links.c[name].label(f"link_{name}") for name in _OF_LINK)
    return (
        select(voices, *of_link, answers.c.value)
        .select_from(voices.outerjoin(links, linked).outerjoin(answers, counted))
        .where(voices.c.municipality == bindparam("in_municipality"))
        .order_by(voices.c.voice_id)
    )


_BALLOTS = Prepared(_together().where(voices.c.voice_id.in_(bindparam("voice_ids", expanding=True))))
_COUNTED = (
    _together()
    .where(voices.c.consultation_id == bindparam("of_consultation"), voices.c.trial.is_(False))
    .execution_options(yield_per=1000)
)
"""Not prepared: SQLAlchemy knows how each driver gives rows in portions, and there may be a million."""


def ballots(
    connection: Connection, municipality: str, voice_ids: Mapping[str, str], keys: Keys
) -> Mapping[str, Ballot]:
    """The stored ballots of these voices, by consultation id. One statement, none where there is nothing to ask."""
    if not voice_ids:
        return {}
    rows = _BALLOTS.all(connection, {"in_municipality": municipality, "voice_ids": list(voice_ids.values())})
    return {ballot.consultation_id: ballot for ballot in _ballots_of(rows, keys)}


def counted_ballots(connection: Connection, municipality: str, consultation_id: str, keys: Keys) -> Iterator[Ballot]:
    """Every ballot of one consultation that is no trial, one after the other."""
    rows = connection.execute(_COUNTED, {"in_municipality": municipality, "of_consultation": consultation_id})
    return _ballots_of(rows, keys)


def _ballots_of(rows: Iterable[Any], keys: Keys) -> Iterator[Ballot]:
    for _, of_voice in groupby(rows, key=lambda row: row.voice_id):
        yield _ballot(list(of_voice), keys)


def _ballot(rows: Sequence[Any], keys: Keys) -> Ballot:
    """One ballot. While nothing links it to answers it may have any random id."""
    voice = rows[0]
    return Ballot(
        consultation_id=voice.consultation_id,
        voice_id=voice.voice_id,
        ballot_id=voice.link_ballot_id or keys.new_id(),
        receipt=voice.receipt,
        revision=voice.revision,
        trial=voice.trial,
        without_number=voice.without_number,
        channel=voice.channel,
        counted={row.link_question: _recorded(row, keys) for row in rows if row.link_state == COUNTED},
        drafts={row.link_question: _recorded(row, keys) for row in rows if row.link_state == DRAFT},
    )


def _recorded(row: Found, keys: Keys) -> Recorded:
    written = row.value
    if row.link_draft is not None:
        written = keys.decrypt(row.link_draft, _place(row.municipality, row.voice_id, row.link_question))
    value = None if written is None else value_from(written)
    return Recorded(value, row.link_received_at, row.link_channel, row.link_language, row.link_version)


def _place(municipality: str, voice_id: str, question: str) -> str:
    return f"{municipality}|links|draft|{voice_id} {question}"


# ------------------------------------------------------------------------------------------------------- writing


def _voices(how_many: int) -> Insert:
    """New voices, and known ones that are still as they were read."""
    statement = inserted(voices, how_many)
    return statement.on_conflict_do_update(
        index_elements=list(voices.primary_key),
        set_={name: statement.excluded[name] for name in ("revision", "receipt", "channel", "without_number")},
        where=voices.c.revision == statement.excluded.revision - 1,
    )


_PUT_VOICES = Several(_voices)
_PUT_LINKS = Several(partial(upserted, links))
_PUT_ANSWERS = Several(partial(upserted, answers))
_DROP_LINKS = Several(partial(removed, links))
_DROP_ANSWERS = Several(partial(removed, answers))


def write(connection: Connection, municipality: str, changes: Sequence[BallotChange], keys: Keys) -> None:
    """Write these changes, without the tally. Raises `ConcurrentChange` if a voice is no longer as it was read."""
    if _PUT_VOICES.run(connection, [_voice(municipality, change.after) for change in changes]) != len(changes):
        raise ConcurrentChange("Somebody else changed the same voice first.")
    _DROP_LINKS.run(connection, [row for change in changes for row in _links_gone(municipality, change)])
    _DROP_ANSWERS.run(connection, [row for change in changes for row in _answers_gone(municipality, change)])
    _PUT_ANSWERS.run(connection, [row for change in changes for row in _answers_given(municipality, change)])
    _PUT_LINKS.run(connection, [row for change in changes for row in _links_made(municipality, change, keys)])


def _voice(municipality: str, after: Ballot) -> Values:
    return {
        "municipality": municipality,
        "voice_id": after.voice_id,
        "consultation_id": after.consultation_id,
        "revision": after.revision,
        "trial": after.trial,
        "without_number": after.without_number,
        "channel": after.channel,
        "receipt": after.receipt,
    }


def _new(before: Mapping[str, Recorded], after: Mapping[str, Recorded]) -> dict[str, Recorded]:
    return {question: given for question, given in after.items() if before.get(question) != given}


def _answers_given(municipality: str, change: BallotChange) -> Iterator[Values]:
    for question, given in _new(change.before.counted, change.after.counted).items():
        if given.value is not None:
            yield {
                "municipality": municipality,
                "consultation_id": change.after.consultation_id,
                "ballot_id": change.after.ballot_id,
                "question": question,
                "value": value_as_text(given.value),
                "day": given.received_at.date(),
            }


def _answers_gone(municipality: str, change: BallotChange) -> Iterator[Values]:
    """Answers that were withdrawn, and those whose question is passed over now."""
    for question, given in change.before.counted.items():
        now = change.after.counted.get(question)
        if given.value is not None and (now is None or now.value is None):
            yield {
                "municipality": municipality,
                "consultation_id": change.before.consultation_id,
                "ballot_id": change.before.ballot_id,
                "question": question,
            }


def _links_made(municipality: str, change: BallotChange, keys: Keys) -> Iterator[Values]:
    before, after = change.before, change.after
    for question, given in _new(before.counted, after.counted).items():
        yield _link(municipality, after, question, given, COUNTED, None)
    for question, given in _new(before.drafts, after.drafts).items():
        place = _place(municipality, after.voice_id, question)
        draft = None if given.value is None else keys.encrypt(value_as_text(given.value), place)
        yield _link(municipality, after, question, given, DRAFT, draft)


def _link(municipality: str, of: Ballot, question: str, given: Recorded, state: str, draft: bytes | None) -> Values:
    return {
        "municipality": municipality,
        "voice_id": of.voice_id,
        "question": question,
        "state": state,
        "consultation_id": of.consultation_id,
        "ballot_id": of.ballot_id,
        "received_at": given.received_at,
        "channel": given.channel,
        "language": given.language,
        "version": given.version,
        "draft": draft,
    }


def _links_gone(municipality: str, change: BallotChange) -> Iterator[Values]:
    before, after = change.before, change.after
    gone = [(COUNTED, question) for question in before.counted.keys() - after.counted.keys()]
    gone += [(DRAFT, question) for question in before.drafts.keys() - after.drafts.keys()]
    for state, question in gone:
        yield {"municipality": municipality, "voice_id": before.voice_id, "question": question, "state": state}


# ------------------------------------------------------------------------------------------------------- counting


def _added(how_many: int) -> Insert:
    statement = inserted(tally, how_many)
    total = tally.c.count + statement.excluded.count
    return statement.on_conflict_do_update(index_elements=list(tally.primary_key), set_={"count": total})


_ADD = Several(_added)


def count(connection: Connection, municipality: str, changes: Sequence[BallotChange], slot: int) -> None:
    """Add to the tally: one statement, the last before the commit, so that its rows are held as short as can be.

    Cells go in order: two turns that meet in several rows then wait for each other, and never in a circle.
    """
    added = sorted(
        (change.after.consultation_id, cell, number)
        for change in changes
        for cell, number in change.delta.items()
        if number and not change.after.trial
    )
    rows = [
        {
            "municipality": municipality,
            "consultation_id": consultation_id,
            "question": cell.question,
            "option": cell.option,
            "channel": cell.channel,
            "language": cell.language,
            "slot": slot,
            "count": number,
        }
        for consultation_id, cell, number in added
    ]
    _ADD.run(connection, rows)
