# SPDX-License-Identifier: EUPL-1.2
"""An answer that is spoken: consent first, then the recorder, then keep, hear, say again or delete.

Recording somebody without consent is an offence (§ 201 StGB). So the one way to `Prompt.RECORD` is the key that says
"yes", pressed just before (reliability E12). What was recorded counts at once: whoever hangs up has said it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.answers import MOST_MISSES, move_on, too_late
from core.consultation import Standing
from core.in_between import ask_between, go_back
from core.prompts import expected, present
from core.questions.contract import Question, Spoken, Why
from core.recordings import NewRecording
from core.scene import Scene
from core.turns import ChooseOptions, InboundTurn, Keys, Prompt, Recording, Reply, Role

SHORTEST = 1
"""Seconds below which nothing was said."""

GiveUp = Callable[[Scene], tuple[Scene, Reply]]


def key_pressed(scene: Scene, turn: InboundTurn) -> str | None:
    """The option behind the key that was pressed; None where the key means nothing here."""
    expects = expected(scene)
    options = expects.options if isinstance(expects, ChooseOptions) else ()
    digits = turn.said.digits if isinstance(turn.said, Keys) else ""
    place = int(digits) if digits.isascii() and digits.isdigit() else 0
    return options[place - 1].key if 0 < place <= len(options) else None


# ---------------------------------------------------------------------------------------------- before


def asked(scene: Scene, turn: InboundTurn, standing: Standing, question: Question) -> tuple[Scene, Reply]:
    """What a caller does with an open question: speak, or go on without."""
    if not standing.takes_answers_at(scene.at):
        return too_late(scene, turn, standing, question)
    match key_pressed(scene, turn):
        case "speak":
            return present(ask_between(scene, Prompt.RECORD))
        case "pass":
            return _pass(scene, turn, standing, question)
        case _ if question.optional and turn.said == Keys(""):  # the key that passes over, wherever it is offered
            return _pass(scene, turn, standing, question)
        case "write":
            return present(scene.tell(Role.INFORMATION, "telephone.write_later").go(Prompt.FINISHED))
        case _:
            return _ask_again(scene)


def _pass(scene: Scene, turn: InboundTurn, standing: Standing, question: Question) -> tuple[Scene, Reply]:
    """Go on without an answer; one that was given earlier stays."""
    if scene.answers(standing).get(question.key) is None:
        scene = scene.record(standing, question, None, turn.channel)
    return move_on(scene, standing, question)


def _ask_again(scene: Scene) -> tuple[Scene, Reply]:
    repairs = scene.conversation.repairs + 1
    if repairs >= MOST_MISSES:
        return present(ask_between(scene.tell(Role.PROBLEM, "telephone.other_ways"), Prompt.PERSON))
    again, reply = present(scene.tell(Role.PROBLEM, f"problem.{Why.NOTHING_FITS.value}"))
    return again.keep(repairs=repairs), reply


def consented(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    """Consent to leave a message for the town hall, or not."""
    if key != "speak":
        return present(go_back(scene))
    return present(ask_between(scene, Prompt.RECORD).keep(so_far={"message": ""}))


# ---------------------------------------------------------------------------------------------- recording


def record(scene: Scene, turn: InboundTurn, give_up: GiveUp) -> tuple[Scene, Reply]:
    """What came from the recorder."""
    match turn.said:
        case Recording(reference, seconds) if reference and seconds >= SHORTEST:
            return _keep(
                scene, turn, NewRecording(scene.situation.fresh_id, None, None, reference, seconds, scene.language)
            )
        case _:
            return _heard_nothing(scene, give_up)


def _keep(scene: Scene, turn: InboundTurn, new: NewRecording) -> tuple[Scene, Reply]:
    standing, question = scene.standing, _question(scene)
    if standing and question:
        if not standing.takes_answers_at(scene.at):
            return too_late(scene.go(question.key), turn, standing, question)
        new = replace(new, consultation_id=standing.id, question=question.key)
        scene = scene.record(standing, question, Spoken(new.id, new.seconds), turn.channel)
    so_far = {"recording": new.id, "message": "" if question is None else None}
    kept = ask_between(replace(scene, recorded=(*scene.recorded, new)), Prompt.RECORDED)
    return present(kept.keep(so_far=so_far).tell(Role.CONFIRMATION, "telephone.recorded.kept"))


def _question(scene: Scene) -> Question | None:
    """The question that is being answered; None for a message to the town hall."""
    here, standing = scene.conversation, scene.standing
    is_message = here.so_far.get("message") is not None
    return None if is_message or standing is None else standing.consultation.question(here.resume or "")


def _heard_nothing(scene: Scene, give_up: GiveUp) -> tuple[Scene, Reply]:
    repairs, so_far = scene.conversation.repairs + 1, scene.conversation.so_far
    if repairs >= MOST_MISSES:
        return give_up(scene)
    again, reply = present(scene.tell(Role.PROBLEM, "telephone.heard_nothing"))
    return again.keep(repairs=repairs, so_far=so_far), reply


# ---------------------------------------------------------------------------------------------- after


def recorded_chosen(scene: Scene, turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    """Keep it, hear it, say it again, or delete it."""
    match key:
        case "listen":
            return present(replace(scene, replay=str(scene.conversation.so_far.get("recording", ""))))
        case "again":
            return present(_dropped(scene).keep(asking=Prompt.RECORD, repairs=0))
        case "delete":
            return _deleted(scene)
        case _:
            return _kept(scene, turn)


def _kept(scene: Scene, _turn: InboundTurn) -> tuple[Scene, Reply]:
    standing, question = scene.standing, _question(scene)
    if standing and question:
        return move_on(scene.go(question.key), standing, question)
    return present(go_back(scene.tell(Role.CONFIRMATION, "telephone.message.kept")))


def _deleted(scene: Scene) -> tuple[Scene, Reply]:
    return present(go_back(_dropped(scene).tell(Role.CONFIRMATION, "telephone.recorded.deleted")))


def _dropped(scene: Scene) -> Scene:
    """Nobody hears it any more; an answer that it was is taken back."""
    standing, question = scene.standing, _question(scene)
    recording = str(scene.conversation.so_far.get("recording", ""))
    if standing and question:
        scene = scene.withdraw(standing, question)
    return replace(scene, dropped=(*scene.dropped, recording))
