# SPDX-License-Identifier: EUPL-1.2
"""Many at once, on both engines: one person is one voice, whatever is repeated, reordered or answered twice."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.http import create_app
from tests.channels.twilio_requests import NUMBER
from tests.end_to_end.channels import signed
from tests.end_to_end.town import founded

CLIENTS, PEOPLE = 16, 50


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def town(request, tmp_path):
    if request.param == "sqlite":
        return founded(tmp_path)
    request.getfixturevalue("postgres_store")  # its tables, emptied
    return founded(tmp_path, request.getfixturevalue("postgres_url"))


def deliveries(seed: int) -> list[tuple[str, str, str]]:
    """(number, message id, text) of fifty people's whole polls; a fifth comes two to four times, all is mixed up."""
    chance = random.Random(seed)
    sent = []
    for person in range(PEOPLE):
        number = f"+49151{20000000 + person}"
        for step, text in enumerate(["BUS", str(chance.randint(1, 3)), str(chance.randint(1, 5)), "weiter"]):
            copies = chance.randint(2, 4) if chance.random() < 0.2 else 1
            sent += [(person * 10 + step + chance.random() * 15, number, f"SM{person:016d}{step:016d}", text)] * copies
    return [delivery[1:] for delivery in sorted(sent)]


def post(client, number: str, sid: str, text: str) -> str:
    """Deliver like the provider: on a 503 again, as it does."""
    form = {"MessageSid": sid, "From": number, "To": NUMBER, "Body": text, "NumMedia": "0"}
    for _ in range(10):
        answer = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
        if answer.status_code != 503:
            assert answer.status_code == 200
            return answer.text
    raise AssertionError("never answered")


def test_a1_b1_sixteen_clients_for_fifty_people_count_exactly_fifty(town):
    queue, gate = deliveries(7), threading.Lock()
    replies: dict[str, set[str]] = {}
    with town.running() as service:
        app = create_app(service)

        def client() -> None:
            at_phone = app.test_client()
            while True:
                with gate:
                    if not queue:
                        return
                    number, sid, text = queue.pop(0)
                said = post(at_phone, number, sid, text)
                with gate:
                    replies.setdefault(sid, set()).add(said)

        with ThreadPoolExecutor(CLIENTS) as pool:
            for done in [pool.submit(client) for _ in range(CLIENTS)]:
                done.result()
        recount = service.parts.store.consultations.recount(service.town().key, _bus(service).id)
    tally = town.tally("BUS")
    assert tally.participants <= PEOPLE
    assert all(len(different) == 1 for different in replies.values()), "a repeated message got another reply"
    assert {cell: count for cell, count in tally.cells.items() if count} == dict(recount)
    _finish(town)
    assert town.tally("BUS").participants == PEOPLE
    assert town.tally("BUS").answered("late") == PEOPLE


def _bus(service):
    return next(
        each for each in service.parts.store.consultations.all(service.town().key) if each.consultation.keyword == "BUS"
    )


def _finish(town):
    """Whoever's messages arrived in an order that answered nothing answers now: she is still one person."""
    with town.client() as (_, client):
        for person in range(PEOPLE):
            number = f"+49151{20000000 + person}"
            for step, text in enumerate(["BUS", "ÄNDERN 1", "1"]):
                post(client, number, f"SN{person:016d}{step:016d}", text)


def test_a3_the_order_of_receipt_decides_and_the_last_answer_counts(town):
    with town.client() as (_, client):
        for step, text in enumerate(["BUS", "1", "zurück", "2"]):
            post(client, "+4915120000000", f"SM{step:032d}", text)
        post(client, "+4915120000000", f"SM{1:032d}", "1")
    assert town.tally("BUS").counts("late") == {"no": 1} | {
        key: 0 for key in town.tally("BUS").counts("late") if key != "no"
    }


def test_b2_an_answer_changed_ten_times_is_one_answer(town):
    with town.client() as (_, client):
        texts = ["BUS", "1", *["ÄNDERN 1", "2", "ÄNDERN 1", "3"] * 5]
        for step, text in enumerate(texts):
            post(client, "+4915120000000", f"SM{step:032d}", text)
    tally = town.tally("BUS")
    assert tally.participants == tally.answered("late") == 1
    assert tally.counts("late")["weekend"] == 1
    assert sum(tally.counts("late").values()) == 1
