# SPDX-License-Identifier: EUPL-1.2
"""Where one call at the exchange stands, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice.line_events import Audible, Placed
from voice.menu import Keypad, Then


@dataclass(frozen=True, slots=True)
class Ringing:
    """We call somebody, and the telephone rings there; or somebody calls us, and nothing is done yet."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Somebody has picked up; the exchange listens whether it is a machine."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The service is asked what comes next. Nobody was asked anything, so keys are not taken."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something is heard."""

    sounds: tuple[Audible, ...]
    then: Then


@dataclass(frozen=True, slots=True)
class Listening:
    """All is said, or a key has cut it off; keys are awaited."""

    keypad: Keypad
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Taping:
    """The caller speaks after the tone."""

    name: str


@dataclass(frozen=True, slots=True)
class WithPerson:
    """Put through to the town hall; the exchange brings the call back, or the caller hangs up."""


@dataclass(frozen=True, slots=True)
class Ending:
    """We have hung up, and the exchange has not confirmed it yet."""


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing happens any more."""


Stands = Ringing | Screening | Asking | Saying | Listening | Taping | WithPerson | Ending | Over


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `id` is what the service calls it; `chance` is random and names its recordings."""

    id: str
    caller: str = field(default="", repr=False)
    """The other side's number as the exchange gave it, "" where it is withheld; `to` is ours."""
    to: str = ""
    chance: str = ""
    placed: Placed | None = None
    stands: Stands = Ringing()
    picked_up: bool = False
    ticket: int = 0
    step: Mapping[str, str] = field(default_factory=dict)
    hash_may_follow: bool = False
    """Keys were complete without a "#"; one that comes late belongs to them and not to the next question."""
    tape: str = ""
    """The caller's last recording, as the exchange names it."""
