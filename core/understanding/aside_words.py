# SPDX-License-Identifier: EUPL-1.2
"""The closed kinds of words around an answer, read from a language's file of words."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_STEM = 5
"""Letters. So many at least a longer word shares with the word that it begins like."""


@dataclass(frozen=True, slots=True, eq=False)
class AsideWords:
    """The closed kinds of words by which a remark beside an answer is known, or known to be more than a remark."""

    greetings: frozenset[str]
    """Begin an address, in which names may stand ("Hallo Herr Meier")."""
    openers: frozenset[str]
    """Begin a clause ("das ist bequem", "hier fehlt alles")."""
    people: frozenset[str]
    """Begin a clause about people ("ich arbeite abends")."""
    own_verbs: frozenset[str]
    """The same where "ich" was left out ("bin Rentner"); only behind a mark."""
    verbs: frozenset[str]
    """They begin one behind a mark; without it the answer would be their subject ("die Umwelt ist kaputt")."""
    praise: frozenset[str]
    """They praise, which turns a no round ("nein, gute Idee")."""
    counting: frozenset[str]
    """Before a number they say how many there are ("wir sind 2")."""
    attitudes: frozenset[str]
    """What people want or think about something; with them the clause is about that again ("ich will nicht")."""
    pointing: frozenset[str]
    """They point at what was asked or answered ("das", "davon")."""
    determiners: frozenset[str]
    """Those of the "not" and "no" that may belong to the thing behind them ("kein Auto")."""
    conclusions: frozenset[str]
    """They begin the answer behind its reasons ("also ja")."""
    restricting: frozenset[str]
    """Before a label they put it in the place of the yes or no that went before ("ja, aber nur am Wochenende")."""
    particles: frozenset[str]
    """They say yes or no only where a clause begins or ends ("das ist ja schön")."""
    takes_back: frozenset[str]
    """They, and longer words that begin so, doubt the answer, limit it or take it back ("nur", "glaube")."""
    questions: frozenset[str]
    """They begin a question ("wann"); inside a clause beside a label or a number they only join ("da ist was los")."""
    alternatives: frozenset[str]
    """They want something else; behind a no that is only its reason ("nein, lieber Radwege")."""
    opposites: frozenset[str]
    """What an unknown word begins with that judges against something ("unfair")."""
    no_opposites: frozenset[str]
    """What begins so too and judges nothing ("unter")."""
    times: frozenset[str]
    """They, and longer words that begin so, may limit a yes to a time ("samstags")."""
    quantities: frozenset[str]
    """They say how much or how new, of what a label names; alone they name no label ("mehr")."""
    joining: frozenset[str]
    """As prepositions they begin what belongs to the answer before them ("für", "wie")."""
    subjects: frozenset[str]
    """Those of the people who do something ("ich"); a clause that holds one is a sentence about them."""
    possessive: frozenset[str]
    """Those of the people who belong to whoever writes; a number of theirs is another ("mein Mann 38")."""
    ways: frozenset[str]
    """Means and ways of going somewhere."""
    sufficing: frozenset[str]
    """Beside a time they say that no more is needed, which agrees with a no ("22 Uhr reicht")."""
    clock: frozenset[str]
    """Those of the times that tell the hour."""
    signing: frozenset[str]
    """Before a name and nothing else they begin a signature ("from Joan")."""
    unfinished: frozenset[str]
    """At the end of a reply they announce more that did not come ("ja und")."""

    def judges(self, token: str) -> bool:
        """Whether an unknown word may judge against something, because it begins like an opposite."""
        return token.startswith(tuple(self.opposites)) and not token.startswith(tuple(self.no_opposites))

    def takes_back_by(self, token: str) -> bool:
        """Whether a word may doubt an answer, limit it or take it back."""
        return _begins_like(token, self.takes_back)

    def is_time(self, token: str) -> bool:
        """Whether a word is a time to which an answer may be limited."""
        return _begins_like(token, self.times)


def _begins_like(token: str, known: frozenset[str]) -> bool:
    return token in known or any(token[:end] in known for end in range(SHORTEST_STEM, len(token)))
