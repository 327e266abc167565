# SPDX-License-Identifier: EUPL-1.2
"""Consultation files: what is read, and what is said to the town hall about a file that has faults."""

import tomllib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.consultation import ResultsShown
from core.errors import FileNotAccepted
from core.files.consultation import RESERVED_KEYWORDS, read_consultation, read_text, refused_changes
from core.files.lines import lines_of
from core.files.municipality import read_municipality
from core.people import Level
from core.questions import QUESTION_TYPES
from core.questions.contract import Condition

EXAMPLES = Path(__file__).resolve().parents[3] / "consultations"
CONSULTATIONS = sorted(path for path in EXAMPLES.glob("*.toml") if path.name != "town.toml")
BUS = (EXAMPLES / "bus.toml").read_text(encoding="utf-8")
TOWN = read_municipality((EXAMPLES / "town.toml").read_text(encoding="utf-8"), "town.toml")


def faults_of(text, town=TOWN):
    with pytest.raises(FileNotAccepted) as caught:
        read_consultation(text, "bus.toml", town)
    return caught.value.faults


def line_of(text, words):
    """The line of the first place where these words stand."""
    return text[: text.index(words)].count("\n") + 1


# ------------------------------------------------------------------------------------------------ what is read


@pytest.mark.parametrize("path", CONSULTATIONS, ids=lambda path: path.stem)
def test_every_example_reads(path):
    consultation = read_consultation(path.read_text(encoding="utf-8"), path.name, TOWN)
    assert consultation.languages == ("de", "de-simple", "en")
    assert all(consultation.question(question.key) is question for question in consultation.questions)


def test_the_bus_file_says_what_it_says():
    bus = read_consultation(BUS, "bus.toml", TOWN)
    assert (bus.keyword, bus.level, bus.results, bus.field) == (
        "BUS",
        Level.OPEN,
        ResultsShown.AFTER_ANSWER,
        "mobility",
    )
    assert bus.opens_at == datetime.fromisoformat("2026-11-01T08:00:00+01:00")
    assert [(question.key, question.type, question.optional) for question in bus.questions] == [
        ("late", "choice", False),
        ("satisfied", "scale", False),
        ("why", "open_text", True),
    ]
    assert bus.questions[0].options() == ("yes", "no", "weekend")
    assert bus.questions[2].asked_if == Condition("late", ("yes", "weekend"))
    assert bus.questions[1].text.within("en").text.startswith("How satisfied")


def test_a_file_without_a_town_reads_too():
    assert read_consultation(BUS, "bus.toml").keyword == "BUS"


