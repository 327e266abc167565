# SPDX-License-Identifier: EUPL-1.2
"""What may be shown: results in which no group of fewer than five people can be seen or computed.

The rule (DESIGN §5): a count of 0 is shown as 0; 1 to 4 is hidden; further cells are hidden until the hidden ones sum
to at least five and none can be computed; with fewer than five answers every cell is hidden. Complementary suppression
of this kind is how German official statistics guard small counts (statistik-bw.de, Monatshefte 8/2007), with a stricter
bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from core.consultation import Consultation, ResultsShown, Standing
from core.questions.contract import Asking, Plain, Question
from core.tally import Tally
from core.turns import Wording

SMALLEST_GROUP = 5
CHANNELS_SHOWN = ("sms", "voice", "telegram", "web")
NOTE = "null is hidden: a group of fewer than five people, or one from which such a group could be computed"


def hidden(counts: Mapping[str, int], people: int) -> dict[str, int | None]:
    """The counts of a group of so many people as they may be shown: None where one is hidden.

    Of the larger cells the smallest are given up first, equal ones together. Where even that does not help, every cell
    is hidden.
    """
    if people < SMALLEST_GROUP:
        return dict.fromkeys(counts)
    bound = SMALLEST_GROUP - 1
    while covered := {key for key, count in counts.items() if 0 < count <= bound}:
        if _safe([counts[key] for key in covered]):
            return {key: None if key in covered else count for key, count in counts.items()}
        larger = [count for count in counts.values() if count > bound]
        if not larger:
            return dict.fromkeys(counts)
        bound = min(larger)
    return dict(counts)


def _safe(cells: Sequence[int]) -> bool:
    """Whether none of these hidden cells can be told from their sum by somebody who knows the rule.

    Each holds at least 1, and most hold at most 4. So the sum must be clearly above one each (with only one person
    more, hiding the zeros too would itself tell), and must not be four each.
    """
    most = (SMALLEST_GROUP - 1) * len(cells)
    return len(cells) > 1 and sum(cells) >= max(SMALLEST_GROUP, len(cells) + 2) and sum(cells) != most


def publication_of(standing: Standing, tally: Tally, as_of: datetime, *, final: bool) -> dict[str, Plain]:
    """Results in the shape that everybody gets, the desk and residents alike; `as_of` is UTC."""
    channels = dict.fromkeys(CHANNELS_SHOWN, 0) | tally.by_channel()
    consultation = standing.consultation
    return {
        "consultation": consultation.keyword,
        "as_of": as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "final": final,
        "participants": tally.participants,
        "by_channel": dict(hidden(channels, tally.participants)),
        "without_number": _alone(tally.without_number, tally.participants),
        "questions": [_question(question, tally) for question in consultation.questions],
        "note": NOTE,
    }


def _alone(part: int, whole: int) -> int | None:
    """A part of a whole that is shown: hidden where it or the rest is a small group."""
    shown = part == 0 or (part >= SMALLEST_GROUP and (whole == part or whole - part >= SMALLEST_GROUP))
    return part if shown else None


def _question(question: Question, tally: Tally) -> dict[str, Plain]:
    answered = tally.answered(question.key)
    result: dict[str, Plain] = {"key": question.key, "type": question.type, "answered": answered}
    counts = tally.counts(question.key)
    options = question.options()
    if options is None:
        mean = question.mean(counts) if answered >= SMALLEST_GROUP else None
        return result | ({"mean": mean} if question.mean({"1": 1}) is not None else {})
    shown = hidden({option: counts.get(option, 0) for option in options}, answered)
    if question.mean(dict.fromkeys(options, 1)) is not None:
        result["mean"] = None if None in shown.values() or not answered else question.mean(counts)
    return result | {"options": [{"key": key, "count": count} for key, count in shown.items()]}


def is_due(standing: Standing, tally: Tally, *, final: bool) -> bool:
    """Whether residents' results are to be renewed: five new people, or the final count.

    Renewing in steps of at least five people keeps two publications from being subtracted (reliability B15).
    """
    if standing.consultation.results is ResultsShown.NEVER:
        return False
    if standing.publication is None:
        return final or tally.participants >= SMALLEST_GROUP
    if standing.publication.get("final"):
        return False
    before = standing.publication.get("participants")
    return final or not isinstance(before, int) or tally.participants >= before + SMALLEST_GROUP


def results_sentences(
    publication: Mapping[str, object], consultation: Consultation, asking: Asking
) -> tuple[Wording, ...]:
    """Results as sentences in the language of `asking`, one a question, to be read or heard."""
    found = publication.get("questions")
    results = found if isinstance(found, list) else []
    sentences = (_sentence(result, consultation, asking) for result in results)
    return tuple(sentence for sentence in sentences if sentence)


def _sentence(result: Mapping[str, object], consultation: Consultation, asking: Asking) -> Wording | None:
    question = consultation.question(str(result["key"]))
    if question is None:
        return None
    say = partial(
        asking.phrases.wording,
        language=asking.language,
        question=_short(question.text.within(asking.language)),
        answered=int(str(result["answered"])),
    )
    if result.get("mean") is not None:
        return say("result.mean", mean=_decimal(str(result["mean"]), asking))
    options = result.get("options")
    if not isinstance(options, list):
        return say("result.answered")
    if all(option["count"] is None for option in options):
        return say("result.all_hidden")
    return say("result.options", options=_listed([_option(question, option, asking) for option in options]))


def _short(wording: Wording) -> Wording:
    """A text for the eye as short as for the narrow line: results are lists."""
    return Wording(wording.narrow, wording.heard)


def _listed(parts: Sequence[Wording]) -> Wording:
    return Wording(", ".join(each.text for each in parts), ", ".join(each.heard for each in parts))


def _option(question: Question, option: Mapping[str, object], asking: Asking) -> Wording:
    label = _short(question.name(str(option["key"]), asking))
    if option["count"] is None:
        return asking.phrases.wording("result.hidden", asking.language, option=label)
    return asking.phrases.wording("result.option", asking.language, option=label, number=int(str(option["count"])))


def _decimal(number: str, asking: Asking) -> str:
    """A number with the decimal sign of the language."""
    return number.replace(".", asking.phrases.text("number.decimal_sign", asking.language))
