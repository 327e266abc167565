# SPDX-License-Identifier: EUPL-1.2
"""Whole calls: a real caller, a real exchange, the real line, the real service, and sound that was prepared before.

The stories are told side by side, because each of them mostly waits; every test then looks at one of them.
"""

from __future__ import annotations

import asyncio
import io
import tomllib
import wave
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from core.ballots import WITHOUT_NUMBER
from core.municipality import digits_of
from core.people import Pace
from core.questions.contract import Spoken
from core.tally import Tally
from tests.telephone.called import Manner, Ringing, called, is_busy, picks_up
from tests.telephone.hearing import HEARD, NOT_HEARD, likeness
from tests.telephone.listening import PATIENCE, Listener, Person
from tests.telephone.sip import user_of
from tests.telephone.sip_phone import SipPhone
from tests.telephone.sounds import greeting_of_a_machine, hallo, read, spoken
from tests.telephone.town_on_the_phone import LINE_NUMBER, MORNING, OFFICE, TownOnThePhone, until
from tests.telephone.town_process import CUT_OFF
from tests.telephone.what_was_heard import prompt_seconds, table_of_calls, table_of_steps

pytestmark = [pytest.mark.telephone, pytest.mark.slow]

Counted = Mapping[str, str]
"""What one person's answers add to the count: question → option, "" for an answer in own words."""

# ------------------------------------------------------------------------------------------------------- the stories


@dataclass
class Telling:
    """All stories of a run: who has called, what was counted, who picks up where."""

    town: TownOnThePhone
    others: Others
    people: list[Person] = field(default_factory=list)
    expected: list[Counted] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)

    def person(self, name: str, **how: bool) -> Person:
        """Somebody with a number of her own."""
        self.people.append(Person(self.town, f"+491511{len(self.people):07}", name, **how))
        return self.people[-1]

    def counts(self, **answers: str) -> None:
        """Expect these in the count."""
        self.expected.append(answers)


class Others:
    """Everybody whom the exchange can call, each in a manner of her own; one who is not known is not there."""

    def __init__(self) -> None:
        self._manners: dict[str, Manner] = {}
        self._calls: dict[str, asyncio.Queue] = {}
        self.rang = Counter[str]()

    def at(self, number: str, manner: Manner) -> asyncio.Queue:
        """From now on, this happens at this number; gives the calls that are taken there."""
        self._manners[number] = manner
        return self._calls.setdefault(number, asyncio.Queue())

    async def ring(self, ringing: Ringing):
        """The manner of one party for all (`tests.telephone.called`)."""
        number = user_of(ringing.invitation.uri)
        self.rang[number] += 1
        call = await self._manners.get(number, is_busy)(ringing)
        if call and number in self._calls:
            self._calls[number].put_nowait(call)
        return call


Story = Callable[[Telling], Awaitable[None]]
STORIES: dict[str, Story] = {}


def story(told: Story) -> Story:
    """A story is told with all the others."""
    STORIES[told.__name__] = told
    return told


async def german(listener: Listener) -> None:
    """The choice of a language, pressed into the greeting."""
    await listener.answers("Guten Tag.", "1")
    await listener.hears("Weiter auf Deutsch.")


async def bus(listener: Listener) -> None:
    """From the beginning of a first call to the first question of BUS."""
    await german(listener)
    await listener.presses("1")
    await listener.answers("Wobei möchten Sie mitmachen?", "1")
    await listener.hears("Die Stadt plant die Buslinie 975 neu.")


LATE, SATISFIED, WHY = "Frage 1 von höchstens 3", "Frage 2 von 3", "Frage 3 von 3"

# ------------------------------------------------------------------------------------------------ the whole of BUS

