# SPDX-License-Identifier: EUPL-1.2
"""One request of somebody who takes part: whose draft it is, which consultation, and her turns to the core."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request

from core.consultation import Standing
from core.participation import look, take_turn
from core.turns import Counting, InboundTurn, Prompt, Reply, Said, TurnId
from web.frame import Frame
from web.reading import known
from web.session import Draft, draft_in
from web.site import Site


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who takes part: where, in which consultation, with which draft."""

    site: Site
    frame: Frame
    standing: Standing
    draft: Draft

    @property
    def keyword(self) -> str:
        """The consultation's keyword."""
        return self.standing.consultation.keyword

    def at(self, about: str) -> Visit:
        """The same visit at the page of another prompt."""
        return replace(self, frame=replace(self.frame, rest=f"{self.keyword}/{about}"))


# ---------------------------------------------------------------------------------------------- who is here


def draft_here(site: Site) -> Draft | None:
    """The draft of this request, if it is one that we have stored."""
    draft = draft_in(request.cookies, request.form if request.method == "POST" else {}, site.settings)
    return draft if draft and site.parts.store.turns.meet(site.town().key, draft.address) else None


def visit_to(site: Site, language: str, keyword: str, about: str) -> Visit | None:
    """This person in this consultation; None without a draft, or where there is nothing to read any more.

    What is posted after the close still goes to the core: it is kept as late, and the person is told.
    """
    standing, draft = site.met_by_keyword(keyword), draft_here(site)
    if standing is None or draft is None:
        return None
    over = not standing.takes_answers_at(site.parts.clock.now())
    if over and about != Prompt.FINISHED and request.method == "GET":
        return None
    return Visit(site, site.frame(known(site, language), f"{keyword}/{about}", standing), standing, draft)


def carried(visit: Visit) -> dict[str, Any]:
    """What every form of this page carries: a new one-time token, and the draft where no cookie does."""
    return {"token": visit.site.parts.secrets.new_id(), "draft": visit.draft.hidden}


# ---------------------------------------------------------------------------------------------- turns


def say(visit: Visit, said: Said, about: str | None) -> Reply:
    """One turn of this person; what she answers is a draft until she has checked it. Raises StoreUnavailable."""
    site = visit.site
    turn = InboundTurn(
        turn_id=TurnId("web", _turn_id(visit, repr(said), about or "")),
        channel="web",
        sender=visit.draft.address,
        to=request.host,
        said=said,
        received_at=site.parts.clock.now(),
        about=about,
        counts=Counting.AFTER_CHECK,
        language=visit.frame.language,
    )
    return take_turn(turn, site.parts)


def _turn_id(visit: Visit, *parts_of_id: str) -> str:
    """The same for the same form sent twice (A21), another for what was changed in between; it tells nothing."""
    token = request.form.get("token") or visit.site.parts.secrets.new_id()
    return visit.site.parts.secrets.keyed_hash("form", "\n".join((visit.draft.secret, token, *parts_of_id)))


def look_at(visit: Visit, about: str | None) -> Reply:
    """What stands at a prompt for this person, or (None) where she would go on. Writes nothing."""
    reply = look(visit.draft.address, request.host, visit.keyword, visit.frame.language, about, visit.site.parts)
    return reply if reply is not None else abort(404)
