# SPDX-License-Identifier: EUPL-1.2
"""A real Asterisk for tests, on free ports of loopback, started by the script that a town starts it with."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.telephone.sip import Address

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "deploy" / "asterisk" / "start"
FETCH = ROOT / "script" / "asterisk"
HOST = "127.0.0.1"
NUMBER = "+492271000000"
PASSWORD = "only; for tests"  # a semicolon begins a comment in the files of Asterisk
READY_WITHIN = 20.0


class NoExchange(Exception):
    """Asterisk cannot be had or does not start here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One that runs: where callers reach it, where it is steered, where its own calls go, and its folders."""

    sip: Address
    ari_url: str
    ari_user: str
    ari_password: str
    provider: Address
    sounds: Path
    log: Path
    folder: Path
    process: int


def unpacked_asterisk() -> Path:
    """Give the folder of an Asterisk, fetched if need be. NoExchange: it cannot be had."""
    fetched = subprocess.run([FETCH], capture_output=True, text=True, check=False)
    if fetched.returncode:
        raise NoExchange(fetched.stderr.strip() or f"{FETCH.name} ended with {fetched.returncode}")
    return Path(fetched.stdout.strip())


@contextmanager
def running(asterisk: Path, folder: Path, start: Path = START, **settings: str) -> Iterator[Exchange]:
    """Start an exchange in a folder of its own, and end it. Settings are those of `deploy/asterisk/start`."""
    environment = environment_for(asterisk, folder) | settings
    folder.mkdir(parents=True, exist_ok=True)
    Path(environment["PHONE_SOUNDS_DIR"]).mkdir(exist_ok=True)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([start], env=environment, stdout=output, stderr=output)
    try:
        exchange = described(environment, process.pid)
        wait_until_ready(exchange, process)
        yield exchange
    finally:
        end(process)


def environment_for(asterisk: Path, folder: Path) -> dict[str, str]:
    """Everything that the start script wants to know, on free ports."""
    first = free_port(socket.SOCK_DGRAM, within=range(20000, 30000, 200))
    return {
        "PATH": "/usr/bin:/bin",
        "ASTERISK_ROOT": str(asterisk),
        "ASTERISK_ARI_PASSWORD": PASSWORD,
        "PHONE_RUN_DIR": str(folder / "run"),
        "PHONE_SOUNDS_DIR": str(folder / "sounds"),
        "PHONE_NUMBER": NUMBER,
        "PHONE_SIP_ADDRESS": HOST,
        "PHONE_SIP_PORT": str(free_port(socket.SOCK_DGRAM)),
        "PHONE_ARI_PORT": str(free_port(socket.SOCK_STREAM)),
        "PHONE_RTP_PORTS": f"{first}-{first + 199}",
        "PHONE_TRUNK": "addresses",
        "PHONE_TRUNK_HOST": f"{HOST}:{free_port(socket.SOCK_DGRAM)}",
        "PHONE_TRUNK_ADDRESSES": HOST,
    }


def described(environment: dict[str, str], process: int) -> Exchange:
    """What tests need of it."""
    folder, provider = Path(environment["PHONE_RUN_DIR"]), environment["PHONE_TRUNK_HOST"].rpartition(":")
    return Exchange(
        sip=(HOST, int(environment["PHONE_SIP_PORT"])),
        ari_url=f"http://{HOST}:{environment['PHONE_ARI_PORT']}/ari",
        ari_user="mitwirkung",
        ari_password=environment["ASTERISK_ARI_PASSWORD"],
        provider=(provider[0], int(provider[2])),
        sounds=Path(environment["PHONE_SOUNDS_DIR"]),
        log=folder / "log" / "messages.log",
        folder=folder,
        process=process,
    )


def free_port(kind: socket.SocketKind, within: range = range(1)) -> int:
    """Give a port that nobody listens on; 0 lets the system choose."""
    for port in within:
        with socket.socket(socket.AF_INET, kind) as trying:
            try:
                trying.bind((HOST, port))
            except OSError:
                continue
            chosen: int = trying.getsockname()[1]
            return chosen
    raise NoExchange(f"no port is free among {within}")


def wait_until_ready(exchange: Exchange, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers on both sides. NoExchange: it ended, or does not answer; with its own words."""
    until = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < until:
        if is_steerable(exchange) and takes_calls(exchange):
            return
        time.sleep(0.05)
    said = [path for path in (exchange.folder.parent / "output", exchange.log) if path.exists()]
    raise NoExchange("Asterisk does not start: " + " ".join(path.read_text("utf-8", "replace") for path in said))


def is_steerable(exchange: Exchange) -> bool:
    """Does the control interface answer?"""
    login = b64encode(f"{exchange.ari_user}:{exchange.ari_password}".encode()).decode()
    request = urllib.request.Request(f"{exchange.ari_url}/asterisk/ping", headers={"Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def takes_calls(exchange: Exchange) -> bool:
    """Does somebody answer to SIP?"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.5)
        asking.bind((HOST, 0))
        host, port = asking.getsockname()
        asking.sendto(
            f"OPTIONS sip:{exchange.sip[0]} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK-ready\r\n"
            f"From: <sip:ready@{host}>;tag=1\r\nTo: <sip:{exchange.sip[0]}>\r\nCall-ID: ready\r\nCSeq: 1 OPTIONS\r\n"
            f"Contact: <sip:{host}:{port}>\r\nMax-Forwards: 1\r\nContent-Length: 0\r\n\r\n".encode(),
            exchange.sip,
        )
        try:
            return asking.recv(2048).startswith(b"SIP/2.0")
        except OSError:
            return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End it as a container does: ask, and wait."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
