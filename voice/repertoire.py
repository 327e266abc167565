# SPDX-License-Identifier: EUPL-1.2
"""Everything that can be heard in a call, so that all of it is sound before anybody calls.

A text without a placeholder is prepared whole, breath by breath. Where a placeholder takes one of a few values that
are known (an option, a keyword, the number of a question), the text is prepared whole with each. And always there are
the pieces between placeholders, and values by themselves: with them whatever is said can be put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from itertools import product
from math import prod

from core.consultation import Consultation
from core.municipality import Municipality, digits_of
from core.publication import results_sentences
from core.questions.contract import Asking, Question
from core.texts import Texts
from core.turns import ChooseOptions, EnterNumber, Wording
from voice.breaths import breaths
from voice.menu import Say
from voice.numbers import number_pieces
from voice.pieces import ORDINAL, as_heard

Templates = Mapping[str, Sequence[str]]
"""By language: every phrase that a call can reach, as it is heard, its placeholders not filled in."""

Values = Mapping[str, Sequence[str]]
"""By the name of a placeholder: what can be put there."""

MOST_WHOLE = 24
"""A text of two and more placeholders with more combinations than this is put together from pieces instead."""

MOST_COUNTED = 1000
"""Numbers of a question up to this are prepared whole; larger ones are put together."""

LONGEST_TIME = timedelta(days=400)
"""Of a longer consultation, days are put together from numbers and months."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """Texts that are phrases of ours or of a consultation: fixed, public, of no resident. Each stands once."""

    texts: tuple[Say, ...]

    def __add__(self, other: Repertoire) -> Repertoire:
        return Repertoire(tuple(dict.fromkeys((*self.texts, *other.texts))))


def repertoire(
    town: Municipality, consultations: Sequence[Consultation], templates: Templates, asking: Mapping[str, Asking]
) -> Repertoire:
    """All that a caller of this town can hear. `asking` is how each of its languages asks (words and phrases)."""
    spoken = (
        Say(breath, language)
        for language in asking
        for text in _texts(town, consultations, templates[language], asking[language])
        for breath in breaths(text)
    )
    return Repertoire(tuple(dict.fromkeys(each for each in spoken if as_heard(each.text))))


def _texts(
    town: Municipality, consultations: Sequence[Consultation], templates: Sequence[str], asking: Asking
) -> Iterator[str]:
    labels = tuple(_labels(consultations, asking))
    values = _values(town, consultations, labels, asking)
    for template in templates:
        yield from _spoken(template, values)
    yield from _offered(templates, values)
    yield from number_pieces(asking.language)
    yield from _counted(consultations, asking)
    yield from labels
    yield town.first_contact.within(asking.language).heard
    yield from (text for each in consultations for text in _own_texts(each, asking.language))
    yield from (each for named in values.values() for each in named)
    yield from _calendar(consultations, asking)


# ------------------------------------------------------------------------------------------------------ phrases


LISTED = "|"
"""Between the entries of a phrase that is a list, such as the months."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CLAUSE = re.compile(r"(?<=[,;:–])\s+")


def _spoken(template: str, values: Values) -> Iterator[str]:
    """One phrase: whole where its values are few and known, and its pieces."""
    names = tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))
    if not names:
        yield from template.split(LISTED)
        return
    known = [values.get(name, ()) for name in names]
    if len(names) == 1 or prod(map(len, known)) <= MOST_WHOLE:
        yield from (_filled(template, dict(zip(names, each, strict=True))) for each in product(*known))
    yield from _pieces(template)


def _offered(templates: Sequence[str], values: Values) -> Iterator[str]:
    """Phrases that are options themselves, within the few words around an option: "Für" and "das Ergebnis".

    An option is no sentence, so it ends without a sign.
    """
    around = [each for each in templates if _PLACEHOLDER.findall(each) == ["option"] and len(each.split()) <= 3]
    offered = [each for each in templates if each[-1:].isalnum() and each not in around]
    options = dict.fromkeys(text for each in offered for text in _spoken(each, values))
    yield from (_filled(frame, {"option": option}) for frame in around for option in options)


def _filled(template: str, chosen: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: chosen[found[1]], template)


_STAND_IN = "Xqx"
"""Stands for a value, so that a text falls into the same breaths as with one."""


def _pieces(template: str) -> Iterator[str]:
    """What stands between the placeholders, and its clauses: a long breath is cut between them."""
    for breath in breaths(_PLACEHOLDER.sub(_STAND_IN, template)):
        for piece in breath.split(_STAND_IN):
            yield piece.strip()
            yield from _CLAUSE.split(piece.strip())


# ------------------------------------------------------------------------------------------------------ values


