# SPDX-License-Identifier: EUPL-1.2
"""An answer to the open question: understood and recorded, asked again, added to, or too late."""

from __future__ import annotations

from datetime import timedelta

from core.consultation import Standing
from core.conversation_state import Extending
from core.in_between import ask_between
from core.prompts import aside, present
from core.questions.contract import Answered, GoOn, NotUnderstood, Question, Value, Why
from core.reception import end_of, written
from core.scene import Scene
from core.turns import (
    CannotBeRead,
    ChooseOptions,
    Counting,
    EnterNumber,
    InboundTurn,
    Keys,
    Prompt,
    Reply,
    Role,
    SayFreely,
    Words,
)

EXTENDING = timedelta(minutes=10)
"""How long further messages are added to an open answer (reliability A23)."""

MOST_MISSES = 3
"""After so many in a row a caller is offered another way."""

ATTEMPTS_AT_AN_ANSWER = frozenset(
    {Why.SEVERAL_FIT, Why.TOO_MANY, Why.STANDS_ALONE, Why.TOO_SMALL, Why.TOO_LARGE, Why.TOO_PRECISE}
)
"""Misunderstandings in which the person clearly meant the question that is open."""


def answer(scene: Scene, turn: InboundTurn, standing: Standing, question: Question) -> tuple[Scene, Reply]:
    """What was said to this question, with all that follows."""
    if not standing.takes_answers_at(scene.at):
        return too_late(scene, turn, standing, question)
    match question.hear(turn.said, scene.asking(standing, question)):
        case Answered(value) if _took_several_keys(scene, turn):
            return _read_back(scene, turn, question, value)
        case Answered(value):
            return take(scene, turn, standing, question, value)
        case GoOn(so_far):
            return present(scene.so_far(so_far))
        case NotUnderstood() as misheard:
            return _ask_again(scene, turn, standing, question, misheard)


def take(scene: Scene, turn: InboundTurn, standing: Standing, question: Question, value: Value) -> tuple[Scene, Reply]:
    """Record an answer that was understood, and go on."""
    recorded = scene.record(standing, question, value, turn.channel)
    return move_on(_confirm(recorded, question, value), standing, question)


def _confirm(scene: Scene, question: Question, value: Value) -> Scene:
    """One line that rides on the next question. An open answer is not read back: it is long, and hers."""
    if _is_open(question, scene):
        return scene.tell(Role.CONFIRMATION, "answer.kept")
    return scene.tell(Role.CONFIRMATION, "answer.named", answer=question.name(value, scene.asking()))


def _took_several_keys(scene: Scene, turn: InboundTurn) -> bool:
    """Several keys are easily mistyped, and nobody sees them: they are read back before they count."""
    return scene.on_the_phone and isinstance(turn.said, Keys) and len(turn.said.digits) > 1


def _read_back(scene: Scene, turn: InboundTurn, question: Question, value: Value) -> tuple[Scene, Reply]:
    keys = turn.said.digits if isinstance(turn.said, Keys) else ""
    told = scene.tell(Role.CONFIRMATION, "telephone.read_back.heard", answer=question.name(value, scene.asking()))
    return present(ask_between(told, Prompt.READ_BACK).keep(so_far={"keys": keys}))


def move_on(scene: Scene, standing: Standing, question: Question) -> tuple[Scene, Reply]:
    """To the next question without an answer, or to the end. An open answer stays open for more."""
    following = standing.consultation.next_open(scene.answers(standing))
    scene = scene.go(following.key if following else end_of(scene, standing), standing)
    return present(scene.keep(extending=_extending(scene, standing, question, following)))


def _extending(scene: Scene, standing: Standing, question: Question, following: Question | None) -> Extending | None:
    """More may be added where the answer is open and the next message cannot be an open answer itself.

    At the end nothing else is asked, so what comes there still belongs to an open answer before the last one.
    """
    if scene.counting is not Counting.AT_ONCE or (following and _is_open(following, scene)):
        return None
    if _is_open(question, scene):
        return Extending(standing.id, question.key, scene.at + EXTENDING)
    return None if following else scene.conversation.extending


def _is_open(question: Question, scene: Scene) -> bool:
    return isinstance(question.expects(scene.asking()), SayFreely)


# ---------------------------------------------------------------------------------------------- adding to an answer


