# SPDX-License-Identifier: EUPL-1.2
"""`mitwirkung speech`: what is missing is named and made; a text can be heard before anybody calls."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from app.cli import NOT_POSSIBLE, PLACES, main
from app.files import EXAMPLES
from voice.engines.recorded import COLUMNS


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Call `mitwirkung` for a town that asks nothing yet; gives exit code, output, errors."""
    monkeypatch.setitem(PLACES, "speech", "app.commands.speech:speech")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shutil.copy(EXAMPLES / "town.toml", tmp_path)
    main(["migrate", "--dir", str(tmp_path)])
    capsys.readouterr()

    def called(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([*map(str, arguments), "--dir", str(tmp_path)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return called


@pytest.mark.slow
def test_what_is_missing_is_named_made_and_then_no_longer_missing(run):
    code, told, wrong = run("speech", "missing")
    assert (code, "Auf Wiederhören." in told) == (NOT_POSSIBLE, True)
    assert "mitwirkung speech prepare" in wrong
    code, told, wrong = run("speech", "prepare")
    assert (code, wrong) == (0, "")
    assert run("speech", "missing") == (0, "Zu allen Texten gibt es Ton.\n", "")
    assert run("speech", "prepare")[1].startswith("Neu gesprochen: 0.")


def test_the_list_for_a_human_voice_is_a_table_with_one_file_for_each_sentence(run):
    code, told, _ = run("speech", "list")
    head, *rows = csv.reader(io.StringIO(told), delimiter=";")
    assert (code, tuple(head)) == (0, COLUMNS)
    assert len({row[0] for row in rows}) == len(rows) > 500


def test_a_text_is_saved_as_sound(run, tmp_path):
    assert run("speech", "say", "Guten Tag", tmp_path / "a.wav") == (0, "", "")
    assert (tmp_path / "a.wav").read_bytes().startswith(b"RIFF")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("", "a.wav"), "Das lässt sich nicht sprechen."),
        (("Ja", "a.wav", "--language", "xx"), "keine Stimme"),
        (("Ja", "no/such/folder/a.wav"), "lässt sich nicht schreiben"),
        (("Ja", "a.wav", "--pace", "schnell"), "slow, normal, fast"),
    ],
)
def test_what_is_not_possible_is_said_in_german(run, tmp_path, arguments, why):
    text, file, *more = arguments
    code, _, wrong = run("speech", "say", text, tmp_path / file, *more)
    assert code
    assert why in wrong
