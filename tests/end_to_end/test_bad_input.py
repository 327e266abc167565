# SPDX-License-Identifier: EUPL-1.2
"""Bad input and bad moments, end to end: a clear answer, and nothing lost. Named after the failure catalogue."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from core.administration import Acting, close_if_due, seal_if_due
from core.ballots import Ballot
from core.commands import Command
from core.errors import StoreUnavailable
from core.participation import take_turn
from core.people import Address, AddressKind
from core.turns import Counting, InboundTurn, Pressed, TurnId, Words
from sms.gsm7 import measure
from tests.channels.twilio_requests import NUMBER
from tests.end_to_end.channels import Sms, Web, signed
from tests.end_to_end.town import founded

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def town(tmp_path):
    return founded(tmp_path)


@pytest.fixture
def closes_at(town):
    with town.running() as service:
        return next(each for each in service.parts.store.consultations.all("bergheim")).consultation.closes_at


# ---------------------------------------------------------------------------------------------- killed


@pytest.mark.service
@pytest.mark.parametrize(("name", "when"), [("a7", "before"), ("a6", "after")])
def test_a6_a7_a_service_killed_around_its_commit_counts_the_repeated_message_once(town, name, when):
    person = Sms(town)
    person.says("BUS")
    died = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.dying", str(town.folder), when, person.number, "SM" + "9" * 32, "1"],
        cwd=REPOSITORY, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    assert town.tally("BUS").answered("late") == (1 if when == "after" else 0)
    reply = person.deliver("SM" + "9" * 32, "1")
    assert "Wie zufrieden" in reply
    assert person.deliver("SM" + "9" * 32, "1") == reply
    assert town.tally("BUS").answered("late") == 1


# ---------------------------------------------------------------------------------------------- which one is meant


@pytest.mark.parametrize("bare", ["1", "2", "ja", "eins", "die erste", "Ja bitte!", "１"])
def test_a20_a_bare_answer_from_a_stranger_is_asked_back_while_two_consultations_are_open(town, bare):
    heard = Sms(town).says(bare)
    assert "BUS" in heard
    assert "ZUKUNFT" in heard
    assert town.tally("BUS").participants == town.tally("ZUKUNFT").participants == 0


def test_a20_a_bare_answer_belongs_to_the_question_that_was_asked_last(town):
    person = Sms(town)
    for text in ["BUS", "1", "ZUKUNFT", "2"]:
        person.says(text)
    assert town.tally("BUS").counts("late").get("yes") == 1
    assert town.tally("ZUKUNFT").counts("first").get("mobility") == 1


@pytest.mark.parametrize("text", ["1 oder 2", "vielleicht", "ja nein", "nicht die 1", "wir sind 3 Leute", "?!", "👍👎"])
def test_a15_an_unclear_answer_is_asked_again_and_never_counted(town, text):
    person = Sms(town)
    person.says("BUS")
    heard = person.says(text)
    assert "Soll der Bus abends bis 23 Uhr fahren?" in heard or "Antworten Sie mit Zahl" in heard
    assert town.tally("BUS").answered("late") == 0


# ---------------------------------------------------------------------------------------------- open answers


def stored_idea(town, number) -> str:
    with town.running() as service:
        town_key, parts = service.town().key, service.parts
        meeting = parts.store.turns.meet(town_key, Address(AddressKind.PHONE, number))
        bus = next(each for each in parts.store.consultations.all(town_key) if each.consultation.keyword == "BUS")
        voice = parts.secrets.voice_id(town_key, bus.id, meeting.person.participant)
        ballot: Ballot = parts.store.turns.ballots(town_key, {bus.id: voice})[bus.id]
        return ballot.counted["why"].value


def test_a23_a_long_idea_in_several_messages_is_one_answer_until_ten_minutes_have_passed(town):
    person = Sms(town)
    for text in ["BUS", "1", "5", "Zum Bahnhof,", "ins Theater", "und nach Köln"]:
        town.clock.move(timedelta(minutes=2))
        person.says(text)
    assert stored_idea(town, person.number) == "Zum Bahnhof, ins Theater und nach Köln"
    town.clock.move(timedelta(minutes=11))
    heard = person.says("und noch etwas")
    assert "alles beantwortet" in heard
    assert stored_idea(town, person.number) == "Zum Bahnhof, ins Theater und nach Köln"


def test_a23_what_no_longer_fits_is_told_and_nothing_before_it_is_dropped(town):
    person = Sms(town)
    for text in ["BUS", "1", "5", *["wort " * 300] * 3]:
        person.says(text)
    before = stored_idea(town, person.number)
    heard = person.says("wort " * 300)
    assert "alles davor ist notiert" in heard
    assert stored_idea(town, person.number) == before


def test_a24_a_conversation_goes_on_after_days_and_after_every_restart(town):
    person = Sms(town)
    for days, text in [(0, "BUS"), (3, "1"), (20, "bus"), (1, "4")]:
        town.clock.move(timedelta(days=days))
        person.says(text)  # each of these starts and ends the whole service
    assert person.asked() == "why"
    assert town.tally("BUS").counts("satisfied").get("4") == 1


# ---------------------------------------------------------------------------------------------- the close


def at(town, moment):
    town.clock.move_to(moment)
    return town


def test_b3_an_answer_counts_if_it_was_received_before_the_close_to_the_microsecond(town, closes_at):
    for number, offset in enumerate([-1000, -1, 0, 1, 1000]):
        person = Sms(at(town, closes_at - timedelta(minutes=1)), f"+4915150000{number:03d}")
        person.says("BUS")
        at(town, closes_at + timedelta(microseconds=offset))
        heard = person.says("1")
        assert ("Notiert" in heard) == (offset < 0), (offset, heard)
        assert ("zählt aber nicht mit" in heard) == (offset >= 0)
    assert town.tally("BUS").answered("late") == 2
    with town.running() as service:
        bus = next(each for each in service.parts.store.consultations.all("bergheim"))
        assert service.parts.store.consultations.late("bergheim", bus.id) == 3


def test_b4_what_was_received_before_the_close_counts_however_late_it_is_processed(town, closes_at):
    at(town, closes_at - timedelta(minutes=1))
    sender = Address(AddressKind.PHONE, "+4915150000000")
    turns = [
        InboundTurn(TurnId("twilio", f"SM{step}"), "sms", sender, NUMBER, Words(text), town.clock.now())
        for step, text in enumerate(["BUS", "1"])
    ]
    at(town, closes_at + timedelta(minutes=5))
    with town.running() as service:
        close_if_due(_bus(service), _clock(service, town))
        for turn in turns:
            take_turn(turn, service.parts)
    assert town.tally("BUS").answered("late") == 1


def test_b4_nothing_is_sealed_while_an_answer_may_be_under_way(town, closes_at):
    at(town, closes_at + timedelta(minutes=9))
    with town.running() as service:
        close_if_due(_bus(service), _clock(service, town))
        seal_if_due(_bus(service), _clock(service, town))
        assert _bus(service).state == "closed"
        town.clock.move(timedelta(minutes=11))
        seal_if_due(_bus(service), _clock(service, town))
        assert _bus(service).state == "sealed"


def _bus(service):
    return next(
        each for each in service.parts.store.consultations.all("bergheim") if each.consultation.keyword == "BUS"
    )


def _clock(service, town):
    return Acting("clock", service.town(), service.parts.store, town.clock)


def test_b5_drafts_that_are_sent_after_the_close_are_kept_and_told(town, closes_at):
    at(town, closes_at - timedelta(minutes=5))
    person = Web(town)
    for text in ["BUS", "2"]:
        person.says(text)
    at(town, closes_at + timedelta(seconds=1))
    heard = person.says("4")
    assert "beendet" in heard
    assert town.tally("BUS").participants == 0


# ---------------------------------------------------------------------------------------------- opting out


@pytest.mark.parametrize(
    "text", ["STOP", "Stopp!", "stop bitte", "Abmelden", "STOP. Danke", "2 stopp", "keine SMS mehr"]
)
def test_a16_stop_at_a_question_ends_the_conversation_keeps_answers_and_blocks_invitations(town, text):
    person = Sms(town)
    for said in ["BUS", "1", text]:
        heard = person.says(said)
    assert "keine Nachrichten mehr" in heard
    with town.running() as service:
        meeting = service.parts.store.turns.meet("bergheim", Address(AddressKind.PHONE, person.number))
        assert meeting.person.opted_out
    assert town.tally("BUS").answered("late") == 1
    assert town.tally("BUS").answered("satisfied") == 0


# ---------------------------------------------------------------------------------------------- the database away


def test_a4_while_the_database_is_locked_nothing_is_acknowledged_and_nothing_is_stored(town, monkeypatch):
    form = {"MessageSid": "SM" + "4" * 32, "From": "+4915150000000", "To": NUMBER, "Body": "BUS", "NumMedia": "0"}
    with town.client() as (service, client):
        away = service.parts.store.turns.answering

        def locked(_municipality):
            raise StoreUnavailable("locked")

        monkeypatch.setattr(type(service.parts.store.turns), "answering", lambda _self, key: locked(key))
        refused = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        monkeypatch.undo()
        assert away is not None
        taken = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
        assert taken.status_code == 200
        assert "Soll der Bus" in taken.text


# ---------------------------------------------------------------------------------------------- privacy


def test_e1_no_number_and_no_answer_of_a_resident_is_in_any_log_or_metric(town, caplog):
    caplog.set_level(logging.DEBUG)
    canary_number, canary_words, numbers = "+4915177665544", "Kanarienvogelstraße siebzehn", count()
    person = Sms(town, canary_number)
    for text in ["BUS", "1", "unklar", "4", canary_words, "ERGEBNIS", "LÖSCHEN", "1"]:
        person.says(text)
    with town.client() as (_, client):
        for path in ["/metrics", "/health", "/", "/de/BUS"]:
            seen = client.get(path).text
            assert canary_number[3:] not in seen
            next(numbers)
        forged = {"MessageSid": "SM1", "From": canary_number, "To": NUMBER, "Body": canary_words}
        client.post("/sms/twilio", data=forged, headers={"X-Twilio-Signature": "forged"})
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert canary_number[3:] not in told
    assert "Kanarienvogel" not in told


# ---------------------------------------------------------------------------------------------- two tabs


def test_a21_two_tabs_with_two_consultations_never_mix_their_prompts(town):
    """A side question of one consultation that is answered in the other leads to a page, not to a fault."""
    with town.running() as service:
        sender = Address(AddressKind.WEB, "two-tabs")
        steps = [
            (Words("BUS"), "~reception"),
            (Pressed(Command.DELETE), "ZUKUNFT:first"),
            (Pressed(Command.BACK), "BUS:~delete"),
            (Pressed(Command.BACK), "ZUKUNFT:~change"),
            (Pressed(Command.DONE), "BUS:~check"),
            (Words("1"), "BUS:late"),
            (Pressed(Command.LANGUAGE), "ZUKUNFT:idea"),
            (Pressed(Command.BACK), "BUS:~language"),
        ]
        for number, (said, about) in enumerate(steps):
            turn = InboundTurn(
                TurnId("web", str(number)), "web", sender, "", said, town.clock.now(), about, Counting.AFTER_CHECK
            )
            assert take_turn(turn, service.parts).about


# ---------------------------------------------------------------------------------------------- cost, pictures, erasing


def test_the_list_of_ones_answers_fits_two_segments_however_long_they_are(town):
    person = Sms(town)
    for text in ["ZUKUNFT", "1", "wort " * 300, "67"]:
        person.says(text)
    heard = person.says("ÄNDERN")
    assert measure(heard).count <= 2
    assert "wort wort" in heard


def test_a_picture_beside_a_text_is_told_and_the_text_counts(town):
    person = Sms(town)
    person.says("BUS")
    form = {
        "MessageSid": "MM" + "1" * 32, "From": person.number, "To": NUMBER, "Body": "ja", "NumMedia": "1",
        "MediaContentType0": "image/jpeg", "MediaUrl0": "https://media.example/1",
    }  # fmt: skip
    with town.client() as (_, client):
        heard = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form)).text
    assert "Bild" in heard
    assert "Notiert: Ja." in heard
    assert town.tally("BUS").counts("late").get("yes") == 1


def test_a23_what_follows_an_idea_after_the_last_question_still_belongs_to_it(town):
    person = Sms(town)
    for text in ["ZUKUNFT", "1", "Mehr Radwege", "37"]:
        person.says(text)
    assert "Ergänzt" in person.says("und sichere Ampeln")


def test_erasing_between_the_close_and_the_sealing_withdraws_the_answers_too(town, closes_at):
    person = Sms(at(town, closes_at - timedelta(minutes=1)))
    for text in ["BUS", "1"]:
        person.says(text)
    at(town, closes_at + timedelta(minutes=1))
    with town.running() as service:
        close_if_due(_bus(service), _clock(service, town))
    for text in ["LÖSCHEN", "1"]:
        heard = person.says(text)
    assert "Gelöscht" in heard
    assert town.tally("BUS").participants == 0


@pytest.mark.parametrize("text", ["STOP", "Abmelden bitte", "unsubscribe"])
def test_a16_an_opt_out_by_whatsapp_holds_for_the_number(town, text):
    form = {"MessageSid": "SM" + "7" * 32, "From": "whatsapp:+4915112345678", "To": NUMBER, "Body": text}
    with town.client() as (service, client):
        heard = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form)).text
        meeting = service.parts.store.turns.meet("bergheim", Address(AddressKind.PHONE, "+4915112345678"))
    assert "keine Nachrichten mehr" in heard
    assert meeting.person.opted_out


@pytest.mark.parametrize("text", ["-4", "ich bin 7", "unter 30"])
def test_a15_what_may_be_an_age_or_a_place_in_the_list_is_asked_again(town, text):
    person = Sms(town)
    for said in ["ZUKUNFT", "1", "weiter", text]:
        heard = person.says(said)
    assert "Wie alt sind Sie?" in heard
    assert town.tally("ZUKUNFT").answered("age") == 0