EVERY_KEY = ("Jederzeit zum Wiederholen", "den Stern unten links.", "Jederzeit für einen Menschen", "die Null.")
BUS = (
    ("", "Guten Tag.", "Hier ist die Beteiligung der Stadt Bergheim.", "Welche Sprache möchten Sie?", "Für Deutsch",
     "die Eins.", "Für Leichte Sprache", "drücken Sie die Zwei.", "For English", "press three."),
    ("1", "Weiter auf Deutsch.", "Die Stadt Bergheim fragt Sie nach Ihrer Meinung.",
     "Ihre Nummer nutzen wir nur, damit jede Stimme einmal zählt.", "Was möchten Sie tun?", "Für Mitmachen",
     "die Eins.", "Für einen Menschen im Rathaus", "die Zwei.", "Für eine andere Sprache", "die Drei.", *EVERY_KEY),
    ("1", "Wobei möchten Sie mitmachen?", "Für Der Bus am Abend", "die Eins.", "Was kommt in Bergheim zuerst?",
     "die Zwei."),
    ("1", "Die Stadt plant die Buslinie 975 neu.", "Drei Fragen, zwei Minuten.", LATE,
     "Soll der Bus abends bis 23 Uhr fahren?", "Für Ja", "die Eins.", "Für Nein", "die Zwei.",
     "Für Nur am Wochenende", "die Drei."),
    ("1", "Ja.", SATISFIED, "Wie zufrieden sind Sie mit dem Bus?", "1 ist gar nicht, 5 ist sehr.",
     "Drücken Sie eine Taste von 1 bis 5."),
    ("4", "4.", WHY, "Wohin möchten Sie abends mit dem Bus fahren?", "Sie können Ihre Antwort aufsprechen.",
     "Nur das Rathaus hört die Aufnahme.", "Für Ja, bitte aufnehmen", "die Eins.", "Für Weiter ohne Antwort",
     "die Zwei."),
    ("2", "Danke.", "Ihre Antworten sind gezählt.", "Ihre Prüfnummer: {receipt}", "Möchten Sie noch etwas?",
     "Für Nein, danke", "die Eins.", "Für eine Änderung", "die Zwei.", "Für den Zwischenstand", "die Drei.",
     "Für das Hauptmenü", "die Vier."),
    ("1", "Ihre Antworten sind gezählt.", "Das Ergebnis hören Sie unter dieser Nummer.", "Danke für Ihren Anruf.",
     "Auf Wiederhören."),
)  # fmt: skip
"""The whole consultation as a caller hears it who presses keys alone: the key, then every sentence after it."""
FOREIGN = {
    "Für Leichte Sprache": "de-simple",
    "drücken Sie die Zwei.": "de-simple",
    "For English": "en",
    "press three.": "en",
}
"""What is said in a language of its own."""


WHOLE_BUS = "the whole of BUS by keys"


@story
async def the_whole_of_bus_by_keys(telling: Telling) -> None:
    person = telling.person(WHOLE_BUS)
    async with person.calling() as listener:
        for key, *sentences in BUS:
            if key:
                await listener.presses(key)
            for text in sentences:
                said = text.format(receipt=receipt(telling.town, person))
                await listener.hears(said, language=FOREIGN.get(text, "de"))
            listener.step_over()
        await listener.call.end()
    assert all(each.r > HEARD for each in listener.sentences)
    assert [each.text for each in listener.sentences].count(LATE) == 1
    assert telling.town.ballot(person.number).counted["why"].value is None
    telling.counts(late="yes", satisfied="4")


def receipt(town: TownOnThePhone, person: Person) -> str:
    """Her receipt, as it is read out."""
    ballot = town.ballot(person.number)
    digits = ballot.receipt if ballot else ""
    return f"{' '.join(digits[:4])}, {' '.join(digits[4:])}"


# ------------------------------------------------------------------------------------------------ keys


@story
async def a_key_cuts_the_prompt_off(telling: Telling) -> None:
    async with telling.person("barge-in").calling() as listener:
        await bus(listener)
        await listener.presses("1")
        await listener.hears("Ja.", SATISFIED)
        assert listener.likeness_of("Soll der Bus abends bis 23 Uhr fahren?") < 0.9
        await listener.presses("2")
        await listener.hears("2.", WHY)
    telling.counts(late="yes", satisfied="2")


