# SPDX-License-Identifier: EUPL-1.2
"""What is on the shelf is found, whole or in pieces; what is not is never made up."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Pace
from tests.factories import NOON
from voice.clips import BEEP, SILENCES, silence
from voice.menu import Say
from voice.numbers import number_pieces, parts_of_number
from voice.pieces import as_heard, cover, words_of
from voice.shelf import INDEX, Shelf
from voice.stocking import GRACE, add, apologise_with, furnish, joined, put, sweep
from voice.tones import silence as quiet

ROOT = Path(__file__).resolve().parents[2]


def clip(text: str) -> str:
    """A name as a worker gives it, that shows what it says."""
    return text.encode().hex()[:32].ljust(32, "0") + ".wav"


def shelf_of(folder: Path, *texts: str, language: str = "de", pace: Pace = Pace.NORMAL) -> Shelf:
    """A shelf on which these texts stand."""
    furnish(folder)
    for text in texts:
        put(folder / clip(text), quiet(100))
    add({(Say(text, language), pace): clip(text) for text in texts}, folder)
    return Shelf(folder)


def heard(shelf: Shelf, text: str, language: str = "de", pace: Pace = Pace.NORMAL):
    return shelf.clips(text, language, pace)


PREPARED = ["Ja", "Nein", "Nur am Wochenende", "Notiert:", "Notiert: Ja.", "am", "Wochenende", "31. März", "2027",
            "Frage", *number_pieces("de")]  # fmt: skip


@pytest.fixture(scope="module")
def stocked(tmp_path_factory) -> Shelf:
    return shelf_of(tmp_path_factory.mktemp("shelf"), *PREPARED)


FOUND = [
    ("Notiert: Ja.", ["Notiert: Ja."]),
    ("Notiert:   Ja.", ["Notiert: Ja."]),
    ("Notiert: Nein.", ["Notiert:", "Nein"]),
    ("Notiert: Nur am Wochenende.", ["Notiert:", "Nur am Wochenende"]),
    ("am 31. März 2027.", ["am", "31. März", "2027"]),
    ("4.", ["4"]),
    ("Frage 4. Ja", ["Frage", "4", "Ja"]),
    ("4211", ["4000", "200", "11"]),
    ("67 003", ["67", "0", "0", "3"]),
    ("67003", ["67", "tausend", "3"]),
    ("3,4", ["3", "Komma", "4"]),
    ("-5", ["minus", "5"]),
    ("0 2 2 7, 1", ["0", "2", "2", "7", "1"]),
    ("1000", ["1000"]),
    ("250000", ["2", "5", "0", "0", "0", "0"]),
    ("ja – NEIN!", ["Ja", "Nein"]),
    (" ", []),
    ("…", []),
]
"""A text, and the prepared ones that say it."""


@pytest.mark.parametrize(("text", "pieces"), FOUND)
def test_a_text_is_said_whole_or_with_the_fewest_pieces(stocked, text, pieces):
    assert heard(stocked, text) == tuple(clip(each) for each in pieces)


@pytest.mark.parametrize("text", ["Vielleicht", "Notiert: Vielleicht.", "Ja oder Nein", "Wo\u0301"])
def test_what_no_piece_says_is_not_found(stocked, text):
    assert heard(stocked, text) is None


@given(st.lists(st.sampled_from(PREPARED), min_size=1, max_size=8))
def test_whatever_is_put_together_from_pieces_is_found_again(stocked, pieces):
    found = heard(stocked, " ".join(pieces))
    assert found is not None
    assert len(found) <= len(pieces)


@given(st.text(max_size=60), st.sampled_from(["de", "en", "de-simple", "xx", ""]))
def test_any_text_may_be_asked_for(stocked, text, language):
    found = stocked.clips(text, language, Pace.FAST)
    assert found is None or all(stocked.file(each) for each in found)


@given(st.integers(0, 99_999), st.sampled_from(["de", "en", "tr", "pl", "ru", "uk", "ar"]))
def test_every_number_is_said_by_pieces_that_are_prepared(number, language):
    assert set(parts_of_number(str(number), language)) <= set(number_pieces(language))


def test_a_pace_that_is_not_prepared_is_the_usual_one(tmp_path):
    shelf = shelf_of(tmp_path, "Ja")
    assert heard(shelf, "Ja", pace=Pace.SLOW) == (clip("Ja"),)
    put(tmp_path / clip("slow"), quiet(100))
    add({(Say("Ja", "de"), Pace.SLOW): clip("slow")}, tmp_path)
    assert heard(shelf, "Ja", pace=Pace.SLOW) == (clip("slow"),)
    assert heard(shelf, "Ja") == (clip("Ja"),)


def test_easy_german_is_said_by_german_where_it_has_no_sound_of_its_own(tmp_path):
    assert heard(shelf_of(tmp_path, "Ja"), "Ja", "de-simple") == (clip("Ja"),)
    assert heard(shelf_of(tmp_path, "Ja"), "Ja", "en") is None


def test_a_change_on_disk_is_seen_at_once(tmp_path):
    shelf = Shelf(tmp_path / "speech")
    assert heard(shelf, "Ja") is None
    shelf_of(tmp_path / "speech", "Ja")
    assert heard(shelf, "Ja") == (clip("Ja"),)


def test_while_the_index_is_gone_everything_is_still_found(tmp_path):
    shelf = shelf_of(tmp_path, "Ja")
    assert heard(shelf, "Ja")
    (tmp_path / INDEX).unlink()
    assert heard(shelf, "Ja")


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe", b'{"clips": {}}'])
def test_a_damaged_index_is_an_empty_shelf_and_can_be_filled_again(tmp_path, damage):
    shelf_of(tmp_path, "Ja")
    (tmp_path / INDEX).write_bytes(damage)
    assert heard(Shelf(tmp_path), "Ja") is None
    add({(Say("Ja", "de"), Pace.NORMAL): clip("Ja")}, tmp_path)
    assert heard(Shelf(tmp_path), "Ja") == (clip("Ja"),)


def test_missing_names_each_text_once_in_its_order(tmp_path):
    shelf = shelf_of(tmp_path, "Ja")
    texts = [Say("Oben", "de"), Say("Ja", "de"), Say("Unten", "en"), Say("Oben", "de")]
    assert shelf.missing(texts) == (Say("Oben", "de"), Say("Unten", "en"))


@pytest.mark.parametrize(
    "name", ["../index.json", "index.json", "", "/etc/passwd", ".x.wav.1", "A" * 32 + ".wav", "a/b.wav"]
)
def test_nothing_but_clips_is_ever_given_out(tmp_path, name):
    assert shelf_of(tmp_path, "Ja").file(name) is None


def test_every_clip_is_given_out_by_its_name(tmp_path):
    shelf = shelf_of(tmp_path, "Ja")
    for name in (clip("Ja"), BEEP, *map(silence, SILENCES)):
        assert shelf.file(name) == tmp_path / name


# ------------------------------------------------------------------------------------------------------ stocking


def test_the_tone_and_silences_have_their_lengths(tmp_path):
    furnish(tmp_path)
    for name, seconds in ((BEEP, 0.35), *((silence(each), each / 1000) for each in SILENCES)):
        with wave.open(str(tmp_path / name)) as file:
            assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
            assert file.getnframes() == pytest.approx(seconds * 8000)


def test_clips_are_joined_into_one_file(tmp_path):
    shelf_of(tmp_path, "Ja", "Nein")
    apologise_with((clip("Ja"), clip("Nein")), tmp_path)
    assert (tmp_path / "down.wav").read_bytes() == quiet(200) == joined([tmp_path / clip("Ja")] * 2)


def test_what_is_no_longer_said_cannot_be_found_and_goes_a_day_later(tmp_path):
    shelf = shelf_of(tmp_path, "Ja", "Nein")
    assert sweep([Say("Ja", "de")], tmp_path, NOON) == 0
    assert heard(shelf, "Nein") is None
    assert shelf.file(clip("Nein")), "a call may just be playing it"
    assert sweep([Say("Ja", "de")], tmp_path, NOON + GRACE) == 0
    assert sweep([Say("Ja", "de")], tmp_path, NOON + GRACE + timedelta(seconds=1)) == 1
    assert shelf.file(clip("Nein")) is None
    assert heard(shelf, "Ja") == (clip("Ja"),)
    assert shelf.file(BEEP)


def test_what_is_said_again_within_the_day_stays(tmp_path):
    shelf = shelf_of(tmp_path, "Ja")
    sweep([], tmp_path, NOON)
    add({(Say("Ja", "de"), Pace.NORMAL): clip("Ja")}, tmp_path)
    sweep([Say("Ja", "de")], tmp_path, NOON + GRACE * 2)
    assert shelf.file(clip("Ja"))
    assert heard(shelf, "Ja")


# ------------------------------------------------------------------------------------------------------ pieces


@given(st.text(max_size=80))
def test_what_is_heard_of_what_is_heard_is_the_same(text):
    assert as_heard(as_heard(text)) == as_heard(text)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.sets(st.text("abcd", min_size=1, max_size=4)))
def test_the_fewest_pieces_are_found(letters, known):
    """Against a search through all ways to cut the text."""

    def fewest(rest: str) -> int | None:
        if not rest:
            return 0
        ways = [fewest(rest[len(each) :]) for each in known if rest.startswith(each)]
        return min((1 + way for way in ways if way is not None), default=None)

    def clips_of(words: tuple[str, ...]):
        return ("".join(words),) if "".join(words) in known else None

    found = cover(tuple(letters), clips_of, longest=4)
    assert (len(found) if found is not None else None) == fewest("".join(letters))
    assert found is None or "".join(found) == "".join(letters)


def test_words_of_a_text_are_those_that_can_be_heard():
    assert words_of("Ja – „nein“ … 3!") == ("Ja", "„nein“", "3!")


# ------------------------------------------------------------------------------------------------------ light


def test_a_call_needs_nothing_heavy():
    """Neither the shelf nor preparing loads an engine or arithmetic on samples into the process that asks."""
    heavy = {"numpy", "scipy", "miniaudio", "pyloudnorm", "gtts", "espeakng_loader", "piper", "ctypes"}
    code = "import sys, json, voice.shelf, voice.speech, voice.repertoire; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout)
    assert heavy.isdisjoint(loaded)
    assert [name for name in loaded if name.startswith("voice.engines")] == []
