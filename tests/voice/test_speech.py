# SPDX-License-Identifier: EUPL-1.2
"""Sound is made ahead of time, in a process of its own; what is there is kept, whatever happens to that process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from core.people import Pace
from voice.clips import BEEP
from voice.engines.recorded import COLUMNS, MANIFEST
from voice.menu import Say
from voice.repertoire import Repertoire
from voice.shelf import INDEX, Shelf
from voice.speech import AWAY, Made, Voices, prepare, say
from voice.tones import beep

ROOT = Path(__file__).resolve().parents[2]
ESPEAK = Voices(engines=("espeak",))
TEXTS = tuple(Say(text, language) for language in ("de", "en") for text in ("Ja", "Nein", "1", "2"))


def test_what_is_missing_is_made_and_then_there(tmp_path):
    shelf = Shelf(tmp_path)
    assert prepare(TEXTS, shelf, ESPEAK) == Made(8, 0, ())
    assert shelf.missing(TEXTS) == ()
    assert prepare(TEXTS, shelf, ESPEAK) == Made(0, 8, ())
    assert shelf.file(BEEP)


def test_each_pace_is_made_where_it_is_wanted(tmp_path):
    shelf = Shelf(tmp_path)
    prepare(TEXTS[:1], shelf, ESPEAK, paces=tuple(Pace))
    clips = {shelf.clips("Ja", "de", pace) for pace in Pace}
    assert len(clips) == 3


def test_progress_is_told_text_by_text(tmp_path):
    told: list[tuple[int, int]] = []
    prepare(TEXTS[:3], Shelf(tmp_path), ESPEAK, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_made_is_named_with_its_reason_and_stops_nothing(tmp_path):
    shelf = Shelf(tmp_path)
    made = prepare((Say("Ja", "xx"), Say("Ja", "de"), Say("\u200b", "de")), shelf, ESPEAK)
    assert [(each.say.language, each.pace) for each in made.failed] == [("xx", Pace.NORMAL), ("de", Pace.NORMAL)]
    assert all(each.why.startswith("espeak: ") for each in made.failed)
    assert shelf.missing((Say("Ja", "de"),)) == ()


def test_without_any_engine_everything_is_named(tmp_path):
    made = prepare(TEXTS, Shelf(tmp_path), Voices(engines=()))
    assert len(made.failed) == len(TEXTS)


def test_only_the_repertoire_may_be_said_by_an_engine_that_sends_texts_away(tmp_path):
    voices = Voices(engines=("gtts",))
    reasons = {each.why.partition(":")[0] for each in prepare(Repertoire(TEXTS[:1]), Shelf(tmp_path), voices).failed}
    assert reasons == {"gtts"}
    reasons = {each.why.partition(":")[0] for each in prepare(TEXTS[:1], Shelf(tmp_path), voices).failed}
    assert reasons.isdisjoint(AWAY)
    with pytest.raises(ValueError, match="keine Stimme"):
        say("Was jemand gesagt hat", "de", voices)


def test_a_recorded_voice_goes_before_all_others_and_comes_into_use_at_once(tmp_path):
    shelf, voice = Shelf(tmp_path / "speech"), tmp_path / "voice"
    voices = Voices(engines=("recorded", "espeak"), recordings=voice)
    prepare(TEXTS[:2], shelf, voices)
    before = shelf.clips("Ja", "de", Pace.NORMAL)
    voice.mkdir()
    (voice / MANIFEST).write_text(";".join(COLUMNS) + "\nja.wav;de;Ja\n", "utf-8")
    (voice / "ja.wav").write_bytes(beep())
    assert prepare(TEXTS[:2], shelf, voices) == Made(1, 1, ())
    assert shelf.clips("Ja", "de", Pace.NORMAL) != before


def test_one_text_can_be_tried_out():
    assert say("Guten Tag", "de", ESPEAK).startswith(b"RIFF")


# ------------------------------------------------------------------------------------------------------ sudden ends

DIES = """
import os, sys
from voice.engines import espeak, worker
make = espeak.Espeak.make
def dies(self, text, language, pace):
    os.kill(os.getpid(), 9) if text == "Nein" else None
    return make(self, text, language, pace)
espeak.Espeak.make = dies
worker.main()
"""


def test_a_text_that_ends_the_process_is_named_and_the_others_are_made(tmp_path, monkeypatch):
    (tmp_path / "dies.py").write_text(DIES, "utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    monkeypatch.setattr("voice.speech.WORKER", "dies")
    made = prepare(TEXTS[:4], Shelf(tmp_path / "speech"), ESPEAK)
    assert [each.say.text for each in made.failed] == ["Nein"]
    assert made.made == 3


def test_a_process_that_hangs_is_ended_and_the_next_text_is_made(tmp_path, monkeypatch):
    (tmp_path / "hangs.py").write_text(DIES.replace("os.kill(os.getpid(), 9)", "__import__('time').sleep(60)"), "utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    monkeypatch.setattr("voice.speech.WORKER", "hangs")
    monkeypatch.setattr("voice.speech._LONGEST_ANSWER", 5.0)
    made = prepare(TEXTS[:3], Shelf(tmp_path / "speech"), ESPEAK)
    assert [each.say.text for each in made.failed] == ["Nein"]
    assert made.made == 2


def test_a_process_that_never_starts_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("voice.speech.WORKER", "voice.there_is_no_such_module")
    made = prepare(TEXTS, Shelf(tmp_path), ESPEAK)
    assert len(made.failed) == len(TEXTS)
    assert made.failed[-1].why == "die Sprachausgabe startet nicht"


LONG = """
import sys
from pathlib import Path
from voice.menu import Say
from voice.shelf import Shelf
from voice.speech import Voices, prepare
texts = [Say(f"Frage {number}", "de") for number in range(100)]
told = lambda done, total: print(done, flush=True)
prepare(texts, Shelf(Path(sys.argv[1])), Voices(engines=("espeak",)), progress=told)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_c15_a_run_that_was_ended_goes_on_where_it_stopped(tmp_path, end):
    running = subprocess.Popen(
        [sys.executable, "-c", LONG, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with running:
        while running.stdout.readline().strip() != "60":
            pass
        running.send_signal(end)
    for file in tmp_path.glob("?" * 32 + ".wav"):
        with wave.open(str(file)) as sound:
            assert sound.getnframes(), "a name stands for a whole file"
    if end is signal.SIGINT:
        assert (tmp_path / INDEX).is_file()
    texts = [Say(f"Frage {number}", "de") for number in range(100)]
    made = prepare(texts, Shelf(tmp_path), ESPEAK)
    assert made.kept >= 60
    assert made.made <= 40
    assert Shelf(tmp_path).missing(texts) == ()


def test_c15_with_the_engine_cut_off_what_was_prepared_is_still_heard(tmp_path, monkeypatch):
    prepare(TEXTS, Shelf(tmp_path), ESPEAK)
    monkeypatch.setattr("voice.speech.WORKER", "voice.there_is_no_such_module")
    monkeypatch.setattr("subprocess.Popen", None)
    shelf = Shelf(tmp_path)
    assert all(shelf.clips(each.text, each.language, Pace.SLOW) for each in TEXTS)