@story
async def a_star_repeats_and_two_open_the_help(telling: Telling) -> None:
    async with telling.person("*, * *, slower").calling() as listener:
        await bus(listener)
        await listener.presses("*")
        await listener.hears(LATE, "Soll der Bus abends bis 23 Uhr fahren?")
        await listener.presses("**")
        await listener.hears("Was möchten Sie?", "Für Weiter", "Für langsameres Sprechen", "die Zwei.")
        await listener.presses("2")
        await listener.hears("Ich spreche jetzt langsamer.", "Soll der Bus abends bis 23 Uhr fahren?", pace=Pace.SLOW)
        await listener.presses("2")
        await listener.hears("Nein.")
    telling.counts(late="no")


@story
async def a_zero_is_a_person(telling: Telling) -> None:
    words = spoken(1.5, 51)
    taken = telling.others.at(OFFICE, picks_up(words))
    async with telling.person("0, answered, then busy").calling() as listener:
        await german(listener)
        await listener.presses("0")
        await listener.hears("Ich verbinde Sie mit dem Rathaus.", "Bitte bleiben Sie am Telefon.")
        at_the_office = await asyncio.wait_for(taken.get(), 10)
        await listener.hears_sound("(the town hall)", words)
        question = spoken(1.2, 52)
        await listener.says(question)
        await at_the_office.listen(0.5)
        assert likeness(question, at_the_office.heard()).r > HEARD
        await at_the_office.hang_up()
        await listener.hears("Hier geht es mit Ihren Fragen weiter.", "Was möchten Sie tun?")
        telling.others.at(OFFICE, is_busy)
        await listener.presses("0")
        await listener.hears("Im Rathaus ist gerade besetzt, oder es geht niemand ans Telefon.", "Was möchten Sie?")
        await listener.presses("1")
        await listener.hears("Was möchten Sie tun?")


@story
async def a_wrong_key_is_told_and_nothing_is_lost(telling: Telling) -> None:
    async with telling.person("wrong key").calling() as listener:
        await bus(listener)
        await listener.presses("7")
        await listener.hears("Diese Taste gehört zu keiner Antwort.", LATE)
        await listener.presses("3")
        await listener.hears("Nur am Wochenende.", SATISFIED)
        await listener.presses("9")
        await listener.hears(SATISFIED)
        await listener.presses("5")
        await listener.hears("5.", WHY)
    telling.counts(late="weekend", satisfied="5")


# ------------------------------------------------------------------------------------------------ silence


@story
async def three_silences_lead_to_other_ways(telling: Telling) -> None:
    async with telling.person("three silences").calling() as listener:
        await german(listener)
        await listener.presses("1")
        await listener.hears("Wobei möchten Sie mitmachen?", "die Zwei.")
        await listener.hears("Lassen Sie sich Zeit.", "Wobei möchten Sie mitmachen?", "die Null.")
        await listener.hears(
            "Ich bin noch da.", "Ich sage es noch einmal.", "Wobei möchten Sie mitmachen?", "die Null."
        )
        await listener.hears("Es geht auch anders.", "Für einen Menschen im Rathaus", "Für einen Rückruf")
        await listener.presses("1")
        await listener.answers("Wobei möchten Sie mitmachen?", "1")
        await listener.hears("Die Stadt plant die Buslinie 975 neu.")


@story
async def who_stays_silent_is_said_goodbye(telling: Telling) -> None:
    async with telling.person("misses, then silent to the end").calling() as listener:
        await german(listener)
        for _ in range(2):
            await listener.presses("9")
            await listener.hears("Diese Taste gehört zu keiner Antwort.")
        await listener.presses("9")
        await listener.hears("Es geht auch anders.")
        for _ in range(2):
            await listener.presses("9")
            await listener.hears("Diese Taste gehört zu keiner Antwort.")
        await listener.hears("Für Weiter", "die Null.", within=2 * PATIENCE)
        await listener.hears("Danke für Ihren Anruf.", "Auf Wiederhören.")
        await listener.call.end()


# ------------------------------------------------------------------------------------------------ hanging up


