# SPDX-License-Identifier: EUPL-1.2
"""The outbox: the table of messages is the queue. Claiming and recording are one short transaction each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Boolean, Integer, and_, bindparam, case, func, or_, select, update

from core.call_backs import CHANNEL as CALLS
from core.call_backs import Unanswered
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.people import Address
from core.ports import Act, DueMessage, Invitee
from storage import calls, invitations, vault
from storage.engine import Database
from storage.keys import Keys
from storage.moves import ENDED, OVER, attempts_after, may_come_from, was_handed_over
from storage.prepared import Found, Prepared
from storage.statements import one_of
from storage.tables import Moment, addresses, outbox

_HERE = outbox.c.municipality == bindparam("in_municipality")
_STATES = bindparam("states", type_=outbox.c.state.type, expanding=True)

# ------------------------------------------------------------------------------------------------------- claiming

_QUEUED = and_(_HERE, outbox.c.channel == bindparam("on_channel"), outbox.c.state == MessageState.QUEUED.value)
_TOO_LATE = Prepared(
    update(outbox)
    .where(_QUEUED, outbox.c.not_after < bindparam("now", type_=Moment))
    .values(state=MessageState.FAILED.value, error="too_late", text="")
)
_MAY_BE_WRITTEN_TO = and_(
    addresses.c.value.is_not(None),
    or_(one_of(outbox.c.kind, (MessageKind.REPLY, MessageKind.CALL_BACK)), addresses.c.opted_out_at.is_(None)),
)
_DUE = Prepared(
    select(outbox, addresses.c.kind.label("address_kind"), addresses.c.value)
    .join(
        addresses,
        and_(addresses.c.municipality == outbox.c.municipality, addresses.c.id == outbox.c.address_id),
    )
    .where(_QUEUED, outbox.c.not_before <= bindparam("now", type_=Moment), _MAY_BE_WRITTEN_TO)
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
"""SKIP LOCKED lets several workers claim beside each other on PostgreSQL; SQLite has one writer and leaves it out."""

_CLAIM = Prepared(
    update(outbox)
    .where(_HERE, outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=MessageState.SENDING.value, attempts=outbox.c.attempts + 1, claimed_at=bindparam("now", type_=Moment))
)
_STUCK = Prepared(
    update(outbox)
    .where(_HERE, outbox.c.state == MessageState.SENDING.value, outbox.c.claimed_at < bindparam("since", type_=Moment))
    .values(state=MessageState.AMBIGUOUS.value, handed_at=outbox.c.claimed_at)
)

# ------------------------------------------------------------------------------------------------------- recording

_ENDED = bindparam("ended", type_=Boolean)
_NOT_STALE = or_(outbox.c.channel != CALLS, outbox.c.state != MessageState.QUEUED.value, _ENDED)
"""A call that was queued again, because a report overtook our record of placing it, is not placed by that record."""

_BECOME = (
    update(outbox)
    .where(_HERE, outbox.c.state.in_(_STATES), _NOT_STALE)
    .values(
        state=bindparam("new_state"),
        error=bindparam("why"),
        attempts=outbox.c.attempts + bindparam("tries", type_=Integer),
        provider_id=func.coalesce(bindparam("by_provider"), outbox.c.provider_id),
        not_before=func.coalesce(bindparam("later", type_=Moment), outbox.c.not_before),
        handed_at=case(
            (bindparam("handed", type_=Boolean), func.coalesce(outbox.c.handed_at, bindparam("at", type_=Moment))),
            else_=outbox.c.handed_at,
        ),
        text=case(
            (_ENDED, ""),
            (and_(bindparam("over", type_=Boolean), outbox.c.channel != CALLS), ""),
            else_=outbox.c.text,
        ),
    )
)
_RECORD = Prepared(_BECOME.where(outbox.c.id == bindparam("of_id")))
_REPORTED = and_(outbox.c.channel == bindparam("on_channel"), outbox.c.provider_id == bindparam("of_provider_id"))
_REPORT = Prepared(_BECOME.where(_REPORTED))
_IS_KNOWN = Prepared(select(outbox.c.id).where(_HERE, _REPORTED))
# ------------------------------------------------------------------------------------------------------- counting

_COUNTS = Prepared(select(outbox.c.state, func.count().label("messages")).where(_HERE).group_by(outbox.c.state))
_SEGMENTS = Prepared(
    select(func.coalesce(func.sum(outbox.c.segments), 0).label("segments")).where(
        _HERE, outbox.c.channel == bindparam("on_channel"), outbox.c.handed_at >= bindparam("since", type_=Moment)
    )
)


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """Messages that we start."""

    database: Database
    keys: Keys

    def invite(
        self,
        municipality: str,
        consultation_id: str,
        invitees: Sequence[Invitee],
        texts: Mapping[str, OutboundMessage],
        act: Act,
    ) -> int:
        """Queue one message for each invitee who can be reached and was not invited before; how many."""
        patterns = {language: replace(text, consultation_id=consultation_id) for language, text in texts.items()}
        with self.database.writing() as connection:
            return invitations.queue(connection, municipality, invitees, patterns, act, self.keys)

    def not_invitable(self, municipality: str, consultation_id: str, addresses: Sequence[Address]) -> Mapping[str, int]:
        """How many of these would be passed over, by reason."""
        with self.database.reading() as connection:
            return Counter(invitations.hindrances(connection, municipality, consultation_id, addresses, self.keys))

    def claim_due(self, municipality: str, channel: str, now: datetime, most: int) -> tuple[DueMessage, ...]:
        """Take at most so many messages that are due, the longest waiting first. Each claim is one attempt."""
        which = {"in_municipality": municipality, "on_channel": channel, "now": now}
        with self.database.writing() as connection:
            _TOO_LATE.run(connection, which)
            rows = _DUE.all(connection, {**which, "most": most})
            if rows:
                ids = [row.id for row in rows]
                _CLAIM.run(connection, {"in_municipality": municipality, "ids": ids, "now": now})
        return tuple(self._claimed(row) for row in rows)

    def _claimed(self, row: Found) -> DueMessage:
        claimed = replace(_message(row), state=MessageState.SENDING, attempts=row.attempts + 1)
        return DueMessage(claimed, _address(row, self.keys))

    def record(
        self,
        municipality: str,
        message_id: str,
        state: MessageState,
        at: datetime,
        *,
        provider_id: str | None = None,
        error: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """What became of one message that was claimed; `QUEUED` with `not_before` has it tried again."""
        become = _becoming(state, at, provider_id, error, not_before)
        with self.database.writing() as connection:
            _RECORD.run(connection, {**become, "in_municipality": municipality, "of_id": message_id})

    def report(
        self, municipality: str, channel: str, provider_id: str, state: MessageState, at: datetime, error: str | None
    ) -> bool:
        """A provider's delivery report; False if no such message is known."""
        which = {"in_municipality": municipality, "on_channel": channel, "of_provider_id": provider_id}
        with self.database.writing() as connection:
            _REPORT.run(connection, {**_becoming(state, at, None, error, None), **which})
            return _IS_KNOWN.first(connection, which) is not None

    def opt_out(self, municipality: str, address: Address, at: datetime) -> None:
        """The provider says this address wants nothing more from us."""
        with self.database.writing() as connection:
            address_id = vault.opt_out(connection, municipality, address, at, self.keys)
            vault.withdraw_messages(connection, municipality, address_id, "opted_out")

    def voice_only(self, municipality: str, address: Address) -> None:
        """The provider says this number cannot receive text."""
        with self.database.writing() as connection:
            address_id = vault.voice_only(connection, municipality, address, self.keys)
            if address_id is not None:
                vault.withdraw_texts(connection, municipality, address_id)

    def stuck(self, municipality: str, since: datetime) -> int:
        """Mark what is being sent since before this moment as ambiguous; how many."""
        with self.database.writing() as connection:
            return _STUCK.run(connection, {"in_municipality": municipality, "since": since})

    def counts(self, municipality: str) -> Mapping[str, int]:
        """Messages by state."""
        with self.database.reading() as connection:
            return {row.state: row.messages for row in _COUNTS.all(connection, {"in_municipality": municipality})}

    def segments_sent_since(self, municipality: str, since: datetime, channel: str = "sms") -> int:
        """Segments (of calls: minutes) handed to the provider since this moment."""
        which = {"in_municipality": municipality, "since": since, "on_channel": channel}
        with self.database.reading() as connection:
            ((found,),) = _SEGMENTS.all(connection, which)
        return int(found)

    # ------------------------------------------------------------------------------------------ calls

    def call_back(
        self, municipality: str, address_id: str, order: str, not_before: datetime, not_after: datetime
    ) -> bool:
        """Queue a call to this address, or change the one that waits; False while one is being placed."""
        with self.database.writing() as connection:
            return calls.queue(connection, municipality, address_id, order, (not_before, not_after), self.keys)

    def unanswered(
        self, municipality: str, message_id: str, provider_id: str | None, why: Unanswered, at: datetime
    ) -> None:
        """Nobody was reached: the call is queued again, later, or has failed after its last try."""
        with self.database.writing() as connection:
            calls.unanswered(connection, municipality, message_id, provider_id, why, at)

    def lasted(self, municipality: str, message_id: str, minutes: int) -> None:
        """How long a call really was."""
        with self.database.writing() as connection:
            calls.lasted(connection, municipality, message_id, minutes)

    def unreported(self, municipality: str, since: datetime) -> int:
        """End the calls that were placed before this moment and never reported on; how many."""
        with self.database.writing() as connection:
            return calls.unreported(connection, municipality, since)


def _becoming(
    state: MessageState, at: datetime, provider_id: str | None, error: str | None, not_before: datetime | None
) -> dict[str, object]:
    return {
        "states": [earlier.value for earlier in may_come_from(state)],
        "new_state": state.value,
        "at": at,
        "handed": was_handed_over(state, provider_id),
        "tries": attempts_after(0, state, error),
        "over": state in OVER,
        "ended": state in ENDED,
        "by_provider": provider_id,
        "why": error,
        "later": not_before,
    }


def _message(row: Found) -> OutboundMessage:
    return OutboundMessage(
        id=row.id,
        kind=MessageKind(row.kind),
        channel=row.channel,
        address_id=row.address_id,
        consultation_id=row.consultation_id,
        text=row.text,
        segments=row.segments,
        state=MessageState(row.state),
        attempts=row.attempts,
        not_before=row.not_before,
        not_after=row.not_after,
        provider_id=row.provider_id,
        error=row.error,
    )


def _address(row: Found, keys: Keys) -> Address:
    return vault.address_in(row.municipality, row.address_id, row.address_kind, row.value, keys)
