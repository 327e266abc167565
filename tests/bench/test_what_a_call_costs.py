# SPDX-License-Identifier: EUPL-1.2
"""What is compared in calls is what callers do: keys that count, sound that is there, and nothing that makes any."""

from __future__ import annotations

import pytest

from app.http import create_app
from bench.calls import KEYS, by_keys, fetching, form_of, make_calls, pressed, write
from bench.installation import PUBLIC_URL, TOKEN, installed
from bench.lines import ANSWER, LINES, MAKES_SOUND, TRIED
from bench.people import introduce
from bench.processes import running
from bench.sound import put_sound, seconds_of
from bench.spoken import Prompted
from channels.contract import WebhookRequest
from channels.twilio import Signature
from core.administration import agree
from core.ballots import Cell
from voice.menu import Pause, Say

PEOPLE = 3
ARMED = "import sys; from pathlib import Path; from bench.lines import refuse_sound; refuse_sound(Path(sys.argv[1])); "
WAYS = {
    "a process": "import subprocess; subprocess.run(['true'])",
    "a process without a module": "import os; os.system('true')",
    "a fork": "import os; os.fork()",
    "a spawned process": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "a library": "import ctypes; ctypes.CDLL('libc.so.6')",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 9))",
}


def counted(service):
    store, town = service.parts.store, service.town().key
    standing = service.acting("test").standing("BUS")
    tally = store.consultations.tally(town, standing.id)
    assert agree(tally, store.consultations.recount(town, standing.id))
    return {question: tally.get(Cell(question, "", "voice", "de"), 0) for question in ("", "late", "satisfied", "why")}


def test_every_key_of_somebody_introduced_is_a_counted_answer(tmp_path):
    with installed(tmp_path) as service:
        introduce(service, PEOPLE)
        client = create_app(service).test_client()
        for person in range(1, PEOPLE + 1):
            for target, form, signature in pressed(person):
                answer = client.post(target, data=form, headers={"X-Twilio-Signature": signature})
                assert (answer.status_code, "<Gather" in answer.text) == (200, True)
        assert counted(service) == {"": PEOPLE, "late": PEOPLE, "satisfied": PEOPLE, "why": 0}


def test_every_call_has_its_own_id_and_number():
    forms = [form_of(person, "1") for person in range(1, 501)]
    assert len({form["CallSid"] for form in forms}) == len({form["From"] for form in forms}) == len(forms)


def test_a_key_travels_as_it_is_signed():
    signature = Signature([TOKEN], PUBLIC_URL)
    for (target, form, signed), request in zip(pressed(1), by_keys(1), strict=True):
        signature.check(WebhookRequest(target, tuple(form.items()), {"x-twilio-signature": signed}, b""))
        assert request.startswith(f"POST {target} HTTP/1.1\r\n")
        assert f"X-Twilio-Signature: {signed}\r\n" in request


@pytest.mark.service
def test_calls_are_made_in_order_and_each_once(tmp_path):
    (tmp_path / ANSWER).write_text("<Response/>", encoding="utf-8")
    calls = write(map(by_keys, range(1, 2001)), tmp_path / "calls")
    with running(["-m", "bench.lines", "bare", str(tmp_path)]) as server:
        found = make_calls(int(server.stdout.readline()), calls, 7, 4, 0.3)
    assert (found.failed, found.sent) == (0, found.answered)
    assert 0 < found.calls <= found.answered <= len(KEYS) * found.calls
    assert found.content == found.answered * len("<Response/>")
    assert 0 < found.p50_ms <= found.p99_ms


@pytest.mark.service
def test_an_answer_that_leaves_speaking_to_the_provider_fails(tmp_path):
    (tmp_path / ANSWER).write_text("<Response><Say>Guten Tag.</Say></Response>", encoding="utf-8")
    calls = write([by_keys(1), fetching("beep.wav")], tmp_path / "calls")
    with running(["-m", "bench.lines", "bare", str(tmp_path)]) as server:
        found = make_calls(int(server.stdout.readline()), calls, 0, 1, 0.2)
    assert found.failed == found.answered > 0


@pytest.mark.service
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_way_to_a_speech_engine_is_left_and_each_attempt_is_written_down(tmp_path, way):
    with running(["-c", ARMED + way, str(tmp_path)]) as process:
        assert process.wait() != 0
    assert set((tmp_path / TRIED).read_text("ascii").split()) <= MAKES_SOUND
    assert (tmp_path / TRIED).read_text("ascii")


def test_two_lines_are_compared():
    assert list(LINES) == ["turn", "bare"]


@pytest.mark.slow
def test_a_sound_lasts_as_long_as_its_clips(tmp_path):
    with installed(tmp_path) as service:
        shelf = put_sound(service)
    assert 0.3 < seconds_of(Say("die Eins.", "de"), shelf) < 3
    assert seconds_of(Pause(0.7), shelf) == 0.7
    with pytest.raises(LookupError, match="Xylophonkonzert"):
        seconds_of(Say("Xylophonkonzert", "de"), shelf)


def test_a_step_lasts_as_long_as_its_speech_and_its_pauses():
    step = Prompted("1", "BUS:late", ("Ja.", "Frage 2 von 3"), speech=3.0, pauses=1.5)
    assert (step.seconds, step.words) == (4.5, 5)
