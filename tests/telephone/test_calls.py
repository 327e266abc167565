# SPDX-License-Identifier: EUPL-1.2
"""Real calls into a real exchange: what is pressed and said arrives, what is played is heard, and both can hang up."""

from __future__ import annotations

import asyncio
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from tests.telephone.called import called, is_busy, never_answers, picks_up
from tests.telephone.caller import Caller, Shown, Unknown, Withheld
from tests.telephone.exchange import NUMBER
from tests.telephone.hearing import beginning, likeness, was_heard
from tests.telephone.sounds import greeting_of_a_machine, hallo, read, spoken, write
from tests.telephone.steering import SECOND, in_a_call, steering

pytestmark = [pytest.mark.telephone, pytest.mark.anyio]

RESIDENT, OFFICE = "+4915112345678", "+492271555000"
WELCOME, THANKS = spoken(2, 11), spoken(1, 12)


@pytest.fixture(autouse=True)
def prompts(exchange, quick_exchange):
    for each in (exchange, quick_exchange):
        write(WELCOME, each.sounds / "welcome.wav")
        write(THANKS, each.sounds / "thanks.wav")


PROMPT = f"/prompts/{'0123456789abcdef' * 8}.wav"
"""Asterisk plays nothing whose address is shorter than the path where it is kept (asterisk/asterisk#444)."""


class Prompts(SimpleHTTPRequestHandler):
    """A folder of sounds, with leave to keep them."""

    asked: ClassVar[list[str]] = []

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_request(self, *_):
        self.asked.append(self.path)


@pytest.fixture
def prompts_on_the_web(tmp_path):
    """A web server of the test that holds one prompt."""
    (tmp_path / "prompts").mkdir()
    write(WELCOME, tmp_path / PROMPT[1:])
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Prompts, directory=tmp_path)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def resident(exchange, identity=None):
    return Caller(exchange.sip, identity or Shown(RESIDENT))


async def test_a_caller_hears_what_is_played_to_the_end(exchange):
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        await service.play(theirs, "welcome")
        await service.on(theirs, "DELETE", "")
        await call.end()
        assert was_heard(WELCOME, call.heard())
        assert not was_heard(THANKS, call.heard())


