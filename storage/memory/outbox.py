# SPDX-License-Identifier: EUPL-1.2
"""Messages that we start, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.call_backs import CHANNEL as CALLS
from core.call_backs import MOST_TRIES, Unanswered
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.people import Address, Person
from core.ports import Act, DueMessage, Invitee, Secrets
from storage.memory import calls
from storage.memory.consultations import append
from storage.memory.world import Contact, Posted, World
from storage.moves import UNDER_WAY, attempts_after, is_stale, may_come_from, text_is_over, was_handed_over


def withdraw(world: World, municipality: str, address_id: str, why: str) -> None:
    """Nothing that we started goes out to this address any more. A reply still does, to a landline also a call."""
    for key, posted in list(world.messages.items()):
        message = posted.message
        mine = key[0] == municipality and message.address_id == address_id and message.kind is not MessageKind.REPLY
        may_stay = why == "voice_only" and message.channel == CALLS
        if mine and not may_stay:
            world.messages[key] = replace(posted, message=_withdrawn(message, why))


def _withdrawn(message: OutboundMessage, why: str) -> OutboundMessage:
    """What waits has failed; a call that is being placed is not tried again."""
    if message.state is MessageState.QUEUED:
        return replace(message, state=MessageState.FAILED, error=why, text="")
    under_way = message.channel == CALLS and message.state in UNDER_WAY
    return replace(message, attempts=MOST_TRIES) if under_way else message


@dataclass(frozen=True, slots=True)
class MemoryOutbox:
    """The outbox of every municipality."""

    world: World
    secrets: Secrets

    # ------------------------------------------------------------------------------------------ inviting

    def invite(
        self,
        municipality: str,
        consultation_id: str,
        invitees: Sequence[Invitee],
        texts: Mapping[str, OutboundMessage],
        act: Act,
    ) -> int:
        """Queue one message for each invitee who can be reached and was not invited before; how many."""
        with self.world.writing():
            queued = sum(self._invite(municipality, consultation_id, each, texts, act) for each in invitees)
            append(self.world, municipality, act)
        return queued

    def _invite(
        self, municipality: str, consultation_id: str, invitee: Invitee, texts: Mapping[str, OutboundMessage], act: Act
    ) -> bool:
        row = self._entered(municipality, invitee, act)
        pattern = texts.get(row.person.language or invitee.language or "", texts.get(""))
        if row.buried or pattern is None or self._stands_in_the_way(municipality, consultation_id, row, pattern):
            return False
        message = replace(
            pattern,
            id=self.secrets.new_id(),
            address_id=row.person.address_id,
            consultation_id=consultation_id,
            not_before=pattern.not_before or act.at,
        )
        self.world.messages[municipality, message.id] = Posted(message)
        return True

    def _stands_in_the_way(
        self, municipality: str, consultation_id: str, row: Contact, pattern: OutboundMessage
    ) -> bool:
        why = self._hindrance(municipality, consultation_id, row)
        return why is not None and not (why == "voice_only" and pattern.channel == CALLS)

    def _entered(self, municipality: str, invitee: Invitee, act: Act) -> Contact:
        row = self.world.contact_at(municipality, invitee.address)
        if row is None:
            person = Person(self.secrets.new_id(), self.secrets.new_id(), language=invitee.language)
            row = Contact(invitee.address, person, act.at.date())
            self.world.contacts[municipality, person.address_id] = row
        return row

    def _hindrance(self, municipality: str, consultation_id: str, row: Contact) -> str | None:
        """Why this address would be passed over: what hinders every channel before "voice_only"."""
        if row.person.opted_out:
            return "opted_out"
        invited = any(
            key[0] == municipality
            and posted.message.kind is MessageKind.INVITATION
            and posted.message.consultation_id == consultation_id
            and posted.message.address_id == row.person.address_id
            for key, posted in self.world.messages.items()
        )
        if invited:
            return "already_invited"
        return "voice_only" if row.person.voice_only else None

    def not_invitable(self, municipality: str, consultation_id: str, addresses: Sequence[Address]) -> Mapping[str, int]:
        """How many of these would be passed over, by reason."""
        rows = (self.world.contact_at(municipality, address) for address in set(addresses))
        reasons = (self._hindrance(municipality, consultation_id, row) for row in rows if row)
        return Counter(reason for reason in reasons if reason)

    # ------------------------------------------------------------------------------------------ sending

    def claim_due(self, municipality: str, channel: str, now: datetime, most: int) -> tuple[DueMessage, ...]:
        """Take at most so many messages that are due, the longest waiting first. Each claim is one attempt."""
        with self.world.writing():
            queued = list(self._queued(municipality, channel))
            late = [each for each in queued if each.not_after is not None and each.not_after < now]
            for each in late:
                self._put(municipality, replace(each, state=MessageState.FAILED, error="too_late", text=""))
            due = [each for each in queued if each not in late and _not_before(each) <= now]
            ready = [each for each in due if self._may_be_written_to(municipality, each)]
            first = sorted(ready, key=lambda each: (_not_before(each), each.id))[:most]
            return tuple(self._claimed(municipality, each, now) for each in first)

    def _queued(self, municipality: str, channel: str) -> Iterator[OutboundMessage]:
        for (town, _), posted in self.world.messages.items():
            message = posted.message
            if town == municipality and message.channel == channel and message.state is MessageState.QUEUED:
                yield message

    def _may_be_written_to(self, municipality: str, message: OutboundMessage) -> bool:
        row = self.world.contacts.get((municipality, message.address_id))
        asked_for = message.kind in (MessageKind.REPLY, MessageKind.CALL_BACK)
        return row is not None and not row.buried and (asked_for or not row.person.opted_out)

    def _claimed(self, municipality: str, message: OutboundMessage, now: datetime) -> DueMessage:
        claimed = replace(message, state=MessageState.SENDING, attempts=message.attempts + 1)
        self._put(municipality, claimed, claimed_at=now)
        return DueMessage(claimed, self.world.contacts[municipality, message.address_id].address)

    def _put(self, municipality: str, message: OutboundMessage, **times: datetime | None) -> None:
        before = self.world.messages[municipality, message.id]
        self.world.messages[municipality, message.id] = replace(before, message=message, **times)

    # ------------------------------------------------------------------------------------------ recording

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
        """What became of one message that was claimed."""
        with self.world.writing():
            posted = self.world.messages.get((municipality, message_id))
            if posted and _may_become(posted.message, state):
                handed_at = posted.handed_at or (at if was_handed_over(state, provider_id) else None)
                message = _become(posted.message, state, provider_id, error, not_before)
                self._put(municipality, message, handed_at=handed_at)

    def report(
        self, municipality: str, channel: str, provider_id: str, state: MessageState, at: datetime, error: str | None
    ) -> bool:
        """A provider's delivery report; False if no such message is known."""
        found = [
            message_id
            for (town, message_id), posted in self.world.messages.items()
            if (town, posted.message.channel, posted.message.provider_id) == (municipality, channel, provider_id)
        ]
        for message_id in found:
            self.record(municipality, message_id, state, at, error=error)
        return bool(found)

    def opt_out(self, municipality: str, address: Address, at: datetime) -> None:
        """The provider says this address wants nothing more from us."""
        with self.world.writing():
            unknown = Person(self.secrets.new_id(), "")
            row = self.world.contact_at(municipality, address) or Contact(address, unknown, at.date(), buried=True)
            self._change(municipality, row, lambda person: replace(person, opted_out=True))
            withdraw(self.world, municipality, row.person.address_id, "opted_out")

    def voice_only(self, municipality: str, address: Address) -> None:
        """The provider says this number cannot receive text."""
        with self.world.writing():
            row = self.world.contact_at(municipality, address)
            if row:
                self._change(municipality, row, lambda person: replace(person, voice_only=True))
                withdraw(self.world, municipality, row.person.address_id, "voice_only")

    def _change(self, municipality: str, row: Contact, change: Callable[[Person], Person]) -> None:
        self.world.contacts[municipality, row.person.address_id] = replace(row, person=change(row.person))

    def stuck(self, municipality: str, since: datetime) -> int:
        """Mark what is being sent since before this moment as ambiguous; how many."""
        with self.world.writing():
            found = [
                posted
                for (town, _), posted in self.world.messages.items()
                if town == municipality and _is_stuck(posted, since)
            ]
            for posted in found:
                ambiguous = replace(posted.message, state=MessageState.AMBIGUOUS)
                self._put(municipality, ambiguous, handed_at=posted.claimed_at)
        return len(found)

    # ------------------------------------------------------------------------------------------ counting

    def counts(self, municipality: str) -> Mapping[str, int]:
        """Messages by state."""
        messages = self.world.messages.items()
        return Counter(posted.message.state.value for (town, _), posted in messages if town == municipality)

    def segments_sent_since(self, municipality: str, since: datetime, channel: str = "sms") -> int:
        """Segments (of calls: minutes) handed to the provider since this moment."""
        handed = (
            posted.message.segments
            for (town, _), posted in self.world.messages.items()
            if (town, posted.message.channel) == (municipality, channel)
            and posted.handed_at is not None
            and posted.handed_at >= since
        )
        return sum(handed)

    # ------------------------------------------------------------------------------------------ calls

    def call_back(
        self, municipality: str, address_id: str, order: str, not_before: datetime, not_after: datetime
    ) -> bool:
        """Queue a call to this address, or change the one that waits; False while one is being placed."""
        with self.world.writing():
            return calls.queue(self.world, municipality, address_id, order, (not_before, not_after), self.secrets)

    def unanswered(
        self, municipality: str, message_id: str, provider_id: str | None, why: Unanswered, at: datetime
    ) -> None:
        """Nobody was reached: the call is queued again, later, or has failed after its last try."""
        with self.world.writing():
            calls.unanswered(self.world, municipality, message_id, provider_id, why, at)

    def lasted(self, municipality: str, message_id: str, minutes: int) -> None:
        """How long a call really was."""
        with self.world.writing():
            calls.lasted(self.world, municipality, message_id, minutes)

    def unreported(self, municipality: str, since: datetime) -> int:
        """End the calls that were placed before this moment and never reported on; how many."""
        with self.world.writing():
            return calls.unreported(self.world, municipality, since)


def _not_before(message: OutboundMessage) -> datetime:
    if message.not_before is None:
        raise ValueError("a queued message has its moment")
    return message.not_before


def _may_become(message: OutboundMessage, state: MessageState) -> bool:
    return message.state in may_come_from(state) and not is_stale(message.state, state, message.channel)


def _is_stuck(posted: Posted, since: datetime) -> bool:
    sending = posted.message.state is MessageState.SENDING
    return sending and posted.claimed_at is not None and posted.claimed_at < since


def _become(
    message: OutboundMessage,
    state: MessageState,
    provider_id: str | None,
    error: str | None,
    not_before: datetime | None,
) -> OutboundMessage:
    return replace(
        message,
        state=state,
        attempts=attempts_after(message.attempts, state, error),
        error=error,
        provider_id=provider_id or message.provider_id,
        not_before=not_before or message.not_before,
        text="" if text_is_over(state, message.channel) else message.text,
    )
