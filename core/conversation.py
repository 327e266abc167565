# SPDX-License-Identifier: EUPL-1.2
"""From where we are and what was said to what happens next. Pure: everything it may know is handed in.

`advance` answers one turn; `look` shows where somebody is without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core import spoken_answers, telephone, wishes
from core.answers import answer, extend
from core.ballots import BallotChange
from core.call_prompts import CALL_PROMPTS
from core.commands import Command, CommandHeard
from core.consultation import Standing
from core.conversation_state import Conversation, Outcome
from core.people import Person
from core.prompts import expected, given_answers, present
from core.questions.contract import Spoken, Why
from core.reception import beside_keyword, chosen, enter, named_by_keyword, receive, written
from core.scene import Scene, Situation
from core.turns import (
    CannotBeRead,
    ChooseOptions,
    Counting,
    Expectation,
    HungUp,
    InboundTurn,
    NothingExpected,
    Option,
    Pressed,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    Silence,
    Wording,
)
from core.understanding import LanguageWords, Unclear, normalised, understand_command


def advance(conversation: Conversation, person: Person, turn: InboundTurn, situation: Situation) -> Outcome:
    """What one turn changes and what is answered."""
    scene = Scene(situation, person, conversation, turn.received_at, turn.counts, turn.sender.kind)
    scene = _spoken(_still_there(_off_the_phone(scene)), turn.language)
    if turn.left_out:
        scene = scene.tell(Role.INFORMATION, f"left_out.{turn.left_out.kind}")
    scene, reply = _step(scene, turn)
    changes = tuple(scene.changes.values())
    return Outcome(
        scene.person,
        scene.conversation,
        reply,
        changes,
        scene.late,
        scene.erased,
        scene.recorded,
        tuple(dict.fromkeys((*scene.dropped, *_unheard(changes)))),
        scene.call_back,
    )


def _unheard(changes: tuple[BallotChange, ...]) -> tuple[str, ...]:
    """The recordings that were answers before this turn and are none any more."""
    before, after = (
        {
            answer.value.recording
            for change in changes
            for answer in getattr(change, side).counted.values()
            if isinstance(answer.value, Spoken)
        }
        for side in ("before", "after")
    )
    return tuple(sorted(before - after))


def look(scene: Scene, standing: Standing, about: str | None) -> Reply:
    """What stands at a prompt of one consultation, or (None) where this person would go on. Changes nothing.

    A name that no prompt has is taken for None.
    """
    if about is None or not _is_prompt(standing, about):
        inside = scene.conversation.consultation_id == standing.id and scene.conversation.asking != Prompt.RECEPTION
        _, reply = present(scene) if inside else enter(scene, standing)
        return reply
    _, reply = present(scene.go(about, standing))
    return reply


def _spoken(scene: Scene, language: str | None) -> Scene:
    """In the language of the page that this turn comes from."""
    return scene.keep(language=language) if language in scene.situation.town.languages else scene


def _off_the_phone(scene: Scene) -> Scene:
    """Whoever writes while a call stands at one of its own prompts is answered where the call would go on."""
    here, standing = scene.conversation, scene.standing
    if scene.on_the_phone or here.asking not in CALL_PROMPTS:
        return scene
    if here.resume and here.resume not in CALL_PROMPTS:
        return scene.go(here.resume).keep(resume=None)
    following = standing.consultation.next_open(scene.answers(standing)) if standing else None
    if following:
        return scene.go(following.key)
    return scene.keep(consultation_id=None).go(Prompt.RECEPTION)


def _still_there(scene: Scene) -> Scene:
    """Back to reception if the consultation or its question is gone (archived, or another version)."""
    asking = scene.conversation.asking
    prompts = {prompt.value for prompt in Prompt}
    if asking in prompts and (scene.standing or not scene.conversation.consultation_id):
        return scene
    return scene if scene.question else scene.keep(consultation_id=None, extending=None).go(scene.home)


def _step(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    if isinstance(turn.said, HungUp):
        return scene, Reply((), NothingExpected(), scene.language, scene.conversation.asking)
    happened = telephone.happened(scene, turn)
    if happened:
        return happened
    placed = _placed(scene, turn)
    if placed is None:
        return present(scene.tell(Role.PROBLEM, "problem.question_over"))
    command = _command(placed, turn)
    if command:
        return telephone.obey(placed, command) or wishes.obey(placed, command, turn)
    if isinstance(turn.said, Silence):
        return telephone.silent(placed)
    return _entered(placed, turn) or extend(placed, turn) or _answered(placed, turn)


# ---------------------------------------------------------------------------------------------- which prompt is meant


def _placed(scene: Scene, turn: InboundTurn) -> Scene | None:
    """The scene at the prompt that this turn is about; None if that prompt is over.

    `about` is a prompt's name, or "KEYWORD:name" where a channel shows several consultations at once. A page may
    correct any question; elsewhere only the open prompt can be answered, never another.
    """
    if turn.about is None:
        return scene
    keyword, _, name = turn.about.rpartition(":")
    standing = _of_keyword(scene, keyword) if keyword else scene.standing
    here = scene.conversation
    if name == here.asking and (standing is None or standing.id == here.consultation_id):
        return scene
    if turn.counts is not Counting.AFTER_CHECK or not _is_prompt(standing, name):
        return None
    return scene.go(name, standing)


def _of_keyword(scene: Scene, keyword: str) -> Standing | None:
    named = named_by_keyword(scene, keyword)
    return named[0] if named else None


def _is_prompt(standing: Standing | None, name: str) -> bool:
    known = name in {prompt.value for prompt in Prompt}
    return known or (standing is not None and standing.consultation.question(name) is not None)


# ---------------------------------------------------------------------------------------------- commands and keywords


def _command(scene: Scene, turn: InboundTurn) -> CommandHeard | None:
    """The command in this turn. Words are one only where the channel does not name what they answer."""
    if isinstance(turn.said, Pressed):
        return CommandHeard(turn.said.command, turn.said.argument)
    text = written(turn)
    if text is None or turn.about is not None or text.strip().isdecimal():
        return None  # no command is a bare number, in no language
    expects = expected(scene)
    open_answer = isinstance(expects, SayFreely) or scene.conversation.extending is not None
    words = scene.situation.words_of(scene.language)
    heard = command_in(text, expects, words, open_answer=open_answer)
    if heard or not any(map(str.isalpha, text)) or is_label(text, expects):
        return heard
    beside = beside_keyword(scene, text, words, open_answer=open_answer)
    return beside or (None if open_answer else _in_another_language(scene, text))


def command_in(text: str, expects: Expectation, words: LanguageWords, *, open_answer: bool) -> CommandHeard | None:
    """The command that these words are where this is expected; the label of an option beats every one but STOP.

    With `open_answer` only a whole message is a command: an idea may well hold such words.
    """
    heard = understand_command(text, words, whole_message_only=open_answer)
    return None if heard and heard.command is not Command.STOP and is_label(text, expects) else heard


def _in_another_language(scene: Scene, text: str) -> CommandHeard | None:
    """A command in a language that is not spoken here: posters and letters stay in the town's own."""
    for words in scene.situation.words.values():
        heard = understand_command(text, words, whole_message_only=True) or beside_keyword(scene, text, words)
        if heard:
            return heard
    return None


