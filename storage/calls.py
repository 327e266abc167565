# SPDX-License-Identifier: EUPL-1.2
"""Calls in the outbox: one open call-back for each address, tried again while nobody is reached, counted in minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, Text, and_, bindparam, func, null, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from core.call_backs import CHANNEL, MINUTES, MOST_PER_DAY, CallBack, Unanswered, next_call, window
from core.outbox import MessageKind, MessageState
from core.turns import InboundTurn
from storage.keys import Keys
from storage.moves import UNDER_WAY
from storage.prepared import Prepared
from storage.statements import one_of
from storage.tables import OPEN_CALL_BACK, Moment, outbox

_CALL = and_(
    outbox.c.municipality == bindparam("in_municipality"),
    outbox.c.channel == CHANNEL,
    outbox.c.id == bindparam("of_id"),
)
_THIS_TRY = and_(
    one_of(outbox.c.state, sorted(UNDER_WAY)),
    or_(outbox.c.provider_id.is_(None), outbox.c.provider_id == bindparam("by_provider", type_=Text)),
)
_NEW = insert(outbox)
_QUEUE = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=[outbox.c.municipality, outbox.c.address_id],
        index_where=text(OPEN_CALL_BACK),
        set_={name: _NEW.excluded[name] for name in ("text", "not_before", "not_after", "attempts", "error")},
        where=outbox.c.state == MessageState.QUEUED.value,
    )
)
_PLACED = Prepared(
    select(func.count().label("calls")).where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.address_id == bindparam("of_address"),
        outbox.c.kind == MessageKind.CALL_BACK.value,
        outbox.c.handed_at > bindparam("since", type_=Moment),
    )
)
_REACHED = Prepared(
    update(outbox)
    .where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.address_id == bindparam("of_address"),
        outbox.c.kind == MessageKind.CALL_BACK.value,
        one_of(outbox.c.state, (MessageState.SENDING, MessageState.SENT)),
    )
    .values(state=MessageState.DELIVERED.value, text="")
)
_TRIES = Prepared(select(outbox.c.attempts).where(_CALL, _THIS_TRY).with_for_update())
_AGAIN = Prepared(
    update(outbox)
    .where(_CALL)
    .values(
        state=MessageState.QUEUED.value,
        error=bindparam("why"),
        not_before=bindparam("later", type_=Moment),
        handed_at=null(),
        provider_id=null(),
    )
)
_GIVEN_UP = Prepared(
    update(outbox).where(_CALL).values(state=MessageState.FAILED.value, error=bindparam("why"), segments=0, text="")
)
_LASTED = Prepared(update(outbox).where(_CALL).values(segments=bindparam("minutes", type_=Integer)))
_UNREPORTED = Prepared(
    update(outbox)
    .where(
        outbox.c.municipality == bindparam("in_municipality"),
        outbox.c.channel == CHANNEL,
        outbox.c.state == MessageState.SENT.value,
        outbox.c.handed_at < bindparam("since", type_=Moment),
    )
    .values(state=MessageState.FAILED.value, error="no_report", text="")
)


def call_back(
    connection: Connection, municipality: str, address_id: str, wanted: CallBack, turn: InboundTurn, keys: Keys
) -> None:
    """Queue what somebody has asked for with a turn. Who asks on the telephone has been reached: that call is over."""
    if turn.channel == CHANNEL:
        _REACHED.run(connection, {"in_municipality": municipality, "of_address": address_id})
    queue(connection, municipality, address_id, wanted.order, window(wanted, turn.received_at), keys)


def queue(
    connection: Connection,
    municipality: str,
    address_id: str,
    order: str,
    within: tuple[datetime, datetime],
    keys: Keys,
) -> bool:
    """Queue a call, or change the one that waits; False while one is being placed, or after too many in a day.

    That there is one at a time is decided by the database.
    """
    day_before = within[0] - timedelta(days=1)
    which = {"in_municipality": municipality, "of_address": address_id, "since": day_before}
    if _PLACED.all(connection, which)[0].calls >= MOST_PER_DAY:
        return False
    row = {
        "municipality": municipality,
        "id": keys.new_id(),
        "kind": MessageKind.CALL_BACK.value,
        "channel": CHANNEL,
        "address_id": address_id,
        "consultation_id": None,
        "text": order,
        "segments": MINUTES,
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "not_before": within[0],
        "not_after": within[1],
        "claimed_at": None,
        "handed_at": None,
        "provider_id": None,
        "error": None,
    }
    return _QUEUE.run(connection, row) == 1


def unanswered(
    connection: Connection, municipality: str, message_id: str, provider_id: str | None, why: Unanswered, at: datetime
) -> None:
    """Queue a call again of which nobody was reached, or give it up."""
    which = {"in_municipality": municipality, "of_id": message_id}
    found = _TRIES.first(connection, {**which, "by_provider": provider_id})
    if found is None:
        return
    later = next_call(found.attempts, why, at)
    if later:
        _AGAIN.run(connection, {**which, "why": why.value, "later": later})
    else:
        _GIVEN_UP.run(connection, {**which, "why": why.value})


def lasted(connection: Connection, municipality: str, message_id: str, minutes: int) -> None:
    """How long a call really was."""
    _LASTED.run(connection, {"in_municipality": municipality, "of_id": message_id, "minutes": minutes})


def unreported(connection: Connection, municipality: str, since: datetime) -> int:
    """End the calls that were placed before this moment and never reported on; how many."""
    return _UNREPORTED.run(connection, {"in_municipality": municipality, "since": since})
