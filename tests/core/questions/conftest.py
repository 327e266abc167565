# SPDX-License-Identifier: EUPL-1.2
"""Question types read from TOML and asked in the project's own languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.catalogues import read_all_words, read_phrases
from core.errors import FileNotAccepted
from core.files.entry import Reading
from core.files.municipality import read_municipality
from core.municipality import District
from core.questions import QUESTION_TYPES
from core.questions.contract import Asking

ROOT = Path(__file__).resolve().parents[3]
BERGHEIM = read_municipality((ROOT / "consultations" / "town.toml").read_text(encoding="utf-8"), "town.toml")
TOWN = replace(BERGHEIM, districts=(District("nord", "Nord"), District("sued", "Süd", ("Unterdorf",))))

ALWAYS = {"key": 'key = "q"', "text.de": 'text.de = "Frage?"'}
"""What every question needs, for those that are not about it."""


@pytest.fixture(scope="session")
def asking():
    """Asking in a language, with what else a type may be given."""
    phrases, words = read_phrases(), read_all_words()

    def begin(language="de", **given):
        main = language.partition("-")[0]
        return Asking(language, words[main], phrases, **given)

    return begin


@pytest.fixture(scope="session")
def question():
    """A question from its table in a consultation file, with `key` and `text` added where they are missing."""

    def read(toml, town=TOWN):
        given = {line.partition(" = ")[0] for line in toml.splitlines()}
        missing = [line for key, line in ALWAYS.items() if key not in given]
        reading = Reading.of("\n".join([*missing, toml]), "question.toml", town)
        entry = reading.root
        read_question = QUESTION_TYPES[entry.words("type")].read(entry)
        reading.settle()
        return read_question

    return read


@pytest.fixture(scope="session")
def faults(question):
    """The keys of the faults of a question."""

    def told(toml, town=TOWN):
        with pytest.raises(FileNotAccepted) as caught:
            question(toml, town)
        return [fault.key for fault in caught.value.faults]

    return told
