# SPDX-License-Identifier: EUPL-1.2
"""The terminal as a telephone."""

from app.clock import MovableClock
from core.people import Address, AddressKind
from core.turns import CannotBeRead, Line, NothingExpected, Reply, Role, Wording, Words
from sms.console import shown, talk, turn_of
from tests.channels.twilio_requests import NOW


def reply(*texts):
    return Reply(tuple(Line(Role.INFORMATION, Wording(text)) for text in texts), NothingExpected(), "de", "~reception")


def test_a_line_is_a_turn_of_the_desk_and_so_a_trial():
    turn = turn_of("Ja\n", "t1", 3, "bergheim", MovableClock(NOW))
    assert (turn.turn_id.provider, turn.turn_id.value, turn.channel) == ("desk", "t1-3", "desk")
    assert (turn.sender, turn.said) == (Address(AddressKind.DESK, "t1"), Words("Ja"))


def test_an_empty_line_is_an_empty_message():
    assert turn_of("  \n", "t1", 1, "bergheim", MovableClock(NOW)).said == CannotBeRead("empty")


def test_a_reply_is_shown_with_what_it_would_cost(phrases):
    assert shown(reply("Grüße"), phrases) == "Grüße\n[1 SMS, 5 Zeichen, GSM-7]"
    assert shown(reply("Привіт"), phrases).endswith("[1 SMS, 6 Zeichen, UCS-2]")
    assert shown(reply(), phrases) == ""


def test_every_line_gets_its_answer_and_no_two_turns_share_a_name(phrases):
    turns = []

    def take(turn):
        turns.append(turn)
        return reply(turn.said.text)

    answers = list(talk(["BUS", "1", "1"], "t1", "bergheim", MovableClock(NOW), take, phrases))
    assert [answer.splitlines()[0] for answer in answers] == ["BUS", "1", "1"]
    assert len({turn.turn_id for turn in turns}) == 3
