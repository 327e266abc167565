# SPDX-License-Identifier: EUPL-1.2
"""Planning invitations from a list, and putting them into the outbox."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.administration import Acting
from core.consultation import Standing, State
from core.errors import ActNotPossible
from core.invitations import Forecast, LanguageNotOffered, LinePassedOver, decoded, forecast, read_list
from core.outbox import MessageKind, OutboundMessage
from core.participation import Parts
from core.people import Address
from core.ports import Invitee
from core.quiet_hours import quiet_until
from sms.gsm7 import measure, plain_letters

AT_ONCE = 500
"""Invitees written in one transaction: so few that residents who answer meanwhile do not notice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What inviting a list would mean. `texts` maps language → message; "" serves any other language."""

    standing: Standing
    invitees: tuple[Invitee, ...]
    passed_over: tuple[LinePassedOver, ...]
    not_offered: tuple[LanguageNotOffered, ...]
    hindered: Counter[str]
    """How many on the list the outbox would pass over, and why."""
    texts: Mapping[str, OutboundMessage]
    forecast: Forecast


def plan(keyword: str, file: Path, parts: Parts, by: Acting) -> Plan:
    """Read the list and reckon; nothing is written. Raises `ActNotPossible` if nobody can be invited to this now."""
    standing = by.standing(keyword)
    _refuse_to_invite(standing, by.clock.now())
    with file.open("rb") as lines:
        found = list(read_list(decoded(lines), parts.phone_numbers, by.town))
    if not found:
        raise ActNotPossible(f"Die Liste {file.name} ist leer. Schreiben Sie je Zeile eine Telefonnummer hinein.")
    invitees = tuple(each for each in found if isinstance(each, Invitee))
    passed_over = tuple(each for each in found if isinstance(each, LinePassedOver))
    not_offered = tuple(each for each in found if isinstance(each, LanguageNotOffered))
    texts = {language: _message(standing, language, parts, by) for language in standing.consultation.languages}
    texts[""] = texts.get(by.town.languages[0]) or next(iter(texts.values()))
    hindered, reached = _reached(standing, invitees, by)
    return Plan(standing, invitees, passed_over, not_offered, hindered, texts, _forecast(reached, texts, parts, by))


def invite_all(planned: Plan, by: Acting) -> Iterator[int]:
    """Put all into the outbox, `AT_ONCE` invitees after the other; for each part how many were queued.

    Broken off and run again, nobody is invited twice.
    """
    for start in range(0, len(planned.invitees), AT_ONCE):
        some = planned.invitees[start : start + AT_ONCE]
        act = by.act("invite", planned.standing.consultation.keyword, listed=len(some))
        yield by.store.outbox.invite(by.town.key, planned.standing.id, some, planned.texts, act)


def _refuse_to_invite(standing: Standing, now: datetime) -> None:
    asked = standing.consultation
    if standing.state is not State.RELEASED or standing.is_over_at(now):
        raise ActNotPossible(
            f"{asked.keyword} ist nicht offen. Geben Sie die Befragung erst frei: "
            f"mitwirkung consultation open {asked.keyword}"
        )


def _message(standing: Standing, language: str, parts: Parts, by: Acting) -> OutboundMessage:
    """The invitation in one language: when the consultation is open and the town awake, never after it has ended."""
    asked = standing.consultation
    ready_at = max(asked.opens_at, by.clock.now())
    written = parts.phrases.wording(
        "invitation.text",
        language,
        title=asked.title.within(language).narrow,
        keyword=asked.keyword,
        notice=by.town.first_contact.within(language).narrow,
    )
    text = plain_letters(written.narrow)
    return OutboundMessage(
        id="",
        kind=MessageKind.INVITATION,
        channel="sms",
        address_id="",
        consultation_id=standing.id,
        text=text,
        segments=measure(text).count,
        not_before=quiet_until(ready_at, by.town, parts.calendar) or ready_at,
        not_after=asked.closes_at,
    )


def _reached(
    standing: Standing, invitees: tuple[Invitee, ...], by: Acting
) -> tuple[Counter[str], dict[str | None, int]]:
    """How many the outbox would pass over and why, and how many are left in each language."""
    addresses: dict[str | None, list[Address]] = defaultdict(list)
    for invitee in invitees:
        addresses[invitee.language].append(invitee.address)
    hindered, reached = Counter[str](), dict[str | None, int]()
    for language, group in addresses.items():
        passed_over = by.store.outbox.not_invitable(by.town.key, standing.id, group)
        hindered.update(passed_over)
        reached[language] = len(group) - sum(passed_over.values())
    return hindered, reached


def _forecast(
    reached: Mapping[str | None, int], texts: Mapping[str, OutboundMessage], parts: Parts, by: Acting
) -> Forecast:
    segments = {language: message.segments for language, message in texts.items()}
    now = by.clock.now()
    midnight = now.astimezone(by.town.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent_today = by.store.outbox.segments_sent_since(by.town.key, midnight)
    ready_at = next(iter(texts.values())).not_before or now
    return forecast(reached, segments, sent_today, ready_at, by.town, parts.calendar)
