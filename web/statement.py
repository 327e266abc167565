# SPDX-License-Identifier: EUPL-1.2
"""The accessibility statement as data: what was assessed, when and how, and what is still missing (BITVNRW § 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Conformance(StrEnum):
    """The three states of the model statement, Commission Implementing Decision (EU) 2018/1523."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AccessibilityStatement:
    """One assessment. `gaps` name phrases ("web.gap.<name>"), each a content that is missing and the way around it."""

    conformance: Conformance
    assessed_on: date
    gaps: tuple[str, ...]


OWN_STATEMENT = AccessibilityStatement(
    conformance=Conformance.PARTIAL, assessed_on=date(2026, 11, 22), gaps=("sign_language", "easy_german", "assessment")
)
"""Our own assessment of the pages as they are shipped; a town replaces it with its own."""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The office that helps when a town does not answer."""

    name: str
    email: str
    website: str


ENFORCEMENT = {
    "NW": Enforcement(
        name="Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen",
        email="ombudsstelle-barrierefreie-it@mags.nrw.de",
        website="https://www.lbbp.nrw.de/ombudsstelle",
    )
}
"""By Land (ISO 3166-2 subdivision); BITVNRW §§ 9-15 for North Rhine-Westphalia."""
