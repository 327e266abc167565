# SPDX-License-Identifier: EUPL-1.2
"""The demo as a real process: it starts, answers, keeps what was said, ends when told, and shares with nobody."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

pytestmark = pytest.mark.service

ROOT = Path(__file__).resolve().parents[2]
MITWIRKUNG = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())"]
TOKEN = "a-token-given-in-the-environment"
SECONDS_TO_START, SECONDS_TO_END = 30, 10


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def called(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A short command, run to its end."""
    command = [*MITWIRKUNG, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(**settings), check=False)


@dataclass
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, body, headers or {})
            answered = line.getresponse()
            return answered.status, answered.read().decode()
        finally:
            line.close()

    def text(self, body: str, sid: str, address: str) -> str:
        form = {"MessageSid": sid, "From": "+4915112345678", "To": "+4915735990000", "Body": body}
        signature = RequestValidator(TOKEN).compute_signature(f"{address}/sms/twilio", form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        status, answer = self.ask("POST", "/sms/twilio", urlencode(form), headers)
        assert status == 200, answer
        return answer

    def wait_until_ready(self) -> float:
        """Seconds until /health says that all is well."""
        began = time.monotonic()
        while time.monotonic() - began < SECONDS_TO_START:
            try:
                if self.ask("GET", "/health")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.05)
            assert self.process.poll() is None, self.process.communicate()
        raise AssertionError("the demo did not start in time")

    def end(self) -> tuple[int, str, float]:
        """Exit code, what was printed, seconds until the end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        told, _ = self.process.communicate(timeout=SECONDS_TO_END)
        return self.process.returncode, told, time.monotonic() - began


@contextmanager
def demo(folder: Path, port: int, **settings: str) -> Iterator[Demo]:
    command = [*MITWIRKUNG, "demo", "--port", str(port), "--dir", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(**settings)
    )
    running = Demo(process, port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


MADE: list[Path] = []
"""The sound of the first demo, for those after it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet, but for the sound that an earlier demo has made: making it takes its time."""
    if MADE:
        shutil.copytree(MADE[0], tmp_path / "demo" / "speech", copy_function=os.link)
    return tmp_path / "demo"


def test_the_demo_starts_without_any_set_up_and_ends_when_told(folder: Path) -> None:
    port = free_port()
    with demo(folder, port) as running:
        status, page = running.ask("GET", "/")
        assert status == 200
        assert "/de/BUS" in page
        assert "/de/ZUKUNFT" in page
        code, told, seconds = running.end()
    assert (code, seconds < SECONDS_TO_END) == (0, True)
    for needed in (str(folder), f"http://127.0.0.1:{port}/", "talk BUS", "Strg-C"):
        assert needed in told
    assert "Traceback" not in told
    MADE.append(folder / "speech")


def test_settings_given_in_the_environment_are_honoured(folder: Path) -> None:
    address = "https://given.example"
    with demo(folder, free_port(), TWILIO_AUTH_TOKEN=TOKEN, PUBLIC_URL=address) as running:
        assert "Soll der Bus abends" in running.text("BUS", "SM1", address)


def test_a_restart_changes_nothing_and_a_conversation_goes_on(folder: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with demo(folder, port, TWILIO_AUTH_TOKEN=TOKEN) as running:
        running.text("BUS", "SM1", address)
        running.text("1", "SM2", address)
        running.end()
    before = called("consultation", "list", "--dir", str(folder)).stdout
    with demo(folder, port, TWILIO_AUTH_TOKEN=TOKEN) as running:
        assert called("consultation", "list", "--dir", str(folder)).stdout == before
        assert "zufrieden" in running.text("BUS", "SM3", address)
        results = called("results", "BUS", "--format", "json", "--dir", str(folder))
        assert json.loads(results.stdout)["participants"] == 1
    assert before.count("offen") == 2


@pytest.mark.slow
def test_f5_a_second_service_on_the_same_folder_is_refused_in_plain_words(folder: Path) -> None:
    with demo(folder, free_port()):
        second = called("demo", "--port", str(free_port()), "--dir", str(folder))
        assert second.returncode == 1
        assert str(folder) in second.stderr
        assert "laufenden Dienst" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_folder_is_free_again_as_soon_as_its_service_was_killed(folder: Path) -> None:
    with demo(folder, free_port()) as running:
        running.process.kill()
        running.process.wait(10)
    with demo(folder, free_port()) as running:
        assert running.ask("GET", "/health")[0] == 200


def test_a_taken_port_is_named_in_plain_words(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = called("demo", "--port", str(port), "--dir", str(folder))
    assert refused.returncode == 1
    assert f"Der Anschluss {port} ist schon belegt" in refused.stderr
    assert f"--port {port + 1}" in refused.stderr


def test_serve_answers_with_real_settings(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "town.toml").write_bytes((ROOT / "consultations" / "town.toml").read_bytes())
    port = free_port()
    command = [*MITWIRKUNG, "serve", "--port", str(port), "--dir", str(folder)]
    settings = environment(PUBLIC_URL="https://mitwirkung.bergheim.example")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=settings)
    running = Demo(process, port)
    try:
        running.wait_until_ready()
        assert json.loads(running.ask("GET", "/health")[1])["sms_twilio"] == "off"
        assert running.ask("POST", "/sms/twilio", "Body=BUS")[0] == 404
        _, told, _ = running.end()
    finally:
        process.kill()
        process.communicate()
    assert "SMS ist aus" in told


HEAVY = ("telegram", "gtts", "twilio.rest", "celery", "apscheduler", "alembic", "holidays", "requests")
AT_START = """
import json, sys
from pathlib import Path
from app.config import Settings
from app.demonstration import load_examples, make_folder
from app.http import create_app
from app.serving import listen
from app.wiring import joined
import app.cli, app.commands.service
folder = Path(sys.argv[1])
settings = Settings.read({}, folder).demo_defaults("http://127.0.0.1")
make_folder(folder)
with joined(settings) as service:
    load_examples(service.acting("demo"))
    server = listen(create_app(service), "127.0.0.1", 0)
    print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
    server.close()
"""


def test_g20_the_start_reads_nothing_heavy(folder: Path) -> None:
    def loaded() -> list[str]:
        command = [sys.executable, "-c", AT_START, str(folder), *HEAVY]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment(), check=True)
        return list(json.loads(done.stdout))

    assert "telegram" not in loaded()  # the first start makes the database, with alembic
    assert loaded() == []
