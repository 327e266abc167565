# SPDX-License-Identifier: EUPL-1.2
"""Many people who have taken part long ago, written by bulk statements: rows as the service leaves them behind.

Their replies have been purged, as they are after seven days. Nobody of them ever comes back; they only are there.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.people import POLL

IN_A_HURRY = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -300000", "foreign_keys = OFF")
"""For the filling only: a file that is half filled is of no use anyway."""

_PEOPLE = """
CREATE TEMP TABLE people AS
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people)
SELECT lower(hex(randomblob(16))) AS address_id, lower(hex(randomblob(32))) AS hash,
       lower(hex(randomblob(16))) AS participant, lower(hex(randomblob(32))) AS voice_id,
       lower(hex(randomblob(16))) AS ballot_id, printf('%08d', n * 99991 % 100000000) AS receipt
FROM numbers
"""
_ANSWERS = """
CREATE TEMP TABLE given(question, value);
INSERT INTO given VALUES ('late', '"yes"'), ('satisfied', '{"number":"4"}'), ('why', '"Nach K\\u00f6ln"')
"""
_ROWS = (
    """
    INSERT INTO addresses (municipality, id, kind, hash, value, participant, trial, language, opted_out_at,
                           noticed_at, voice_only, last_contact, revision, conversation)
    SELECT :town, address_id, 'phone', hash, randomblob(43), participant, 0, 'de', NULL, :at, 0, :day, 4,
           '{"language":"de","consultation_id":"' || :consultation || '","asking":"~finished"}'
    FROM people ORDER BY address_id
    """,
    """
    INSERT INTO voices (municipality, voice_id, consultation_id, revision, trial, without_number, channel, receipt)
    SELECT :town, voice_id, :consultation, 3, 0, 0, 'sms', receipt FROM people ORDER BY voice_id
    """,
    """
    INSERT INTO links (municipality, voice_id, question, state, consultation_id, ballot_id, received_at, channel,
                       language, version, draft)
    SELECT :town, voice_id, question, 'counted', :consultation, ballot_id, :at, 'sms', 'de', 1, NULL
    FROM people, given ORDER BY voice_id, question
    """,
    """
    INSERT INTO answers (municipality, consultation_id, ballot_id, question, value, day)
    SELECT :town, :consultation, ballot_id, question, value, :day FROM people, given ORDER BY ballot_id, question
    """,
    """
    INSERT INTO inbox (municipality, provider, provider_id, received_at, reply)
    SELECT :town, 'twilio', 'SM' || lower(hex(randomblob(16))), :at, NULL FROM people, given
    """,
)


def fill(file: Path, town: str, consultation: str, answers: int) -> None:
    """Add so many answers to this consultation; a person gives as many as there are questions.

    The service must not have the file open. Raises sqlite3.OperationalError if the tables have changed.
    """
    values = {"town": town, "consultation": consultation, "at": "2026-10-05 10:00:00.000000", "day": "2026-10-05"}
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in IN_A_HURRY:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_PEOPLE, {"people": answers // len(POLL)})
        connection.executescript(_ANSWERS)
        for statement in _ROWS:
            connection.execute(statement, values)
