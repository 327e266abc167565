# SPDX-License-Identifier: EUPL-1.2
"""Whatever somebody says, wherever she is, she is answered, and nothing is guessed or lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar import GermanHolidays
from app.catalogues import read_all_words, read_phrases
from app.clock import MovableClock
from app.phone_numbers import GermanNumbers
from core.administration import Acting, load, open_consultation
from core.commands import Command
from core.files.consultation import read_consultation
from core.files.municipality import read_municipality
from core.participation import Parts, take_turn
from core.people import Address, AddressKind
from core.ports import Towns
from core.turns import CannotBeRead, HungUp, InboundTurn, Keys, Place, Pressed, Recording, Silence, TurnId, Words
from sms.gsm7 import measure
from sms.text import sms_text
from storage.memory import MemoryStore
from tests import factories
from tests.end_to_end.town import EXAMPLES, FIRST_DAY

COMMAND_WORDS = [
    "STOP", "START", "HILFE", "ZURÜCK", "NOCHMAL", "SPRACHE", "ENGLISH", "Leichte Sprache", "ERGEBNIS", "LÖSCHEN",
    "WEITER", "ÄNDERN", "ÄNDERN 2", "MENSCH", "FERTIG", "VERBINDEN", "TRENNEN",
]  # fmt: skip
ANSWERS = [
    "BUS",
    "ZUKUNFT",
    "Bus english",
    "1",
    "2",
    "3",
    "5",
    "ja bitte",
    "nein",
    "vier",
    "nach Köln",
    "67",
    "egal",
    "",
]
SAID = st.one_of(
    st.sampled_from(COMMAND_WORDS + ANSWERS).map(Words),
    st.text(max_size=40).map(Words),
    st.sampled_from([Silence(), HungUp(), CannotBeRead("picture"), Place(50.9, 6.6), Recording("RE1", 3)]),
    st.text("0123456789*#", max_size=3).map(Keys),
    st.sampled_from(list(Command)).map(Pressed),
)


@dataclass
class Resident:
    """One telephone number and the service behind it, all in memory."""

    parts: Parts
    clock: MovableClock
    number: str = "+4915112345678"

    def __post_init__(self):
        self.steps = count()

    def says(self, said):
        self.clock.move(timedelta(seconds=30))
        words = Words(said) if isinstance(said, str) else said
        turn_id = TurnId("twilio", f"{self.number}-{next(self.steps)}")
        sender = Address(AddressKind.PHONE, self.number)
        return take_turn(InboundTurn(turn_id, "sms", sender, "", words, self.clock.now()), self.parts)


def resident() -> Resident:
    town = read_municipality((EXAMPLES / "town.toml").read_text("utf-8"), "town.toml")
    clock = MovableClock(FIRST_DAY)
    store = MemoryStore(factories.keys(), lambda _, text: read_consultation(text, "kept", town))
    by = Acting("test", town, store, clock)
    for name in ("bus", "zukunft"):
        standing, _ = load((EXAMPLES / f"{name}.toml").read_text("utf-8"), f"{name}.toml", by)
        open_consultation(standing.consultation.keyword, by)
    parts = Parts(
        store, clock, factories.keys(), Towns({town.key: town}), read_phrases(), read_all_words(), GermanHolidays(),
        GermanNumbers(),
    )  # fmt: skip
    return Resident(parts, clock)


@given(st.lists(SAID, min_size=1, max_size=14))
@settings(max_examples=150, deadline=None)
def test_whatever_is_said_is_answered_and_the_count_stays_right(said):
    person = resident()
    for each in said:
        reply = person.says(each)
        assert reply.say or isinstance(each, HungUp)
    for standing in person.parts.store.consultations.all("bergheim"):
        tally = person.parts.store.consultations.tally("bergheim", standing.id)
        recount = person.parts.store.consultations.recount("bergheim", standing.id)
        assert {cell: number for cell, number in tally.items() if number} == dict(recount)
        assert sum(number for cell, number in tally.items() if (cell.question, cell.option) == ("", "")) in {0, 1}


@given(st.lists(st.sampled_from(COMMAND_WORDS + ANSWERS), min_size=1, max_size=10))
@settings(max_examples=150, deadline=None)
def test_every_answer_by_text_message_fits_two_segments(said):
    person = resident()
    for text in said:
        message = sms_text(person.says(text), person.parts.phrases)
        assert measure(message).count <= 2, (said, message)


def test_a16_stop_ends_a_call_that_was_asked_for_also_after_an_earlier_stop():
    person = resident()
    outbox = person.parts.store.outbox
    for said, waiting in (("RÜCKRUF", 1), ("STOP", 0), ("RÜCKRUF", 1), ("INFO", 1), ("STOP", 0)):
        person.says(said)
        assert outbox.counts("bergheim").get("queued", 0) == waiting, said


@given(st.lists(st.sampled_from(COMMAND_WORDS + ANSWERS), max_size=8))
@settings(max_examples=80, deadline=None)
def test_after_stop_only_start_subscribes_again(said):
    person = resident()
    person.says("STOP")
    for text in said:
        person.says(text)
    meeting = person.parts.store.turns.meet("bergheim", Address(AddressKind.PHONE, person.number))
    stopped_last = [text for text in said if text in {"STOP", "START"}][-1:] != ["START"]
    forgotten = meeting is None or not meeting.known
    assert forgotten or meeting.person.opted_out == stopped_last


def test_the_same_turn_twice_gets_the_same_reply_and_changes_nothing():
    person = resident()
    person.says("BUS")
    turn = InboundTurn(
        TurnId("twilio", "again"), "sms", Address(AddressKind.PHONE, person.number), "", Words("1"), person.clock.now()
    )
    assert take_turn(turn, person.parts) == take_turn(turn, person.parts)


@pytest.mark.parametrize("kind", ["picture", "sound", "file", "contact", "empty"])
def test_what_cannot_be_read_is_told_in_words_everywhere(kind):
    person = resident()
    for step in [None, "BUS", "SPRACHE", "1", "1", "3", "weiter", "LÖSCHEN"]:
        if step:
            person.says(step)
        assert person.says(CannotBeRead(kind)).say


def test_three_misunderstandings_in_a_row_get_three_different_answers_in_every_language():
    for language in ["DEUTSCH", "LEICHTE SPRACHE", "ENGLISH"]:
        person = resident()
        person.says(language)
        for question, answer in [("BUS", "1"), (None, "3"), (None, "x")]:
            if question:
                person.says(question)
            if answer == "x":
                break
            told = [person.says("grün kariert").say[0].wording.text for _ in range(3)]
            assert len(set(told)) == 3, told
            person.says(answer)
