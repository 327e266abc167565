# SPDX-License-Identifier: EUPL-1.2
"""Values as JSON text and back: replies, conversations, answers. Derived from the types, so that a new kind follows.

Everything outside ASCII is escaped: PostgreSQL cannot hold U+0000, nor UTF-8 a lone surrogate, and people send both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_origin

from core.conversation_state import Conversation
from core.questions.contract import Plain, Spoken, Value
from core.turns import Expectation, Reply

if TYPE_CHECKING:
    from cattrs import Converter


def _is_mapping(kind: object) -> bool:
    return get_origin(kind) is Mapping


@cache
def _converter() -> Converter:
    """Built with the first reply: no page waits for it."""
    from cattrs import Converter
    from cattrs.strategies import configure_tagged_union

    converter = Converter(omit_if_default=True)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    # Every mapping among these types is JSON already: `so_far`, what a question type gathers.
    converter.register_structure_hook_func(_is_mapping, lambda plain, _: dict(plain))
    converter.register_unstructure_hook_func(_is_mapping, dict)
    configure_tagged_union(Expectation, converter, tag_name="kind")
    return converter


_dumped = json.JSONEncoder(separators=(",", ":")).encode


# ------------------------------------------------------------------------------------------------------- replies


def reply_as_text(reply: Reply) -> str:
    """A reply as JSON."""
    return _dumped(_converter().unstructure(reply, Reply))


def reply_from(text: str) -> Reply:
    """The reply that was written so."""
    return _converter().structure(json.loads(text), Reply)


# ------------------------------------------------------------------------------------------------------- conversations


def conversation_as_text(conversation: Conversation) -> str:
    """A conversation as JSON."""
    return _dumped(_converter().unstructure(conversation, Conversation))


def conversation_from(text: str) -> Conversation:
    """The conversation that was written so."""
    return _converter().structure(json.loads(text), Conversation)


# ------------------------------------------------------------------------------------------------------- answers


def value_as_text(value: Value) -> str:
    """An answer as JSON: words or an option's key as a string, several keys as a list, a number as {"number": "2.50"}.

    What was spoken is {"spoken": id of the recording, "seconds": 12}. A number is written out, because JSON's numbers
    lose what stands behind the point ("2.50").
    """
    match value:
        case Decimal():
            return _dumped({"number": str(value)})
        case Spoken(recording, seconds):
            return _dumped({"spoken": recording, "seconds": seconds})
        case tuple():
            return _dumped(list(value))
        case _:
            return _dumped(value)


def value_from(text: str) -> Value:
    """The answer that was written so."""
    match json.loads(text):
        case {"number": number}:
            return Decimal(number)
        case {"spoken": recording, "seconds": seconds}:
            return Spoken(recording, seconds)
        case list() as keys:
            return tuple(keys)
        case words:
            return str(words)


# ------------------------------------------------------------------------------------------------------- plain JSON


def canonical(plain: Mapping[str, Plain]) -> str:
    """JSON with one spelling for one content: keys sorted, nothing between. For the audit chain."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def mapping_from(text: str) -> dict[str, Any]:
    """The mapping that was written as JSON."""
    read: dict[str, Any] = json.loads(text)
    return read


@lru_cache(maxsize=128)
def publication_from(text: str) -> Mapping[str, object]:
    """A publication as residents may see it. Kept, because every turn meets it and it seldom changes."""
    return mapping_from(text)