def is_label(text: str, expects: Expectation) -> bool:
    """Whether the message is, as a whole, the label of an option."""
    options = expects.options if isinstance(expects, ChooseOptions) else ()
    labels = {_folded(label) for each in options for label in (each.wording.text, each.wording.narrow)}
    return _folded(text) in labels


def _folded(text: str) -> str:
    return normalised(text).strip().casefold()


def _entered(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply] | None:
    """Into the consultation whose keyword was sent."""
    text = written(turn)
    if text is None or turn.about not in {None, Prompt.RECEPTION}:
        return None
    named = named_by_keyword(scene, text)
    if named is None or is_label(text, expected(scene)):
        return None
    standing, language = named
    if language in scene.situation.town.languages:
        scene = scene.keep(language=language).about_person(language=language)
    return enter(scene.keep(extending=None), standing)


# ---------------------------------------------------------------------------------------------- answers to a prompt


def _answered(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    standing, question = scene.standing, scene.question
    if standing and question:
        spoken = scene.on_the_phone and isinstance(question.expects(scene.asking()), SayFreely)
        return (spoken_answers.asked if spoken else answer)(scene, turn, standing, question)
    if isinstance(turn.said, CannotBeRead):
        return present(scene.tell(Role.PROBLEM, f"problem.cannot_be_read.{turn.said.kind}"))
    if scene.conversation.asking in CALL_PROMPTS:
        return telephone.chosen_at(scene, turn)
    return _PROMPTS[Prompt(scene.conversation.asking)](scene, turn)


def _choice(scene: Scene, turn: InboundTurn) -> tuple[Scene, str | None]:
    """The key of what was chosen from the list at this prompt; None with a problem told if nothing was."""
    expects = expected(scene)
    key = chosen(scene, written(turn) or "", _options(expects))
    if isinstance(key, str):
        return scene, key
    return scene.tell(Role.PROBLEM, f"problem.{_WHY.get(key, Why.NOTHING_FITS).value}"), None


_WHY = {Unclear.SEVERAL: Why.SEVERAL_FIT}


_ONLY_ITS_NUMBER = Wording("")
"""A question of one's own is named by its place in the list: its text may itself hold numbers."""


def _options(expects: Expectation) -> tuple[Option, ...]:
    match expects:
        case ChooseOptions(options=options):
            return options
        case ReviewAnswers(given=given):
            return tuple(Option(each.question, _ONLY_ITS_NUMBER) for each in given)
        case _:
            return ()


def _language_chosen(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    told, key = _choice(scene, turn)
    return wishes.speak(scene, key) if key else present(told)


def _change_chosen(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    told, key = _choice(scene, turn)
    return wishes.choose_to_change(scene, key) if key else present(told)


def _delete_chosen(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    told, key = _choice(scene, turn)
    if key is None:
        return present(told)
    return wishes.erase(scene) if key == "yes" else wishes.keep(scene)


def _after_the_end(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    """All is answered, and something more was said: never guessed, what can be done is said."""
    standing = scene.standing
    if scene.on_the_phone:
        return telephone.finished_chosen(scene, turn)
    if standing is None or not standing.takes_answers_at(scene.at) or not given_answers(scene):
        return receive(scene.keep(consultation_id=None).go(Prompt.RECEPTION), turn)
    return present(scene.tell(Role.PROBLEM, "finished.what_now", keyword=standing.consultation.keyword))


_PROMPTS: Mapping[Prompt, Callable[[Scene, InboundTurn], tuple[Scene, Reply]]] = {
    Prompt.RECEPTION: receive,
    Prompt.LANGUAGE: _language_chosen,
    Prompt.CHANGE: _change_chosen,
    Prompt.CHECK: _change_chosen,
    Prompt.DELETE: _delete_chosen,
    Prompt.FINISHED: _after_the_end,
}
