# SPDX-License-Identifier: EUPL-1.2
"""Many people who have written "BUS" and stand at question 1, and the answers that each of them will give.

One of them has really written; what the store knows about the others is copied from her, under keys of their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from app.wiring import Service
from bench.installation import keys_of, store_of
from core.participation import take_turn
from core.people import Address, AddressKind, Person
from core.ports import Meeting
from core.turns import InboundTurn, Reply, TurnId, Words
from sms.twilio import PROVIDER
from storage.plain import conversation_as_text
from storage.tables import addresses
from storage.vault import Here, row_of

POLL = ("1", "4", "Nach Köln")
"""What somebody answers to BUS: yes, four of five, and where she would go. Each is a counted answer."""

FIRST = 0
"""The person who has really written."""


def address_of(person: int) -> Address:
    """A mobile number for each person below a million."""
    return Address(AddressKind.PHONE, f"+4915112{person:06d}")


def sid_of(person: int, turn: int) -> str:
    """The provider's id of one message; it is in the form of Twilio's."""
    return f"SM{person:016x}{turn:016x}"


def say(service: Service, person: int, turn: int, text: str, later: timedelta = timedelta()) -> Reply:
    """One text message without its wire, received so much later than now."""
    at = service.parts.clock.now() + later
    turn_id = TurnId(PROVIDER, sid_of(person, turn))
    return take_turn(InboundTurn(turn_id, "sms", address_of(person), "", Words(text), at), service.parts)


def introduce(service: Service, how_many: int) -> tuple[Person, ...]:
    """Persons 0 to `how_many`, each at question 1 of BUS and known to the store; person 0 is the one who wrote."""
    say(service, FIRST, 0, "BUS")
    town = service.town().key
    first = service.parts.store.turns.meet(town, address_of(FIRST))
    if first is None:
        raise LookupError("who has written is not known")
    keys = keys_of(service)
    others = [replace(first.person, address_id=keys.new_id(), participant=keys.new_id()) for _ in range(how_many)]
    _write(service, town, first, others)
    return (first.person, *others)


def _write(service: Service, town: str, first: Meeting, others: list[Person]) -> None:
    now, keys = service.parts.clock.now(), keys_of(service)
    here = Here(first.revision, conversation_as_text(first.conversation))
    known = [row_of(person, address_of(number), town, now, keys, here) for number, person in enumerate(others, start=1)]
    with store_of(service).database.writing() as connection:
        connection.execute(insert(addresses), known)
