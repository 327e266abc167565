# SPDX-License-Identifier: EUPL-1.2
"""Calls in the outbox, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from core.call_backs import CHANNEL, MINUTES, MOST_PER_DAY, CallBack, Unanswered, next_call, window
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.ports import Secrets
from core.turns import InboundTurn
from storage.memory.world import Key, Posted, World
from storage.moves import UNDER_WAY

_BEING_PLACED = {MessageState.SENDING, MessageState.SENT}


def call_back(
    world: World, municipality: str, address_id: str, wanted: CallBack, turn: InboundTurn, secrets: Secrets
) -> None:
    """Queue what somebody has asked for with a turn. Who asks on the telephone has been reached: that call is over."""
    if turn.channel == CHANNEL:
        for key, posted in _call_backs(world, municipality, address_id, _BEING_PLACED):
            reached = replace(posted.message, state=MessageState.DELIVERED, text="")
            world.messages[key] = replace(posted, message=reached)
    queue(world, municipality, address_id, wanted.order, window(wanted, turn.received_at), secrets)


def queue(
    world: World, municipality: str, address_id: str, order: str, within: tuple[datetime, datetime], secrets: Secrets
) -> bool:
    """Queue a call, or change the one that waits; False while one is being placed, or after too many in a day."""
    day_before = within[0] - timedelta(days=1)
    mine = _call_backs(world, municipality, address_id, set(MessageState))
    placed = sum(posted.handed_at is not None and posted.handed_at > day_before for _, posted in mine)
    if placed >= MOST_PER_DAY or _call_backs(world, municipality, address_id, _BEING_PLACED):
        return False
    waiting = _call_backs(world, municipality, address_id, {MessageState.QUEUED})
    call_id = waiting[0][1].message.id if waiting else secrets.new_id()
    call = OutboundMessage(
        id=call_id,
        kind=MessageKind.CALL_BACK,
        channel=CHANNEL,
        address_id=address_id,
        consultation_id=None,
        text=order,
        segments=MINUTES,
        not_before=within[0],
        not_after=within[1],
    )
    world.messages[municipality, call_id] = Posted(call)
    return True


def _call_backs(
    world: World, municipality: str, address_id: str, states: set[MessageState]
) -> list[tuple[Key, Posted]]:
    return [
        (key, posted)
        for key, posted in world.messages.items()
        if key[0] == municipality
        and posted.message.address_id == address_id
        and posted.message.kind is MessageKind.CALL_BACK
        and posted.message.state in states
    ]


def unanswered(
    world: World, municipality: str, message_id: str, provider_id: str | None, why: Unanswered, at: datetime
) -> None:
    """Queue a call again of which nobody was reached, or give it up."""
    posted = _call(world, municipality, message_id)
    if posted is None or posted.message.state not in UNDER_WAY:
        return
    call = posted.message
    if call.provider_id is not None and call.provider_id != provider_id:
        return
    later = next_call(call.attempts, why, at)
    if later:
        again = replace(call, state=MessageState.QUEUED, error=why.value, not_before=later, provider_id=None)
        world.messages[municipality, message_id] = replace(posted, message=again, handed_at=None)
    else:
        given_up = replace(call, state=MessageState.FAILED, error=why.value, segments=0, text="")
        world.messages[municipality, message_id] = replace(posted, message=given_up)


def lasted(world: World, municipality: str, message_id: str, minutes: int) -> None:
    """How long a call really was."""
    posted = _call(world, municipality, message_id)
    if posted:
        known = replace(posted.message, segments=minutes)
        world.messages[municipality, message_id] = replace(posted, message=known)


def unreported(world: World, municipality: str, since: datetime) -> int:
    """End the calls that were placed before this moment and never reported on; how many."""
    found = [
        (key, posted)
        for key, posted in world.messages.items()
        if key[0] == municipality and posted.message.channel == CHANNEL and _is_silent(posted, since)
    ]
    for key, posted in found:
        ended = replace(posted.message, state=MessageState.FAILED, error="no_report", text="")
        world.messages[key] = replace(posted, message=ended)
    return len(found)


def _is_silent(posted: Posted, since: datetime) -> bool:
    return posted.message.state is MessageState.SENT and posted.handed_at is not None and posted.handed_at < since


def _call(world: World, municipality: str, message_id: str) -> Posted | None:
    posted = world.messages.get((municipality, message_id))
    return posted if posted and posted.message.channel == CHANNEL else None