@pytest.mark.parametrize("written", ["\ufeff" + BUS, BUS.replace("\n", "\r\n"), "\ufeff" + BUS.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(written):
    assert read_consultation(written, "bus.toml", TOWN) == read_consultation(BUS, "bus.toml", TOWN)


def test_spoken_and_narrow_forms_stand_beside_any_text():
    text = BUS.replace(
        'thanks.de = "', 'intro_spoken.de = "Linie neun sieben fünf"\nintro_sms.en = "Line 975"\nthanks.de = "'
    )
    text = text.replace('text.de = "Ja"', 'text.de = "Ja"\n  sms.de = "J"\n  spoken.de = "Jawohl"')
    bus = read_consultation(text, "bus.toml", TOWN)
    assert bus.intro.within("de").heard == "Linie neun sieben fünf"
    assert bus.intro.within("en").narrow == "Line 975"
    yes = bus.questions[0].choices[0].text.within("de")
    assert (yes.text, yes.heard, yes.narrow) == ("Ja", "Jawohl", "J")


def test_decomposed_letters_are_put_together_so_that_they_stay_cheap_in_a_text_message():
    bus = read_consultation(BUS.replace("Buslinie 975 neu", "U\u0308bersicht"), "bus.toml", TOWN)
    assert "\u00dcbersicht" in bus.intro.within("de").text


# ------------------------------------------------------------------------------------------------ faults


BROKEN = """\
keyword = "Bus"
level = "L7"
languages = ["de", "en", "xx"]
opens_at = 2026-11-01T08:00:00
closes_at = 2025-03-31T18:00:00+02:00
results = "after_anwser"
field = "mobilty"
colour = "red"

title.de = "Der Bus"
title.en = "The bus"
intro.de = ""
intro.en = "Hello"
thanks.de = "Danke"

[[questions]]
key = "Late!"
type = "choise"

[[questions]]
key = "often"
type = "choice"
optinal = true
at_most = 5
text.de = "Wie oft?"
text.en = "How often?"
  [[questions.options]]
  key = "daily"
  text.de = "Täglich"
  text.en = "Daily"
  [[questions.options]]
  key = "daily"
  text.de = "Taeglich"
  text.en = 7

[[questions]]
key = "stars"
type = "scale"
least = 1
most = 100
asked_if = { question = "oftn", is = ["daily"] }
text.de = "Wie\\u0007 gut?"
text.en = "How good?"

[[questions]]
key = "often"
type = "open_text"
asked_if = { question = "often", is = ["yearly"] }
text.de = "Warum?"
text.en = "Why?"
"""

BROKEN_FAULTS = [
    (1, "keyword"),
    (1, "legal_basis"),
    (2, "level"),
    (3, "languages"),
    (4, "opens_at"),
    (6, "results"),
    (7, "field"),
    (8, "colour"),
    (12, "intro.de"),
    (14, "thanks.en"),
    (17, "questions[1].key"),
    (18, "questions[1].type"),
    (23, "questions[2].optinal"),
    (24, "questions[2].at_most"),
    (32, "questions[2].options[2].key"),
    (34, "questions[2].options[2].text.en"),
    (40, "questions[3].most"),
    (41, "questions[3].asked_if.question"),
    (42, "questions[3].text.de"),
    (46, "questions[4].key"),
    (48, "questions[4].asked_if.is"),
]


def test_all_faults_of_a_file_are_told_at_once_with_their_lines():
    assert sorted((fault.line, fault.key) for fault in faults_of(BROKEN)) == sorted(BROKEN_FAULTS)


def test_a_fault_in_the_list_of_languages_makes_no_further_faults():
    (fault,) = faults_of(BUS.replace('"en"]', '"Englisch"]'))
    assert fault.key == "languages"


def test_faults_come_in_the_order_of_the_file():
    lines = [fault.line for fault in faults_of(BROKEN)]
    assert lines == sorted(lines)


def test_every_fault_says_what_is_wrong_and_what_to_do():
    assert [fault for fault in faults_of(BROKEN) if len(fault.wrong) < 10 or len(fault.instead) < 10] == []


def test_a_missing_translation_is_told_with_the_line_to_add():
    text = BUS.replace('text.en = "Should the bus run until 11 pm?"\n', "")
    (fault,) = faults_of(text)
    line = line_of(text, 'text.de = "Soll der Bus')
    assert str(fault) == (
        f"bus.toml, Zeile {line}, questions[1].text.en: Der Text auf Englisch fehlt. "
        'Fügen Sie eine Zeile hinzu: text.en = "…"'
    )


def option(number):
    return f'\n  [[questions.options]]\n  key = "o{number}"\n' + "".join(
        f'  text.{tag} = "Wort {"abcdefghijklmn"[number] * 3}"\n' for tag in ("de", "de-simple", "en")
    )


WEEKEND = '  [[questions.options]]\n  key = "weekend"'

# what is replaced, by what, the key of the fault, and words of its sentence
FAULTS = {
    "a keyword with a small letter": ('keyword = "BUS"', 'keyword = "Bus"', "keyword", "A bis Z"),
    "a keyword of one letter": ('keyword = "BUS"', 'keyword = "B"', "keyword", "2 bis 12"),
    "a keyword that is a number": ('keyword = "BUS"', 'keyword = "112"', "keyword", "Buchstabe"),
    "a keyword that is a command": ('keyword = "BUS"', 'keyword = "STOP"', "keyword", "feste Bedeutung"),
    "a keyword that is no text": ('keyword = "BUS"', "keyword = 7", "keyword", "Anführungszeichen"),
    "a level that is not known": ('level = "L0"', 'level = "L4"', "level", "nicht bekannt"),
    "a language the town has not": ('"en"]', '"tr"]', "languages", "bietet die Stadt nicht an"),
    "a language that is no tag": ('"en"]', '"Englisch"]', "languages", "kein Kürzel"),
    "a language named twice": ('"en"]', '"en", "de"]', "languages", "zweimal"),
    "no language": ('["de", "de-simple", "en"]', "[]", "languages", "fehlen Einträge"),
    "a start without offset": ("08:00:00+01:00", "08:00:00", "opens_at", "Zeitzone"),
    "a start that is only a day": ("2026-11-01T08:00:00+01:00", "2026-11-01", "opens_at", "Uhrzeit"),
    "a close in a distant year": ("closes_at = 2027", "closes_at = 2207", "closes_at", "Tippfehler"),
    "a close before the start": ("closes_at = 2027", "closes_at = 2025", "closes_at", "nicht nach dem Beginn"),
    "an unknown policy for results": ('"after_answer"', '"at once"', "results", "nicht bekannt"),
    "an unknown field of action": ('"mobility"', '"traffic"', "field", "nicht bekannt"),
    "no legal basis": ('legal_basis = "Art. 6 Abs. 1 lit. e DSGVO"\n', "", "legal_basis", "fehlt"),
    "an empty text": ('title.de = "Der Bus am Abend"', 'title.de = " "', "title.de", "leer"),
    "a text with a line break": ('"Der Bus am', '"Der\\nBus am', "title.de", "Zeilenwechsel"),
    "a text in no language": ('title.de = "Der Bus am Abend"', 'title.dee = "Der Bus"', "title.dee", "Sprache"),
    "a question key with a capital": ('key = "late"', 'key = "Late"', "questions[1].key", "kleine Buchstaben"),
    "two questions of one key": ('key = "satisfied"', 'key = "late"', "questions[2].key", "schon eine frühere"),
    "an unknown type": ('type = "scale"', 'type = "skala"', "questions[2].type", "Meinten Sie „scale“"),
    "an option key that is taken": ('key = "no"', 'key = "yes"', "questions[1].options[2].key", "schon eine andere"),
    "two options of one name": ('text.de = "Nein"', 'text.de = "JA"', "questions[1].options[2].text", "unterscheiden"),
    "two options one error apart": (
        'text.de = "Nein"',
        'text.de = "Nur am Wochenendee"',
        "questions[1].options[3].text",
        "unterscheiden",
    ),
    "an option that is another's number": (
        '"Nein"\n  text.de-s',
        '"3"\n  text.de-s',
        "questions[1].options[2].text",
        "unklar",
    ),
    "ten options": (WEEKEND, "".join(map(option, range(7))) + WEEKEND, "questions[1].options[10]", "neun Tasten"),
    "too many at most": ('type = "choice"', 'type = "choice"\nat_most = 4', "questions[1].at_most", "zwischen 1 und 3"),
    "none at most": ('type = "choice"', 'type = "choice"\nat_most = 0', "questions[1].at_most", "zwischen 1 und 3"),
    "a scale wider than 0 to 10": ("most = 5", "most = 11", "questions[2].most", "Telefon"),
    "a scale below zero": ("least = 1", "least = -1", "questions[2].most", "0 bis 10"),
    "a scale that runs down": ("least = 1", "least = 5", "questions[2].most", "größer"),
    "half steps on a scale": ("most = 5", "most = 4.5", "questions[2].most", "ganze Zahlen"),
    "a scale without an end": ("most = 5\n", "", "questions[2].most", "fehlt"),
    "a yes that is no boolean": ("optional = true", 'optional = "ja"', "questions[3].optional", "true"),
    "a condition on a later question": (
        'type = "scale"',
        'type = "scale"\nasked_if = { question = "why", is = ["x"] }',
        "questions[2].asked_if.question",
        "weiter oben",
    ),
    "a condition on itself": ('question = "late"', 'question = "why"', "questions[3].asked_if.question", "weiter oben"),
    "a condition on an unknown question": (
        'question = "late"',
        'question = "lat"',
        "questions[3].asked_if.question",
        "late",
    ),
    "a condition on an impossible answer": ('"yes", "weekend"', '"yes", "week"', "questions[3].asked_if.is", "weekend"),
    "a condition without answers": (', is = ["yes", "weekend"]', "", "questions[3].asked_if.is", "fehlt"),
    "a condition that is no table": (
        'asked_if = { question = "late", is = ["yes", "weekend"] }',
        'asked_if = "late"',
        "questions[3].asked_if",
        "geschweiften",
    ),
    "a slip of the pen in a key": ("optional = true", "optinal = true", "questions[3].optinal", "optional"),
    "no question": (BUS[BUS.index("[[questions]]") :], "", "questions", "keine Frage"),
    "questions that are no sections": (
        BUS[BUS.index("[[questions]]") :],
        "questions = 3",
        "questions",
        "[[questions]]",
    ),
}


@pytest.mark.parametrize(("before", "after", "key", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_where_it_stands(before, after, key, words):
    assert before in BUS
    faults = faults_of(BUS.replace(before, after, 1))
    assert any(fault.key == key and words in str(fault) for fault in faults), [str(fault) for fault in faults]


NO_MOMENT = {
    "without offset": "2020-03-31T18:00:00",
    "only a day": "2020-03-31",
    "in quotation marks": '"2020-03-31T18:00:00+02:00"',
    "a number": "7",
}


@pytest.mark.parametrize("written", NO_MOMENT.values(), ids=NO_MOMENT)
@pytest.mark.parametrize("key", ["opens_at", "closes_at"])
def test_a_moment_with_a_fault_makes_no_second_fault(key, written):
    lines = [f"{key} = {written}" if line.startswith(key) else line for line in BUS.splitlines()]
    (fault,) = faults_of("\n".join(lines))
    assert fault.key == key


@pytest.mark.parametrize("town", [TOWN, None])
@pytest.mark.parametrize(
    ("local", "offset"),
    [("2027-01-15T18:00:00", "+01:00"), ("2027-07-15T18:00:00", "+02:00"), ("2027-03-28T03:00:00", "+02:00")],
)
def test_the_proposed_offset_is_that_of_the_day_in_the_town(town, local, offset):
    (fault,) = faults_of(BUS.replace("2027-03-31T18:00:00+02:00", local), town)
    assert f"closes_at = {local}{offset}" in fault.instead


def test_the_proposed_offset_is_that_of_the_towns_own_time_zone():
    (fault,) = faults_of(
        BUS.replace("18:00:00+02:00", "18:00:00"), replace(TOWN, time_zone=ZoneInfo("Atlantic/Azores"))
    )
    assert "18:00:00+00:00" in fault.instead


def test_a_condition_on_free_words_is_refused():
    last = BUS[BUS.index('[[questions]]\nkey = "why"') : BUS.index("# Other types")]
    again = last.replace('"why"', '"more"').replace('"late"', '"why"')
    faults = faults_of(BUS + again)
    assert [fault.key for fault in faults] == ["questions[4].asked_if.question"]


def test_a_condition_may_name_numbers_of_a_scale():
    text = BUS.replace('question = "late", is = ["yes", "weekend"]', 'question = "satisfied", is = [1, 2]')
    assert read_consultation(text, "bus.toml", TOWN).questions[2].asked_if == Condition("satisfied", ("1", "2"))


def test_a_question_about_districts_needs_the_districts_of_the_town():
    text = BUS.replace('type = "open_text"', 'type = "district"')
    assert "town.toml" in str(faults_of(text, None)[0])
    assert len(read_consultation(text, "bus.toml", TOWN).questions[2].options()) == len(TOWN.districts)


def test_nine_options_are_fine():
    text = BUS.replace(WEEKEND, "".join(map(option, range(6))) + WEEKEND)
    assert len(read_consultation(text, "bus.toml", TOWN).questions[0].options()) == 9


def test_options_may_differ_by_a_number_a_letter_or_a_day():
    for one, other in [("Linie 975", "Linie 976"), ("Plan A", "Plan B"), ("Montag", "Sonntag")]:
        text = BUS.replace('text.de = "Ja"', f'text.de = "{one}"').replace('text.de = "Nein"', f'text.de = "{other}"')
        assert read_consultation(text, "bus.toml", TOWN)


def test_no_example_has_a_reserved_keyword():
    for path in CONSULTATIONS:
        assert read_consultation(path.read_text(encoding="utf-8"), path.name, TOWN).keyword not in RESERVED_KEYWORDS


# what is written, the line of the fault, and words of its sentence
NOT_TOML = {
    "a text without end": ('a = "b\nc = 1', 1, "hört nicht auf"),
    "typographic quotation marks": ("a = 1\nb = „BUS“", 2, "geraden Anführungszeichen"),
    "a key without value": ("a = 1\n\nb", 3, "Gleichheitszeichen"),
    "a key twice": ("a = 1\na = 2", 2, "zweimal"),
    "a list without end": ("a = [1, 2", 1, "eckige Klammer"),
    "a day that does not exist": ("a = 2026-02-30T08:00:00+01:00", 1, "gibt es nicht"),
    "brackets without end": ("a = " + "[" * 5000, None, "verschachtelt"),
    "a number without end": ("a = " + "9" * 5000, None, "nicht gelesen"),
}


@pytest.mark.parametrize(("text", "line", "words"), NOT_TOML.values(), ids=NOT_TOML)
def test_what_is_no_toml_is_told_in_plain_words(text, line, words):
    (fault,) = faults_of(text)
    assert fault.line == line
    assert words in str(fault)


def test_a_file_in_another_encoding_is_told_how_to_save_it():
    with pytest.raises(FileNotAccepted, match="UTF-8") as caught:
        read_text("a = 1\nb = 'schön'".encode("cp1252"), "bus.toml")
    assert caught.value.faults[0].line == 2
    with pytest.raises(FileNotAccepted, match="UTF-8"):
        read_text("a = 'ö'".encode("utf-16"), "bus.toml")
    assert read_text("a = 'ö'".encode("utf-8-sig"), "bus.toml") == "a = 'ö'"


def test_numbers_beyond_all_measure_are_faults_too():
    for number in ("0x" + "f" * 9999, "1e999", "nan", "-inf"):
        assert faults_of(BUS.replace("most = 5", f"most = {number}"))
        assert faults_of(BUS.replace('is = ["yes", "weekend"]', f"is = [{number}]"))


# ------------------------------------------------------------------------------------------------ any input


KEYS = """
    keyword level languages opens_at closes_at results legal_basis field title intro thanks questions key type text
    options optional asked_if question is least most at_most de en spoken sms explain unit
"""
PLAIN_KEYS = st.sampled_from(KEYS.split())
SCALARS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from([*QUESTION_TYPES, "de", "en", "L0", "a", "b"]),
    st.datetimes(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN_KEYS, inner, max_size=4), max_leaves=8
)


def toml(value):
    """A value as TOML that stands in one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\U{ord(sign):08x}" for sign in value if not 0xD800 <= ord(sign) < 0xE000) + '"'
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


@given(st.text())
def test_any_text_gives_a_consultation_or_faults(text):
    with pytest.raises(FileNotAccepted):
        read_consultation(text, "any.toml", TOWN)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PLAIN_KEYS, VALUES, max_size=8))
def test_any_toml_gives_a_consultation_or_faults(table):
    with pytest.raises(FileNotAccepted) as caught:
        read_consultation("\n".join(f"{key} = {toml(value)}" for key, value in table.items()), "any.toml", TOWN)
    assert str(caught.value)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), VALUES)
def test_any_value_in_place_of_a_right_one_gives_a_consultation_or_faults(data, value):
    lines = BUS.splitlines()
    numbers = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    number = data.draw(st.sampled_from(numbers))
    lines[number] = lines[number].partition(" = ")[0] + " = " + toml(value)
    with suppress(FileNotAccepted):
        assert read_consultation("\n".join(lines), "any.toml", TOWN).questions


# ------------------------------------------------------------------------------------------------ lines


def leaves(value, path=()):
    if isinstance(value, dict):
        return {found for key, item in value.items() for found in leaves(item, (*path, key))} | {path}
    if isinstance(value, list):
        return {found for place, item in enumerate(value) for found in leaves(item, (*path, place))} | {path}
    return {path}


TRICKY = '''\
# a comment with = and [brackets]
"quoted key".'and another' = """
text.de = "not a key"
"quotes"" and an end"""""
raw = \'\'\'
[not.a.table]\'\'\'
list = [ # why
  1, [2, 3],
  { a = "}", "b c" = ']' }, # }
]
day = 2026-11-01 08:00:00+01:00 # when
[a.b]
c.d = 1
c.e = 2
[[a.f]]
[[a.f.g]]
h = 'x'
[[a.f.g]]
h = 'y'
[[a.f]]
[a.f.i]
j = {}
'''


def test_the_finder_knows_the_line_of_every_value_of_a_tricky_file():
    lines = lines_of(TRICKY)
    assert leaves(tomllib.loads(TRICKY)) <= set(lines)
    expected = {("quoted key", "and another"): 2, ("raw",): 5, ("list",): 7, ("list", 1, 1): 8, ("list", 2, "b c"): 9}
    expected |= {("day",): 11, ("a", "b"): 12, ("a", "b", "c"): 13, ("a", "b", "c", "e"): 14, ("a", "f", 0): 15}
    expected |= {("a", "f", 0, "g", 0, "h"): 17, ("a", "f", 0, "g", 1, "h"): 19, ("a", "f", 1, "i", "j"): 22}
    assert {path: lines.get(path) for path in expected} == expected


@given(st.dictionaries(st.text(min_size=1, max_size=6), VALUES, max_size=6), st.integers(0, 3))
def test_the_finder_knows_the_line_of_every_value(table, gap):
    keys = {key: toml(key) for key in table if not any(0xD800 <= ord(sign) < 0xE000 for sign in key)}
    text = ("\n" * gap).join(f"{keys[key]} = {toml(table[key])}\n" for key in keys)
    lines = lines_of(text)
    assert leaves(tomllib.loads(text)) <= set(lines)
    assert [lines[(key,)] for key in keys] == [1 + number * (gap + 1) for number in range(len(keys))]


# ------------------------------------------------------------------------------------------------ while open


READ = read_consultation(BUS, "bus.toml", TOWN)


def refused(text):
    return refused_changes(READ, read_consultation(text, "bus.toml", TOWN), text, "bus.toml")


ALLOWED = {
    "nothing": ("", ""),
    "a text": ("Soll der Bus abends bis 23 Uhr fahren?", "Soll der Bus bis 23 Uhr fahren?"),
    "an option's text": ('text.de = "Nur am Wochenende"', 'text.de = "Nur samstags und sonntags"'),
    "a spoken form": ('text.de = "Ja"', 'text.de = "Ja"\n  spoken.de = "Ja gern"'),
    "a later close": ("closes_at = 2027-03", "closes_at = 2027-05"),
    "the name of an end": ("most = 5", "most = 5\n" + "".join(f'most_label.{tag} = "top"\n' for tag in READ.languages)),
    "the order of languages": ('["de", "de-simple", "en"]', '["en", "de-simple", "de"]'),
}


@pytest.mark.parametrize(("before", "after"), ALLOWED.values(), ids=ALLOWED)
def test_texts_and_a_later_close_may_change_while_people_answer(before, after):
    assert refused(BUS.replace(before, after, 1)) == ()


def test_a_language_may_be_added_while_people_answer():
    before = replace(READ, languages=("de", "en"))
    assert refused_changes(before, READ, BUS, "bus.toml") == ()


REFUSED = {
    "keyword": ('keyword = "BUS"', 'keyword = "BUS2"', "keyword"),
    "level": ('level = "L0"', 'level = "L1"', "level"),
    "start": ("opens_at = 2026-11-01", "opens_at = 2026-11-02", "opens_at"),
    "an earlier close": ("closes_at = 2027-03", "closes_at = 2027-01", "closes_at"),
    "results": ('"after_answer"', '"never"', "results"),
    "legal basis": ("lit. e", "lit. a", "legal_basis"),
    "field": ('"mobility"', '"health"', "field"),
    "a question's key": ('key = "satisfied"', 'key = "happy"', "questions[2]"),
    "a question's type": (
        'type = "open_text"',
        'type = "number"',
        "questions[3]",
    ),
    "an option's key": ('key = "no"', 'key = "nope"', "questions[1].options[2]"),
    "an added option": (WEEKEND, option(1) + WEEKEND, "questions[1].options[3]"),
    "several options": ('type = "choice"', 'type = "choice"\nat_most = 2', "questions[1].at_most"),
    "an exclusive option": ('key = "no"', 'key = "no"\n  exclusive = true', "questions[1].options[2].exclusive"),
    "the end of a scale": ("most = 5", "most = 6", "questions[2].most"),
    "optional": ("optional = true\n", "", "questions[3].optional"),
    "the condition's answers": ('"yes", "weekend"', '"yes", "no"', "questions[3].asked_if.is[2]"),
    "no condition": ('asked_if = { question = "late", is = ["yes", "weekend"] }\n', "", "questions[3].asked_if"),
}


@pytest.mark.parametrize(("before", "after", "key"), REFUSED.values(), ids=REFUSED)
def test_whatever_changes_the_meaning_of_answers_is_refused_while_people_answer(before, after, key):
    text = BUS.replace(before, after, 1)
    assert text != BUS
    assert [(fault.key, bool(fault.line), bool(fault.instead)) for fault in refused(text)] == [(key, True, True)]


def test_a_refused_change_has_the_line_of_the_new_file_and_says_what_stood_there():
    text = BUS.replace("most = 5", "\n\nmost = 6")
    (fault,) = refused(text)
    assert fault.line == line_of(text, "most = 6")
    assert "bisher: „5“" in fault.wrong


def test_taking_out_or_reordering_questions_is_refused():
    first = BUS[BUS.index('[[questions]]\nkey = "satisfied"') : BUS.index('[[questions]]\nkey = "why"')]
    without = BUS.replace(first, "")
    assert [fault.key for fault in refused(without)] == ["questions[2]"]
    reordered = without + first
    assert [fault.key for fault in refused(reordered)] == ["questions[2]"]


def test_a_language_may_not_go_while_people_answer():
    after = replace(READ, languages=("de",))
    (fault,) = refused_changes(READ, after, BUS, "bus.toml")
    assert fault.key == "languages"
    assert "de-simple, en" in fault.wrong
