# SPDX-License-Identifier: EUPL-1.2
"""The town that asks, as its `town.toml` describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, tzinfo
from decimal import Decimal

from core.texts import Texts


@dataclass(frozen=True, slots=True)
class District:
    """A part of the town for splitting results; `also` are names of places in it that people may write instead."""

    key: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """Where a person reaches a person."""

    phone: str
    hours: Texts
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local time in which nothing is sent that we start; `holidays` and Sundays are quiet all day."""

    begin: time
    end: time
    sundays: bool = True
    holidays: bool = True


@dataclass(frozen=True, slots=True)
class SmsTerms:
    """Sending text messages: price of one segment, how many a second the number may send, how many a day at most."""

    cent_per_segment: Decimal
    segments_per_second: Decimal
    most_segments_per_day: int


@dataclass(frozen=True, slots=True)
class Municipality:
    """Everything that differs between towns. `key` stands in every row ("bergheim")."""

    key: str
    name: str
    state: str
    """The Land as ISO 3166-2 subdivision, e.g. "NW": decides the public holidays."""
    time_zone: tzinfo
    languages: tuple[str, ...]
    office: Office
    numbers: Mapping[str, str]
    """Channel → the number or name residents use, E.164 for "sms" and "voice"; a channel that is missing is off."""
    districts: tuple[District, ...]
    data_protection_officer: str
    privacy: Texts
    """The full notice on data protection."""
    first_contact: Texts
    """At most 70 characters: purpose, "Infos: HILFE", "Ende: STOP"."""
    imprint: Texts
    quiet_hours: QuietHours
    allowed_prefixes: tuple[str, ...]
    """Numbers we send to must begin with one of these ("+49")."""
    sms: SmsTerms
    website: str = ""
