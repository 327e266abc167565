# SPDX-License-Identifier: EUPL-1.2
"""What can happen to a call at the exchange, and what can be done with it: the words between `line_call` and `line`.

A `ticket` numbers whatever a call waits for; what has happened carries the ticket of what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voice.menu import Recorder, Sound
from voice.wire import Clip, Played

# ------------------------------------------------------------------------------------------------------- what happened


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody has called us, or a call that was left over is taken up anew."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Why we call somebody: an `Occasion`, and the keyword of the consultation that it is about, "" for none."""

    occasion: str = ""
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody or something has picked up a call of ours: which one, their number and ours."""

    placed: Placed
    caller: str
    to: str


@dataclass(frozen=True, slots=True)
class Screened:
    """Whether it is a machine that has picked up."""

    machine: bool


@dataclass(frozen=True, slots=True)
class MenuCame:
    """The service has answered."""

    ticket: int
    menu: Played


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """The service has not answered in time, or not with a menu."""

    ticket: int


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """All sounds were played, or could not be."""

    ticket: int


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """One key: 0 to 9, "*", "#", A to D."""

    key: str


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The time that was waited for is over."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Taped:
    """The recording has ended. `seconds` is None where nothing was said."""

    ticket: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CameBack:
    """Back from the town hall: after a talk, or because nobody took the call."""

    talked: bool


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The line had lost the exchange and has it back; what happened meanwhile is unknown."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The longest time that a call may last is over. Comes again for as long as the call goes on."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The call has ended: why (a cause of ITU-T Q.850), and for how many seconds both sides were connected."""

    cause: int = 16
    seconds: int = 0


Event = (
    Began
    | Taken
    | Screened
    | MenuCame
    | ServiceDown
    | PromptEnded
    | KeyPressed
    | TimePassed
    | Taped
    | CameBack
    | Reconnected
    | TooLong
    | Gone
)

# ------------------------------------------------------------------------------------------------------- what is done


@dataclass(frozen=True, slots=True)
class AtExchange:
    """A sound that lies at the exchange itself, and is there when the service is not."""

    name: str


Audible = Clip | Sound | AtExchange


@dataclass(frozen=True, slots=True)
class PickUp:
    """Answer the call."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Let the exchange find out whether it is a machine; then the call comes back as `Screened`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell the service what has happened; `MenuCame` or `ServiceDown` answers."""

    ticket: int
    event: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the service what has happened; nothing waits for the answer."""

    event: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the service how a call of ours ended."""

    event: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Play:
    """Play these one after another, without a gap; then `PromptEnded`."""

    ticket: int
    sounds: tuple[Audible, ...]


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Be silent at once."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Let so many seconds pass; then `TimePassed`."""

    ticket: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Tape:
    """Record until "#", silence or the longest time; then `Taped`."""

    ticket: int
    name: str
    recorder: Recorder


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete a recording in which nothing was said."""

    name: str


@dataclass(frozen=True, slots=True)
class PutThrough:
    """Call the town hall for this caller; then `CameBack`."""

    number: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class End:
    """Hang up; then `Gone`. `busy` is what a caller hears whose call was never answered."""

    busy: bool = False


Action = PickUp | Screen | Ask | Tell | Report | Play | StopPlaying | Wait | Tape | Erase | PutThrough | End