async def test_a_prompt_is_fetched_from_the_web_once(exchange, prompts_on_the_web):
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        for _ in range(2):
            await service.play(theirs, prompts_on_the_web + PROMPT)
        await call.listen(0.1)
        assert len(call.heard()) > 1.9 * len(WELCOME)
        assert was_heard(WELCOME, call.heard()[: len(call.heard()) // 2 + 400])
        assert was_heard(WELCOME, call.heard()[len(call.heard()) // 2 - 400 :])
        assert Prompts.asked == [PROMPT]


async def test_every_key_arrives_once_and_in_order(exchange):
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        call.press("0123456789*#")
        keys = [(await service.event(theirs, "ChannelDtmfReceived"))["digit"] for _ in range(12)]
        assert "".join(keys) == "0123456789*#"


async def test_a_key_cuts_a_prompt_off_and_the_next_one_is_heard(exchange):
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        await service.on(theirs, "POST", "/play/one", media="sound:welcome")
        await call.listen(0.8)
        call.press("2")
        await service.event(theirs, "ChannelDtmfReceived")
        await service.do("DELETE", "/playbacks/one")
        await service.play(theirs, "thanks")
        heard = call.heard()
        assert was_heard(beginning(WELCOME, 0.7), heard)
        assert likeness(WELCOME, heard).r < 0.9
        assert was_heard(THANKS, heard)


async def record(service, call, name, **more):
    await service.on(call, "POST", "/record", name=name, format="wav", ifExists="overwrite", **more)


async def test_what_is_said_is_recorded_after_our_beep_and_without_the_key_that_ends_it(exchange):
    sentence = spoken(1.5, 13)
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        await service.on(
            theirs, "POST", "/record", name="one", format="wav", beep="true", terminateOn="#", ifExists="overwrite"
        )
        await call.listen(1)
        call.say(sentence)
        await call.quiet()
        call.press("#")
        assert (await service.event(theirs, "RecordingFinished"))["recording"]["state"] == "done"
        recorded = await service.do("GET", "/recordings/stored/one/file")
        await service.do("DELETE", "/recordings/stored/one")
        file = exchange.sounds / "recorded.wav"
        file.write_bytes(recorded.content)
        assert was_heard(sentence, read(file))
        assert was_heard(read(exchange.folder / "data" / "sounds" / "beep.wav"), call.heard())


@pytest.mark.parametrize("waiting", ["waiting", "recording"])
async def test_something_is_sent_all_the_time_while_we_wait_or_record(exchange, waiting):
    async with steering(exchange) as service, in_a_call(service, resident(exchange)) as (theirs, call):
        if waiting == "recording":
            await record(service, theirs, "two")
        await call.listen(0.5)
        before = call.media.packets
        await call.listen(3)
        assert call.media.packets > before


async def test_hanging_up_is_told_at_once(exchange):
    async with steering(exchange) as service:
        async with in_a_call(service, resident(exchange)) as (theirs, call):
            await service.on(theirs, "POST", "/play", media="sound:welcome")
            await call.listen(0.5)
        await service.event(theirs, "StasisEnd", within=1)


async def test_giving_up_before_the_call_is_taken_is_told_too(exchange):
    async with steering(exchange) as service:

        async def rings_in_vain():
            async with resident(exchange).calling(NUMBER):
                pass

        ringing = asyncio.create_task(rings_in_vain())
        theirs = await service.next_call()
        ringing.cancel()
        await service.event(theirs, "StasisEnd", within=1)


IDENTITIES = {
    "E.164 and a name": (Shown("+4915112345678", "Erika Muster"), "+4915112345678"),
    "national": (Shown("015112345678"), "015112345678"),
    "withheld": (Withheld("+4915112345678"), ""),
    "unknown": (Unknown(), ""),
}


@pytest.mark.parametrize(("identity", "number"), IDENTITIES.values(), ids=IDENTITIES)
async def test_a_number_is_passed_on_as_it_came_a_withheld_one_and_a_name_never(exchange, identity, number):
    async with steering(exchange) as service, in_a_call(service, resident(exchange, identity)) as (theirs, _):
        assert theirs["channel"]["caller"] == {"name": "", "number": number}
        assert theirs["args"] == ["call", NUMBER]
        if not number:
            assert "15112345678" not in str(theirs)


# ------------------------------------------------------------------------------------------------ calls that we place


async def test_a_caller_is_put_through_to_a_person_who_does_not_learn_the_number(exchange):
    words = spoken(2, 14)
    async with (
        steering(exchange) as service,
        called(exchange.provider, picks_up(saying=words)) as office,
        in_a_call(service, resident(exchange, Shown(RESIDENT, "Erika Muster"))) as (ours, call),
    ):
        await service.put_through(ours, OFFICE)
        theirs = await office.next_call()
        call.say(WELCOME)
        await call.listen(2.6)
        assert was_heard(words, call.heard())
        assert was_heard(WELCOME, theirs.heard())
        invitation = str(office.rang[0].invitation)
        assert f"sip:{OFFICE}@" in invitation
        assert "15112345678" not in invitation
        assert "Muster" not in invitation
        await theirs.hang_up()
        assert (await service.next_call())["args"] == ["back", "ANSWER"]


REASONS = [(is_busy, OFFICE, "BUSY"), (never_answers, OFFICE, "NOANSWER"), (is_busy, "+33100", "FORBIDDEN")]


@pytest.mark.parametrize(("manner", "number", "why"), REASONS, ids=["busy", "does not answer", "abroad"])
async def test_a_caller_who_cannot_be_put_through_comes_back_with_the_reason(quick_exchange, manner, number, why):
    async with (
        steering(quick_exchange, SECOND) as service,
        called(quick_exchange.provider, manner) as office,
        in_a_call(service, resident(quick_exchange)) as (ours, call),
    ):
        await service.put_through(ours, number)
        back = await service.next_call()
        assert back["args"] == ["back", why]
        assert back["channel"]["caller"]["number"] == RESIDENT
        assert len(office.rang) == (why != "FORBIDDEN")
        await service.play(back, "thanks")
        assert was_heard(THANKS, call.heard())


@pytest.mark.parametrize(
    ("saying", "verdict"), [(hallo(), "HUMAN"), (greeting_of_a_machine(), "MACHINE")], ids=["person", "machine"]
)
async def test_a_person_and_a_machine_are_told_apart(exchange, saying, verdict):
    async with steering(exchange) as service, called(exchange.provider, picks_up(saying)) as resident_called:
        await service.do(
            "POST",
            "/channels",
            endpoint=f"PJSIP/{RESIDENT}@trunk",
            context="outbound",
            extension="s",
            priority=1,
            timeout=20,
        )
        call = await resident_called.next_call()
        theirs = await service.next_call()
        assert theirs["args"][:2] == ["outbound", verdict]
        await service.play(theirs, "welcome")
        assert was_heard(WELCOME, call.heard())
        await service.on(theirs, "DELETE", "")
        await call.end()


async def test_thirty_calls_at_once_are_all_served(exchange):
    """Each caller presses another key and hears what belongs to it."""
    answers = {key: spoken(1, 100 + int(key)) for key in "0123456789"}
    for key, samples in answers.items():
        write(samples, exchange.sounds / f"answer-{key}.wav")

    async def serve(service):
        theirs = await service.answered()
        await service.on(theirs, "POST", "/play", media="sound:welcome")
        key = (await service.event(theirs, "ChannelDtmfReceived"))["digit"]
        await service.event(theirs, "PlaybackFinished")
        await service.play(theirs, f"answer-{key}")
        await service.on(theirs, "DELETE", "")

    async def take_part(key, number):
        async with resident(exchange, Shown(f"+491511{number:07}")).calling(NUMBER) as call:
            await call.listen(1)
            call.press(key)
            await call.end(20)
            return call.heard()

    async with steering(exchange) as service, asyncio.TaskGroup() as all_at_once:
        for _ in range(30):
            all_at_once.create_task(serve(service))
        calls = [all_at_once.create_task(take_part(str(number % 10), number)) for number in range(30)]
    for number, call in enumerate(calls):
        assert [key for key in answers if was_heard(answers[key], call.result())] == [str(number % 10)]
        assert was_heard(WELCOME, call.result())
