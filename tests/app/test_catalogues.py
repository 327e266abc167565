# SPDX-License-Identifier: EUPL-1.2
"""Catalogues: several files of one language become one, in the widths and plural forms that the core asks for."""

from __future__ import annotations

import pytest

from app.catalogues import Gettext, read_all_words, read_phrases

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
WEB = (
    HEADER
    + """
msgid "web.continue"
msgstr "Weiter"

msgid "web.people"
msgid_plural "web.people"
msgstr[0] "{count} Person"
msgstr[1] "{count} Personen"

msgid "web.later"
msgstr ""
"""
)
SMS = (
    HEADER
    + """
msgid "sms.stopped"
msgstr "Sie bekommen keine Nachrichten mehr."

msgctxt "spoken"
msgid "sms.stopped"
msgstr "Wir schreiben Ihnen nicht mehr."
"""
)


@pytest.fixture
def locales(tmp_path):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "web.po").write_text(WEB, encoding="utf-8")
    (tmp_path / "de" / "sms.po").write_text(SMS, encoding="utf-8")
    return tmp_path


def test_the_rooms_of_one_language_are_one_catalogue(locales):
    phrases = read_phrases(locales)
    assert list(phrases.catalogues) == ["de"]
    assert phrases.text("web.continue", "de") == "Weiter"
    wording = phrases.wording("sms.stopped", "de-simple")
    assert (wording.text, wording.spoken, wording.sms) == (
        "Sie bekommen keine Nachrichten mehr.",
        "Wir schreiben Ihnen nicht mehr.",
        None,
    )


@pytest.mark.parametrize(("count", "said"), [(0, "0 Personen"), (1, "1 Person"), (2, "2 Personen")])
def test_a_count_chooses_the_plural_form(locales, count, said):
    assert read_phrases(locales).text("web.people", "de", count=count) == said


def test_a_count_does_no_harm_to_a_phrase_without_plural_forms(locales):
    assert read_phrases(locales).text("web.continue", "de", count=3) == "Weiter"


@pytest.mark.parametrize("key", ["web.later", "web.unknown", ""])
def test_a_phrase_that_is_not_translated_is_missing_and_never_its_own_key(locales, key):
    assert read_phrases(locales).catalogues["de"].phrase(key or "web.nothing") is None


def test_two_rooms_may_not_claim_the_same_key(locales):
    (locales / "de" / "voice.po").write_text(WEB, encoding="utf-8")
    with pytest.raises(ValueError, match=r"web\.po.*web\.continue"):
        read_phrases(locales)


def test_a_file_that_is_no_catalogue_is_named(locales):
    (locales / "de" / "web.po").write_text("Das ist kein Katalog.", encoding="utf-8")
    with pytest.raises(ValueError, match=r"web\.po"):
        read_phrases(locales)


def test_a_changed_sentence_is_read_anew_and_an_unchanged_one_is_kept(locales):
    files = sorted((locales / "de").glob("*.po"))
    assert Gettext(files).phrase("web.continue") == "Weiter"
    (kept,) = (locales / "__pycache__").iterdir()
    assert Gettext(files).phrase("web.continue") == "Weiter"
    (locales / "de" / "web.po").write_text(WEB.replace('"Weiter"', '"Fortfahren"'), encoding="utf-8")
    assert Gettext(files).phrase("web.continue") == "Fortfahren"
    (anew,) = (locales / "__pycache__").iterdir()
    assert anew != kept


def test_words_that_cannot_be_read_are_named_with_their_file(tmp_path):
    (tmp_path / "xx.toml").write_text("yes = [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"xx\.toml"):
        read_all_words(tmp_path)["xx"]