@story
async def who_hangs_up_in_a_prompt_goes_on_where_she_was(telling: Telling) -> None:
    person = telling.person("hang-up in a prompt, called again")
    async with person.calling() as listener:
        await bus(listener)
        await listener.presses("2")
        await listener.hears("Nein.")
    async with person.calling() as listener:
        await listener.hears("Guten Tag.", "Sie waren bei Frage 2.", "Was möchten Sie tun?")
        await listener.presses("1")
        await listener.hears("Schön, dass Sie wieder da sind.", "Frage 2 von 2")
        await listener.presses("3")
        await listener.hears("Danke.")
    telling.counts(late="no", satisfied="3")


@story
async def an_answer_counts_although_she_hangs_up_at_once(telling: Telling) -> None:
    person = telling.person("hang-up with the key")
    async with person.calling() as listener:
        await bus(listener)
        await listener.presses("1")
    await until(lambda: telling.town.ballot(person.number) is not None, within=5)
    telling.counts(late="yes")


@story
async def a_recording_that_a_hang_up_cuts_off_is_kept(telling: Telling) -> None:
    person, words = telling.person("hang-up in a recording"), spoken(2, 61)
    async with person.calling() as listener:
        await to_the_recorder(listener)
        await listener.says(words)
    assert await heard_at_the_town_hall(telling.town, person) > 0.9
    assert likeness(words, await kept(telling.town, person)).r > HEARD
    telling.counts(late="yes", satisfied="1", why="")
    async with person.calling() as listener:
        await listener.hears("Guten Tag.")


async def to_the_recorder(listener: Listener) -> None:
    """To the tone of the question that is answered in one's own words."""
    await bus(listener)
    await listener.presses("1")
    await listener.answers("Ja.", "1")
    await listener.answers("1.", "1")
    await listener.hears("Bitte sprechen Sie nach dem Ton.")
    await listener.tone()


# ------------------------------------------------------------------------------------------------ recording


@story
async def a_recording_is_heard_said_again_deleted_and_kept(telling: Telling) -> None:
    person = telling.person("recording: listen, again, delete, keep")
    first, second, third = (spoken(1.5, seed) for seed in (71, 72, 73))
    async with person.calling() as listener:
        await to_the_recorder(listener)
        await leave(listener, first)
        await listener.presses("2")
        await listener.hears_sound("(her own words)", first)
        await listener.answers("Was soll damit geschehen?", "3")
        await listener.tone()
        await leave(listener, second)
        await listener.presses("4")
        await listener.hears("Die Aufnahme ist gelöscht.", WHY)
        assert "why" not in telling.town.ballot(person.number).counted
        await listener.presses("1")
        await listener.tone()
        await leave(listener, third)
        await listener.presses("1")
        await listener.hears("Danke.", "Ihre Antworten sind gezählt.")
    sound = await kept(telling.town, person)
    assert [likeness(each, sound).r for each in (first, second)] == pytest.approx([0, 0], abs=NOT_HEARD)
    assert likeness(third, sound).r > HEARD
    telling.counts(late="yes", satisfied="1", why="")


async def leave(listener: Listener, words) -> None:
    """Say something after the tone and end it with the key."""
    await listener.says(words)
    await listener.presses("#")
    await listener.hears("Ihre Aufnahme ist gespeichert.")


async def kept(town: TownOnThePhone, person: Person):
    """What the town hall hears of her answer, once the job has fetched it."""

    def recording() -> str:
        answer = (ballot := town.ballot(person.number)) and ballot.counted.get("why")
        return answer.value.recording if answer and isinstance(answer.value, Spoken) else ""

    await until(lambda: bool(recording()) and town.audio(recording()) is not None, within=30)
    with wave.open(io.BytesIO(town.audio(recording()) or b"")) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)


async def heard_at_the_town_hall(town: TownOnThePhone, person: Person) -> float:
    """How many seconds the town hall hears."""
    return len(await kept(town, person)) / 8000


# ------------------------------------------------------------------------------------------------ without a number


