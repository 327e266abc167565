# SPDX-License-Identifier: EUPL-1.2
"""Every question of the example consultations as the core puts it to a caller."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.catalogues import read_all_words, read_phrases
from core.ballots import Ballot
from core.consultation import Standing, State
from core.conversation_state import Conversation
from core.files.consultation import read_consultation
from core.files.municipality import read_municipality
from core.people import Person
from core.prompts import present
from core.scene import Scene, Situation
from core.turns import Counting, Reply

EXAMPLES = Path(__file__).resolve().parents[2] / "consultations"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LANGUAGES = ("de", "de-simple", "en")
TOWN = read_municipality((EXAMPLES / "town.toml").read_text("utf-8"), "town.toml")
PHRASES = read_phrases()


def consultation(name: str) -> Standing:
    """One example consultation, open."""
    read = read_consultation((EXAMPLES / f"{name}.toml").read_text("utf-8"), f"{name}.toml", TOWN)
    return Standing(name, 1, State.RELEASED, read)


STANDINGS = {name: consultation(name) for name in ("bus", "zukunft")}
EVERY_QUESTION = [
    (name, question.key) for name, standing in STANDINGS.items() for question in standing.consultation.questions
]


def caller(language: str, counting: Counting = Counting.AFTER_READ_BACK) -> Scene:
    """Somebody on the telephone who has said nothing yet."""
    ballots = {each.id: Ballot(each.id, "v1", ballot_id="b1", receipt="12345678") for each in STANDINGS.values()}
    situation = Situation(TOWN, tuple(STANDINGS.values()), ballots, PHRASES, read_all_words())
    return Scene(situation, Person("a1", "p1"), Conversation(language=language), NOON, counting)


def asked(name: str, key: str, language: str) -> Reply:
    """One question as it is put to a caller."""
    return present(caller(language).go(key, STANDINGS[name]))[1]
