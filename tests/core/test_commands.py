# SPDX-License-Identifier: EUPL-1.2
"""Commands are heard when they are meant, and never in an ordinary sentence."""

import tomllib
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commands import Command, CommandHeard
from core.understanding import command_beside_keyword, read_words, understand_command

FILES = {
    path.stem: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "locales" / "words").glob("*.toml")
}
WORDS = {language: read_words(text) for language, text in FILES.items()}
LISTED = [
    (language, command, text)
    for language, file in FILES.items()
    for command in Command
    for text in tomllib.loads(file)["commands"].get(command, ())
]
EVERYWHERE = (Command.STOP, Command.START, Command.HELP)
TWILIO_STOP_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
"""https://help.twilio.com/articles/223134027 (default opt-out words)."""


@pytest.mark.parametrize(("language", "command", "text"), LISTED)
def test_every_listed_word_is_its_command_however_written(language, command, text):
    for written in (text, text.upper(), f"{text}!!!", f" *{text}* "):
        assert understand_command(written, WORDS[language]) == CommandHeard(command), written


@pytest.mark.parametrize(("language", "word"), list(product(WORDS, TWILIO_STOP_WORDS)))
def test_every_stop_word_of_the_provider_is_an_opt_out_in_every_language(language, word):
    assert understand_command(word, WORDS[language], whole_message_only=True) == CommandHeard(Command.STOP)


@pytest.mark.parametrize(("language", "other", "command"), list(product(WORDS, WORDS, EVERYWHERE)))
def test_the_first_word_for_stop_start_and_help_of_any_language_is_understood_in_every_language(
    language, other, command
):
    word = tomllib.loads(FILES[other])["commands"][command][0]
    assert understand_command(word, WORDS[language]) == CommandHeard(command)


@pytest.mark.parametrize("language", WORDS)
def test_every_command_that_can_be_said_has_a_word_in_every_language(language):
    assert {command for known, command, _ in LISTED if known == language} == {command for _, command, _ in LISTED}


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("SPRACHE Englisch", CommandHeard(Command.LANGUAGE, "en")),
        ("SPRACHE", CommandHeard(Command.LANGUAGE)),
        ("Leichte Sprache", CommandHeard(Command.LANGUAGE, "de-simple")),
        ("ÄNDERN 2", CommandHeard(Command.CHANGE, "2")),
        ("Antwort zwei ändern", CommandHeard(Command.CHANGE, "2")),
        ("VERBINDEN 004711", CommandHeard(Command.LINK, "004711")),
    ],
)
def test_what_stands_behind_a_command_is_its_argument(text, heard):
    assert understand_command(text, WORDS["de"]) == heard


ANSWERS = ["1", "2.", "Ja", "Nein", "drei", "Nr. 2", "die 3", "Ja bitte"]
STOPS = ["STOP", "stopp", "bitte abmelden", "und dann bitte STOP", "keine SMS mehr"]


@given(st.sampled_from(ANSWERS), st.sampled_from(STOPS), st.sampled_from([" ", ". ", ", ", "\n", "! "]))
def test_an_opt_out_beside_an_answer_is_the_opt_out(answer, stop, between):
    assert understand_command(answer + between + stop, WORDS["de"]) == CommandHeard(Command.STOP)


@given(st.sampled_from(ANSWERS), st.sampled_from(STOPS), st.sampled_from([" ", ". ", ", "]))
def test_inside_an_open_answer_only_the_whole_message_is_a_command(answer, stop, between):
    assert understand_command(f"{answer}{between}{stop} am Bahnhof", WORDS["de"], whole_message_only=True) is None


SINGLE = [text for _, _, text in LISTED if len(text.split()) == 1 and text.isalpha()]
SENTENCES = [
    "Der {} am Bahnhof ist zu laut",
    "Wir sehen den {} jeden Tag",
    "Mehr {} für die Kinder der Siedlung",
    "Bitte {} am Rathaus bauen",
]


@given(st.sampled_from(SINGLE), st.sampled_from(SENTENCES))
def test_an_ordinary_sentence_that_holds_a_command_word_is_no_command(word, sentence):
    for whole_only in (True, False):
        assert understand_command(sentence.format(word), WORDS["de"], whole_message_only=whole_only) is None


@pytest.mark.parametrize("text", ["wandern", "Erlebniss", "hilfr", "ergebnsi", "Rathaus", "weitre"])
def test_inside_an_open_answer_a_misspelt_or_likely_word_is_no_command(text):
    assert understand_command(text, WORDS["de"], whole_message_only=True) is None


OPENLY = {
    "Zum Kino. Keine SMS mehr": True,
    "Nirgends, und bitte schreibt mir nicht mehr": True,
    "Es reicht. Bitte keine Umfragen mehr": True,
    "der Bus soll am Bahnhof stoppen": False,
    "Stop am Bahnhof wäre gut": False,
    "keine Busse mehr am Abend, das muss aufhören": False,
    "Bäume, keine Werbung mehr auf dem Platz": False,
    "Mehr Bänke. Stopp für Autos": False,
}


@pytest.mark.parametrize("text", OPENLY)
def test_an_open_answer_is_an_opt_out_only_if_its_last_clause_is_about_our_messages(text):
    heard = understand_command(text, WORDS["de"], whole_message_only=True)
    assert heard == (CommandHeard(Command.STOP) if OPENLY[text] else None)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("ERGEBNIS BUS", CommandHeard(Command.RESULT, "BUS")),
        ("Bus Ergebnis bitte", CommandHeard(Command.RESULT, "BUS")),
        ("STOP BUS", CommandHeard(Command.STOP, "BUS")),
        ("Bus stop", None),
        ("BUS", None),
        ("BUS English", None),
    ],
)
def test_a_command_may_have_the_keyword_of_a_consultation_beside_it(text, heard):
    assert command_beside_keyword(text, "BUS", WORDS["de"], open_answer=True) == heard


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Rückruf bitte"), ("de", "Bitte rufen Sie mich an"), ("en", "please call me"), ("en", "call me back!")],
)
def test_who_asks_to_be_called_is_called_and_who_asks_not_to_be_has_opted_out(language, text):
    refused = {"de": "Bitte rufen Sie mich nicht mehr an", "en": "please don't call me"}[language]
    assert understand_command(text, WORDS[language]) == CommandHeard(Command.CALL_BACK)
    assert understand_command(refused, WORDS[language]) == CommandHeard(Command.STOP)