@story
async def who_withholds_her_number_is_counted_and_never_merged(telling: Telling) -> None:
    person = telling.person("number withheld, twice", is_withheld=True)
    for _ in range(2):
        async with person.calling() as listener:
            await german(listener)
            await listener.hears("Ihre Nummer ist unterdrückt.", "Das macht nichts.")
            await listener.presses("1")
            await listener.answers("Wobei möchten Sie mitmachen?", "1")
            await listener.answers("Die Stadt plant die Buslinie 975 neu.", "3")
            await listener.hears("Nur am Wochenende.")
        telling.counts(late="weekend", **{WITHOUT_NUMBER: ""})
    assert telling.town.ballot(person.number) is None


# ------------------------------------------------------------------------------------------------ golden conversations

CONVERSATIONS = {
    path.stem: written
    for path in sorted((Path(__file__).parents[1] / "end_to_end" / "conversations").glob("*.toml"))
    if "voice" in (written := tomllib.loads(path.read_text("utf-8")))["channels"]
}


def golden(name: str) -> Story:
    """A written conversation as a story."""

    async def told(telling: Telling) -> None:
        person = telling.person(f"golden: {name.replace('_', ' ')}")
        phone = SipPhone(person, asyncio.get_running_loop())
        try:
            await asyncio.to_thread(held, phone, CONVERSATIONS[name]["step"])
        finally:
            await asyncio.to_thread(phone.hang_up)
        await asyncio.to_thread(counted_as_written, telling.town, person, CONVERSATIONS[name]["counted"])
        telling.expected += written_counts(CONVERSATIONS[name]["counted"])

    told.__name__ = f"golden_{name}"
    return told


def held(phone: SipPhone, steps) -> None:
    """Hold a conversation as it is written. Days do not pass here: she calls again the same day."""
    for step in steps:
        heard = phone.says(step["person"])
        assert phone.asked() == step["asks"], step
        for said in step.get("says", []):
            assert said in heard, step


def counted_as_written(town: TownOnThePhone, person: Person, counted) -> None:
    """What the conversation says was counted is what this person's voice has said."""
    ballot = town.ballot(person.number)
    values = {key: each.value for key, each in ballot.counted.items()} if ballot else {}
    for question, options in written_options(counted):
        for option, number in options.items():
            value = values.get(question)
            said = value is not None and (option == "" or str(value) == option)
            assert said == bool(number), (question, option, value)


def written_options(counted):
    return [(question, options) for question, options in counted.items() if question != "participants"]


def written_counts(counted) -> list[Counted]:
    """The same as it goes into the count."""
    if not counted["participants"]:
        return []
    said = {question: option for question, options in written_options(counted) for option, n in options.items() if n}
    return [said]


LONG = (the_whole_of_bus_by_keys, three_silences_lead_to_other_ways)
STORIES |= {f"golden_{name}": golden(name) for name in CONVERSATIONS}

# ------------------------------------------------------------------------------------------------------- all at once

AT_ONCE = 30
LATE_KEYS = {"1": ("yes", "Ja."), "2": ("no", "Nein."), "3": ("weekend", "Nur am Wochenende.")}


async def thirty_at_once(telling: Telling) -> None:
    people = [telling.person(f"one of {AT_ONCE} at once") for _ in range(AT_ONCE)]
    async with asyncio.TaskGroup() as all_at_once:
        for place, person in enumerate(people):
            all_at_once.create_task(one_of_many(telling, person, "123"[place % 3], "12345"[place % 5]))
    ballots = [telling.town.ballot(person.number) for person in people]
    assert len({ballot.ballot_id for ballot in ballots}) == AT_ONCE
    assert {tuple(ballot.counted) for ballot in ballots} == {("late", "satisfied")}


async def one_of_many(telling: Telling, person: Person, late: str, satisfied: str) -> None:
    option, confirmed = LATE_KEYS[late]
    async with person.calling() as listener:
        await bus(listener)
        await listener.presses(late)
        await listener.hears(confirmed)
        await listener.presses(satisfied)
        await listener.hears(f"{satisfied}.")
    telling.counts(late=option, satisfied=satisfied)


