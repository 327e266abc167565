# SPDX-License-Identifier: EUPL-1.2
"""Public holidays of the German Länder, from the library `holidays`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


class GermanHolidays:
    """Which days are public holidays of a Land (`core.ports.Calendar`).

    `state` is the ISO 3166-2 subdivision without its country ("NW"). Raises LookupError for a Land that there is not.
    """

    def is_holiday(self, day: date, state: str) -> bool:
        return day in _holidays_of(state, day.year)


@lru_cache(maxsize=64)
def _holidays_of(state: str, year: int) -> frozenset[date]:
    from holidays.countries.germany import Germany

    if state not in Germany.subdivisions:
        raise LookupError(f"no German Land has the short name {state!r}")
    return frozenset(Germany(subdiv=state, years=year))
