# SPDX-License-Identifier: EUPL-1.2
"""What can be asked: one file per question type, listed in one table."""

from __future__ import annotations

from collections.abc import Mapping

from core.questions.age_band import AgeBand
from core.questions.choice import Choice
from core.questions.contract import Question
from core.questions.district import TownDistrict
from core.questions.number import Number
from core.questions.open_text import OpenText
from core.questions.scale import Scale

QUESTION_TYPES: Mapping[str, type[Question]] = {
    Choice.type: Choice,
    Scale.type: Scale,
    Number.type: Number,
    AgeBand.type: AgeBand,
    TownDistrict.type: TownDistrict,
    OpenText.type: OpenText,
}
"""The name in a consultation file → the type that reads, asks, hears and counts it."""
