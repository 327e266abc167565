# SPDX-License-Identifier: EUPL-1.2
"""A trunk with a password, between two real exchanges: ours logs in at a provider, and calls go both ways."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import pytest

from tests.telephone.called import called, picks_up
from tests.telephone.caller import Caller, Refused, Shown, Withheld
from tests.telephone.exchange import NUMBER, PASSWORD, START, Exchange, running
from tests.telephone.hearing import was_heard
from tests.telephone.sip import user_of
from tests.telephone.sounds import spoken, write
from tests.telephone.steering import in_a_call, steering

pytestmark = [pytest.mark.telephone, pytest.mark.anyio]

RESIDENT, OFFICE = "+4915112345678", "+492271555000"
RESIDENTS_HOST = "127.0.0.3"
WELCOME = spoken(1.5, 31)


@pytest.fixture(scope="module")
def provider(asterisk, tmp_path_factory) -> Iterator[Exchange]:
    """Another exchange from the same start script, with the files of `provider/` in place of the town's."""
    folder = tmp_path_factory.mktemp("provider")
    deployed = shutil.copytree(START.parent, folder / "asterisk")
    files = START.parents[2] / "tests" / "telephone" / "provider"
    for name in ("pjsip.conf", "extensions.conf"):
        shutil.copy(files / name, deployed / "templates" / name)
    with (deployed / "templates" / "modules.conf").open("a", encoding="utf-8") as modules:
        modules.write((files / "more-modules.conf").read_text("utf-8"))
    with running(asterisk, folder / "running", start=deployed / "start") as started:
        yield started


@pytest.fixture(scope="module")
def town(asterisk, provider, tmp_path_factory) -> Iterator[Exchange]:
    """The town's exchange. It knows no address of the provider: only the login joins them."""
    settings = {
        "PHONE_TRUNK": "registration",
        "PHONE_TRUNK_HOST": f"127.0.0.1:{provider.sip[1]}",
        "PHONE_TRUNK_USER": "town",
        "PHONE_TRUNK_PASSWORD": PASSWORD,
        "PHONE_TRUNK_ADDRESSES": "192.0.2.1",
    }
    with running(asterisk, tmp_path_factory.mktemp("town"), **settings) as started:
        write(WELCOME, started.sounds / "welcome.wav")
        yield started


@pytest.fixture(autouse=True)
async def logged_in(provider, town):
    """Wait until the provider knows where the town is: before, it has nobody to ring."""
    async with steering(provider) as provider_service, asyncio.timeout(5):
        while (await provider_service.do("GET", "/endpoints/PJSIP/town")).json()["state"] != "online":
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("identity", "number"), [(Shown(RESIDENT), RESIDENT), (Withheld(RESIDENT), "")], ids=["shown", "withheld"]
)
async def test_a_call_comes_in_over_the_trunk_with_the_number_that_is_shown(provider, town, identity, number):
    caller = Caller(provider.sip, identity, RESIDENTS_HOST)
    async with steering(town) as service, in_a_call(service, caller) as (theirs, call):
        assert theirs["channel"]["caller"]["number"] == number
        assert theirs["args"] == ["call", NUMBER]
        call.press("2")
        assert (await service.event(theirs, "ChannelDtmfReceived"))["digit"] == "2"
        await service.play(theirs, "welcome")
        assert was_heard(WELCOME, call.heard())


async def test_a_call_goes_out_over_the_trunk_with_the_password_and_the_towns_number(provider, town):
    async with steering(town) as service, called(provider.provider, picks_up(WELCOME)) as office:
        await service.do(
            "POST", "/channels", endpoint=f"PJSIP/{OFFICE}@trunk", context="outbound", extension="s", priority=1
        )
        await office.next_call()
        await service.next_call()
        invitation = office.rang[0].invitation
        assert user_of(invitation.uri) == OFFICE
        assert user_of(invitation.header("From")) == NUMBER


async def test_d13_who_sends_from_the_providers_side_without_the_login_is_refused(town):
    with pytest.raises(Refused, match="401"):
        async with Caller(town.sip, Shown(RESIDENT)).calling(NUMBER):
            pass
