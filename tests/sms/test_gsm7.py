# SPDX-License-Identifier: EUPL-1.2
"""Units, segments and typography."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.gsm7 import Segments, measure, plain_letters, plain_signs
from tests.channels.vectors import vectors

# The alphabet once more, by code point, from 3GPP TS 23.038 section 6.2.1; written independently of the code.
ALPHABET = {
    *range(0x20, 0x5B),
    *range(0x61, 0x7B),
    *map(ord, "\n\r£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà_"),
} - {ord("`")}
DOUBLE = set(map(ord, "\f^{}\\[~]|€"))


def counted(text):
    """Units and segments by laying characters one after the other, written independently of the code."""
    small = all(ord(each) in ALPHABET | DOUBLE for each in text)
    sizes = [len(each.encode("utf-16-be")) // 2 for each in text]
    if small:
        sizes = [2 if ord(each) in DOUBLE else 1 for each in text]
    alone, joined = (160, 153) if small else (70, 67)
    segments = [0] if text else []
    for size in sizes if sum(sizes) > alone else ():
        if segments[-1] + size > joined:
            segments.append(0)
        segments[-1] += size
    return Segments(len(segments), "GSM-7" if small else "UCS-2", sum(sizes))


LETTERS = st.sampled_from([*"aäßÖ 1\n€{}^", "ж", "😀", "’", "ç", "`", "\u0308"])


@given(st.lists(LETTERS, max_size=330).map("".join))
def test_units_and_segments_agree_with_an_independent_count(text):
    assert measure(text) == counted(text)


@given(st.characters(exclude_categories=["Cs"]))
def test_every_character_agrees_with_an_independent_count(character):
    assert measure(character) == counted(character)


SIZES = {
    "empty": ("", (0, "GSM-7", 0)),
    "umlauts are ordinary letters": ("äöüÄÖÜß§" * 20, (1, "GSM-7", 160)),
    "one more than a message": ("a" * 161, (2, "GSM-7", 161)),
    "two full parts": ("a" * 306, (2, "GSM-7", 306)),
    "three parts": ("a" * 307, (3, "GSM-7", 307)),
    "the euro sign is two units": ("€" * 80, (1, "GSM-7", 160)),
    "an extension character is never cut in two": ("a" * 152 + "{" + "b" * 152, (3, "GSM-7", 306)),
    "other scripts": ("ж" * 70, (1, "UCS-2", 70)),
    "one more in another script": ("ж" * 71, (2, "UCS-2", 71)),
    "a surrogate pair is never cut in two": ("ж" * 66 + "😀" + "ж" * 66, (3, "UCS-2", 134)),
    "36 emoji are two segments": ("😀" * 36, (2, "UCS-2", 72)),
    "one curly apostrophe makes three parts of one": ("a" * 149 + "’", (3, "UCS-2", 150)),
    "small ç is not in the alphabet, big Ç is": ("ç", (1, "UCS-2", 1)),
}


@pytest.mark.parametrize(("text", "size"), SIZES.values(), ids=SIZES)
def test_a_text_has_its_size(text, size):
    assert measure(text) == Segments(*size)


PLAIN = {
    "„Bus“ – ja": '"Bus" - ja',
    "‚so‘ oder ’so’": "'so' oder 'so'",
    "9\u202f–\u202f12 Uhr …": "9 - 12 Uhr ...",
    "Ja\u200b\u00ad!": "Ja!",
    "½ Stunde": "1/2 Stunde",
    "u\u0308ber": "über",
    "Müßiggang §5": "Müßiggang §5",
}


@pytest.mark.parametrize(("text", "plain"), PLAIN.items())
def test_typography_becomes_plain_signs(text, plain):
    assert plain_signs(text) == plain_letters(text) == plain


@pytest.mark.parametrize(("text", "plain"), [("Łódź", "Lodz"), ("Façade", "Facade"), ("Œuvre ê", "OEuvre e")])
def test_letters_are_replaced_only_where_that_is_asked_for(text, plain):
    assert plain_letters(text) == plain
    assert plain_signs(text) == text


@given(st.text(alphabet="äöüÄÖÜß§éèàñabc €"))
def test_umlauts_and_their_like_are_never_replaced(text):
    assert plain_signs(text) == plain_letters(text) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_a_text_that_cannot_become_gsm7_keeps_its_signs(text):
    for plain in (plain_signs, plain_letters):
        made = plain(text)
        assert measure(made).encoding == "GSM-7" or made == unicodedata.normalize("NFC", text)
        assert plain(made) == made


def test_one_emoji_keeps_the_curly_quotes_beside_it():
    assert plain_letters("„Ja“ 😀") == "„Ja“ 😀"


OTHERWISE = {"‚": "'", "‹": "'", "›": "'", "\ufe10": ",", "\ufe11": ","}
"""Where we differ from the sample on purpose: German ‚so‘ is a quotation, and so is ‹so›."""


@pytest.mark.parametrize("vector", vectors("gsm7_substitutions"))
def test_every_sample_substitution_is_made_with_at_most_one_blank(vector):
    expected = OTHERWISE.get(vector["text"], vector["expect"])
    made = plain_letters(vector["text"])
    assert made.strip() == expected.strip()
    assert measure(made).units <= measure(vector["expect"]).units
    assert measure(made).encoding == "GSM-7"
