# SPDX-License-Identifier: EUPL-1.2
"""What is compared is the same work: the people, their messages, the floor under the turn, the rows of long ago."""

from __future__ import annotations

import time
from urllib.parse import parse_qs

import pytest

from app.http import create_app
from bench import load, webhooks
from bench.contenders import CONTENDERS
from bench.filling import fill
from bench.installation import SMS_PATH, installed, store_of
from bench.people import FIRST, POLL, introduce, say
from bench.processes import cpu_seconds, memory_megabytes, running
from bench.replay import Floor, plans
from bench.turn import CONNECTIONS
from bench.watching import is_beginning, watched
from core.administration import agree
from core.ballots import Cell
from core.turns import Prompt

PEOPLE = 3


def posted(app, message):
    headers = {"X-Twilio-Signature": message.signature, "Content-Type": "application/x-www-form-urlencoded"}
    return app.test_client().post(SMS_PATH, data=message.body, headers=headers)


def counted(service):
    """Participants and the answers to each question of BUS, if the recount agrees."""
    store, town = service.parts.store, service.town().key
    standing = service.acting("test").standing("BUS")
    tally = store.consultations.tally(town, standing.id)
    assert agree(tally, store.consultations.recount(town, standing.id))
    return {question: tally.get(Cell(question, "", "sms", "de"), 0) for question in ("", "late", "satisfied", "why")}


def test_every_message_of_somebody_introduced_is_a_counted_answer(tmp_path):
    with installed(tmp_path) as service:
        introduce(service, PEOPLE)
        app = create_app(service)
        answers = [posted(app, message) for message in webhooks.polls(range(1, PEOPLE + 1))]
        assert {answer.status_code for answer in answers} == {200}
        assert len(answers) == PEOPLE * len(POLL)
        assert counted(service) == {"": PEOPLE, "late": PEOPLE, "satisfied": PEOPLE, "why": PEOPLE}


def test_nobody_has_two_messages_under_way_at_once():
    people = range(1, 2 * webhooks.AT_ONCE + 1)
    senders = [parse_qs(message.body)["From"][0] for message in webhooks.polls(people)]
    assert len(senders) == len(people) * len(POLL)
    in_a_row = [senders[place : place + CONNECTIONS] for place in range(len(senders))]
    assert all(len(set(each)) == len(each) for each in in_a_row)


def test_the_floor_does_what_the_service_does(tmp_path):
    with installed(tmp_path) as service:
        todo = plans(service, PEOPLE)
        floor = Floor.opened(tmp_path / "mitwirkung.db")
        for plan in todo.values():
            floor.do(plan)
        floor.connection.close()
        everybody = PEOPLE + 1
        assert len(todo) == PEOPLE * len(POLL)
        assert counted(service) == {"": everybody, "late": everybody, "satisfied": everybody, "why": everybody}


def test_the_floor_leaves_out_no_statement(tmp_path):
    with installed(tmp_path) as service:
        todo = plans(service, 1)
        introduced = len(todo[webhooks.sid_of(1, 1)])
        say(service, 2, 0, "BUS")
        with watched(store_of(service).database.engine) as seen:
            say(service, 2, 1, POLL[0])
    assert introduced == len([each for each in seen if not is_beginning(each)])


def test_rows_of_long_ago_are_rows_as_the_service_writes_them(tmp_path):
    with installed(tmp_path) as service:
        town, standing = service.town().key, service.acting("test").standing("BUS")
    fill(tmp_path / "mitwirkung.db", town, standing.id, 30)
    with installed(tmp_path) as service:
        cells = service.parts.store.consultations.recount(town, standing.id)
        assert cells[Cell("", "", "sms", "de")] == 10
        assert cells[Cell("late", "yes", "sms", "de")] == 10
        assert cells[Cell("satisfied", "4", "sms", "de")] == 10
        introduce(service, 1)
        assert say(service, FIRST, 1, POLL[0]).about == "satisfied"


def test_whoever_is_introduced_stands_at_question_1(tmp_path):
    with installed(tmp_path) as service:
        introduce(service, PEOPLE)
        assert [say(service, person, 1, "1").about for person in range(PEOPLE + 1)] == ["satisfied"] * (PEOPLE + 1)
        assert say(service, PEOPLE + 1, 1, "1").about == Prompt.RECEPTION


# ------------------------------------------------------------------------------------------------------- load


@pytest.mark.service
@pytest.mark.parametrize("seconds", [0.3, 1.0], ids=["our own client", "wrk, where it is installed"])
def test_each_message_is_sent_once_and_answered(tmp_path, seconds):
    messages = load.Messages.written(webhooks.polls(range(1, 301)), tmp_path / "messages")
    with running(["-m", "bench.contenders", "bare", str(tmp_path), "1"]) as server:
        found = load.put_under_load(int(server.stdout.readline()), messages, 0, 4, seconds)
    assert found.failed == 0
    assert 0 < found.answered <= found.sent <= found.answered + 4
    assert 0 < found.p50_ms <= found.p99_ms


@pytest.mark.service
@pytest.mark.parametrize(
    "client", ["_ours", pytest.param("_wrk", marks=pytest.mark.skipif(not load.WRK, reason="no wrk"))]
)
def test_either_client_goes_on_where_it_was_told_to(tmp_path, client):
    people, skipped = range(1, 1501), webhooks.AT_ONCE
    everything = list(webhooks.polls(people))
    messages = load.Messages.written(everything, tmp_path / "messages")
    with running(["-m", "bench.contenders", "turn", str(tmp_path), str(len(people))]) as server:
        found = getattr(load, client)(int(server.stdout.readline()), messages, skipped, 4, 1)
        time.sleep(0.5)  # what was under way when the client left is answered too
    sent = everything[skipped : skipped + found.sent]
    with installed(tmp_path) as service:
        assert counted(service)["late"] == len([each for each in sent if "&Body=1&" in each.body])
        assert say(service, 1, 1, POLL[0]).about == "satisfied"  # who was skipped has not answered
    assert (found.failed, found.answered > 0) == (0, True)


@pytest.mark.service
def test_a_process_that_works_takes_time_and_memory_and_is_gone_afterwards():
    with running(["-c", "print(sum(range(3_000_000)), flush=True); import signal; signal.pause()"]) as process:
        process.stdout.readline()
        assert cpu_seconds(process.pid) > 0
        assert memory_megabytes(process.pid) > 1
    assert process.poll() is not None


def test_three_servers_are_compared():
    assert list(CONTENDERS) == ["turn", "bare", "floor"]
