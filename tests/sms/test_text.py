# SPDX-License-Identifier: EUPL-1.2
"""A reply as a text message: nothing needed is lost, nothing is longer than it must be."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.turns import (
    ChooseOptions,
    EnterNumber,
    GivenAnswer,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    Wording,
)
from sms.gsm7 import measure
from sms.text import LONGEST_PART, parts, sms_text, tidy

YES_NO = ChooseOptions((Option("yes", Wording("Ja")), Option("no", Wording("Nein"))))


def reply(*lines, expects=None, language="de"):
    said = tuple(Line(role, text if isinstance(text, Wording) else Wording(text)) for role, text in lines)
    return Reply(said, expects or NothingExpected(), language, Prompt.RECEPTION)


def asked(*lines, expects=YES_NO):
    return reply(*lines, (Role.QUESTION, "Soll der Bus abends bis 23 Uhr fahren?"), expects=expects)


def test_a_confirmation_rides_on_the_next_question(phrases):
    said = asked((Role.CONFIRMATION, "Notiert: 4."))
    assert sms_text(said, phrases) == "Notiert: 4.\nSoll der Bus abends bis 23 Uhr fahren?\n1 Ja\n2 Nein"


def test_options_stand_below_the_question_and_hints_below_the_options(phrases):
    said = reply((Role.QUESTION, "Bus?"), (Role.EXPLANATION, "Lang"), (Role.HINT, "Mit der Zahl."), expects=YES_NO)
    assert sms_text(said, phrases) == "Bus?\n1 Ja\n2 Nein\nMit der Zahl."


def test_background_never_comes_by_text_message(phrases):
    assert "Hintergrund" not in sms_text(asked((Role.EXPLANATION, "Hintergrund.")), phrases)


def test_the_narrow_wording_is_used(phrases):
    options = ChooseOptions((Option("a", Wording("Am Wochenende", sms="Sa/So")),))
    said = reply((Role.QUESTION, Wording("Wann soll er fahren?", sms="Wann?")), expects=options)
    assert sms_text(said, phrases) == "Wann?\n1 Sa/So"


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_a_scale_says_what_its_ends_mean(phrases, language):
    scale = EnterNumber(Decimal(1), Decimal(5), 0, None, Wording("gar nicht"), Wording("sehr"), scale=True)
    said = reply((Role.QUESTION, "Zufrieden?"), expects=scale, language=language)
    assert sms_text(said, phrases) == "Zufrieden?\n1 = gar nicht, 5 = sehr"


@pytest.mark.parametrize(
    "expects", [EnterNumber(Decimal(1), Decimal(5), scale=True), SayFreely(500), NothingExpected()]
)
def test_what_needs_no_list_adds_nothing(phrases, expects):
    assert sms_text(reply((Role.QUESTION, "Wie alt?"), expects=expects), phrases) == "Wie alt?"


def test_answers_to_be_changed_are_numbered(phrases):
    review = ReviewAnswers(
        (GivenAnswer("late", Wording("Bus?"), Wording("Ja")), GivenAnswer("why", Wording("Wohin?"), None))
    )
    text = sms_text(reply((Role.QUESTION, "Welche?"), expects=review), phrases)
    assert text == "Welche?\n1 Bus? Ja\n2 Wohin? (noch offen)"


def test_an_aside_does_not_repeat_the_options_of_the_open_question(phrases):
    assert sms_text(reply((Role.INFORMATION, "Rathaus: 02271 890"), expects=YES_NO), phrases) == "Rathaus: 02271 890"


def test_nothing_to_say_is_an_empty_text(phrases):
    assert sms_text(reply(), phrases) == ""
    assert parts("") == ()


# ------------------------------------------------------------------------------------------- what is left out first

LONG = "Wort " * 20  # 100 units


def test_progress_and_then_hints_are_left_out_to_reach_one_segment(phrases):
    lines = [
        (Role.PROGRESS, "Frage 1 von 3 " * 4),
        (Role.HINT, "Mit der Zahl. " * 4),
        (Role.HINT, "Freiwillig: WEITER"),
    ]
    text = sms_text(asked(*lines), phrases)
    assert measure(text).count == 1
    assert "Frage 1" not in text
    assert "Mit der Zahl" in text  # there was room for it once the progress had gone
    longer = sms_text(asked(*lines, (Role.CONFIRMATION, "Notiert: Nur am Wochenende und an Feiertagen.")), phrases)
    assert measure(longer).count == 1
    assert "Mit der Zahl" not in longer
    assert "Freiwillig" in longer


def test_a_hint_stays_where_leaving_it_out_would_save_nothing(phrases):
    said = asked((Role.NOTICE, LONG), (Role.CONFIRMATION, "Notiert: Ja."), (Role.HINT, "Mit der Zahl."))
    assert measure(sms_text(said, phrases)).count == 2
    assert "Mit der Zahl." in sms_text(said, phrases)


def test_a_confirmation_is_kept_rather_than_one_segment(phrases):
    said = asked((Role.CONFIRMATION, f"Notiert: {LONG}"))
    assert "Notiert:" in sms_text(said, phrases)


def test_the_greeting_is_cut_to_a_sentence_before_it_goes(phrases):
    greeting = "Die Stadt plant z. B. die Linie 975 neu. " + "Drei Fragen, zwei Minuten. " * 6
    first = sms_text(asked((Role.GREETING, greeting), (Role.NOTICE, LONG)), phrases)
    assert "Die Stadt plant z. B. die Linie 975 neu.\n" in first
    assert "Minuten" not in first
    gone = sms_text(asked((Role.GREETING, greeting), (Role.NOTICE, LONG * 2 + "und noch etwas mehr")), phrases)
    assert "Die Stadt" not in gone
    assert measure(first).count == measure(gone).count == 2


def test_information_is_cut_between_sentences_and_never_longer_than_two_segments(phrases):
    sentences = [f"Das ist der Satz Nummer {number}, er endet am 3. Mai. " for number in range(12)]
    text = sms_text(reply((Role.INFORMATION, "".join(sentences))), phrases)
    assert measure(text).count == 2
    assert "".join(sentences).startswith(text)
    assert text.endswith("Mai.")


def test_one_endless_sentence_is_cut_between_words(phrases):
    text = sms_text(reply((Role.INFORMATION, "sieben " * 100)), phrases)
    assert measure(text).count == 2
    assert set(text.removesuffix(" ...").split()) == {"sieben"}


def test_a_second_piece_of_information_goes_as_a_whole_rather_than_in_the_middle_of_a_sentence(phrases):
    help_text = "Antworten Sie mit einer Zahl oder mit Worten, wie Sie es gern möchten. " * 3
    privacy = "Datenschutz: Ihre Nummer dient nur dieser Beteiligung und wird danach gelöscht und das ist auch gut so"
    assert sms_text(reply((Role.INFORMATION, help_text), (Role.INFORMATION, privacy)), phrases) == help_text.strip()


def test_an_address_on_the_web_is_left_out_before_the_sentence_in_front_of_it(phrases):
    text = sms_text(
        reply((Role.INFORMATION, "Ein Satz ist dies. " * 15 + "https://bergheim.example/datenschutz")), phrases
    )
    assert text == ("Ein Satz ist dies. " * 15).strip()


# ------------------------------------------------------------------------------------------------- properties

WORDS = st.text(alphabet="abcäöß Ж„“’–…€{😀.\n", min_size=1, max_size=90).filter(str.strip)
ROLES = st.sampled_from(list(Role))
OPTIONS = st.lists(WORDS, min_size=1, max_size=9).map(
    lambda texts: ChooseOptions(tuple(Option(str(place), Wording(text)) for place, text in enumerate(texts)))
)
REPLIES = st.builds(
    lambda lines, question, expects, language: reply(
        *lines, (Role.QUESTION, question), expects=expects, language=language
    ),
    st.lists(st.tuples(ROLES, WORDS), max_size=6),
    WORDS,
    OPTIONS,
    st.sampled_from(["de", "de-simple", "en", "uk"]),
)
NEVER_LEFT_OUT = (Role.QUESTION, Role.NOTICE, Role.PROBLEM, Role.RECEIPT)


def letters(text):
    """What is left of a text whatever its typography: letters and digits."""
    return re.sub(r"[\W_]", "", text)


@given(REPLIES)
def test_the_question_the_notice_the_problem_and_every_option_are_always_there(phrases, said):
    text = letters(sms_text(said, phrases))
    for line in said.lines(*NEVER_LEFT_OUT):
        assert letters(line.wording.text) in text
    for place, option in enumerate(said.expects.options, 1):
        assert f"{place}{letters(option.wording.text)}" in text


@given(REPLIES)
def test_no_word_is_ever_split(phrases, said):
    wordings = [line.wording.text for line in said.say] + [option.wording.text for option in said.expects.options]
    known = {letters(word) for text in wordings for word in tidy(text).split()}
    shown = {letters(word) for word in sms_text(said, phrases).split()}
    assert shown <= known | {str(number) for number in range(1, 10)} | {""}


@given(REPLIES)
def test_what_could_be_left_out_is_left_out_before_a_third_segment_begins(phrases, said):
    text = sms_text(said, phrases)
    needed = reply(*[(line.role, line.wording.text) for line in said.lines(*NEVER_LEFT_OUT)], expects=said.expects)
    if measure(sms_text(needed, phrases)).count > 2:
        return
    assert measure(text).count <= 2


@given(REPLIES)
def test_the_same_reply_gives_the_same_text(phrases, said):
    assert sms_text(said, phrases) == sms_text(said, phrases)


@given(st.text(max_size=60))
def test_a14_no_text_holds_what_a_telephone_or_xml_cannot(phrases, text):
    shown = sms_text(reply((Role.INFORMATION, text)), phrases)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", shown)


@given(st.lists(st.sampled_from(["a" * 7, "ж", "😀", "\n", " ", "b" * 2000]), max_size=900).map("".join))
def test_parts_are_short_enough_and_lose_no_letter(text):
    cut = parts(text)
    assert all(0 < len(part.encode("utf-16-be")) // 2 <= LONGEST_PART for part in cut if part)
    assert letters("".join(cut)) == letters(text)


def test_parts_are_cut_between_lines():
    text = "\n".join(f"{number} Wort" for number in range(300))
    cut = parts(text)
    assert len(cut) == 2
    assert all(line in text.split("\n") for part in cut for line in part.split("\n"))
