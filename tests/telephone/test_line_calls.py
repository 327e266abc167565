# SPDX-License-Identifier: EUPL-1.2
"""Real calls into a real exchange with the telephone line between it and a service whose answers are a script."""

from __future__ import annotations

import asyncio
import logging

import pytest

from channels.errors import Rejected
from tests.telephone.called import called, is_busy, never_answers, picks_up
from tests.telephone.caller import Caller, Refused, Shown, Withheld
from tests.telephone.exchange import NUMBER
from tests.telephone.hearing import beginning, likeness, was_heard
from tests.telephone.line_service import BYE, serving
from tests.telephone.lines import asterisk_of, cable_to, line
from tests.telephone.sounds import greeting_of_a_machine, hallo, read, silence, spoken, write
from tests.telephone.steering import FIRST, SECOND
from voice.asterisk_calls import AsteriskRecordings, AsteriskSender
from voice.line import Limits
from voice.menu import Connect, Keypad, Recorder

pytestmark = [pytest.mark.telephone, pytest.mark.anyio]

RESIDENT, OFFICE = "+4915112345678", "+492271555000"
PROMPTS = {
    "welcome": spoken(2, 31), "one": spoken(1, 32), "two": spoken(1, 33), "again": spoken(1, 34),
    "bye": spoken(1, 35), "down": spoken(1, 36), "speak": spoken(1, 37),
}  # fmt: skip
SILENCES = {"silence-500": silence(0.5), "silence-700": silence(0.7), "silence-2000": silence(2)}
QUICK = Keypad(first_seconds=1, between_seconds=1)
TWO_DIGITS = Keypad(most=2, zero_is_a_digit=True, first_seconds=1, between_seconds=1)


@pytest.fixture(autouse=True, scope="module")
def prompts(exchange):
    for name, samples in {**PROMPTS, **SILENCES}.items():
        write(samples, exchange.sounds / f"{name}.wav")


def resident(exchange, identity=None):
    return Caller(exchange.sip, identity or Shown(RESIDENT))


def heard_of(call, *names):
    """Which of these prompts the caller has heard."""
    return [name for name in names or PROMPTS if was_heard(PROMPTS[name], call.heard())]


async def ended(call, within=10):
    """Wait until the other side hangs up, and until what was on its way has been heard."""
    await call.end(within)
    await asyncio.sleep(0.2)


def by_key(**answers):
    """A script: a welcome, then by key; anything else is asked again."""

    def script(event):
        if event["event"] in {"called", "picked_up"}:
            return ("welcome",), answers.get("keypad", QUICK)
        return answers.get(f"key_{event.get('keys', '')}", (("again",), answers.get("keypad", QUICK)))

    return script


ONE_OR_TWO = by_key(key_1=(("one",), BYE), key_2=((0.5, "two", 0.7, "bye"), BYE))


async def test_a_menu_is_heard_a_key_chosen_and_its_answer_heard(exchange):
    with serving(ONE_OR_TWO) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(2.5)
            call.press("2")
            await ended(call)
            assert heard_of(call) == ["welcome", "two", "bye"]
            await asyncio.to_thread(service.wait_for, "hung_up")
        assert service.said() == ["called", "keys2", "hung_up"]
        begun = service.events[0]
        assert (begun["caller"], begun["to"], begun["step"]) == (RESIDENT, NUMBER, {})


async def test_sounds_and_silences_of_a_menu_follow_each_other_without_a_gap(exchange):
    with serving(lambda event: (("one", 0.7, "two", "again"), BYE)) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await ended(call)
            begins = [likeness(PROMPTS[name], call.heard()).at for name in ("one", "two", "again")]
            assert begins[1] - begins[0] == pytest.approx(1.7, abs=0.05)
            assert begins[2] - begins[1] == pytest.approx(1.0, abs=0.05)


async def test_a_key_cuts_the_prompt_off_at_once(exchange):
    with serving(ONE_OR_TWO) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(0.8)
            call.press("1")
            await ended(call)
            assert was_heard(beginning(PROMPTS["welcome"], 0.7), call.heard())
            assert likeness(PROMPTS["welcome"], call.heard()).r < 0.9
            assert heard_of(call, "one", "two") == ["one"]


async def test_silence_is_a_step_and_the_time_begins_after_the_prompt(exchange):
    with serving(ONE_OR_TWO) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(2.7)
            assert service.said() == ["called"]
            await call.listen(1)
            assert service.said() == ["called", "keys"]
            await call.listen(0.5)
            call.press("1")
            await ended(call)
        assert service.said()[:3] == ["called", "keys", "keys1"]


