# SPDX-License-Identifier: EUPL-1.2
"""Scripts, lock files and the image: what a fresh clone depends on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SCRIPTS = sorted([*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"])
every_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_understood_by_its_shell(script):
    shell = "bash" if "bash" in script.read_text("utf-8").partition("\n")[0] else "sh"
    checked = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@every_lock
def test_d29_every_package_is_pinned_with_its_hashes(lock):
    text = lock.read_text("utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert [block for block in blocks if "==" not in block.partition("\n")[0] or "--hash=sha256:" not in block] == []


@every_lock
def test_no_lock_file_names_an_address_or_a_folder(lock):
    assert (
        re.findall(r"https?:|file://|--(?:extra-)?index-url|--find-links|--trusted-host", lock.read_text("utf-8")) == []
    )


@every_lock
def test_every_package_that_is_asked_for_is_locked(lock):
    lines = lock.with_suffix(".in").read_text("utf-8").split("\n")
    wanted = {found[1].lower() for line in lines if (found := re.match(r"([A-Za-z0-9][A-Za-z0-9_-]*)", line))}
    assert wanted <= set(pins(lock))


def test_no_two_lock_files_disagree():
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


# ----------------------------------------------------------------------------------------------- in a new folder


@pytest.fixture
def clone(tmp_path):
    """A folder with the scripts and lock files only, whose name has a space in it."""
    folder = tmp_path / "a fresh clone"
    shutil.copytree(ROOT / "script", folder / "script")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


def install(clone: Path, *sets: str, path: str = "/usr/bin:/bin", python: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(clone), "PYTHON": python}
    return subprocess.run(
        [clone / "script" / "install", *sets], env=environment, capture_output=True, text=True, check=False
    )


def a_python_that(says: str, folder: Path) -> str:
    """A search path on which every Python answers in one way, beside the tools that the script needs."""
    folder.mkdir()
    for tool in ("cat", "chmod", "cmp", "cp", "dirname", "grep", "mkdir", "sh"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (folder / name).write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


TOO_LITTLE = [
    ("exit 1", "Python 3.11 or newer is missing."),
    ('case "$2" in *ensurepip*) exit 1;; esac; exit 0', "Python's venv and pip are missing."),
]


@pytest.mark.parametrize(("says", "told"), TOO_LITTLE)
def test_where_something_is_missing_one_plain_sentence_says_what_to_install(clone, tmp_path, says, told):
    installed = install(clone, "main", path=a_python_that(says, tmp_path / "bin"))
    assert installed.returncode == 1
    assert installed.stderr.startswith(told)
    assert installed.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


@pytest.mark.slow
def test_a_folder_is_prepared_once_and_its_command_runs_wherever_it_is_called_from(clone):
    (clone / "app").mkdir()
    (clone / "app" / "cli.py").write_text("import sys\ndef main(): print(sys.argv[1:])\n", encoding="utf-8")
    assert install(clone, python=sys.executable).returncode == 0
    made = (clone / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    assert install(clone, python="/no/python/any/more").returncode == 0
    assert (clone / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made
    called = subprocess.run(
        [clone / ".venv" / "bin" / "mitwirkung", "demo", "--port", "8000"],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (called.stdout, called.stderr) == ("['demo', '--port', '8000']\n", "")


# ----------------------------------------------------------------------------------------------------- the image


def test_the_image_and_the_set_up_name_only_settings_that_exist():
    known = {setting.name for setting in SETTINGS} | {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    text = "".join((ROOT / name).read_text("utf-8") for name in ("Dockerfile", "docker-compose.yml"))
    named = set(re.findall(r"\b((?:MITWIRKUNG|TWILIO|TELEGRAM|ASTERISK|DATABASE|PUBLIC)_[A-Z_]+)\b", text))
    assert named <= known
    assert {"DATABASE_URL_FILE", "PUBLIC_URL", "TWILIO_AUTH_TOKEN_FILE"} <= named


def test_no_secret_stands_in_the_set_up_itself():
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert re.findall(r"(?:PASSWORD|TOKEN|SECRET|DATABASE_URL)[A-Z_]*: +(?!/run/secrets/)\S+", text) == []


def test_nothing_but_the_service_goes_into_the_image():
    first, *rest = [line for line in (ROOT / ".dockerignore").read_text("utf-8").split("\n") if line and line[0] != "#"]
    assert first == "*"
    let_in = {line[1:].partition("/")[0] for line in rest if line.startswith("!")}
    assert let_in.isdisjoint({".git", ".venv", "data", "keys", "secrets", "tests", "bench"})
