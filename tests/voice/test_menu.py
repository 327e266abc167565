# SPDX-License-Identifier: EUPL-1.2
"""A reply as it is heard: the option before its key, four at a time, and nothing that only makes sense in writing."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.commands import Command
from core.people import Pace
from core.turns import (
    ChooseOptions,
    EnterNumber,
    GivenAnswer,
    LeaveRecording,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    TalkToPerson,
    Wording,
)
from tests.voice.calling import caller
from tests.voice.questions import EVERY_QUESTION, LANGUAGES, asked
from voice.breaths import LONGEST_BREATH, breaths
from voice.clips import SILENCES
from voice.menu import (
    AFTER_KEY,
    BEFORE_KEY,
    OPTIONS_IN_ONE_GO,
    REST,
    Connect,
    HangUp,
    Keypad,
    Menu,
    Pause,
    Recorder,
    Replay,
    Say,
    menu_of,
    seconds,
)

YES_NO = ChooseOptions((Option("yes", Wording("Ja")), Option("no", Wording("Nein"))))
SCALE = EnterNumber(Decimal(1), Decimal(5), scale=True)


def reply(*lines, expects=YES_NO, language="de", about="late", **more):
    said = tuple(Line(role, text if isinstance(text, Wording) else Wording(text)) for role, text in lines)
    return Reply(said, expects, language, about, **more)


def question(expects=YES_NO, language="de", **more):
    return reply((Role.QUESTION, "Soll der Bus fahren?"), expects=expects, language=language, **more)


def options(count, most=1, *, ranked=False):
    offered = tuple(Option(f"o{place}", Wording(f"Wahl {place}")) for place in range(1, count + 1))
    return ChooseOptions(offered, most=most, ranked=ranked)


def texts(menu):
    """All that is said, in order."""
    return [sound.text for sound in menu.sounds if isinstance(sound, Say)]


def said(menu):
    """What is heard as one line: "·" for half a second, "…" before a key or the next option, "……" for a rest."""
    signs = {0.5: "·", 0.7: "…", 2.0: "……"}
    return " ".join(
        sound.text if isinstance(sound, Say) else signs[sound.seconds] if isinstance(sound, Pause) else "<Aufnahme>"
        for sound in menu.sounds
    )


# ------------------------------------------------------------------------------------------------- what is said

HEARD = {
    "de": "· Soll der Bus fahren? · Für Ja … die Eins. … Für Nein … die Zwei.",
    "de-simple": "· Soll der Bus fahren? · Für Ja … drücken Sie die Eins. … Für Nein … drücken Sie die Zwei.",
    "en": "· Soll der Bus fahren? · For Ja … press one. … For Nein … press two.",
}


@pytest.mark.parametrize(("language", "heard"), HEARD.items())
def test_the_option_is_heard_before_its_key(phrases, language, heard):
    assert said(menu_of(question(language=language), phrases)) == heard


def test_an_option_that_is_a_question_stands_by_itself(phrases):
    expects = ChooseOptions((Option("z", Wording("Was kommt zuerst?")), Option("b", Wording("Der Bus"))))
    assert said(menu_of(question(expects), phrases)).endswith(
        "· Was kommt zuerst? … die Eins. … Für Der Bus … die Zwei."
    )


def test_what_is_meant_for_the_ear_is_what_is_said(phrases):
    expects = ChooseOptions((Option("a", Wording("18 bis 29", "achtzehn bis neunundzwanzig", "18-29")),))
    line = (Role.QUESTION, Wording("Wie alt?", "Wie alt sind Sie?", "Alter?"))
    heard = said(menu_of(reply(line, expects=expects), phrases))
    assert heard == "· Wie alt sind Sie? · Für achtzehn bis neunundzwanzig … die Eins."


def test_a_blank_wording_is_not_said(phrases):
    hint = (Role.HINT, Wording("Wählen Sie eine Antwort aus.", " "))
    assert menu_of(reply((Role.QUESTION, "Bus?"), hint), phrases) == menu_of(reply((Role.QUESTION, "Bus?")), phrases)


def test_background_is_left_out(phrases):
    assert "Hintergrund." not in texts(menu_of(reply((Role.EXPLANATION, "Hintergrund.")), phrases))


def test_nine_options_are_heard_four_at_a_time_and_nothing_is_pressed_for_more(phrases):
    menu = menu_of(question(options(9)), phrases)
    assert menu.then == Keypad()
    assert said(menu).count("……") == 2
    assert "die Vier. …… Für Wahl 5 … die Fünf." in said(menu)
    assert "die Acht. …… Für Wahl 9 … die Neun." in said(menu)


ORDER = [
    Role.CONFIRMATION,
    Role.PROBLEM,
    Role.GREETING,
    Role.INFORMATION,
    Role.FAREWELL,
    Role.RECEIPT,
    Role.PROGRESS,
    Role.QUESTION,
    Role.HINT,
]


@given(st.permutations([role for role in ORDER if role not in {Role.QUESTION, Role.HINT}]))
def test_lines_stand_in_the_order_of_their_roles_with_the_options_between_question_and_hint(phrases, roles):
    lines = [(role, f"{role.value}.") for role in (*roles, Role.QUESTION, Role.HINT)]
    heard = texts(menu_of(reply(*lines), phrases))
    assert [text for text in heard if text.rstrip(".") in set(Role)] == [f"{role.value}." for role in ORDER]
    assert heard.index("question.") < heard.index("Für Ja") < heard.index("die Zwei.") < heard.index("hint.")


def test_what_the_core_says_behind_the_question_stays_before_the_options(phrases):
    lines = ((Role.QUESTION, "Wohin?"), (Role.HINT, "Freiwillig."), (Role.NOTICE, "Wir nehmen Sie auf."))
    heard = said(menu_of(reply(*lines), phrases))
    assert heard == ("· Wohin? · Wir nehmen Sie auf. · Für Ja … die Eins. … Für Nein … die Zwei. …… Freiwillig.")


def test_a_recording_is_heard_between_what_is_told_and_what_is_asked(phrases):
    menu = menu_of(reply((Role.INFORMATION, "So klingt es."), (Role.QUESTION, "Behalten?"), replay="abc"), phrases)
    assert said(menu).startswith("· So klingt es. · <Aufnahme> · Behalten? · Für Ja")
    assert Replay("abc") in menu.sounds


def test_a_reply_that_says_nothing_makes_no_sound(phrases):
    assert menu_of(reply(expects=NothingExpected()), phrases) == Menu((), HangUp(), "late", "de", Pace.NORMAL)


def test_a_menu_carries_its_prompt_its_language_and_the_pace(phrases):
    menu = menu_of(question(language="en", keyword="BUS", pace=Pace.SLOW), phrases)
    assert (menu.about, menu.language, menu.pace) == ("BUS:late", "en", Pace.SLOW)
    assert menu_of(question(about=Prompt.MENU), phrases).about == "~menu"


def test_every_language_is_offered_in_its_own(phrases):
    tags = ChooseOptions(tuple(Option(tag, phrases.wording("language.name", tag)) for tag in LANGUAGES))
    lines = ((Role.GREETING, "Guten Tag."), (Role.QUESTION, "Welche Sprache?"))
    menu = menu_of(reply(*lines, expects=tags, about=Prompt.LANGUAGE), phrases)
    assert [sound for sound in menu.sounds if isinstance(sound, Say)][2:] == [
        Say("Für Deutsch", "de"),
        Say("die Eins.", "de"),
        Say("Für Leichte Sprache", "de-simple"),
        Say("drücken Sie die Zwei.", "de-simple"),
        Say("For English", "en"),
        Say("press three.", "en"),
    ]


def test_answers_to_be_changed_are_named_with_what_was_answered(phrases):
    given_answers = ReviewAnswers(
        (GivenAnswer("late", Wording("Bus?"), Wording("Ja")), GivenAnswer("why", Wording("Wohin?"), None))
    )
    assert said(menu_of(question(given_answers), phrases)) == (
        "· Soll der Bus fahren? · Bus? · Ihre Antwort: Ja · Zum Ändern … die Eins."
        " … Wohin? · Dazu haben Sie noch nichts geantwortet. · Zum Ändern … die Zwei."
    )


# ------------------------------------------------------------------------------------------------- numbers


def number(least, most, decimals=0, **more):
    return EnterNumber(*(Decimal(end) if end is not None else None for end in (least, most)), decimals, **more)


HASH = "Danach die Raute unten rechts."
NUMBERS = {
    "a scale": (number(1, 5, scale=True), Keypad(), "Drücken Sie eine Taste von 1 bis 5."),
    "a scale from nought": (
        number(0, 5, scale=True),
        Keypad(zero_is_a_digit=True),
        "Drücken Sie eine Taste von 0 bis 5.",
    ),
    "a scale to ten": (
        number(1, 10, scale=True),
        Keypad(2, zero_is_a_digit=True),
        f"Geben Sie eine Zahl von 1 bis 10 ein. · {HASH}",
    ),
    "an age": (
        number(0, 120),
        Keypad(3, zero_is_a_digit=True),
        f"Geben Sie eine Zahl von 0 bis 120 ein. · {HASH}",
    ),
    "two digits without a nought": (number(11, 19), Keypad(2), f"Geben Sie eine Zahl von 11 bis 19 ein. · {HASH}"),
    "a nought in the middle": (
        number(101, 109),
        Keypad(3, zero_is_a_digit=True),
        f"Geben Sie eine Zahl von 101 bis 109 ein. · {HASH}",
    ),
    "no limits": (
        number(None, None),
        Keypad(9, zero_is_a_digit=True),
        f"Geben Sie die Zahl ein, Ziffer für Ziffer. · {HASH}",
    ),
    "below nought and with decimals": (
        number("-3.5", "20.5", 1),
        Keypad(2, zero_is_a_digit=True),
        f"Geben Sie eine Zahl von 0 bis 20 ein. · {HASH}",
    ),
}
TO_A_PERSON = " …… Jederzeit für einen Menschen … erst den Stern unten links, dann die Null."


@pytest.mark.parametrize(("expects", "keypad", "how"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_says_how_it_is_keyed_in_and_how_a_person_is_reached_where_zero_is_a_digit(
    phrases, expects, keypad, how
):
    menu = menu_of(question(expects), phrases)
    assert menu.then == keypad
    assert said(menu) == f"· Soll der Bus fahren? · {how}{TO_A_PERSON if keypad.zero_is_a_digit else ''}"


def test_a_scale_says_what_its_ends_mean(phrases):
    expects = number(1, 5, scale=True, least_label=Wording("gar nicht"), most_label=Wording("sehr"))
    assert "· 1 bedeutet: gar nicht. · 5 bedeutet: sehr. · Drücken" in said(menu_of(question(expects), phrases))


@given(st.integers(-20, 2000), st.integers(0, 2000))
def test_zero_is_a_digit_exactly_where_an_answer_holds_one(phrases, least, width):
    valid = [str(each) for each in range(max(least, 0), least + width + 1)]
    menu = menu_of(question(number(least, least + width)), phrases)
    assert menu.then.zero_is_a_digit == any("0" in each for each in valid or ["0"])
    assert menu.then.most >= max(map(len, valid), default=1)


# ------------------------------------------------------------------------------------------------- which keys


def test_several_keys_are_announced_before_the_first_of_them(phrases):
    menu = menu_of(question(options(5, most=3)), phrases)
    assert menu.then == Keypad(5)
    assert said(menu).startswith(
        f"· Soll der Bus fahren? · Drücken Sie bis zu 3 Tasten nacheinander. · {HASH} · Für Wahl 1 … die Eins."
    )


def test_an_order_begins_with_what_matters_most(phrases):
    assert "Das Wichtigste zuerst." in texts(menu_of(question(options(4, most=4, ranked=True)), phrases))


def test_a_list_longer_than_the_keys_is_keyed_in_by_number(phrases):
    menu = menu_of(question(options(12)), phrases)
    assert menu.then == Keypad(2, zero_is_a_digit=True)
    assert said(menu).count("Für Wahl 12 … die 12.") == 1


def test_an_optional_question_is_passed_by_hash_and_says_so(phrases):
    menu = menu_of(question(offers=(Command.SKIP, Command.DONE)), phrases)
    assert menu.then == Keypad(hash_passes=True)
    assert said(menu).endswith("…… Zum Überspringen … die Raute unten rechts.")


THEN = {
    "a recording": (LeaveRecording(90), Recorder(90)),
    "a person": (TalkToPerson("+4922718900", 25), Connect("+4922718900", 25)),
    "nothing more": (NothingExpected(), HangUp()),
    "free words": (SayFreely(500), Keypad()),
}


@pytest.mark.parametrize(("expects", "then"), THEN.values(), ids=THEN)
def test_where_no_key_answers_only_the_lines_are_said(phrases, expects, then):
    menu = menu_of(reply((Role.QUESTION, "Sprechen Sie nach dem Ton."), expects=expects), phrases)
    assert menu.then == then
    assert said(menu) == "· Sprechen Sie nach dem Ton."


STANDING = "…… Jederzeit zum Wiederholen … den Stern unten links. · Jederzeit für einen Menschen … die Null."


@pytest.mark.parametrize(
    ("role", "about"),
    [(Role.NOTICE, "~menu"), (Role.GREETING, "~menu"), (Role.PROBLEM, "~menu"), (Role.PROBLEM, "late")],
)
def test_keys_that_always_work_are_named_as_a_call_begins_and_when_something_went_wrong(phrases, role, about):
    menu = menu_of(reply((role, "Guten Tag."), (Role.QUESTION, "Bus?"), about=about), phrases)
    assert said(menu).endswith(STANDING)


@pytest.mark.parametrize(
    ("role", "about"), [(Role.CONFIRMATION, "late"), (Role.GREETING, "late"), (Role.GREETING, Prompt.LANGUAGE)]
)
def test_elsewhere_they_are_not_named_again(phrases, role, about):
    expects = ChooseOptions((Option("de", Wording("Deutsch")), Option("en", Wording("English"))))
    menu = menu_of(reply((role, "Ja."), (Role.QUESTION, "Bus?"), about=about, expects=expects), phrases)
    assert "Jederzeit" not in said(menu)


def test_they_are_not_named_where_there_is_no_keypad(phrases):
    menu = menu_of(reply((Role.PROBLEM, "Niemand da."), expects=NothingExpected()), phrases)
    assert said(menu) == "· Niemand da."


# ------------------------------------------------------------------------------------------------- how long


def test_a_step_lasts_its_pauses_and_its_words(phrases):
    menu = menu_of(question(), phrases)  # 4 + 2 × (2 + 2) words
    assert seconds(menu) == pytest.approx(0.5 + 0.5 + 3 * 0.7 + 12 * 60 / 115)


def test_a_slower_voice_takes_longer(phrases):
    slow, normal, fast = (seconds(menu_of(question(pace=pace), phrases)) for pace in Pace)
    assert slow > normal > fast


# ------------------------------------------------------------------------------------------------- breaths

BREATHS = {
    "Danke. Ihre Antworten sind gezählt.": ("Danke.", "Ihre Antworten sind gezählt."),
    "Ist der Bus gut? 1 ist schlecht. 5 ist sehr gut.": ("Ist der Bus gut?", "1 ist schlecht.", "5 ist sehr gut."),
    "Die Stadt plant die Linie 975. Drei Fragen.": ("Die Stadt plant die Linie 975.", "Drei Fragen."),
    "Die Umfrage endet am 31. März 2027. Danke.": ("Die Umfrage endet am 31. März 2027.", "Danke."),
    "Rathaus: 0 2 2 7 1, 8 9 0. Ihre Antworten bleiben.": ("Rathaus: 0 2 2 7 1, 8 9 0.", "Ihre Antworten bleiben."),
    "Züge, z. B. Busse, nach Art. 6 Abs. 1 und Dr. Meier.": ("Züge, z. B. Busse, nach Art. 6 Abs. 1 und Dr. Meier.",),
    "Wirklich?! Ja … Nein": ("Wirklich?!", "Ja …", "Nein"),
    "Er sagt: „Ja.“ Dann geht er.": ("Er sagt: „Ja.“", "Dann geht er."),
    "Frage 2 von 3": ("Frage 2 von 3",),
    "  Erste \t Zeile\r\nZweite Zeile  ": ("Erste Zeile", "Zweite Zeile"),
    "Wo\u00adchen\u00adende": ("Wochenende",),
    " ": (),
    "... – !": (),
}


@pytest.mark.parametrize(("text", "expected"), BREATHS.items(), ids=repr)
def test_a_text_is_said_sentence_by_sentence(text, expected):
    assert breaths(text) == expected


def test_a_long_sentence_is_cut_between_clauses_and_else_between_words():
    clauses = "Wir fragen nach dem Bus am Abend, " * 10
    assert all(breath.endswith("Abend,") for breath in breaths(clauses))
    assert set(" ".join(breaths("sieben " * 100)).split()) == {"sieben"}
    assert [len(breath) for breath in breaths("a" * 450)] == [200, 200, 50]


TEXTS = st.text(alphabet="abcÄö09 .,;:!?…\n\u00ad–„“", max_size=700)


@given(TEXTS | st.text(max_size=300))
def test_no_breath_is_too_long_or_silent_and_each_is_one_by_itself(text):
    for breath in breaths(text):
        assert 0 < len(breath) <= LONGEST_BREATH
        assert any(map(str.isalnum, breath))
        assert breaths(breath) == (breath,)


@given(TEXTS)
def test_no_letter_is_lost(text):
    assert re.sub(r"[\W_]", "", "".join(breaths(text))) == re.sub(r"[\W_]", "", text)


# ------------------------------------------------------------------------------------------------- all of them

WORDS = st.text(alphabet="abcäöß Ж„“’–{}😀.\n", min_size=1, max_size=90).filter(
    lambda text: any(map(str.isalnum, text))
)
LISTS = st.lists(WORDS, min_size=1, max_size=14).map(
    lambda labels: ChooseOptions(tuple(Option(str(place), Wording(label)) for place, label in enumerate(labels)))
)
REPLIES = st.builds(
    lambda lines, expects, language, skip: reply(
        *lines, expects=expects, language=language, offers=(Command.SKIP,) if skip else ()
    ),
    st.lists(st.tuples(st.sampled_from(list(Role)), WORDS), max_size=6),
    st.one_of(LISTS, st.sampled_from([SCALE, number(0, 120), NothingExpected(), SayFreely(9), LeaveRecording(9)])),
    st.sampled_from([*LANGUAGES, "uk"]),
    st.booleans(),
)


def is_speakable(menu):
    assert all(breaths(text) == (text,) for text in texts(menu))
    assert all(sound.seconds * 1000 in SILENCES for sound in menu.sounds if isinstance(sound, Pause))
    assert not any(isinstance(before, Pause) and isinstance(here, Pause) for before, here in pairwise(menu.sounds))
    assert not menu.sounds or (menu.sounds[0] == AFTER_KEY and not isinstance(menu.sounds[-1], Pause))


def names_of_keys(phrases, language, count):
    keys = [f"voice.key.{place}" for place in range(1, min(count, 9) + 1)]
    beyond = [phrases.wording("voice.number", language, number=place).heard for place in range(10, count + 1)]
    return [phrases.wording(key, language).heard for key in keys] + beyond


def says_each_key_once(phrases, menu, expects):
    """Each key once, in order, and at most four between two rests."""
    names = names_of_keys(phrases, menu.language, len(expects.options))
    behind = [here for before, here in pairwise(menu.sounds) if before == BEFORE_KEY or here == REST]
    named = [each if each == REST else each.text for each in behind if each == REST or each.text in names]
    assert [name for name in named if name != REST] == names
    rests = [place for place, each in enumerate([REST, *named, REST]) if each == REST]
    assert all(later - earlier - 1 <= OPTIONS_IN_ONE_GO for earlier, later in pairwise(rests))


@given(REPLIES)
def test_every_menu_can_be_said_and_every_line_but_background_is_in_it(phrases, made):
    menu = menu_of(made, phrases)
    is_speakable(menu)
    heard = " ".join(texts(menu))
    for line in made.say:
        if line.role is not Role.EXPLANATION:
            assert all(breath in heard for breath in breaths(line.wording.heard))


@given(REPLIES.filter(lambda made: isinstance(made.expects, ChooseOptions)))
def test_every_key_is_said_once_and_four_at_a_time(phrases, made):
    menu = menu_of(made, phrases)
    says_each_key_once(phrases, menu, made.expects)


@given(REPLIES)
def test_the_same_reply_is_the_same_menu(phrases, made):
    assert menu_of(made, phrases) == menu_of(made, phrases)


ONLY_IN_WRITING = re.compile(r"\b(?!BUS\b|ZUKUNFT\b)[A-ZÄÖÜ]{3,}\b|\bSMS\b(?! oder)|https?:|www\.|\bz\. ?B\.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "key"), EVERY_QUESTION)
def test_every_question_of_the_examples_can_be_said_and_answered(phrases, name, key, language):
    made = asked(name, key, language)
    menu = menu_of(made, phrases)
    is_speakable(menu)
    assert isinstance(menu.then, Keypad)
    assert seconds(menu) < 70
    assert not ONLY_IN_WRITING.search(" ".join(texts(menu)))
    if isinstance(made.expects, ChooseOptions):
        says_each_key_once(phrases, menu, made.expects)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*"1123456789*0#", "", "**", "67#", "13#"]), min_size=4, max_size=25))
def test_whatever_is_pressed_in_a_call_what_follows_can_be_said_and_answered(phrases, pressed):
    person = caller()
    for keys in pressed:
        menu = person.press(keys)
        is_speakable(menu)
        assert menu.sounds
        assert not ONLY_IN_WRITING.search(" ".join(texts(menu))), texts(menu)
        if isinstance(person.reply.expects, ChooseOptions) and person.reply.about != Prompt.LANGUAGE:
            says_each_key_once(phrases, menu, person.reply.expects)
