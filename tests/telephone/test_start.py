# SPDX-License-Identifier: EUPL-1.2
"""The start script by itself: what it writes, what it refuses, and how it says so. Asterisk is a line of shell here."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.telephone.exchange import FETCH, NUMBER, ROOT, START

TEMPLATES = sorted((START.parent / "templates").glob("*.conf"))
SETTINGS = {
    "PHONE_NUMBER": NUMBER,
    "PHONE_TRUNK": "registration",
    "PHONE_TRUNK_HOST": "sip.provider.example",
    "PHONE_TRUNK_USER": "492271000000",
    "PHONE_TRUNK_PASSWORD": "secret; of @ALL@ kinds \\ $(id) \"'",
    "ASTERISK_ARI_PASSWORD": "also secret",
}


@pytest.fixture
def start(tmp_path):
    """Start with some settings changed; `None` leaves one out."""
    root = tmp_path / "an asterisk"
    (root / "usr/lib/some-linux/asterisk/modules").mkdir(parents=True)
    for program, line in {"usr/sbin/asterisk": "", "usr/lib/some-linux/ld-linux-some.so.1": 'echo "$@"; env'}.items():
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (root / program).chmod(0o755)

    def started(**changed):
        place = {"PATH": "/usr/bin:/bin", "ASTERISK_ROOT": str(root), "PHONE_RUN_DIR": str(tmp_path / "run")}
        given = {name: value for name, value in (place | SETTINGS | changed).items() if value is not None}
        return subprocess.run([START], env=given, capture_output=True, text=True, check=False)

    return started


def written(tmp_path, name):
    return (tmp_path / "run" / "etc" / name).read_text("utf-8")


def test_asterisk_gets_the_configuration_and_no_secret_in_its_environment(start, tmp_path):
    done = start()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"-f -C {tmp_path}/run/etc/asterisk.conf" in done.stdout
    assert "secret" not in done.stdout
    assert (tmp_path / "run" / "data" / "sounds" / "beep.wav").stat().st_size > 1000


def test_a_secret_arrives_as_it_is_and_only_its_owner_can_read_it(start, tmp_path):
    start()
    assert "password = secret\\; of @ALL@ kinds \\ $(id) \"'\n" in written(tmp_path, "trunk.conf")
    readable = [
        path
        for path in (tmp_path / "run").rglob("*")
        if path.stat(follow_symlinks=False).st_mode & 0o077 and not path.is_symlink()
    ]
    assert readable == []


def test_a_secret_may_stand_in_a_file(start, tmp_path):
    (tmp_path / "password").write_text("from a file\n", encoding="utf-8")
    assert start(ASTERISK_ARI_PASSWORD=None, ASTERISK_ARI_PASSWORD_FILE=str(tmp_path / "password")).returncode == 0
    assert "password = from a file\n" in written(tmp_path, "ari.conf")


@pytest.mark.parametrize("trunk", ["registration", "addresses"])
def test_no_place_is_left_open_in_any_file(start, tmp_path, trunk):
    assert start(PHONE_TRUNK=trunk, PHONE_TRUNK_ADDRESSES="192.0.2.10", PHONE_TRUNK_PASSWORD="plain").returncode == 0
    files = sorted((tmp_path / "run" / "etc").iterdir())
    assert {path.name for path in TEMPLATES if not path.name.startswith("trunk-")} | {"trunk.conf"} <= {
        path.name for path in files
    }
    assert [path.name for path in files if re.search(r"@[A-Z_]+@", path.read_text("utf-8"))] == []


def test_a_trunk_by_addresses_holds_no_password(start, tmp_path):
    assert start(PHONE_TRUNK="addresses", PHONE_TRUNK_ADDRESSES="192.0.2.10,192.0.2.64/28").returncode == 0
    assert "match = 192.0.2.10,192.0.2.64/28\n" in written(tmp_path, "trunk.conf")
    assert "auth" not in written(tmp_path, "trunk.conf") + written(tmp_path, "pjsip.conf").replace(
        "outbound_auth =", ""
    )


def test_a_setting_that_is_not_given_leaves_no_line_behind(start, tmp_path):
    start()
    assert "external_media_address" not in written(tmp_path, "pjsip.conf")
    start(PHONE_PUBLIC_ADDRESS="203.0.113.7", PHONE_LOCAL_NET="10.0.0.0/8")
    assert "external_media_address = 203.0.113.7\n" in written(tmp_path, "pjsip.conf")


REFUSED = [
    ("PHONE_NUMBER", None),
    ("PHONE_NUMBER", "Rathaus"),
    ("PHONE_TRUNK", None),
    ("PHONE_TRUNK", "anybody"),
    ("PHONE_TRUNK_HOST", "sip.example\ncontext = outbound"),
    ("PHONE_TRUNK_USER", None),
    ("PHONE_TRUNK_PASSWORD", "two\nlines"),
    ("ASTERISK_ARI_PASSWORD", None),
    ("ASTERISK_ARI_USER", "a]b"),
    ("PHONE_ARI_ADDRESS", "0.0.0.0"),
    ("PHONE_MAX_CALLS", "many"),
    ("PHONE_RTP_PORTS", "10000"),
    ("PHONE_PERSON_PREFIX", "sip:"),
    ("PHONE_TRUNK_ADDRESSES", "0.0.0.0/0"),
    ("ASTERISK_ROOT", "/nowhere"),
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=[f"{name}={value!r}" for name, value in REFUSED])
def test_a_value_that_cannot_be_right_stops_the_start_with_one_sentence(start, tmp_path, name, value):
    refused = start(**{name: value})
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert name == "ASTERISK_ROOT" or name in refused.stderr
    assert refused.stdout == ""
    assert not (tmp_path / "run" / "etc").exists()


def test_a_file_of_a_secret_that_cannot_be_read_is_named(start, tmp_path):
    refused = start(ASTERISK_ARI_PASSWORD_FILE=str(tmp_path / "none"))
    assert (refused.returncode, refused.stderr) == (
        2,
        "The file that ASTERISK_ARI_PASSWORD_FILE names cannot be read.\n",
    )


def test_every_setting_of_the_exchange_is_explained():
    names = set(re.findall(r"\b(?:PHONE|ASTERISK)_[A-Z_]+\b", START.read_text("utf-8")))
    explained = (START.parent / "README.md").read_text("utf-8")
    assert len(names) > 15
    assert [name for name in sorted(names) if f"`{name}`" not in explained] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_file_says_what_it_is_for(template):
    assert re.match(r"; [A-Z].*[.:]", template.read_text("utf-8"))


# ------------------------------------------------------------------------------------------------------- fetching it


def fetch(folder, path="/usr/bin:/bin", **environment):
    given = {"PATH": path, "HOME": str(folder), **environment}
    return subprocess.run([FETCH], env=given, capture_output=True, text=True, check=False)


def test_an_asterisk_that_is_there_is_not_fetched_again(tmp_path):
    there = tmp_path / "mitwirkung" / "asterisk" / "22"
    there.mkdir(parents=True)
    found = fetch(tmp_path, XDG_CACHE_HOME=str(tmp_path), ASTERISK_MIRROR="http://127.0.0.1:9/nothing")
    assert (found.returncode, found.stdout, found.stderr) == (0, f"{there}\n", "")


def without_apt(folder):
    folder.mkdir()
    for tool in ("mkdir", "mktemp", "rm", "sh"):
        (folder / tool).symlink_to(f"/usr/bin/{tool}")
    return str(folder)


def test_where_there_is_no_apt_one_sentence_says_so_and_nothing_is_left(tmp_path):
    refused = fetch(tmp_path, path=without_apt(tmp_path / "bin"))
    assert refused.returncode == 3
    assert re.fullmatch(r"Asterisk 22 cannot be had here: [^\n]+\.\n", refused.stderr)
    assert list((tmp_path / ".cache" / "mitwirkung" / "asterisk").iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("apt-get"), reason="apt is what is tested")
def test_a_mirror_that_does_not_answer_is_told_in_one_sentence(tmp_path):
    refused = fetch(tmp_path, ASTERISK_MIRROR="http://127.0.0.1:9/nothing")
    assert refused.returncode == 3
    assert re.fullmatch(r"Asterisk 22 cannot be had here: [^\n]+\.\n", refused.stderr)
    assert list((tmp_path / ".cache" / "mitwirkung" / "asterisk").iterdir()) == []


def test_the_image_and_the_fetched_one_are_of_one_generation():
    assert "major=22" in FETCH.read_text("utf-8")
    assert "debian:sid-slim" in (ROOT / "deploy" / "asterisk" / "Dockerfile").read_text("utf-8")
    assert "'22.'" in (ROOT / "deploy" / "asterisk" / "Dockerfile").read_text("utf-8")
