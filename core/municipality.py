# SPDX-License-Identifier: EUPL-1.2
"""The town that asks, as its `town.toml` describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, tzinfo
from decimal import Decimal

from core.texts import Texts
from core.turns import Wording


@dataclass(frozen=True, slots=True)
class District:
    """A part of the town for splitting results; `also` are names of places in it that people may write instead."""

    key: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenHours:
    """On which day somebody takes calls, in local time; Monday is 0."""

    weekday: int
    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class Office:
    """Where a person reaches a person."""

    phone: str
    hours: Texts
    email: str
    address: str
    open: tuple[OpenHours, ...] = ()
    """When calls are put through to `phone`; on holidays of the Land never."""

    @property
    def number(self) -> str:
        """The telephone number in E.164, to be dialled."""
        return "+" + "".join(filter(str.isdigit, self.phone))

    @property
    def named(self) -> Wording:
        """The telephone number to be read, or to be heard digit by digit."""
        return Wording(self.phone, digits_of(self.phone))


def digits_of(phone: str) -> str:
    """A number as it is read out: "+49 2271 89-0" gives "0 2 2 7 1, 8 9, 0"; a German one with its leading zero."""
    national = re.sub(r"^\+49[ ()/-]*(\(0\))?", "0", phone)
    groups = re.findall(r"\d+", national)
    return ", ".join(" ".join(group) for group in groups)


@dataclass(frozen=True, slots=True)
class VoiceTerms:
    """The telephone line: who speaks, what it may cost.

    `engines` are tried in this order ("recorded", "gtts", "piper", "espeak"). Limits are per number and day, per
    call, and (minutes that we pay) per day.
    """

    engines: tuple[str, ...] = ("recorded", "espeak")
    cent_per_minute: Decimal = Decimal(2)
    most_minutes_per_day: int = 300
    most_minutes_per_call: int = 30
    most_calls_per_number: int = 30


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
    """Channel → the number or name residents use, E.164 for "sms" and "voice"; a channel that is missing is off.

    "call_me_back" is a number that is never answered: who rings it is called back.
    """
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
    voice: VoiceTerms = VoiceTerms()
