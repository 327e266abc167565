# SPDX-License-Identifier: EUPL-1.2
"""One call as it happens: the exchange's events go in, `line_call.advance` decides, what it says is done in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from voice.call_state import Call, Over, Screening, Taping, WithPerson
from voice.exchange import CallGone, Exchange, ExchangeFault
from voice.line_call import LENGTH_UNKNOWN_SECONDS, advance
from voice.line_events import (
    Action,
    Ask,
    CameBack,
    End,
    Erase,
    Event,
    Gone,
    KeyPressed,
    MenuCame,
    PickUp,
    Play,
    PromptEnded,
    PutThrough,
    Report,
    Screen,
    ServiceDown,
    StopPlaying,
    Taken,
    Tape,
    Taped,
    Tell,
    TimePassed,
    TooLong,
    Wait,
)
from voice.menu import Replay, Say
from voice.service import Service, ServiceSilent
from voice.tape_watch import TapeWatch

log = logging.getLogger(__name__)

REMIND_SECONDS = 60
"""How long after `TooLong` it is said again, to a call that could not be ended then."""


class RunningCall:
    """One call at the exchange, known there as `channel`."""

    def __init__(self, channel: str, call: Call, exchange: Exchange, service: Service, longest_seconds: float) -> None:
        self.call = call
        self._channel = channel
        self._exchange = exchange
        self._service = service
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._posting = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._longest = self._loop.call_later(longest_seconds, self._too_long)
        self._connected_at: float | None = None
        self._tape = TapeWatch()
        self._hears = self._what_is_heard()
        self._does = self._what_can_be_done()
        self._living: asyncio.Task[None] | None = None

    def start(self, when_over: Callable[[], None]) -> None:
        """Begin to live; `when_over` is called once, at the end."""
        self._living = asyncio.create_task(self._live())
        self._living.add_done_callback(lambda _: when_over())

    def happens(self, event: Event) -> None:
        """Something has happened; it is dealt with after what happened before."""
        self._events.put_nowait(event)

    def leave(self) -> None:
        """Have nothing more to do with this call."""
        self._stop_clocks()
        if self._living:
            self._living.cancel()

    async def _live(self) -> None:
        try:
            while not isinstance(self.call.stands, Over):
                event = await self._events.get()
                if isinstance(event, Taken):
                    self._connected_at = self._loop.time()
                self.call, actions = advance(self.call, event)
                for action in actions:
                    await self._done(action)
        except Exception as error:
            log.exception("call %s was given up: %s", self.call.id, type(error).__name__)
            with suppress(CallGone, ExchangeFault):
                await self._exchange.hang_up(self._channel)
        finally:
            self._stop_clocks()

    def _stop_clocks(self) -> None:
        self._longest.cancel()
        if self._timer:
            self._timer.cancel()

    def _too_long(self) -> None:
        self.happens(TooLong())
        self._longest = self._loop.call_later(REMIND_SECONDS, self._too_long)

    # ------------------------------------------------------------------------------------------------ what happens

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take an event of the exchange about this call."""
        heard = self._hears.get(event["type"])
        if heard:
            heard(event)

    def _what_is_heard(self) -> Mapping[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "ChannelDtmfReceived": self._key,
            "PlaybackFinished": self._prompt_ended,
            "RecordingStarted": self._tape_began,
            "RecordingFinished": self._tape_ended,
            "RecordingFailed": self._tape_ended,
            "ChannelHangupRequest": self._hang_up_requested,
            "StasisEnd": self._left_us,
            "ChannelDestroyed": self._destroyed,
        }

    def _key(self, event: Mapping[str, Any]) -> None:
        self._tape.cut()
        self.happens(KeyPressed(event["digit"]))

    def _prompt_ended(self, event: Mapping[str, Any]) -> None:
        self.happens(PromptEnded(_ticket(event["playback"]["id"], self.call.id)))

    def _tape_began(self, event: Mapping[str, Any]) -> None:
        self._tape.begin(_moment(event))

    def _tape_ended(self, event: Mapping[str, Any]) -> None:
        recording = event["recording"]
        told = int(recording.get("duration", 0))
        seconds = None if recording["state"] == "failed" else self._tape.seconds(told, _moment(event))
        self.happens(Taped(_ticket(recording["name"], self.call.chance), seconds))

    def _hang_up_requested(self, _: Mapping[str, Any]) -> None:
        self._tape.cut()

    def _left_us(self, _: Mapping[str, Any]) -> None:
        """It went to the dialplan because we sent it there, or it has ended."""
        if not isinstance(self.call.stands, Screening | WithPerson):
            self.gone()

    def _destroyed(self, event: Mapping[str, Any]) -> None:
        self.gone(int(event.get("cause", 16)))

    def gone(self, cause: int = 16) -> None:
        """The call is not there any more."""
        connected = self._loop.time() - self._connected_at if self._connected_at else 0
        self.happens(Gone(cause, round(connected)))

    async def ask_about_recording(self) -> None:
        """After a time without the exchange: has the recording ended meanwhile?"""
        taping = self.call.stands
        if isinstance(taping, Taping) and not await self._exchange.is_recording(taping.name):
            self.happens(Taped(self.call.ticket, LENGTH_UNKNOWN_SECONDS))

    # ------------------------------------------------------------------------------------------------ what is done

    async def _done(self, action: Action) -> None:
        """Do it. If it cannot be done, go on as if it were over, so that no call ever waits for nothing."""
        try:
            await self._does[type(action)](action)
        except CallGone:
            self.gone()
        except ExchangeFault as fault:
            log.warning("call %s: %s failed with %s", self.call.id, type(action).__name__, fault)
            self.happens(_as_if_over(action))

    def _what_can_be_done(self) -> Mapping[type, Callable[[Any], Awaitable[None]]]:
        return {
            PickUp: self._pick_up,
            Screen: self._screen,
            Ask: self._ask,
            Tell: self._tell,
            Report: self._report,
            Play: self._play,
            StopPlaying: self._stop_playing,
            Wait: self._wait,
            Tape: self._record,
            Erase: self._erase,
            PutThrough: self._put_through,
            End: self._end,
        }

    async def _pick_up(self, _: PickUp) -> None:
        await self._exchange.pick_up(self._channel)
        self._connected_at = self._loop.time()

    async def _screen(self, _: Screen) -> None:
        await self._exchange.screen(self._channel)

    async def _play(self, play: Play) -> None:
        missing = sum(isinstance(sound, Say) for sound in play.sounds)
        if missing:
            log.error("call %s: %d sounds of a menu were not prepared", self.call.id, missing)
        own = await self._own_recording(play)
        await self._exchange.play(self._channel, self._playback(play.ticket), play.sounds, own)

    async def _own_recording(self, play: Play) -> str | None:
        """What this caller has just recorded, while it is still at the exchange; after that the service has it."""
        tape = self.call.tape if any(isinstance(sound, Replay) for sound in play.sounds) else ""
        return tape if tape and await self._exchange.has_recording(tape) else None

    async def _stop_playing(self, stop: StopPlaying) -> None:
        await self._exchange.stop(self._playback(stop.ticket))

    def _playback(self, ticket: int) -> str:
        return f"{self.call.id}-{ticket}"

    async def _wait(self, wait: Wait) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_later(wait.seconds, self.happens, TimePassed(wait.ticket))

    async def _record(self, tape: Tape) -> None:
        self._tape = TapeWatch(tape.recorder.silence_seconds)
        await self._exchange.record(self._channel, tape.name, tape.recorder)

    async def _erase(self, erase: Erase) -> None:
        await self._exchange.erase(erase.name)

    async def _put_through(self, put_through: PutThrough) -> None:
        await self._exchange.put_through(self._channel, put_through.number, put_through.ring_seconds)

    async def _end(self, end: End) -> None:
        await self._exchange.hang_up(self._channel, busy=end.busy)

    async def _ask(self, ask: Ask) -> None:
        self._service.keep(self._answered(ask))

    async def _answered(self, ask: Ask) -> None:
        """What the service says to it. A recording is not forgotten because the service is down."""
        try:
            async with self._posting:
                menu = await self._service.ask(ask.event)
        except ServiceSilent as error:
            log.warning("call %s: no menu from the service: %s", self.call.id, error)
            if ask.event["event"] == "recorded":
                self._service.keep(self._service.tell(ask.event))
            self.happens(ServiceDown(ask.ticket))
        else:
            self.happens(MenuCame(ask.ticket, menu))

    async def _tell(self, tell: Tell) -> None:
        self._service.keep(self._told(tell.event))

    async def _told(self, event: Mapping[str, object]) -> None:
        async with self._posting:  # after what happened before
            pass
        await self._service.tell(event)

    async def _report(self, report: Report) -> None:
        self._service.keep(self._service.report(report.event))


def _ticket(name: str, call: str) -> int:
    """The ticket in our own name for a playback or a recording; -1 where it is not of this call."""
    whose, _, ticket = name.rpartition("-")
    return int(ticket) if whose == call and ticket.isdigit() else -1


def _moment(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["timestamp"])


def _as_if_over(action: Action) -> Event:
    match action:
        case Play(ticket):
            return PromptEnded(ticket)
        case Tape(ticket):
            return Taped(ticket, None)
        case PutThrough():
            return CameBack(talked=False)
        case _:
            return Gone()