def _values(town: Municipality, consultations: Sequence[Consultation], labels: Sequence[str], asking: Asking) -> Values:
    """What can stand for a placeholder, by its name; for a name that is not here, pieces serve."""
    keywords = tuple(each.keyword for each in consultations)
    most = max((len(each.questions) for each in consultations), default=0)
    tongue = asking.phrases.wording("language.name", asking.language).heard
    titles = tuple(each.title.within(asking.language).heard for each in consultations)
    limits = tuple(_limits(consultations, asking))
    return {
        "town": (town.name,),
        "phone": (town.office.named.heard, town.office.phone, *map(digits_of, town.numbers.values())),
        "hours": (town.office.hours.within(asking.language).heard,),
        "website": (town.website,) if town.website else (),
        "keyword": keywords,
        "keywords": (", ".join(keywords),),
        "title": titles,
        "day": tuple(dict.fromkeys(_day(each, town, asking) for each in _moments(consultations))),
        "number": tuple(map(str, range(1, most + 1))),
        "total": tuple(map(str, range(1, most + 1))),
        "option": tuple(dict.fromkeys((*labels, *titles, tongue))),
        "answer": (*labels, *_marks(consultations, asking)),
        "least": tuple(dict.fromkeys(least for least, _ in limits)),
        "most": tuple(dict.fromkeys(most for _, most in limits)),
    }


def _labels(consultations: Sequence[Consultation], asking: Asking) -> Iterator[str]:
    """Every option that can be chosen and every mark of a scale, as it is heard."""
    questions = [question for each in consultations for question in each.questions]
    return iter(dict.fromkeys(label for question in questions for label in _labels_of(question, asking)))


def _labels_of(question: Question, asking: Asking) -> Iterator[str]:
    match question.expects(asking):
        case ChooseOptions(options=options):
            yield from (option.wording.heard for option in options)
        case EnterNumber() as number:
            worded = (number.least_label, number.most_label, number.unit)
            yield from (wording.heard for wording in worded if wording)
        case _:
            return


def _limits(consultations: Sequence[Consultation], asking: Asking) -> Iterator[tuple[str, str]]:
    """The smallest and the largest that each question takes: numbers, or how many options."""
    for question in (question for each in consultations for question in each.questions):
        match question.expects(asking):
            case EnterNumber(least=least, most=most) if least is not None and most is not None:
                yield str(least), str(most)
            case ChooseOptions(least=fewest, most=several) if several > 1:
                yield str(fewest), str(several)


def _marks(consultations: Sequence[Consultation], asking: Asking) -> Iterator[str]:
    """Every mark of every scale."""
    for question in (question for each in consultations for question in each.questions):
        match question.expects(asking):
            case EnterNumber(scale=True, least=least, most=most) if least is not None and most is not None:
                yield from map(str, range(int(least), int(most) + 1))


def _counted(consultations: Sequence[Consultation], asking: Asking) -> Iterator[str]:
    """The numbers that questions ask for, where they are few enough to be said in one go."""
    for question in (question for each in consultations for question in each.questions):
        expects = question.expects(asking)
        if isinstance(expects, EnterNumber) and expects.most is not None and expects.most <= MOST_COUNTED:
            yield from map(str, range(max(0, int(expects.least or 0)), int(expects.most) + 1))


def _own_texts(owner: object, language: str) -> Iterator[str]:
    """Every text of a consultation, wherever it stands in it, as it is heard."""
    if isinstance(owner, Texts):
        yield owner.within(language).heard
    elif isinstance(owner, Wording):
        yield owner.heard
    elif is_dataclass(owner):
        yield from (text for each in fields(owner) for text in _own_texts(getattr(owner, each.name), language))
    elif isinstance(owner, tuple):
        yield from (text for each in owner for text in _own_texts(each, language))


# ------------------------------------------------------------------------------------------------------ days


def _moments(consultations: Iterable[Consultation]) -> Iterator[datetime]:
    return (moment for each in consultations for moment in (each.opens_at, each.closes_at))


def _calendar(consultations: Sequence[Consultation], asking: Asking) -> Iterator[str]:
    """Each day and month while something can begin or end (staff may close early), and the years.

    Where a day is no ordinal, its number and the month serve.
    """
    for each in consultations:
        yield from map(str, range(each.opens_at.year, each.closes_at.year + 1))
        days = range(-1, min(each.closes_at - each.opens_at, LONGEST_TIME).days + 2)
        named = (_named(each.opens_at + timedelta(days=day), asking, year="") for day in days)
        yield from (day for day in named if ORDINAL.match(day))


def _day(moment: datetime, town: Municipality, asking: Asking) -> str:
    """A day in words, as the conversation says it."""
    local = moment.astimezone(town.time_zone)
    return _named(local, asking, str(local.year))


def _named(local: datetime, asking: Asking, year: str) -> str:
    month = asking.phrases.text("date.months", asking.language).split(LISTED)[local.month - 1]
    return asking.phrases.text("date.day", asking.language, day=local.day, month=month, year=year).strip()


# ------------------------------------------------------------------------------------------------------ results


def results_texts(
    publication: Mapping[str, object], consultation: Consultation, asking: Mapping[str, Asking]
) -> tuple[Say, ...]:
    """The sentences of one publication, to be made when it is: counts are not known before.

    Until then a call puts them together from pieces and numbers.
    """
    spoken = (
        Say(breath, language)
        for language, each in asking.items()
        for wording in _results(publication, consultation, each)
        for breath in breaths(wording.heard)
    )
    return tuple(dict.fromkeys(spoken))


def _results(publication: Mapping[str, object], consultation: Consultation, asking: Asking) -> Iterator[Wording]:
    people = int(str(publication["participants"]))
    yield asking.phrases.wording("result.head", asking.language, keyword=consultation.keyword, number=people)
    yield from results_sentences(publication, consultation, asking)