@pytest.mark.parametrize(("pressed", "expected"), [("12", "12"), ("1#", "1#"), ("1", "1"), ("*", "*"), ("10", "10")])
async def test_a_number_is_complete_with_its_last_digit_a_hash_or_after_a_while(exchange, pressed, expected):
    script = by_key(keypad=TWO_DIGITS, **{f"key_{expected}": (("bye",), BYE)})
    with serving(script) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(0.3)
            call.press(pressed)
            await ended(call)
            assert heard_of(call, "bye", "again") == ["bye"]
        assert service.events[1]["keys"] == expected


async def test_a_withheld_number_is_no_number(exchange):
    with serving(ONE_OR_TWO) as service:
        async with line(exchange, service.url), resident(exchange, Withheld(RESIDENT)).calling(NUMBER) as call:
            await call.listen(0.3)
            await call.hang_up()
            await asyncio.to_thread(service.wait_for, "hung_up")
        assert service.events[0]["caller"] == ""
        assert "15112345678" not in str(service.events)


async def test_a_call_that_nothing_is_said_to_is_never_taken(exchange):
    with serving(lambda event: ((), BYE)) as service:
        async with line(exchange, service.url):
            with pytest.raises(Refused, match="486"):
                async with resident(exchange).calling(NUMBER):
                    pass
            assert await asyncio.to_thread(service.wait_for, "hung_up")


# ------------------------------------------------------------------------------------------------------- recordings


def speaks(event):
    """A script: a recording, which is heard again, then the end."""
    match event["event"]:
        case "called":
            return ("speak",), Recorder(longest_seconds=20, silence_seconds=2)
        case "recorded":
            return ("one", "replay:of-the-service", "bye"), BYE
        case _:
            return (), BYE


SENTENCE = spoken(1.5, 41)


@pytest.mark.parametrize("how", ["#", "silence", "hang up"])
async def test_what_is_said_is_kept_however_it_ends(exchange, tmp_path, how):
    with serving(speaks) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(1.7)
            call.say(SENTENCE)
            await call.quiet()
            if how == "#":
                call.press("#")
            if how != "hang up":
                await ended(call)
                assert heard_of(call, "speak", "one", "bye") == ["speak", "one", "bye"]
                assert was_heard(read(exchange.folder / "data" / "sounds" / "beep.wav"), call.heard())
                assert was_heard(SENTENCE, call.heard())
            await call.hang_up()
            await asyncio.to_thread(service.wait_for, "hung_up")
        recorded = service.wait_for("recorded")
        assert 1 <= recorded["seconds"] <= 4
        with asterisk_of(exchange) as asterisk:
            source = AsteriskRecordings(asterisk)
            with pytest.raises(Rejected):
                source.fetch_recording(recorded["recording"], 10_000)
            (tmp_path / "recorded.wav").write_bytes(source.fetch_recording(recorded["recording"], 100_000))
            assert was_heard(SENTENCE, read(tmp_path / "recorded.wav"))
            source.delete_recording(recorded["recording"])
            source.delete_recording(recorded["recording"])
            assert source.fetch_recording(recorded["recording"], 100_000) is None


async def test_a_word_of_half_a_second_is_a_recording(exchange):
    with serving(speaks) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(1.5)
            call.say(spoken(0.5, 42))
            await ended(call)
        recorded = service.wait_for("recorded")
        assert recorded["recording"]
        assert recorded["seconds"] >= 1


async def test_silence_is_no_recording_and_is_not_kept(exchange):
    before = stored(exchange)
    with serving(speaks) as service:
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await ended(call)
        recorded = service.wait_for("recorded")
        assert (recorded["recording"], recorded["seconds"]) == ("", 0)
    assert stored(exchange) == before


def stored(exchange):
    """The recordings that lie at the exchange."""
    with asterisk_of(exchange) as asterisk:
        return asterisk.ask("GET", "/recordings/stored").json()


FETCHED, OWN = "3f" * 32, "9c" * 32