# ------------------------------------------------------------------------------------------------------- call-backs

EVENING, NEXT_MORNING = MORNING + timedelta(hours=9), MORNING + timedelta(hours=22, minutes=1)
"""Seven in the evening, when the town hall is closed, and one minute past eight, when it is open and nobody sleeps."""


async def who_asks_in_the_evening_is_called_in_the_morning(telling: Telling) -> None:
    town, others = telling.town, telling.others
    town.move_to(EVENING)
    person, machine, engaged = (
        telling.person(f"call-back: {how}") for how in ("person", "machine", "busy, then person")
    )
    async with asyncio.TaskGroup() as asking:
        for each in (person, machine, engaged):
            asking.create_task(asks_for_a_call(each))
    taken = [others.at(person.number, picks_up(hallo())), others.at(machine.number, picks_up(greeting_of_a_machine()))]
    others.at(engaged.number, is_busy)
    town.move_to(NEXT_MORNING)
    async with asyncio.TaskGroup() as called_back:
        called_back.create_task(talks_to_the_office(telling, person, taken[0]))
        called_back.create_task(is_told_by_machine(machine, taken[1]))
    await until(lambda: others.rang[engaged.number] == 1)
    again = others.at(engaged.number, picks_up(hallo()))
    await asyncio.sleep(3)
    assert others.rang[engaged.number] == 1
    town.move_to(NEXT_MORNING + timedelta(minutes=6))
    listener = engaged.listens(await asyncio.wait_for(again.get(), 20))
    await listener.hears("Guten Tag.", "Sie wollten mit dem Rathaus sprechen.")
    await listener.call.hang_up()
    assert [others.rang[each.number] for each in (person, machine, engaged)] == [1, 1, 2]


async def asks_for_a_call(person: Person) -> None:
    async with person.calling() as listener:
        await german(listener)
        await listener.presses("0")
        await listener.hears("Im Rathaus ist gerade niemand am Telefon.")
        await listener.presses("2")
        await listener.hears("Wir rufen Sie an, sobald das Rathaus geöffnet ist.")


async def talks_to_the_office(telling: Telling, person: Person, taken: asyncio.Queue) -> None:
    office = telling.others.at(OFFICE, picks_up(spoken(1.5, 53)))
    listener = person.listens(await asyncio.wait_for(taken.get(), 20))
    await listener.hears("Guten Tag.", "Hier ist die Stadt Bergheim.", "Sie wollten mit dem Rathaus sprechen.")
    await listener.presses("2")
    await listener.hears("Ich verbinde Sie mit dem Rathaus.")
    at_the_office = await asyncio.wait_for(office.get(), 20)
    await listener.hears_sound("(the town hall)", spoken(1.5, 53))
    await listener.call.hang_up()
    await at_the_office.end()


async def is_told_by_machine(machine: Person, taken: asyncio.Queue) -> None:
    listener = machine.listens(await asyncio.wait_for(taken.get(), 20))
    await listener.hears("Hier ist das Rathaus.", "Sie hatten um einen Rückruf gebeten.")
    await listener.hears(f"Rufen Sie uns gern an: {digits_of(LINE_NUMBER)}.")
    await listener.call.end()


# ------------------------------------------------------------------------------------------------------- service down


async def a_service_that_is_down_is_apologised_for_and_nothing_is_lost(telling: Telling) -> None:
    town, person = telling.town, telling.person("service down in a call, and back")
    apology = read(town.shelf.folder / "down.wav")
    async with person.calling() as listener:
        await bus(listener)
        await listener.presses("1")
        await listener.hears("Ja.", SATISFIED)
        await asyncio.to_thread(town.stop, "serve")
        await listener.presses("3")
        await listener.hears_sound("(the apology)", apology)
        await listener.call.end()
    async with telling.person("service down").calling() as listener:
        starting = asyncio.create_task(started_while_heard(town, listener))
        await listener.hears_sound("(the apology)", apology)
        await listener.call.end()
        await starting
    async with person.calling() as listener:
        await listener.hears("Guten Tag.", "Sie waren bei Frage 2.")
        await listener.presses("1")
        await listener.hears(SATISFIED)
        await listener.presses("3")
        await listener.hears("3.", WHY)
    telling.counts(late="yes", satisfied="3")


