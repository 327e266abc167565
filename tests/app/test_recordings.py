# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung recordings`: listening and writing down on the command line, each with an entry in the audit chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import cli
from app.wiring import Service
from core.recordings import NewRecording
from tests import factories
from tests.app.conftest import MONDAY_NOON
from tests.voice.test_recorded import SPEECH

TOWN = "bergheim"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `mitwirkung recordings` with these words; gives exit code, output, errors."""
    monkeypatch.setenv("MITWIRKUNG_DIR", str(folder))
    monkeypatch.setitem(cli.PLACES, "recordings", "app.commands.recordings:recordings")
    for name in ("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def called(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main(["recordings", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


@pytest.fixture
def spoken(service: Service) -> Service:
    """A town in which somebody has answered by voice (r1), another is waited for (r2), and one left a message (m1)."""
    (standing,) = service.parts.store.consultations.all(TOWN)
    new = (
        NewRecording("r1", standing.id, "why", "RE1", 2, "de"),
        NewRecording("r2", standing.id, "why", "RE2", 9, "de"),
        NewRecording("m1", None, None, "RE3", 4, "en"),
    )
    with service.parts.store.turns.answering(TOWN) as transaction:
        meeting = transaction.arrive(arriving := factories.turn(channel="voice", at=MONDAY_NOON))
        transaction.remember(arriving, meeting, replace(factories.outcome(meeting), recorded=new))
    recordings = service.parts.store.recordings
    recordings.keep(TOWN, "r1", SPEECH, silent=False, at=MONDAY_NOON)
    recordings.gone(TOWN, "r1")
    recordings.failed(TOWN, "m1", "mp3")
    return service


def acts(service: Service) -> list[tuple[str, str]]:
    entries = service.parts.store.audit.entries(TOWN)
    return [(act.what, act.subject) for _, act, _ in entries if "recording" in act.what]


def test_without_recordings_it_says_so(run, service):
    assert run("list") == (0, "Es gibt keine Aufnahmen.\n", "")


def test_e14_the_list_tells_where_each_is_and_what_the_provider_still_has(run, spoken):
    code, out, _ = run("list")
    lines = out.splitlines()
    assert code == 0
    assert "r1  23.11.2026; BUS, Frage why; 2 s; de; hier" in lines
    assert "r2  23.11.2026; BUS, Frage why; 9 s; de; noch beim Anbieter" in lines
    assert "m1  23.11.2026; Nachricht an die Stadt; 4 s; en; nicht zu holen (MP3 statt WAV)" in lines
    assert lines[3:] == [
        "Aufnahmen: 3",
        "Noch bei voice: 1 (nicht zu holen)",
        "Noch bei voice: 1 (noch beim Anbieter)",
    ]
    assert "RE" not in out


def test_a_recording_is_saved_for_one_pair_of_ears_and_that_is_written_down(run, spoken, tmp_path):
    file = tmp_path / "r1.wav"
    code, _, _ = run("save", "r1", file)
    assert (code, file.read_bytes(), file.stat().st_mode & 0o777) == (0, SPEECH, 0o600)
    assert acts(spoken) == [("save recording", "r1")]


def test_no_file_is_overwritten_and_no_folder_invented(run, spoken, tmp_path):
    (tmp_path / "there.wav").write_bytes(b"mine")
    for file, told in (("there.wav", "gibt es schon"), ("missing/r1.wav", "lässt sich nicht schreiben")):
        code, _, err = run("save", "r1", tmp_path / file)
        assert (code, told in err) == (1, True)
    assert (tmp_path / "there.wav").read_bytes() == b"mine"
    assert acts(spoken) == []


@pytest.mark.parametrize("recording", ["r2", "m1", "nobody's"])
def test_what_is_not_here_cannot_be_saved(run, spoken, tmp_path, recording):
    code, _, err = run("save", recording, tmp_path / "x.wav")
    assert (code, "kein Ton da" in err, acts(spoken)) == (1, True, [])
    assert not (tmp_path / "x.wav").exists()


def test_what_was_said_is_written_down_by_hand_and_shown_in_the_list(run, spoken):
    assert run("transcribe", "r1", "--text", "Nach Köln.")[0] == 0
    assert "    Nach Köln." in run("list")[1].splitlines()
    assert acts(spoken) == [("transcribe recording", "r1")]


def test_no_machine_overwrites_what_a_person_has_written(run, spoken, tmp_path):
    run("transcribe", "r1", "--text", "Nach Köln.")
    code, _, err = run("transcribe", "r1", "--model", tmp_path)
    assert (code, "schon ein Text" in err) == (1, True)


def test_without_text_or_model_it_says_what_to_do(run, spoken, tmp_path):
    for arguments, told in (
        (("r1",), "--text"),
        (("r1", "--model", tmp_path / "missing"), "gibt es nicht"),
        (("nobody's", "--text", "x"), "gibt es nicht"),
        (("nobody's",), "kein Ton da"),
    ):
        code, _, err = run("transcribe", *arguments)
        assert (code, told in err) == (1, True)
    assert acts(spoken) == []
