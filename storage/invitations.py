# SPDX-License-Identifier: EUPL-1.2
"""Queueing invitations: the list goes into the vault, then one INSERT … SELECT for each text queues the messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, func, insert, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or

from core.call_backs import CHANNEL as CALLS
from core.outbox import MessageKind, MessageState, OutboundMessage
from core.people import Address, Person
from core.ports import Act, Invitee
from storage import audit, vault
from storage.keys import Keys
from storage.prepared import Prepared, Values
from storage.tables import addresses, audience, outbox

_LIST_AT_ONCE = 500

_ENTER_UNKNOWN = Prepared(insert_or(addresses).on_conflict_do_nothing())
_LIST = Prepared(insert(audience))
_UNLIST = Prepared(delete(audience).where(audience.c.municipality == bindparam("in_municipality")))

_LISTED = and_(
    addresses.c.municipality == audience.c.municipality,
    addresses.c.kind == audience.c.kind,
    addresses.c.hash == audience.c.hash,
)
_REACHED = and_(
    audience.c.municipality == bindparam("in_municipality"),
    addresses.c.value.is_not(None),
    addresses.c.opted_out_at.is_(None),
    or_(addresses.c.voice_only.is_(False), bindparam("the_channel", type_=outbox.c.channel.type) == CALLS),
)
_LANGUAGE = func.coalesce(addresses.c.language, audience.c.language, literal(""))
_PATTERN = ("channel", "consultation_id", "text", "segments", "not_before", "not_after")


def _messages() -> Select[tuple[object, ...]]:
    """One row of the outbox for everybody on the list who can be reached. Her own choice of language goes first."""
    return (
        select(
            audience.c.municipality,
            audience.c.message_id.label("id"),
            literal(MessageKind.INVITATION.value).label("kind"),
            addresses.c.id.label("address_id"),
            literal(MessageState.QUEUED.value).label("state"),
            literal(0).label("attempts"),
            *(bindparam(f"the_{name}", type_=outbox.c[name].type).label(name) for name in _PATTERN),
        )
        .select_from(audience.join(addresses, _LISTED))
        .where(_REACHED)
    )


def _queue(messages: Select[tuple[object, ...]]) -> Prepared:
    names = [column.name for column in messages.selected_columns]
    return Prepared(insert_or(outbox).from_select(names, messages).on_conflict_do_nothing())


_QUEUE_IN = _queue(_messages().where(_LANGUAGE.in_([bindparam("language")])))
_QUEUE_REST = _queue(_messages().where(_LANGUAGE.not_in(bindparam("languages", expanding=True))))


def queue(
    connection: Connection,
    municipality: str,
    invitees: Sequence[Invitee],
    texts: Mapping[str, OutboundMessage],
    act: Act,
    keys: Keys,
) -> int:
    """Queue one message for each invitee who can be reached and was not invited before; how many."""
    listed = {keys.address_hash(municipality, invitee.address): invitee for invitee in invitees}
    _ENTER_UNKNOWN.run_each(connection, [_unknown(municipality, each, act, keys) for each in listed.values()])
    _LIST.run_each(connection, [_on_list(municipality, hash_, each, keys) for hash_, each in listed.items()])
    queued = sum(_queue_text(connection, municipality, language, texts, act) for language in texts)
    _UNLIST.run(connection, {"in_municipality": municipality})
    audit.append(connection, municipality, act)
    return queued


def _unknown(municipality: str, invitee: Invitee, act: Act, keys: Keys) -> Values:
    person = Person(keys.new_id(), keys.new_id(), language=invitee.language)
    return vault.row_of(person, invitee.address, municipality, act.at, keys)


def _on_list(municipality: str, hash_: str, invitee: Invitee, keys: Keys) -> Values:
    return {
        "municipality": municipality,
        "message_id": keys.new_id(),
        "kind": invitee.address.kind.value,
        "hash": hash_,
        "language": invitee.language,
    }


def _queue_text(
    connection: Connection, municipality: str, language: str, texts: Mapping[str, OutboundMessage], act: Act
) -> int:
    """Who gets this text: everybody of its language, or ("") everybody whose language has no text of its own."""
    pattern = texts[language]
    values: dict[str, object] = {f"the_{name}": getattr(pattern, name) for name in _PATTERN}
    values |= {"in_municipality": municipality, "the_not_before": pattern.not_before or act.at}
    if language:
        return _QUEUE_IN.run(connection, {**values, "language": language})
    others = [other for other in texts if other]
    return _QUEUE_REST.run(connection, {**values, "languages": others})


# ------------------------------------------------------------------------------------------------------- who cannot

_INVITED = exists().where(
    outbox.c.municipality == addresses.c.municipality,
    outbox.c.consultation_id == bindparam("of_consultation"),
    outbox.c.address_id == addresses.c.id,
    outbox.c.kind == MessageKind.INVITATION.value,
)
_HINDRANCES = Prepared(
    select(
        addresses.c.opted_out_at.is_not(None).label("opted_out"),
        addresses.c.voice_only,
        _INVITED.label("already_invited"),
    ).where(
        addresses.c.municipality == bindparam("in_municipality"),
        addresses.c.hash.in_(bindparam("hashes", expanding=True)),
    )
)
_REASONS = ("opted_out", "already_invited", "voice_only")


def hindrances(
    connection: Connection, municipality: str, consultation_id: str, listed: Iterable[Address], keys: Keys
) -> Iterator[str]:
    """For each address that would be passed over, why: what hinders every channel before "voice_only"."""
    hashes = sorted({keys.address_hash(municipality, address) for address in listed})
    which = {"in_municipality": municipality, "of_consultation": consultation_id}
    for start in range(0, len(hashes), _LIST_AT_ONCE):
        some = hashes[start : start + _LIST_AT_ONCE]
        for row in _HINDRANCES.all(connection, {**which, "hashes": some}):
            why = next((name for name in _REASONS if getattr(row, name)), None)
            if why:
                yield why
