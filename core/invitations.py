# SPDX-License-Identifier: EUPL-1.2
"""Means of inviting: whom each reaches, what it costs, how fast invitations leave; what a whole list would mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Protocol

from core.call_backs import CALLS_PER_SECOND, LOOK_AGAIN_AFTER, MINUTES, USUAL_MINUTES, may_be_called
from core.call_backs import CHANNEL as CALLS
from core.invitation_list import PassedOver
from core.municipality import Municipality
from core.outbox import OutboundMessage
from core.ports import Calendar, NumberRead
from core.quiet_hours import quiet_from, quiet_until


class Means(Protocol):
    """One means of inviting in one town. A unit is what is paid: a segment of a text message, a minute of a call."""

    @property
    def town(self) -> Municipality: ...

    @property
    def channel(self) -> str:
        """The channel whose rows in the outbox these invitations are."""

    @property
    def overlooked(self) -> frozenset[str]:
        """Reasons of `OutboxStore.not_invitable` that do not hinder this means."""

    @property
    def most_per_day(self) -> int:
        """Units that may be spent in one day of the town."""

    def reach(self, number: NumberRead) -> PassedOver | None:
        """Why this number is not reached; None where it is."""

    def units(self, invitation: OutboundMessage) -> int:
        """Units that one such invitation is expected to take."""

    def cents(self, units: int) -> Decimal:
        """The price of so many units."""

    def least_free(self, invitations: int, units: int) -> int:
        """Units that must be left of the day for all of them to leave."""

    def duration(self, invitations: int, units: int, left: int) -> timedelta:
        """How long they take to leave, so many units of the day being left."""


def _is_abroad(number: NumberRead, town: Municipality) -> bool:
    return not number.e164.startswith(town.allowed_prefixes)


@dataclass(frozen=True, slots=True)
class BySms:
    """A text message: to mobiles, paid by the segment, at the rate of the number."""

    town: Municipality
    channel: ClassVar[str] = "sms"
    overlooked: ClassVar[frozenset[str]] = frozenset()

    @property
    def most_per_day(self) -> int:
        return self.town.sms.most_segments_per_day

    def reach(self, number: NumberRead) -> PassedOver | None:
        if _is_abroad(number, self.town):
            return PassedOver.ABROAD
        if number.sort == "mobile":
            return None
        return PassedOver.LANDLINE if number.sort == "landline" else PassedOver.SERVICE_NUMBER

    def units(self, invitation: OutboundMessage) -> int:
        return invitation.segments

    def cents(self, units: int) -> Decimal:
        return units * self.town.sms.cent_per_segment

    def least_free(self, invitations: int, units: int) -> int:
        return units

    def duration(self, invitations: int, units: int, left: int) -> timedelta:
        return timedelta(seconds=float(units / self.town.sms.segments_per_second))


@dataclass(frozen=True, slots=True)
class ByPhone:
    """A call: to landlines and mobiles, paid by the minute. Each is expected to be taken and to last `USUAL_MINUTES`.

    Until it ends, a call holds `MINUTES` of the day, so only so many are under way at once.
    """

    town: Municipality
    channel: ClassVar[str] = CALLS
    overlooked: ClassVar[frozenset[str]] = frozenset({"voice_only"})

    @property
    def most_per_day(self) -> int:
        return self.town.voice.most_minutes_per_day

    def reach(self, number: NumberRead) -> PassedOver | None:
        if may_be_called(number, self.town):
            return None
        return PassedOver.ABROAD if _is_abroad(number, self.town) else PassedOver.SERVICE_NUMBER

    def units(self, invitation: OutboundMessage) -> int:
        return USUAL_MINUTES

    def cents(self, units: int) -> Decimal:
        return units * self.town.voice.cent_per_minute

    def least_free(self, invitations: int, units: int) -> int:
        """The last call, too, begins only if it can hold its minutes."""
        return units + MINUTES - USUAL_MINUTES if invitations else 0

    def duration(self, invitations: int, units: int, left: int) -> timedelta:
        """As many at once as the day can hold; the others look again later, when minutes have come back."""
        lasting, waiting = timedelta(), invitations
        while waiting > 0:
            at_once = min(waiting, max(1, left // MINUTES))
            begun = timedelta(seconds=float(at_once / CALLS_PER_SECOND))
            waiting, left = waiting - at_once, left - at_once * USUAL_MINUTES
            lasting += begun + (LOOK_AGAIN_AFTER if waiting else timedelta(minutes=USUAL_MINUTES))
        return lasting


# ------------------------------------------------------------------------------------------------------- forecast


@dataclass(frozen=True, slots=True)
class Forecast:
    """What inviting would mean. `cents` is the price of all units; the moments are UTC."""

    invitations: int
    units: int
    cents: Decimal
    begins_at: datetime
    ends_at: datetime
    within_budget: bool
    """Whether today's budget still holds all units."""


def forecast(
    languages: Mapping[str | None, int],
    units: Mapping[str, int],
    spent_today: int,
    ready_at: datetime,
    means: Means,
    calendar: Calendar,
) -> Forecast:
    """What it costs and when it ends to invite so many people per language, beginning at `ready_at` or later.

    `units` gives what one invitation takes by language; "" serves any other language, as in `OutboxStore.invite`.
    """
    invitations = sum(languages.values())
    total = sum(count * units.get(language or "", units[""]) for language, count in languages.items())
    left = means.most_per_day - spent_today
    begins_at = quiet_until(ready_at, means.town, calendar) or ready_at
    work = means.duration(invitations, total, left)
    return Forecast(
        invitations,
        total,
        means.cents(total),
        begins_at,
        _end_of_sending(begins_at, work, means.town, calendar),
        means.least_free(invitations, total) <= left,
    )


def _end_of_sending(begins_at: datetime, work: timedelta, town: Municipality, calendar: Calendar) -> datetime:
    """When so much sending is done that pauses in quiet hours."""
    while (pause := quiet_from(begins_at, town, calendar)) is not None and pause < begins_at + work:
        work -= pause - begins_at
        begins_at = quiet_until(pause, town, calendar) or pause
    return begins_at + work
