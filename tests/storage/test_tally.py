# SPDX-License-Identifier: EUPL-1.2
"""Whatever people do, the live count is what a recount finds, and both are what a plain model says."""

import shutil
from collections import Counter
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from storage.memory import MemoryStore
from storage.store import SqlStore
from tests import factories
from tests.factories import TOWN, act, address, recorded, turn
from tests.storage.town import Town

PEOPLE = st.integers(0, 3)
QUESTIONS = st.sampled_from(["late", "why"])
VALUES = {"late": ("yes", "no", "weekend"), "why": ("Nach Köln.", "Zur Arbeit.")}
CHANNELS = st.sampled_from(["sms", "web", "voice"])


class Counting(RuleBasedStateMachine):
    """People answer, correct, pass over, withdraw, repeat themselves and ask to be forgotten."""

    town: Town

    def __init__(self):
        super().__init__()
        self.standing = self.town.opens()
        self.said = {}
        self.turns = []
        self.sealed = False

    @precondition(lambda self: not self.sealed)
    @rule(person=PEOPLE, question=QUESTIONS, place=st.integers(0, 3), channel=CHANNELS)
    def answers(self, person, question, place, channel):
        """The last place of the list of values passes the question over."""
        value = dict(enumerate(VALUES[question])).get(place)
        self._hears(turn(sender=address(person), channel=channel), {question: recorded(value, channel=channel)})
        self.said.setdefault(person, {})[question] = value

    @precondition(lambda self: not self.sealed)
    @rule(person=PEOPLE, question=QUESTIONS)
    def withdraws(self, person, question):
        self._hears(turn(sender=address(person)), {question: None})
        self.said.get(person, {}).pop(question, None)

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def is_delivered_again(self, data):
        again, given = data.draw(st.sampled_from(self.turns))
        self.town.hears(again, self.standing, **{question: recorded("no") for question in given})

    @precondition(lambda self: not self.sealed)
    @rule(person=PEOPLE)
    def asks_to_be_forgotten(self, person):
        self.town.erases(turn(sender=address(person)), self.standing)
        self.said.pop(person, None)

    @precondition(lambda self: self.turns and not self.sealed)
    @rule()
    def is_sealed(self):
        self.town.store.consultations.seal(TOWN, self.standing.id, act("seal"))
        self.sealed = True

    def _hears(self, this, given):
        self.turns.append((this, given))
        self.town.hears(this, self.standing, **given)

    @invariant()
    def the_count_is_right(self):
        expected = Counter(cell for said in self.said.values() for cell in cells_of(said))
        assert self.town.counts(self.standing) == expected
        assert self.sealed or self.town.counts_right(self.standing)

    def teardown(self):
        self.town.store.close()


def cells_of(said):
    given = {question: value for question, value in said.items() if value is not None}
    if given:
        yield "", ""
    for question, value in given.items():
        yield question, ""
        if question == "late":
            yield question, value


SHORT = settings(max_examples=25, stateful_step_count=15, deadline=None, derandomize=True)


def test_the_count_in_memory_is_always_right():
    class InMemory(Counting):
        def __init__(self):
            self.town = Town(MemoryStore(factories.keys(), factories.read_again))
            super().__init__()

    run_state_machine_as_test(InMemory, settings=SHORT)


def test_the_count_on_sqlite_is_always_right(tmp_path, empty_database):
    class OnSqlite(Counting):
        def __init__(self):
            self.folder = TemporaryDirectory(dir=tmp_path)
            file = shutil.copy(empty_database, self.folder.name)
            self.town = Town(SqlStore(f"sqlite:///{file}", factories.keys(), factories.read_again))
            super().__init__()

        def teardown(self):
            super().teardown()
            self.folder.cleanup()

    run_state_machine_as_test(OnSqlite, settings=SHORT)
