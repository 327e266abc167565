# SPDX-License-Identifier: EUPL-1.2
"""A call without an exchange: events go in by name, and what is done comes out in words."""

from voice.call_state import Call
from voice.line_call import advance
from voice.line_events import (
    Ask,
    Began,
    End,
    Erase,
    KeyPressed,
    MenuCame,
    PickUp,
    Play,
    PromptEnded,
    PutThrough,
    Report,
    Screen,
    StopPlaying,
    Tape,
    Taped,
    Tell,
    TimePassed,
    Wait,
)
from voice.menu import HangUp, Keypad
from voice.wire import Clip, Played

ONE_KEY = Keypad()
TWO_DIGITS = Keypad(most=2, zero_is_a_digit=True)
THREE_CHOICES = Keypad(most=3)


def menu(then=ONE_KEY, *names, step="1"):
    """A menu that says these clips, or one clip."""
    return Played(tuple(Clip(f"{name}.wav") for name in names or ("question",)), then, {"n": step})


BYE = menu(HangUp(), "goodbye")


class Telephone:
    """One call. Whatever the call waits for is answered with its ticket; `does` tells what was done last."""

    def __init__(self, call=None):
        self.call = call or Call("c.1", caller="+4922718900", to="+492271000000", chance="r")
        self.last = ()
        self.all = []

    def happens(self, *events):
        done = []
        for event in events:
            self.call, actions = advance(self.call, event)
            done += actions
        self.last = tuple(done)
        self.all += done
        return self

    def called(self, shown=None):
        """Somebody calls, and hears this menu."""
        return self.happens(Began()).hears(shown or menu())

    def hears(self, shown):
        return self.happens(MenuCame(self.call.ticket, shown))

    def to_the_end(self):
        return self.happens(PromptEnded(self.call.ticket))

    def presses(self, keys):
        return self.happens(*map(KeyPressed, keys))

    def waits(self):
        return self.happens(TimePassed(self.call.ticket))

    def speaks(self, seconds):
        return self.happens(Taped(self.call.ticket, seconds))

    @property
    def does(self):
        return [told(action) for action in self.last]

    @property
    def asked(self):
        return [action.event for action in self.all if isinstance(action, Ask)]


def told(action):
    """An action in a few words."""
    match action:
        case Play(_, sounds):
            return "play " + " ".join(getattr(sound, "name", "?").removesuffix(".wav") for sound in sounds)
        case Ask(_, event) | Tell(event):
            more = [str(event[name]) for name in MORE if name in event]
            return " ".join([type(action).__name__.lower(), str(event["event"]), *more]).rstrip()
        case Report(event):
            return f"report {event['state']} {event['seconds']}"
        case _:
            return IN_WORDS[type(action)](action)


MORE = ("keys", "recording", "seconds", "talked", "occasion")
IN_WORDS = {
    PickUp: lambda _: "pick up",
    Screen: lambda _: "screen",
    StopPlaying: lambda _: "silence",
    Wait: lambda wait: f"wait {wait.seconds:g}",
    Tape: lambda tape: f"tape {tape.name}",
    Erase: lambda _: "erase",
    PutThrough: lambda put_through: f"call {put_through.number}",
    End: lambda end: "busy" if end.busy else "hang up",
}