async def started_while_heard(town: TownOnThePhone, listener: Listener) -> None:
    """Start the service as soon as the apology is heard."""
    await listener.new_prompt()
    await asyncio.to_thread(town.start_service)


DISTURBING = (
    who_asks_in_the_evening_is_called_in_the_morning,
    a_service_that_is_down_is_apologised_for_and_nothing_is_lost,
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- telling them


@pytest.fixture(scope="module")
def tellings(two_towns) -> tuple[Telling, ...]:
    """All stories, told side by side; those that disturb others have a town of their own."""
    return asyncio.run(_told(*two_towns))


async def _told(calm: TownOnThePhone, disturbed: TownOnThePhone) -> tuple[Telling, ...]:
    tellings = Telling(calm, Others()), Telling(disturbed, Others())
    async with called_at(tellings[0]), called_at(tellings[1]), asyncio.TaskGroup() as all_at_once:
        for doing in (*(_ended(told, tellings[0]) for told in LONG), _calm(tellings[0]), _disturbing(tellings[1])):
            all_at_once.create_task(doing)
    return tellings


def called_at(telling: Telling):
    return called(telling.town.exchange.provider, telling.others.ring)


HEAD_START = 12
"""Seconds until the others call: as soon as enough have answered, results are published, and the menu is longer."""


async def _calm(telling: Telling) -> None:
    await asyncio.sleep(HEAD_START)
    await asyncio.gather(*(_ended(told, telling) for told in STORIES.values() if told not in LONG))
    await _ended(thirty_at_once, telling)


async def _disturbing(telling: Telling) -> None:
    for told in DISTURBING:
        await _ended(told, telling)


async def _ended(told: Story, telling: Telling) -> None:
    """Tell one, and remember how it ended."""
    try:
        await told(telling)
    except Exception as fault:  # noqa: BLE001 (the test of this story raises it)
        telling.faults[told.__name__] = fault


@pytest.mark.parametrize("name", [*STORIES, *(told.__name__ for told in (thirty_at_once, *DISTURBING))])
def test_a_call_goes_as_it_is_told(tellings, name):
    for telling in tellings:
        if name in telling.faults:
            raise telling.faults[name]


def test_exactly_what_was_said_is_counted(tellings):
    for telling in tellings:
        tally = telling.town.tally()
        assert counted(tally) == +Counter(pair for each in telling.expected for pair in each.items())
        assert tally.participants == len(telling.expected)


def counted(tally: Tally) -> Counter:
    """The count of BUS, written as what people have said."""
    found = Counter({(key, option): n for key in ("late", "satisfied") for option, n in tally.counts(key).items()})
    found["why", ""] = tally.answered("why")
    found[WITHOUT_NUMBER, ""] = tally.without_number
    return +found


def test_no_number_stands_in_any_log(tellings):
    for telling in tellings:
        town = telling.town
        logs = [town.printed("serve"), town.printed("line"), town.exchange.log.read_text("utf-8", "replace")]
        assert [person.name for person in telling.people for log in logs if person.number[3:] in log] == []


def test_no_engine_and_no_connection_was_had_while_all_this_was_heard(tellings):
    """The service tries to prepare sound as it starts, so it is known that the wall stands."""
    for telling in tellings:
        assert f"{CUT_OFF}a program" in telling.town.printed("serve")
        assert CUT_OFF not in telling.town.printed("line")


def test_the_whole_of_bus_takes_less_than_three_minutes_of_prompt(tellings):
    people = [person for telling in tellings for person in telling.people]
    print(table_of_calls(people))  # noqa: T201
    whole = next(person for person in people if person.name == WHOLE_BUS)
    print(table_of_steps(whole.calls[0], [key for key, *_ in BUS]))  # noqa: T201
    assert len(whole.calls[0].steps) == len(BUS)
    assert prompt_seconds(whole.calls[0]) < 180
