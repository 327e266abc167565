# SPDX-License-Identifier: EUPL-1.2
"""Planning invitations from a list, and putting them into the outbox."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.administration import Acting
from core.call_backs import MINUTES, CallBack
from core.consultation import Consultation, Standing, State
from core.errors import ActNotPossible
from core.invitation_list import LanguageNotOffered, LinePassedOver, ListRead, decoded, read_list
from core.invitations import ByPhone, BySms, Forecast, Means, forecast
from core.municipality import Municipality
from core.outbox import MessageKind, OutboundMessage
from core.participation import Parts
from core.people import Address
from core.phrases import Phrases
from core.ports import Invitee
from core.quiet_hours import quiet_until
from core.turns import Occasion
from sms.gsm7 import measure, plain_letters

AT_ONCE = 500
"""Invitees written in one transaction: so few that residents who answer meanwhile do not notice."""

# ------------------------------------------------------------------------------------------------------- what is queued


@dataclass(frozen=True, slots=True)
class Content:
    """One invitation in one language: what waits in the outbox, the units it holds, and how a resident meets it."""

    text: str
    segments: int
    met: str


def _text_message(asked: Consultation, language: str, phrases: Phrases, town: Municipality) -> Content:
    written = phrases.wording(
        "invitation.text",
        language,
        title=asked.title.within(language).narrow,
        keyword=asked.keyword,
        notice=town.first_contact.within(language).narrow,
    )
    text = plain_letters(written.narrow)
    return Content(text, measure(text).count, text)


def _call(asked: Consultation, language: str, phrases: Phrases, town: Municipality) -> Content:
    """The same order in every language: who is called is spoken to in her own."""
    heard = phrases.wording("telephone.invited", language, town=town.name, title=asked.title.within(language)).heard
    return Content(CallBack(Occasion.INVITATION, asked.keyword).order, MINUTES, heard)


@dataclass(frozen=True, slots=True)
class Way:
    """How one means is used: its terms in a town, and what an invitation by it is."""

    means: Callable[[Municipality], Means]
    content: Callable[[Consultation, str, Phrases, Municipality], Content]


WAYS: Mapping[str, Way] = {"sms": Way(BySms, _text_message), "phone": Way(ByPhone, _call)}
"""The means of inviting, by the name under which one is asked for."""

# ------------------------------------------------------------------------------------------------------- planning


@dataclass(frozen=True, slots=True)
class Plan:
    """What inviting a list would mean. `texts` maps language → message; "" serves any other language."""

    standing: Standing
    means: Means
    invitees: tuple[Invitee, ...]
    passed_over: tuple[LinePassedOver, ...]
    not_offered: tuple[LanguageNotOffered, ...]
    hindered: Counter[str]
    """How many on the list the outbox would pass over, and why."""
    met: Mapping[str, str]
    """Language → what residents read or hear first."""
    texts: Mapping[str, OutboundMessage]
    forecast: Forecast


def plan(keyword: str, file: Path, way: Way, parts: Parts, by: Acting) -> Plan:
    """Read the list and reckon; nothing is written. Raises `ActNotPossible` if nobody can be invited to this now."""
    standing, means = by.standing(keyword), way.means(by.town)
    _refuse_to_invite(standing, by.clock.now())
    found = _read(file, means, parts)
    invitees = tuple(each for each in found if isinstance(each, Invitee))
    passed_over = tuple(each for each in found if isinstance(each, LinePassedOver))
    not_offered = tuple(each for each in found if isinstance(each, LanguageNotOffered))
    asked = standing.consultation
    contents = {each: way.content(asked, each, parts.phrases, by.town) for each in asked.languages}
    texts = _texts(standing, contents, means, parts, by)
    hindered, reached = _reached(standing, invitees, means, by)
    told = _forecast(reached, texts, means, parts, by)
    met = {language: content.met for language, content in contents.items()}
    return Plan(standing, means, invitees, passed_over, not_offered, hindered, met, texts, told)


def _read(file: Path, means: Means, parts: Parts) -> list[ListRead]:
    with file.open("rb") as lines:
        found = list(read_list(decoded(lines), parts.phone_numbers, means.reach, means.town.languages))
    if not found:
        raise ActNotPossible(f"Die Liste {file.name} ist leer. Schreiben Sie je Zeile eine Telefonnummer hinein.")
    return found


def _refuse_to_invite(standing: Standing, now: datetime) -> None:
    asked = standing.consultation
    if standing.state is not State.RELEASED or standing.is_over_at(now):
        raise ActNotPossible(
            f"{asked.keyword} ist nicht offen. Geben Sie die Befragung erst frei: "
            f"mitwirkung consultation open {asked.keyword}"
        )


def _texts(
    standing: Standing, contents: Mapping[str, Content], means: Means, parts: Parts, by: Acting
) -> dict[str, OutboundMessage]:
    """The invitation in each language: when the consultation is open and the town awake, never after it has ended."""
    ready_at = max(standing.consultation.opens_at, by.clock.now())
    not_before = quiet_until(ready_at, by.town, parts.calendar) or ready_at
    texts = {each: _message(standing, content, means, not_before) for each, content in contents.items()}
    texts[""] = texts.get(by.town.languages[0]) or next(iter(texts.values()))
    return texts


def _message(standing: Standing, content: Content, means: Means, not_before: datetime) -> OutboundMessage:
    return OutboundMessage(
        id="",
        kind=MessageKind.INVITATION,
        channel=means.channel,
        address_id="",
        consultation_id=standing.id,
        text=content.text,
        segments=content.segments,
        not_before=not_before,
        not_after=standing.consultation.closes_at,
    )


def _reached(
    standing: Standing, invitees: tuple[Invitee, ...], means: Means, by: Acting
) -> tuple[Counter[str], dict[str | None, int]]:
    """How many the outbox would pass over and why, and how many are left in each language."""
    addresses: dict[str | None, list[Address]] = defaultdict(list)
    for invitee in invitees:
        addresses[invitee.language].append(invitee.address)
    hindered, reached = Counter[str](), dict[str | None, int]()
    for language, group in addresses.items():
        reasons = by.store.outbox.not_invitable(by.town.key, standing.id, group)
        passed_over = {why: number for why, number in reasons.items() if why not in means.overlooked}
        hindered.update(passed_over)
        reached[language] = len(group) - sum(passed_over.values())
    return hindered, reached


def _forecast(
    reached: Mapping[str | None, int], texts: Mapping[str, OutboundMessage], means: Means, parts: Parts, by: Acting
) -> Forecast:
    units = {language: means.units(message) for language, message in texts.items()}
    now = by.clock.now()
    midnight = now.astimezone(by.town.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    spent_today = by.store.outbox.segments_sent_since(by.town.key, midnight, means.channel)
    ready_at = next(iter(texts.values())).not_before or now
    return forecast(reached, units, spent_today, ready_at, means, parts.calendar)


# ------------------------------------------------------------------------------------------------------- queueing


def invite_all(planned: Plan, by: Acting) -> Iterator[int]:
    """Put all into the outbox, `AT_ONCE` invitees after the other; for each part how many were queued.

    Broken off and run again, nobody is invited twice.
    """
    for start in range(0, len(planned.invitees), AT_ONCE):
        some = planned.invitees[start : start + AT_ONCE]
        act = by.act("invite", planned.standing.consultation.keyword, listed=len(some))
        yield by.store.outbox.invite(by.town.key, planned.standing.id, some, planned.texts, act)
