# SPDX-License-Identifier: EUPL-1.2
"""The pages that every town must have: data protection, imprint, accessibility, reporting a barrier, help.

Each is a list of sections made from the town's own data and from phrases; one template shows them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.dates import format_date

from web.frame import Frame, telephone_link
from web.settings import WebSettings
from web.statement import ENFORCEMENT


@dataclass(frozen=True, slots=True)
class Link:
    """One way to reach somebody. `shown` may be a number or an address: it keeps its own direction."""

    href: str
    shown: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it. `tag` is the language of the paragraphs where it is another one."""

    heading: str
    paragraphs: tuple[str, ...]
    links: tuple[Link, ...] = ()
    tag: str | None = None


Writer = Callable[[Frame, WebSettings], tuple[Section, ...]]


def _privacy(frame: Frame, settings: WebSettings) -> tuple[Section, ...]:
    notice = frame.named(frame.town.privacy)
    own = (frame.say("web.privacy.cookie"), frame.say("web.privacy.draft"), frame.say("web.privacy.code"))
    officer = (frame.town.data_protection_officer,)
    return (
        Section(frame.say("web.privacy.town", town=frame.town.name), (notice.text,), tag=notice.tag),
        Section(frame.say("web.privacy.page"), own),
        Section(frame.say("web.privacy.officer"), officer, tag=frame.town.languages[0]),
    )


def _imprint(frame: Frame, settings: WebSettings) -> tuple[Section, ...]:
    imprint = frame.named(frame.town.imprint)
    return (Section(frame.town.name, (imprint.text,), _contact(frame), imprint.tag),)


def _help(frame: Frame, settings: WebSettings) -> tuple[Section, ...]:
    hours = frame.named(frame.town.office.hours)
    return (
        Section(
            frame.say("web.help.how"), tuple(frame.say(f"web.help.{each}") for each in ("answer", "change", "later"))
        ),
        Section(frame.say("web.help.person"), (hours.text,), _contact(frame), hours.tag),
    )


def _barrier(frame: Frame, settings: WebSettings) -> tuple[Section, ...]:
    told = (frame.say("web.barrier.tell"), frame.say("web.barrier.answer"))
    return (Section(frame.say("web.barrier.how"), told, _contact(frame)),)


def _accessibility(frame: Frame, settings: WebSettings) -> tuple[Section, ...]:
    statement = settings.statement
    assessed = format_date(statement.assessed_on, "long", locale=frame.lang)
    state = frame.say(f"web.conformance.{statement.conformance.value}", town=frame.town.name)
    gaps = tuple(frame.say(f"web.gap.{each}") for each in statement.gaps)
    sections = (
        Section(frame.say("web.statement.state"), (state, frame.say("web.statement.rule"))),
        Section(frame.say("web.statement.gaps"), gaps),
        Section(frame.say("web.statement.made"), (frame.say("web.statement.method", date=assessed),)),
        Section(frame.say("web.barrier.how"), (frame.say("web.barrier.tell"),), _contact(frame)),
    )
    return (*(each for each in sections if each.paragraphs), *_enforcement(frame))


def _enforcement(frame: Frame) -> tuple[Section, ...]:
    office = ENFORCEMENT.get(frame.town.state)
    if office is None:
        return ()
    links = (Link(f"mailto:{office.email}", office.email), Link(office.website, office.website))
    told = (frame.say("web.statement.enforcement"),)
    return (Section(frame.say("web.statement.no_answer"), told), Section(office.name, (), links, "de"))


def _contact(frame: Frame) -> tuple[Link, ...]:
    office = frame.town.office
    return (Link(telephone_link(office.phone), office.phone), Link(f"mailto:{office.email}", office.email))


INFORMATION: dict[str, Writer] = {
    "hilfe": _help,
    "datenschutz": _privacy,
    "barrierefreiheit": _accessibility,
    "barriere-melden": _barrier,
    "impressum": _imprint,
}
"""Path → what stands there; "web.page.<path>" is the title. The order is that of the links at the foot of each page."""
