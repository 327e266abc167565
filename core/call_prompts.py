# SPDX-License-Identifier: EUPL-1.2
"""The prompts that only a call has: what each says and which keys it takes. Pure; decides nothing, changes nothing.

In every list the first option is the way on, so that a person who only ever presses the one gets through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.asked import Asked, line
from core.consultation import ResultsShown, Standing
from core.people import AddressKind, Pace
from core.questions.contract import Question
from core.scene import Scene
from core.turns import ChooseOptions, LeaveRecording, Line, Option, Prompt, Role, Wording

LONGEST_RECORDING = 120
"""Seconds of one spoken answer."""


def _options(scene: Scene, prefix: str, keys: Sequence[str]) -> tuple[Option, ...]:
    phrases = scene.situation.phrases
    return tuple(Option(key, phrases.wording(f"telephone.{prefix}.{key}", scene.language)) for key in keys)


def _list(scene: Scene, prefix: str, keys: Sequence[str], *before: Line) -> Asked:
    """A question of ours with its options, each a phrase named "telephone.<prefix>.<key>"."""
    which = line(scene, Role.QUESTION, f"telephone.{prefix}.which")
    return Asked((*before, which), ChooseOptions(_options(scene, prefix, keys)), (), tuple(keys))


# ---------------------------------------------------------------------------------------------- the menu


def resumable(scene: Scene) -> Standing | None:
    """The consultation in which this person has begun and not come to the end."""
    standing = scene.standing
    if standing is None or not standing.takes_answers_at(scene.at):
        return None
    answers = scene.answers(standing)
    return standing if answers and standing.consultation.next_open(answers) else None


def _menu(scene: Scene) -> Asked:
    keys = tuple(_menu_keys(scene))
    options = tuple(_menu_option(scene, key, _titled(scene)) for key in keys)
    which = line(scene, Role.QUESTION, "telephone.menu.which")
    return Asked((*_before_menu(scene), which), ChooseOptions(options), (), keys)


def _menu_option(scene: Scene, key: str, title: Wording | None) -> Option:
    """One thing to do; the way on names the consultation where there is only one it can mean."""
    if title and key in {"go_on", "take_part"}:
        return Option(key, scene.situation.phrases.wording(f"telephone.menu.{key}_in", scene.language, title=title))
    return Option(key, scene.situation.phrases.wording(f"telephone.menu.{key}", scene.language))


def _menu_keys(scene: Scene) -> list[str]:
    open_now = scene.situation.open_at(scene.at)
    here = resumable(scene)
    keys = ["go_on"] if here else []
    if [each for each in open_now if here is None or each.id != here.id]:
        keys.append("others" if here else "take_part")
    if any(each.publication for each in scene.situation.standings):
        keys.append("result")
    keys.append("office")
    return [*keys, "language"] if len(scene.situation.town.languages) > 1 else keys


def _titled(scene: Scene) -> Wording | None:
    """The title of the one consultation that the way on leads to; None where a list comes first."""
    here, open_now = resumable(scene), scene.situation.open_at(scene.at)
    meant = here or (open_now[0] if len(open_now) == 1 else None)
    return meant.consultation.title.within(scene.language) if meant else None


def _before_menu(scene: Scene) -> list[Line]:
    here = resumable(scene)
    if here:
        question = here.consultation.next_open(scene.answers(here))
        number = _place(here, question, scene)
        return [line(scene, Role.INFORMATION, "telephone.menu.you_were_at", number=number)]
    if not scene.situation.open_at(scene.at):
        return [line(scene, Role.INFORMATION, "reception.nothing_open", town=scene.situation.town.name)]
    return []


def _place(standing: Standing, question: Question | None, scene: Scene) -> int:
    asked = standing.consultation.asked(scene.answers(standing))
    return asked.index(question) + 1 if question in asked else len(asked)


def _results(scene: Scene) -> Asked:
    published = [each for each in scene.situation.standings if each.publication]
    options = tuple(Option(each.id, each.consultation.title.within(scene.language)) for each in published)
    which = line(scene, Role.QUESTION, "telephone.results.which")
    return Asked((which,), ChooseOptions(options), (), tuple(each.id for each in published))


# ---------------------------------------------------------------------------------------------- within a question


def _read_back(scene: Scene) -> Asked:
    """Whether the keys were meant so; what they were understood as was told just before."""
    return _list(scene, "read_back", ("right", "wrong"))


def consent_options(scene: Scene, question: Question) -> ChooseOptions:
    """Instead of writing: speak, or go on without. The recorder is behind the first key and nowhere else (E12)."""
    keys = ("speak", "pass") if question.optional else ("speak", "write")
    return ChooseOptions(_options(scene, "consent", keys))


def _consent(scene: Scene) -> Asked:
    """Consent to a message for the town hall."""
    return _list(scene, "message", ("speak", "no"))


def _record(scene: Scene) -> Asked:
    return Asked((line(scene, Role.QUESTION, "telephone.record"),), LeaveRecording(LONGEST_RECORDING))


def _recorded(scene: Scene) -> Asked:
    return _list(scene, "recorded", ("keep", "listen", "again", "delete"))


# ---------------------------------------------------------------------------------------------- help


def _aid(scene: Scene) -> Asked:
    pace, before = scene.person.pace, scene.conversation.resume
    keys = ["on"]
    if _has_answer_before(scene, before):
        keys.append("back")
    keys += [key for key, end in (("slower", Pace.SLOW), ("faster", Pace.FAST)) if pace is not end]
    return _list(scene, "aid", (*keys, "privacy", "not_me", "delete"))


def _has_answer_before(scene: Scene, asking: str | None) -> bool:
    standing = scene.standing
    asked = [each.key for each in standing.consultation.asked(scene.answers(standing))] if standing else []
    return asking in asked[1:] or (asking == Prompt.FINISHED and bool(asked))


def _person(scene: Scene) -> Asked:
    """A person now or later, a message, or on."""
    keys = ["on"]
    opens = scene.situation.office_opens(scene.at)
    if opens is not None and opens <= scene.at:
        keys.append("connect")
    if opens is not None and scene.kind is AddressKind.PHONE:
        keys.append("call_back")
    return _list(scene, "person", (*keys, "message"))


# ---------------------------------------------------------------------------------------------- the end, and our calls


def call_ends(scene: Scene, standing: Standing, lines: tuple[Line, ...]) -> Asked:
    """All is answered: what happens next, and what else can be done in this call."""
    keys = ["end", "change"]
    if standing.consultation.results is ResultsShown.AFTER_ANSWER:
        keys.append("result")
    keys.append("menu")
    which = line(scene, Role.QUESTION, "telephone.finished.which")
    return Asked((*lines, which), ChooseOptions(_options(scene, "finished", keys)), (), tuple(keys))


def _invited(scene: Scene) -> Asked:
    return _list(scene, "invited", ("now", "later", "never"))


CALL_PROMPTS: Mapping[Prompt, Callable[[Scene], Asked]] = {
    Prompt.MENU: _menu,
    Prompt.RESULTS: _results,
    Prompt.READ_BACK: _read_back,
    Prompt.CONSENT: _consent,
    Prompt.RECORD: _record,
    Prompt.RECORDED: _recorded,
    Prompt.AID: _aid,
    Prompt.PERSON: _person,
    Prompt.INVITED: _invited,
}
"""What only a call stands at. Whoever writes meanwhile is answered where the call would go on."""
