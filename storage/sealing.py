# SPDX-License-Identifier: EUPL-1.2
"""The end of a consultation: the links between voices and ballots are destroyed and the ballots shuffled.

Afterwards nothing in the database tells whose a ballot is: no link, no id that was ever linked, no order of rows, no
time finer than a day (reliability E6). Drafts and the answers of trials go with the links.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.keys import Keys
from storage.prepared import Found, Prepared
from storage.tables import answers, links, voices

_IN_BOX = (answers.c.municipality == bindparam("in_municipality")) & (
    answers.c.consultation_id == bindparam("of_consultation")
)
_LINKED = (links.c.municipality == bindparam("in_municipality")) & (
    links.c.consultation_id == bindparam("of_consultation")
)
_TRIALS = Prepared(
    select(voices.c.voice_id).where(
        voices.c.municipality == bindparam("in_municipality"),
        voices.c.consultation_id == bindparam("of_consultation"),
        voices.c.trial.is_(True),
    )
)
_BALLOTS_OF = Prepared(
    select(links.c.ballot_id)
    .where(links.c.municipality == bindparam("in_municipality"), links.c.voice_id == bindparam("of_voice"))
    .distinct()
)
_DROP_BALLOT = Prepared(delete(answers).where(_IN_BOX, answers.c.ballot_id == bindparam("of_ballot")))
_DROP_LINKS = Prepared(delete(links).where(_LINKED))
_ALL_ANSWERS = Prepared(select(answers).where(_IN_BOX))
_EMPTY_BOX = Prepared(delete(answers).where(_IN_BOX))
_FILL_BOX = Prepared(insert(answers))


def unlink(connection: Connection, municipality: str, consultation_id: str, keys: Keys) -> None:
    """Destroy the links of one consultation and write its ballots anew: under new random ids, in their order."""
    which = {"in_municipality": municipality, "of_consultation": consultation_id}
    _drop_trials(connection, which)
    _DROP_LINKS.run(connection, which)
    _shuffle(connection, which, keys)


def _drop_trials(connection: Connection, which: dict[str, str]) -> None:
    """One by one: there are few, and a join over tables that have just grown can be planned very badly."""
    for (voice_id,) in _TRIALS.all(connection, which):
        ballot_ids = _BALLOTS_OF.all(connection, {**which, "of_voice": voice_id})
        _DROP_BALLOT.run_each(connection, [{**which, "of_ballot": ballot_id} for (ballot_id,) in ballot_ids])


def _shuffle(connection: Connection, which: dict[str, str], keys: Keys) -> None:
    """Rows lie in the order of ids that are a minute old and belong to nobody.

    All answers of one consultation pass through memory: about 400 bytes each.
    """
    rows = _ALL_ANSWERS.all(connection, which)
    anew = {ballot_id: keys.new_id() for ballot_id in {row.ballot_id for row in rows}}
    _EMPTY_BOX.run(connection, which)
    shuffled = sorted((row._replace(ballot_id=anew[row.ballot_id]) for row in rows), key=_place)
    _FILL_BOX.run_each(connection, [row._asdict() for row in shuffled])


def _place(answer: Found) -> tuple[str, str]:
    return answer.ballot_id, answer.question
