# SPDX-License-Identifier: EUPL-1.2
"""Nothing can come up in a call that was not made into sound before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.catalogues import read_all_words, read_heard, read_phrases
from app.speech import ROOMS, Spoken, stock
from core.ballots import Cell
from core.commands import Command
from core.consultation import Standing
from core.people import Pace
from core.publication import publication_of
from core.questions.contract import Asking
from core.tally import Tally
from core.turns import MachinePickedUp, Occasion, PickedUp, Pressed, Said
from tests import factories
from tests.core.test_conversation import resident
from tests.voice.calling import Caller, caller
from voice.breaths import breaths
from voice.menu import Say
from voice.pieces import as_heard
from voice.repertoire import results_texts
from voice.shelf import Shelf

LANGUAGES = ("de", "de-simple", "en")
WALKS, STEPS = 300, 14
"""Calls by chance, and what happens in each."""

KEYS = ["1"] * 5 + ["2", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#", "", "**", "12#", "00"]
WE_CALLED: list[Said] = [
    kind(occasion, "BUS" if occasion is Occasion.INVITATION else None)
    for kind in (PickedUp, MachinePickedUp)
    for occasion in Occasion
]


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    """The example town with both example consultations."""
    parts = resident().parts
    return Spoken.of(next(iter(parts.towns.by_key.values())), parts)


@pytest.fixture(scope="module")
def shelf(spoken: Spoken, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """All of it, made as the service makes it."""
    folder = tmp_path_factory.mktemp("data")
    assert stock([spoken], folder).failed == ()
    return Shelf(folder / "speech")


# ------------------------------------------------------------------------------------------------------ whole calls


def called_by_chance(seed: int) -> Iterator[tuple[Say, Pace]]:
    """Everything that one call says in which keys are pressed by chance."""
    chance, person = random.Random(seed), caller()
    menus = [person.call(), person.does(Pressed(Command.LANGUAGE, LANGUAGES[seed % 3]))]
    menus += [step_by_chance(person, chance) for _ in range(STEPS)]
    return ((sound, menu.pace) for menu in menus for sound in menu.sounds if isinstance(sound, Say))


def step_by_chance(person: Caller, chance: random.Random):
    match chance.random():
        case number if number < 0.04:
            return person.does(chance.choice(WE_CALLED))
        case number if number < 0.1:
            return person.call()
        case _:
            return person.press(chance.choice(KEYS))


@pytest.mark.slow
def test_c15_everything_that_calls_by_chance_say_is_on_the_shelf(shelf, monkeypatch):
    """With every engine cut off: no process can be started, and no test has a network."""
    monkeypatch.setattr("subprocess.Popen", None)
    silent = {say for seed in range(WALKS) for say, pace in called_by_chance(seed)
              if shelf.clips(say.text, say.language, pace) is None}  # fmt: skip
    assert silent == set()


def test_nearly_everything_is_said_in_one_piece(shelf):
    """Receipts and other numbers are put together; a sentence should not be."""
    said = [shelf.clips(say.text, say.language, pace) for seed in range(30) for say, pace in called_by_chance(seed)]
    whole = sum(len(clips) == 1 for clips in said if clips)
    assert whole > 0.97 * len(said)


# ------------------------------------------------------------------------------------------------------ all of it


def test_every_phrase_of_these_rooms_is_in_the_repertoire(spoken):
    prepared = {(each.language, as_heard(each.text)) for each in spoken.fixed.texts}
    for language, texts in read_heard(ROOMS).items():
        whole = [breath for text in texts if not {"{", "|"} & set(text) for breath in breaths(text)]
        assert [each for each in whole if (language, as_heard(each)) not in prepared] == []


def test_every_room_that_a_call_can_reach_is_read():
    assert {"conversation", "questions", "voice", "telephone"} <= set(ROOMS)
    assert set(read_heard(ROOMS)) == set(LANGUAGES)


def test_a_phrase_for_the_ear_stands_for_the_one_for_the_eye(tmp_path):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "room.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "a"\nmsgstr "für das Auge"\n\nmsgctxt "spoken"\nmsgid "a"\nmsgstr "für das Ohr"\n\n'
        'msgctxt "sms"\nmsgid "a"\nmsgstr "kurz"\n\nmsgid "b"\nmsgid_plural "b"\nmsgstr[0] "eins"\nmsgstr[1] "viele"\n',
        "utf-8",
    )
    assert sorted(read_heard(["room"], tmp_path)["de"]) == ["eins", "für das Ohr", "viele"]


def test_each_text_is_one_breath_and_stands_once(spoken):
    texts = spoken.fixed.texts
    assert len(set(texts)) == len(texts)
    assert [each for each in texts if breaths(each.text) != (each.text,) or "{" in each.text] == []


# ------------------------------------------------------------------------------------------------------ numbers, days


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_number_a_receipt_and_any_day_can_be_said(shelf, spoken, language):
    phrases = read_phrases()
    receipts = [
        phrases.wording("finished.receipt", language, receipt=text).heard
        for text in ("0 1 2 3, 4 5 6 7", "9 9 9 9, 8 8 8 8")
    ]
    months = phrases.text("date.months", language).split("|")
    days = [
        phrases.text("date.day", language, day=day, month=month, year=2027)
        for day in (1, 15, 31)
        for month in months[:3]
    ]
    over = [phrases.wording("consultation.over", language, keyword="BUS", day=day).heard for day in days]
    numbers = [str(number) for number in (0, 7, 100, 101, 999, 1000, 4211, 67003, 99999, "3,4", "12.5")]
    said = [breath for text in (*receipts, *over, *numbers) for breath in breaths(text)]
    assert [each for each in said if shelf.clips(each, language, Pace.NORMAL) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answers", [0, 4, 37, 61_234])
def test_results_can_be_heard_before_their_own_sound_is_made(shelf, spoken, language, answers):
    asking = {language: Asking(language, read_all_words()[language.partition("-")[0]], read_phrases())}
    for standing in spoken.standings:
        shown = publication_of(standing, tally_of(standing, answers), factories.NOON, final=False)
        texts = results_texts(shown, standing.consultation, asking)
        assert texts
        assert shelf.missing(texts) == ()


def tally_of(standing: Standing, answers: int) -> Tally:
    """So many people, most of whom gave the first answer to each question, and some the last."""
    cells = {Cell("", "", "voice", "de"): answers}
    for question in standing.consultation.questions:
        cells[Cell(question.key, "", "voice", "de")] = answers
        options = question.options() or ()
        for option, count in zip(
            (options[:1] + options[-1:]) * bool(options), (answers - answers // 3, answers // 3), strict=False
        ):
            cells[Cell(question.key, option, "voice", "de")] = count
    return Tally(cells)


# ------------------------------------------------------------------------------------------------------ stock


def test_what_is_stocked_twice_is_made_once_and_the_apology_lies_ready(shelf, spoken):
    made = stock([spoken], shelf.folder.parent)
    assert (made.made, made.failed) == (0, ())
    assert shelf.file("down.wav")
    assert shelf.file("beep.wav")


def test_a_consultation_that_is_not_prepared_names_its_own_texts(shelf, spoken):
    other = factories.consultation("RAD")
    standing = replace(spoken.standings[0], id="other", consultation=other)
    missing = shelf.missing(replace(spoken, standings=(*spoken.standings, standing)).fixed.texts)
    assert {"Wohin möchten Sie fahren?", "Zwei Fragen."} <= {each.text for each in missing}
    assert not {"Für Ja", "die Eins."} & {each.text for each in missing}
