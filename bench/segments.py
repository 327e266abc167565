# SPDX-License-Identifier: EUPL-1.2
"""What a poll costs by text message, and whether any text of ours is dearer than it need be: counted, not timed.

The segments are those that the town pays for: the answer to the keyword, each further question, the farewell. A text
in UCS-2 costs more than twice as much as one in GSM-7; none of ours may need it in a language whose letters are GSM-7.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from app.catalogues import LOCALES
from app.files import EXAMPLES, read_town, text_of
from app.rehearsal import rehearse
from bench.measuring import Effort, Report, Verdict, at_most, none_of, spread
from core.consultation import Consultation
from core.municipality import Municipality
from core.texts import Texts
from sms.cost import PollCost, cost_of
from sms.gsm7 import measure as measured
from sms.gsm7 import plain_letters
from sms.text import GSM7_LANGUAGES

CHEAP = "GSM-7"


def measure(effort: Effort) -> Report:
    """Segments of both examples in every language, then every text that is dearer than it need be."""
    town = read_town(EXAMPLES / "town.toml")
    dear: list[str] = []
    for file in _examples():
        for language in _consultation(file, town).languages:
            cost = _cost(file, town, language)
            yield from _poll(file, language, cost)
            dear += [
                f"{file.stem}/{language}/{each.about}" for each in cost.messages if each.segments.encoding != CHEAP
            ]
    yield none_of(dear, "messages of a completed poll in UCS-2 (G22)")
    texts = dict([*_phrases(), *(named for file in _examples() for named in _texts(_consultation(file, town)))])
    yield f"texts of ours looked at: {len(texts)}"
    yield none_of([name for name, text in texts.items() if _is_dear(text)], "texts of ours that need UCS-2 (G22)")


def _examples() -> list[Path]:
    return sorted(file for file in EXAMPLES.glob("*.toml") if file.name != "town.toml")


def _consultation(file: Path, town: Municipality) -> Consultation:
    return rehearse(text_of(file), file.name, town).consultation


def _cost(file: Path, town: Municipality, language: str) -> PollCost:
    rehearsal = rehearse(text_of(file), file.name, town)
    return cost_of(rehearsal.walk(language), rehearsal.parts.phrases)


def _poll(file: Path, language: str, cost: PollCost) -> Iterator[str | Verdict]:
    sizes = ", ".join(f"{each.about} {each.segments.count} ({each.segments.units})" for each in cost.messages)
    yield f"{file.stem:<8} {language:<10} segments (units): {sizes}"
    questions = len(cost.messages) - 1  # all but the farewell end with a question
    goal = f"segments of {file.stem} in {language}, {questions} questions (G21)"
    yield at_most(questions + 2, spread([cost.segments]), goal)


# ------------------------------------------------------------------------------------------------------- texts


def _is_dear(text: str) -> bool:
    """Whether it would be sent in UCS-2 although its language's own letters are all in GSM-7."""
    return measured(plain_letters(text)).encoding != CHEAP


def _phrases() -> Iterator[tuple[str, str]]:
    """Every phrase as the narrow line says it, by language and key."""
    for file in sorted(LOCALES.glob("*/*.po")):
        language = file.parent.name
        if language.partition("-")[0] in GSM7_LANGUAGES:
            yield from ((f"{language}/{key}", text) for key, text in _narrow(file).items())


def _narrow(file: Path) -> dict[str, str]:
    with file.open("rb") as source:
        messages = [message for message in read_po(source) if message.id and message.context in {None, "sms"}]
    messages.sort(key=lambda message: message.context or "")  # the narrow variant after the one it replaces
    return {_first(message.id): _all(message.string or "") for message in messages}


def _first(form: str | Sequence[str]) -> str:
    """A phrase with plural forms has its singular first."""
    return form if isinstance(form, str) else form[0]


def _all(form: str | Sequence[str]) -> str:
    return form if isinstance(form, str) else " ".join(form)


def _texts(consultation: Consultation) -> Iterator[tuple[str, str]]:
    """Every text of a consultation as the narrow line says it, by its place and language."""
    for place, texts in _found(consultation, consultation.keyword):
        for language, wording in texts.by_language.items():
            if language.partition("-")[0] in GSM7_LANGUAGES:
                yield f"{place}/{language}", wording.narrow


def _found(value: object, place: str) -> Iterator[tuple[str, Texts]]:
    """All texts in a value, however deep, with the way to each."""
    if isinstance(value, Texts):
        yield place, value
    elif isinstance(value, tuple):
        for number, each in enumerate(value, start=1):
            yield from _found(each, f"{place}.{number}")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _found(getattr(value, field.name), f"{place}.{field.name}")