async def test_what_the_exchange_has_not_comes_from_the_service(exchange):
    """Asterisk finds what it has fetched only if its own name for it is shorter than the address: ours are long."""
    with serving(lambda event: ((FETCHED, f"replay:{OWN}"), BYE)) as service:
        service.files = {
            f"/voice/sound/{FETCHED}.wav": (exchange.sounds / "one.wav").read_bytes(),
            f"/voice/recording/{OWN}": (exchange.sounds / "two.wav").read_bytes(),
        }
        sounds = f"{service.url}/voice/sound"
        async with line(exchange, service.url, sounds=sounds), resident(exchange).calling(NUMBER) as call:
            await ended(call)
            assert heard_of(call, "one", "two", "down") == ["one", "two"]


# -------------------------------------------------------------------------------------------------------- a person


def to_office(event):
    """A script: to the town hall at once, and what is heard after it."""
    if event["event"] == "called":
        return ("welcome",), Connect(OFFICE, 5)
    return ("one" if event.get("talked") else "again",), BYE


async def test_a_caller_is_put_through_and_hears_a_person(exchange):
    words = spoken(1.5, 43)
    with serving(to_office) as service:
        async with (
            line(exchange, service.url),
            called(exchange.provider, picks_up(words)) as office,
            resident(exchange).calling(NUMBER) as call,
        ):
            await office.next_call()
            await call.listen(2)
            assert was_heard(words, call.heard())
            await call.hang_up()
            await asyncio.to_thread(service.wait_for, "hung_up")
        assert service.said() == ["called", "hung_up"]


async def test_a_caller_whom_nobody_at_the_town_hall_can_take_comes_back(exchange):
    with serving(to_office) as service:
        async with (
            line(exchange, service.url),
            called(exchange.provider, is_busy),
            resident(exchange).calling(NUMBER) as call,
        ):
            await ended(call)
            assert heard_of(call) == ["welcome", "again"]
        assert service.wait_for("person_left")["talked"] is False


# ---------------------------------------------------------------------------------------------- when something fails


async def test_a_service_that_is_down_is_apologised_for(exchange):
    async with line(exchange, "http://127.0.0.1:9"), resident(exchange).calling(NUMBER) as call:
        await ended(call)
        assert heard_of(call) == ["down"]


async def test_a_service_that_fails_in_a_call_is_apologised_for_and_told_of_the_end_later(exchange):
    with serving(ONE_OR_TWO) as service:
        service.refuses = lambda number: 1 <= number <= 3
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(0.5)
            call.press("1")
            await ended(call)
            assert heard_of(call, "down", "one") == ["down"]
            await asyncio.sleep(1.5)
        assert service.said() == ["called", "hung_up"]


async def test_a18_a_second_try_of_one_step_is_one_step(exchange):
    with serving(ONE_OR_TWO) as service:
        service.refuses = lambda number: number == 1
        async with line(exchange, service.url), resident(exchange).calling(NUMBER) as call:
            await call.listen(0.5)
            call.press("1")
            await ended(call)
            assert heard_of(call, "down", "one") == ["one"]
        assert service.said()[:2] == ["called", "keys1"]


PATIENT = by_key(keypad=Keypad(), key_1=(("one",), BYE))


async def test_a_call_goes_on_when_the_connection_to_the_exchange_is_lost(exchange):
    with serving(PATIENT) as service:
        async with (
            cable_to(exchange) as cable,
            line(exchange, service.url, ari_url=cable.near),
            resident(exchange).calling(NUMBER) as call,
        ):
            await call.listen(0.8)
            cable.cut()
            await asyncio.sleep(0.5)
            cable.mend()
            await call.listen(3.5)
            assert heard_of(call, "welcome", "down") == ["welcome"]
            call.press("1")
            await ended(call)
            assert heard_of(call, "one") == ["one"]
        assert service.said()[:2] == ["called", "keys1"]


async def test_a_hang_up_that_was_missed_is_told_afterwards(exchange):
    with serving(PATIENT) as service:
        async with cable_to(exchange) as cable, line(exchange, service.url, ari_url=cable.near):
            async with resident(exchange).calling(NUMBER) as call:
                await call.listen(0.5)
                cable.cut()
                await asyncio.sleep(0.2)
            assert service.said() == ["called"]
            cable.mend()
            await asyncio.to_thread(service.wait_for, "hung_up")


async def test_a_call_is_taken_over_by_the_other_line(exchange):
    with serving(PATIENT) as service:
        async with (
            line(exchange, service.url, SECOND),
            line(exchange, service.url, FIRST) as first,
            resident(exchange).calling(NUMBER) as call,
        ):
            await call.listen(0.5)
            first.cancel()
            await call.listen(3)
            call.press("1")
            await ended(call)
            assert heard_of(call, "one", "down") == ["one"]
        before, after = (each["call"] for each in service.events if each["event"] == "called")
        assert after.startswith(f"{before}~")
        assert service.events[1]["caller"] == RESIDENT


