# SPDX-License-Identifier: EUPL-1.2
"""The example consultations fit the narrow line, can be heard, and read easily where they say so."""

import re
from pathlib import Path

import pytest

from core.files.consultation import FIELDS, read_consultation
from core.turns import ChooseOptions
from tests.core.questions.conftest import BERGHEIM

EXAMPLES = Path(__file__).resolve().parents[3] / "consultations"
READ = [
    read_consultation(path.read_text(encoding="utf-8"), path.name, BERGHEIM)
    for path in sorted(EXAMPLES.glob("*.toml"))
    if path.name != "town.toml"
]
QUESTIONS = [(consultation, question) for consultation in READ for question in consultation.questions]
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def called(pair):
    return f"{pair[0].keyword}-{pair[1].key}"


def as_message(question, asking):
    """The question and its numbered options as a text message carries them at least."""
    expected = question.expects(asking)
    options = expected.options if isinstance(expected, ChooseOptions) else ()
    numbered = [f"{place} {option.wording.narrow}" for place, option in enumerate(options, 1)]
    return "\n".join([question.text.within(asking.language).narrow, *numbered])


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
@pytest.mark.parametrize("pair", QUESTIONS, ids=called)
def test_each_question_of_the_examples_fits_one_segment(pair, language, asking):
    message = as_message(pair[1], asking(language))
    assert set(message) <= GSM_7
    assert len(message) <= 160


# BUS is the format's own example and kept key for key.
@pytest.mark.parametrize(
    "consultation", [each for each in READ if each.keyword != "BUS"], ids=lambda consultation: consultation.keyword
)
def test_all_that_is_heard_is_free_of_digits_signs_and_abbreviations(consultation, asking):
    for language in consultation.languages:
        texts = [consultation.title, consultation.intro, consultation.thanks, *(q.text for q in consultation.questions)]
        heard = [text.within(language).heard for text in texts]
        for question in consultation.questions:
            expected = question.expects(asking(language))
            if isinstance(expected, ChooseOptions):
                heard += [option.wording.heard for option in expected.options]
        assert [text for text in heard if re.search(r"\d|[/&%–()]|\b[a-z]\.", text)] == []


def easy_texts():
    for consultation, question in QUESTIONS:
        yield f"{consultation.keyword}-{question.key}", question.text
        yield f"{consultation.keyword}-{question.key}-explain", question.explain
        for option in getattr(question, "choices", ()):
            yield f"{consultation.keyword}-{question.key}-{option.key}", option.explain


def test_easy_german_has_short_sentences_without_commas():
    sentences = [
        (name, sentence)
        for name, text in easy_texts()
        if text
        for sentence in re.split(r"(?<=[.?!])\s+", text.within("de-simple").text)
    ]
    assert [(name, sentence) for name, sentence in sentences if len(sentence.split()) > 10 or "," in sentence] == []


def test_every_field_of_action_is_an_option_of_the_first_question_and_is_explained():
    future = next(consultation for consultation in READ if consultation.keyword == "ZUKUNFT")
    first = future.questions[0]
    assert first.options() == tuple(FIELDS)
    for option in first.choices:
        for language in future.languages:
            sentence = option.explain.within(language).text
            assert sentence.endswith(".")
            assert sentence.count(".") == 1
