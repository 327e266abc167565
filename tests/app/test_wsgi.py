# SPDX-License-Identifier: EUPL-1.2
"""The distributed set-up's web process, as the image starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
LAUNCH = "import sys; from app.cli import main; sys.exit(main())"


def command_of_the_image(port: int) -> list[str]:
    """CMD of the Dockerfile, on this machine's loopback and another port."""
    (line,) = re.findall(r"^CMD \[(.*)\]$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    program, *rest = re.findall(r'"([^"]*)"', line)
    swapped = {"0.0.0.0": "127.0.0.1", "8000": str(port)}
    return [str(BIN / program), *(swapped.get(word, word) for word in rest)]


@pytest.fixture
def environment(tmp_path):
    shutil.copy(ROOT / "consultations" / "town.toml", tmp_path / "town.toml")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "MITWIRKUNG_DIR": str(tmp_path),
        "PUBLIC_URL": "https://mitwirkung.example.de",
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    }


def status(port: int) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.service
@pytest.mark.slow
@pytest.mark.postgres
def test_the_image_answers_residents_and_ends_when_it_is_asked_to(environment, tmp_path, postgres_url, postgres_store):
    postgres_store.close()  # its tables are empty now
    environment["DATABASE_URL"] = postgres_url
    migrated = subprocess.run(
        [sys.executable, "-c", LAUNCH, "migrate"], env=environment, check=False, capture_output=True
    )
    assert migrated.returncode == 0, migrated.stderr
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command_of_the_image(port), env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
        try:
            began = time.monotonic()
            while status(port) is None and server.poll() is None and time.monotonic() - began < 30:
                time.sleep(0.1)
            assert status(port) == 200, (tmp_path / "log").read_text()
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                ended = server.wait(10)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGKILL)
        assert ended == 0


@pytest.mark.service
def test_d28_the_image_refuses_to_answer_residents_with_settings_for_a_trial(environment):
    environment["PUBLIC_URL"] = "http://mitwirkung.example.de"
    code = "from app.wsgi import application; application()"
    started = subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True)
    assert started.returncode != 0
    assert "PUBLIC_URL beginnt nicht mit https://" in started.stderr


@pytest.mark.service
def test_f5_the_image_refuses_sqlite_because_it_runs_several_processes(environment):
    code = "from app.wsgi import application; application()"
    started = subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True)
    assert started.returncode != 0
    assert "Mehrere Prozesse brauchen PostgreSQL" in started.stderr
