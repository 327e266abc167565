# SPDX-License-Identifier: EUPL-1.2
"""The exchange as a town runs it: who may call and steer, what is kept of a call, what is heard when we are down."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.telephone.called import called, is_busy
from tests.telephone.caller import Caller, Refused, Shown, Withheld
from tests.telephone.exchange import NUMBER, ROOT, running
from tests.telephone.hearing import RATE, was_heard
from tests.telephone.sounds import spoken, write
from tests.telephone.steering import FIRST, SECOND, in_a_call, steering

pytestmark = [pytest.mark.telephone, pytest.mark.anyio]

RESIDENT = "+4915112345678"
APOLOGY = spoken(1.5, 21)
STRANGER = "127.0.0.2"


def resident(exchange, number=RESIDENT, host="127.0.0.1"):
    return Caller(exchange.sip, Shown(number), host)


async def refusal(caller, number=NUMBER):
    with pytest.raises(Refused) as refused:
        async with caller.calling(number):
            pass
    return refused.value.status


# ------------------------------------------------------------------------------------------------- who may, who may not


@pytest.mark.parametrize("name", [RESIDENT, "trunk", "mitwirkung", "anonymous", "login"])
async def test_d13_who_does_not_come_from_the_provider_is_refused_whatever_he_calls_himself(exchange, name):
    async with steering(exchange) as service:
        assert await refusal(resident(exchange, name, STRANGER)) == 401
        assert service.nobody_has_called()


def listeners(process):
    """Where TCP connections are taken: (address, port) pairs of this process."""
    sockets = {
        link.readlink().name for link in Path(f"/proc/{process}/fd").iterdir() if "socket" in str(link.readlink())
    }
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in sockets:
                address, port = local.split(":")
                words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
                yield ipaddress.ip_address(b"".join(words)), int(port, 16)


def test_d13_steering_is_possible_on_loopback_only_and_there_is_no_other_way_in(exchange):
    port = httpx.URL(exchange.ari_url).port
    assert list(listeners(exchange.process)) == [(ipaddress.ip_address("127.0.0.1"), port)]


@pytest.mark.parametrize("login", [None, ("mitwirkung", "wrong"), ("mitwirkung", ""), ("admin", "admin")])
def test_d13_nobody_steers_without_the_password(exchange, login):
    answer = httpx.get(f"{exchange.ari_url}/channels", auth=login, trust_env=False)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "page", ["/", "/httpstatus", "/static/index.html", "/ari/api-docs/resources.json", "/phoneprov/x"]
)
def test_d13_nothing_else_is_shown_to_who_has_no_password(exchange, page):
    answer = httpx.get(exchange.ari_url.removesuffix("/ari") + page, trust_env=False)
    assert answer.status_code in {401, 404}


UNWANTED = re.compile(
    r"identifier_(anonymous|user)|registrar|cdr_|cel_|agi|app_(system|originate|exec)|func_shell|pbx_spool|chan_(?!pjsip)"
)


async def test_d13_no_module_that_lets_strangers_in_or_keeps_records_is_loaded(exchange):
    async with steering(exchange) as service:
        loaded = {module["name"] for module in (await service.do("GET", "/asterisk/modules")).json()}
    assert "chan_pjsip.so" in loaded
    unwanted = re.compile(
        r"identifier_(anonymous|user)|registrar|cdr_|cel_|res_agi|app_system|app_originate|func_shell|pbx_spool|chan_(?!pjsip)"
    )
    assert [name for name in loaded if unwanted.search(name)] == []


@pytest.mark.parametrize("dialled", ["s", "outbound", "person", "down", "h", "Local", "i"])
async def test_d13_a_caller_reaches_nothing_but_the_service(exchange, dialled):
    assert await refusal(resident(exchange), dialled) == 404


ARGUMENTS = [
    ("+33123456789", "+33123456789"),
    ("100,back,ANSWER", "100"),
    ("100%2Cback%2CANSWER", "100"),
    ("1%24%7BPERSON%7D", "1"),
    ("1)Dial(2", "12"),
]


@pytest.mark.parametrize(("dialled", "told"), ARGUMENTS)
async def test_d13_whatever_is_dialled_is_digits_to_us_and_places_no_call(exchange, dialled, told):
    async with steering(exchange) as service, called(exchange.provider, is_busy) as outside:
        async with in_a_call(service, resident(exchange), dialled) as (theirs, _):
            assert theirs["args"][0] == "call"
            assert re.fullmatch(r"\+?[0-9]+", theirs["args"][1])
            assert theirs["args"] == ["call", told]
        assert outside.rang == []


def test_d13_no_context_includes_another_and_the_callers_one_dials_nobody():
    text = (ROOT / "deploy" / "asterisk" / "templates" / "extensions.conf").read_text("utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(";")]
    assert [line for line in lines if re.match(r"(include|switch|ignorepat|#)", line)] == []
    contexts = dict(re.findall(r"^\[([a-z-]+)\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))
    assert [name for name, steps in contexts.items() if "Dial(" in steps] == ["person"]
    elsewhere = re.findall(r"([a-z-]+),s,1", re.sub(r"(?m)^ *;.*", "", text))
    assert {*elsewhere} == {"service"}


async def test_d13_one_call_too_many_is_refused_and_the_others_go_on(quick_exchange):
    async with steering(quick_exchange) as service, AsyncExitStack() as stack:
        calls = [await stack.enter_async_context(in_a_call(service, resident(quick_exchange))) for _ in range(2)]
        assert await refusal(resident(quick_exchange)) in {486, 503}
        for theirs, call in calls:
            call.press("1")
            assert (await service.event(theirs, "ChannelDtmfReceived"))["digit"] == "1"


async def test_d11_a_line_that_is_dead_is_hung_up(quick_exchange):
    async with steering(quick_exchange) as service, in_a_call(service, resident(quick_exchange)) as (theirs, call):
        await call.media.fall_silent()
        await call.end(6)
        await service.event(theirs, "StasisEnd")


async def test_d11_no_call_is_longer_than_the_limit(asterisk, tmp_path):
    with running(asterisk, tmp_path, PHONE_MAX_SECONDS="1") as short:
        async with steering(short) as service, in_a_call(service, resident(short)) as (_, call):
            await call.end(3)


# ----------------------------------------------------------------------------------------------------- what is kept


async def test_d13_after_calls_of_every_kind_no_number_stands_anywhere(asterisk, tmp_path):
    with running(asterisk, tmp_path, PHONE_MAX_CALLS="1", PHONE_PERSON_SECONDS="1") as exchange:
        async with steering(exchange) as service:
            async with in_a_call(service, resident(exchange)):
                await refusal(resident(exchange, "+4915112345678"))
            async with in_a_call(service, Caller(exchange.sip, Withheld("+4915112345678"))) as (theirs, _):
                await service.put_through(theirs, "+4915112345678")
                await service.next_call()
            await refusal(resident(exchange, "+4915112345678", STRANGER))
        async with resident(exchange).calling(NUMBER) as call:
            await call.listen(0.3)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"15112345678" in path.read_bytes()]
    assert kept == []
    assert "WARNING" in exchange.log.read_text("utf-8")


# --------------------------------------------------------------------------------------------------- who takes the call


async def test_the_first_replica_takes_a_call_and_the_second_one_where_the_first_is_away(exchange):
    async with steering(exchange, SECOND) as second:
        async with steering(exchange, FIRST) as first:
            async with in_a_call(first, resident(exchange)) as (theirs, _):
                assert theirs["application"] == FIRST
            assert second.nobody_has_called()
        async with in_a_call(second, resident(exchange)) as (theirs, _):
            assert theirs["application"] == SECOND


async def test_an_apology_is_heard_when_no_service_is_connected(exchange):
    write(APOLOGY, exchange.sounds / "down.wav")
    async with resident(exchange).calling(NUMBER) as call:
        await call.end()
        assert was_heard(APOLOGY, call.heard())


async def test_without_an_apology_the_tone_that_everybody_knows_is_heard_and_never_silence(quick_exchange):
    async with resident(quick_exchange).calling(NUMBER) as call:
        heard = await call.listen(2)
        tone = np.argmax(np.abs(np.fft.rfft(heard))) * RATE / len(heard)
        assert tone == pytest.approx(425, abs=3)


async def test_a_call_whose_service_is_lost_goes_on_and_the_service_finds_it_again(exchange):
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(steering(exchange))
        theirs, call = await stack.enter_async_context(in_a_call(service, resident(exchange)))
        await service.leave()
        await asyncio.sleep(0.5)
        assert not call.ended.is_set()
        again = await stack.enter_async_context(steering(exchange))
        found = (await again.do("GET", "/channels")).json()
        assert [channel["id"] for channel in found] == [theirs["channel"]["id"]]
        call.press("5")
        assert (await again.event(theirs, "ChannelDtmfReceived"))["digit"] == "5"