def extend(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply] | None:
    """Add a further message to the open answer before it; None where this turn is something else."""
    extending = scene.conversation.extending
    if extending is None or not isinstance(turn.said, Words) or turn.about is not None or _in_between(scene):
        return None
    standing = scene.situation.standing(extending.consultation_id)
    question = standing.consultation.question(extending.question) if standing else None
    if standing is None or question is None or scene.at >= extending.until or _meant_for_next(scene, turn):
        return None
    return _append(scene, turn, standing, question)


def _in_between(scene: Scene) -> bool:
    """Whether something else was asked meanwhile (a language, what to change)."""
    return scene.question is None and scene.conversation.asking != Prompt.FINISHED


def _meant_for_next(scene: Scene, turn: InboundTurn) -> bool:
    question, standing = scene.question, scene.standing
    if question is None or standing is None:
        return False
    heard = question.hear(turn.said, scene.asking(standing, question))
    return not isinstance(heard, NotUnderstood) or heard.why in ATTEMPTS_AT_AN_ANSWER


def _append(scene: Scene, turn: InboundTurn, standing: Standing, question: Question) -> tuple[Scene, Reply] | None:
    before = scene.answers(standing).get(question.key)
    if not isinstance(before, str) or not standing.takes_answers_at(scene.at):
        return None
    whole = Words(f"{before} {written(turn)}")
    match question.hear(whole, scene.asking(standing, question)):
        case Answered(value):
            longer = scene.record(standing, question, value, turn.channel)
            return aside(longer.tell(Role.CONFIRMATION, "answer.extended"))
        case _:
            return aside(scene.tell(Role.PROBLEM, "answer.full"))


# ---------------------------------------------------------------------------------------------- asking again


def _ask_again(
    scene: Scene, turn: InboundTurn, standing: Standing, question: Question, misheard: NotUnderstood
) -> tuple[Scene, Reply]:
    repairs = scene.conversation.repairs + 1
    told = _problem(scene, turn, standing, question, misheard, repairs)
    if scene.on_the_phone and repairs >= MOST_MISSES:
        return present(ask_between(scene.tell(Role.PROBLEM, "telephone.other_ways"), Prompt.PERSON))
    again, reply = present(told)
    return again.keep(repairs=repairs), reply


def _problem(
    scene: Scene, turn: InboundTurn, standing: Standing, question: Question, misheard: NotUnderstood, repairs: int
) -> Scene:
    """The first time what was wrong, the second time an example, then a person. A page shows what is wrong."""
    if isinstance(turn.said, CannotBeRead):
        return scene.tell(Role.PROBLEM, f"problem.cannot_be_read.{turn.said.kind}")
    if repairs == 1 or scene.counting is Counting.AFTER_CHECK:
        return scene.tell(Role.PROBLEM, f"problem.{misheard.why.value}", **misheard.values)
    if repairs == 2:
        return scene.tell(Role.PROBLEM, _example(scene, standing, question))
    return scene.tell(Role.PROBLEM, "repair.person", phone=scene.situation.town.office.named)


def _example(scene: Scene, standing: Standing, question: Question) -> str:
    match question.expects(scene.asking(standing, question)):
        case ChooseOptions(most=1):
            return "repair.example.choose"
        case ChooseOptions():
            return "repair.example.choose_several"
        case EnterNumber():
            return "repair.example.number"
        case _:
            return "repair.example.freely"


# ---------------------------------------------------------------------------------------------- too late


def too_late(scene: Scene, turn: InboundTurn, standing: Standing, question: Question) -> tuple[Scene, Reply]:
    """The consultation is over: what was understood is kept and told, and never counted by itself (B5)."""
    heard = question.hear(turn.said, scene.asking(standing, question))
    kept = _drafts_kept(scene, standing)
    if isinstance(heard, Answered):
        kept = kept.record_late(standing, question, heard.value)
    return _over(kept, standing)


def send_drafts_late(scene: Scene, standing: Standing) -> tuple[Scene, Reply]:
    """Drafts that were sent after the close: kept like any late answer."""
    return _over(_drafts_kept(scene, standing), standing)


def _drafts_kept(scene: Scene, standing: Standing) -> Scene:
    for key, draft in scene.ballot(standing).drafts.items():
        question = standing.consultation.question(key)
        if question and draft.value is not None:
            scene = scene.record_late(standing, question, draft.value)
    return scene


def _over(scene: Scene, standing: Standing) -> tuple[Scene, Reply]:
    key = "late.kept" if scene.late else "late.not_kept"
    told = scene.tell(Role.INFORMATION, key, keyword=standing.consultation.keyword)
    return present(told.go(scene.home).keep(consultation_id=None, extending=None))