async def test_a_call_is_taken_up_by_the_line_that_is_started_again(exchange):
    with serving(PATIENT) as service:
        async with (
            cable_to(exchange) as cable,
            line(exchange, service.url, ari_url=cable.near) as crashed,
            resident(exchange).calling(NUMBER) as call,
        ):
            await call.listen(0.3)
            cable.cut()
            crashed.cancel()
            await asyncio.sleep(1)
            async with line(exchange, service.url):
                await call.listen(4)
                call.press("1")
                await ended(call)
                assert heard_of(call, "one") == ["one"]
        assert [each["event"] for each in service.events].count("called") == 2


async def test_d11_a_call_too_many_is_engaged_and_one_too_long_is_ended(exchange):
    with serving(ONE_OR_TWO) as service:
        async with (
            line(exchange, service.url, limits=Limits(open_calls=1, call_seconds=1)),
            resident(exchange).calling(NUMBER) as call,
        ):
            with pytest.raises(Refused, match="486"):
                async with resident(exchange).calling(NUMBER):
                    pass
            await ended(call)
            assert heard_of(call, "down") == ["down"]


# ------------------------------------------------------------------------------------------------------ calls of ours


class Order:
    """What the sender reads of a message in the outbox."""

    def __init__(self, number):
        self.id, self.attempts, self.text = f"{number:032x}", 1, "invitation BUS"


class To:
    value = RESIDENT


async def place(exchange, number):
    with asterisk_of(exchange) as asterisk:
        return await asyncio.to_thread(AsteriskSender(asterisk, NUMBER).send, Order(number), To())


PICKED_UP = {"person": (hallo(), "picked_up"), "machine": (greeting_of_a_machine(), "machine")}


@pytest.mark.parametrize(("saying", "kind"), PICKED_UP.values(), ids=PICKED_UP)
async def test_whoever_picks_up_hears_why_we_call(exchange, saying, kind):
    with serving(lambda event: (("one",), BYE)) as service:
        async with line(exchange, service.url), called(exchange.provider, picks_up(saying)) as party:
            placed = await place(exchange, 1)
            call = await party.next_call()
            await ended(call, 15)
            assert heard_of(call, "one") == ["one"]
            report = await asyncio.to_thread(service.wait_for, "report")
        event = service.wait_for(kind)
        assert (event["call"], event["caller"], event["to"]) == (placed, RESIDENT, NUMBER)
        assert (event["occasion"], event["keyword"]) == ("invitation", "BUS")
        assert (report["call"], report["state"]) == (placed, "completed")
        assert 1 <= report["seconds"] <= 6


@pytest.mark.parametrize(("manner", "state"), [(is_busy, "busy"), (never_answers, "no_answer")])
async def test_a_call_that_nobody_takes_is_reported(exchange, monkeypatch, manner, state):
    monkeypatch.setattr("voice.asterisk_calls.RING_SECONDS", 1)
    with serving(ONE_OR_TWO) as service:
        async with line(exchange, service.url), called(exchange.provider, manner):
            await place(exchange, 2)
            report = await asyncio.to_thread(service.wait_for, "report")
        assert (report["state"], report["seconds"]) == (state, 0)
        assert service.events == []


# ------------------------------------------------------------------------------------------------------- many


async def test_thirty_calls_at_once_are_all_right(exchange, caplog):
    caplog.set_level(logging.INFO)
    with serving(ONE_OR_TWO) as service:

        async def take_part(key, number):
            async with resident(exchange, Shown(f"+491511{number:07}")).calling(NUMBER) as call:
                await call.listen(2.2)
                call.press(key)
                await ended(call, 20)
                return heard_of(call, "welcome", "one", "two")

        async with line(exchange, service.url), asyncio.TaskGroup() as all_at_once:
            calls = [all_at_once.create_task(take_part("12"[number % 2], number)) for number in range(30)]
        await asyncio.to_thread(service.wait_for, "hung_up", 30)
        assert [call.result() for call in calls] == [["welcome", ("one", "two")[number % 2]] for number in range(30)]
        assert sorted(service.said()) == ["called"] * 30 + ["hung_up"] * 30 + ["keys1"] * 15 + ["keys2"] * 15
    assert "491511" not in caplog.text
