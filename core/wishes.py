# SPDX-License-Identifier: EUPL-1.2
"""What happens when a person asks something of the service: one function for each command, listed in `WISHES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.answers import move_on, send_drafts_late
from core.ballots import confirmed, withdrawn
from core.call_backs import CallBack, NoCallBack
from core.commands import Command, CommandHeard
from core.consultation import ResultsShown, Standing, State
from core.in_between import IN_BETWEEN, WITHIN_A_QUESTION, ask_between, go_back
from core.people import AddressKind
from core.prompts import aside, farewell, given_answers, present
from core.publication import results_sentences
from core.questions.contract import Question
from core.reception import day_of, notice
from core.scene import Scene
from core.turns import Counting, InboundTurn, NothingExpected, Occasion, Prompt, Reply, Role

Wish = Callable[[Scene, InboundTurn, str], tuple[Scene, Reply]]


def obey(scene: Scene, heard: CommandHeard, turn: InboundTurn) -> tuple[Scene, Reply]:
    """Do what was asked for."""
    return WISHES[heard.command](scene, turn, heard.argument)


# ---------------------------------------------------------------------------------------------- messages from us


def _stop(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    """End everything that we start, on all channels of this address. Answers given stay (A16)."""
    stopped = replace(scene.about_person(opted_out=True), call_back=NoCallBack())
    ended = stopped.keep(consultation_id=None, extending=None).go(Prompt.RECEPTION)
    told, reply = aside(ended.tell(Role.INFORMATION, "stop.done"))
    return told, replace(reply, expects=NothingExpected(), offers=(Command.START, Command.DELETE))


def _start(scene: Scene, turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    """Only this takes an opt-out back."""
    if scene.person.opted_out:
        scene = scene.about_person(opted_out=False).tell(Role.CONFIRMATION, "start.done")
    if scene.standing and scene.standing.takes_answers_at(scene.at):
        return present(scene)
    fresh = scene.keep(consultation_id=None).go(Prompt.RECEPTION)
    return present(notice(fresh.tell(Role.GREETING, "reception.greeting", town=scene.situation.town.name)))


# ---------------------------------------------------------------------------------------------- being told something


def _help(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    town = scene.situation.town
    told = scene.tell(Role.INFORMATION, "help.how", town=town.name, phone=town.office.phone)
    told = told.tell(Role.INFORMATION, "help.privacy", website=town.website, phone=town.office.phone)
    return aside(told.about_person(noticed=True))


def _person(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    office = scene.situation.town.office
    hours = office.hours.within(scene.language)
    return aside(scene.tell(Role.INFORMATION, "person.reach", phone=office.named, hours=hours))


def _call_back(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    """Be called by the service, where there is a number to call."""
    if scene.kind is not AddressKind.PHONE or "voice" not in scene.situation.town.numbers:
        return aside(scene.tell(Role.INFORMATION, "call_back.not_possible"))
    keyword = scene.standing.consultation.keyword if scene.standing else None
    wished = replace(scene, call_back=CallBack(Occasion.CALL_BACK, keyword))
    return aside(wished.tell(Role.CONFIRMATION, "call_back.noted"))


def _repeat(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    return present(scene)


def _link(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    return aside(scene.tell(Role.INFORMATION, "link.not_yet"))


def _result(scene: Scene, _turn: InboundTurn, argument: str) -> tuple[Scene, Reply]:
    standing = _meant(scene, argument)
    if standing is None:
        keywords = ", ".join(each.consultation.keyword for each in scene.situation.standings)
        return aside(scene.tell(Role.INFORMATION, "result.which", keywords=keywords))
    return aside(results(scene, standing))


def _meant(scene: Scene, keyword: str) -> Standing | None:
    """The consultation that was named, or where the person is, or the only one there is."""
    named = [each for each in scene.situation.standings if each.consultation.keyword == keyword]
    if named:
        return named[0]
    only = scene.situation.standings[0] if len(scene.situation.standings) == 1 else None
    return scene.standing or only


def results(scene: Scene, standing: Standing) -> Scene:
    """Tell what is published, or why nothing is."""
    consultation, keyword = standing.consultation, standing.consultation.keyword
    over = standing.is_over_at(scene.at)
    if consultation.results is ResultsShown.NEVER:
        return scene.tell(Role.INFORMATION, "result.never", keyword=keyword)
    if consultation.results is ResultsShown.AFTER_CLOSE and not over:
        return scene.tell(Role.INFORMATION, "result.after_close", keyword=keyword, day=day_of(scene, standing.ends_at))
    if not over and not scene.ballot(standing).takes_part:
        return scene.tell(Role.INFORMATION, "result.after_answer", keyword=keyword)
    if standing.publication is None:
        return scene.tell(Role.INFORMATION, "result.too_few", keyword=keyword)
    people = int(str(standing.publication["participants"]))
    told = scene.tell(Role.INFORMATION, "result.head", keyword=keyword, number=people)
    for sentence in results_sentences(standing.publication, consultation, scene.asking()):
        told = told.tell_wording(Role.INFORMATION, sentence)
    return told


# ---------------------------------------------------------------------------------------------- moving about


def _language(scene: Scene, _turn: InboundTurn, argument: str) -> tuple[Scene, Reply]:
    if not argument:
        return present(ask_between(scene, Prompt.LANGUAGE))
    if argument not in scene.situation.town.languages:
        return present(ask_between(scene.tell(Role.PROBLEM, "language.not_there"), Prompt.LANGUAGE))
    return speak(scene, argument)


def speak(scene: Scene, language: str) -> tuple[Scene, Reply]:
    """Go on in this language, where one was."""
    spoken = scene.keep(language=language).about_person(language=language)
    spoken = go_back(spoken) if spoken.conversation.asking == Prompt.LANGUAGE else spoken
    told = spoken.tell(Role.CONFIRMATION, "language.now")
    return present(notice(told) if told.conversation.asking == Prompt.MENU else told)


def _back(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    return back(scene)


def back(scene: Scene) -> tuple[Scene, Reply]:
    """To the question before, or back from what was asked in between."""
    standing = scene.standing
    if scene.conversation.asking in IN_BETWEEN | WITHIN_A_QUESTION:
        return present(go_back(scene))
    before = _questions_before(scene, standing) if standing else ()
    if not before or standing is None:
        return present(scene.tell(Role.PROBLEM, "back.first"))
    return present(scene.go(before[-1].key, standing).keep(extending=None))


def _questions_before(scene: Scene, standing: Standing) -> tuple[Question, ...]:
    asked = standing.consultation.asked(scene.answers(standing))
    keys = [question.key for question in asked]
    here = scene.conversation.asking
    return asked[: keys.index(here)] if here in keys else asked


def _skip(scene: Scene, turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    """Pass over an optional question; one that has an answer keeps it, except where a page was left empty."""
    standing, question = scene.standing, scene.question
    if standing is None or question is None:
        return present(scene)
    has_answer = scene.answers(standing).get(question.key) is not None
    if has_answer and scene.counting is not Counting.AFTER_CHECK:
        return move_on(scene, standing, question)
    if not question.optional:
        return present(scene.tell(Role.PROBLEM, "skip.needed"))
    if not standing.takes_answers_at(scene.at):
        return present(scene.keep(consultation_id=None).go(Prompt.RECEPTION))
    passed = scene.record(standing, question, None, turn.channel)
    return move_on(passed, standing, question)


# ---------------------------------------------------------------------------------------------- one's own answers


def _change(scene: Scene, _turn: InboundTurn, argument: str) -> tuple[Scene, Reply]:
    standing = scene.standing or _answered_alone(scene)
    if standing is None or not standing.takes_answers_at(scene.at) or not scene.answers(standing):
        return aside(scene.tell(Role.INFORMATION, "change.nothing"))
    listed = ask_between(scene.keep(consultation_id=standing.id, extending=None), Prompt.CHANGE)
    questions = [each.question for each in given_answers(listed)]
    if argument.isdigit() and 1 <= int(argument) <= len(questions):
        return present(listed.go(questions[int(argument) - 1]))
    return present(listed)


def _answered_alone(scene: Scene) -> Standing | None:
    answered = [each for each in scene.situation.open_at(scene.at) if scene.answers(each)]
    return answered[0] if len(answered) == 1 else None


def _done(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    """Stop here. After an open answer first the answer is complete; on the web the drafts are sent."""
    standing = scene.standing
    if standing is None:
        return present(scene.tell(Role.INFORMATION, "done.nothing_open"))
    if scene.conversation.extending and scene.question:
        return present(scene.keep(extending=None))
    if scene.counting is Counting.AFTER_CHECK:
        checked = scene.conversation.asking == Prompt.CHECK
        return _send(scene, standing) if checked else present(scene.go(Prompt.CHECK))
    return present(scene.go(Prompt.FINISHED).keep(extending=None))


def _send(scene: Scene, standing: Standing) -> tuple[Scene, Reply]:
    ballot = scene.ballot(standing)
    if not any(draft.value is not None for draft in ballot.drafts.values()) and not ballot.takes_part:
        return present(_first_question(scene.tell(Role.PROBLEM, "done.nothing_answered"), standing))
    if not standing.takes_answers_at(scene.at):
        return send_drafts_late(scene, standing)
    return present(scene.replace_ballot(standing, confirmed(ballot, scene.at)).go(Prompt.FINISHED))


def _first_question(scene: Scene, standing: Standing) -> Scene:
    return scene.go(standing.consultation.questions[0].key, standing)


def _delete(scene: Scene, _turn: InboundTurn, _argument: str) -> tuple[Scene, Reply]:
    return present(ask_between(scene, Prompt.DELETE))


def erase(scene: Scene) -> tuple[Scene, Reply]:
    """Forget this contact point, and its answers wherever a link still leads to them; what is sealed is anonymous."""
    for standing in scene.situation.standings:
        if standing.state is State.SEALED:
            continue
        ballot = scene.ballot(standing)
        if ballot.counted or ballot.drafts:
            scene = scene.replace_ballot(standing, withdrawn(ballot))
    forgotten = replace(scene, erased=True).keep(consultation_id=None, extending=None, resume=None)
    return farewell(forgotten.go(Prompt.RECEPTION).tell(Role.INFORMATION, "delete.done"))


def keep(scene: Scene) -> tuple[Scene, Reply]:
    """Nothing is deleted; on with what was open."""
    return present(go_back(scene.tell(Role.CONFIRMATION, "delete.kept")))


def choose_to_change(scene: Scene, question: str) -> tuple[Scene, Reply]:
    """Open the question whose answer is to be changed."""
    return present(scene.go(question).keep(resume=None))


WISHES: Mapping[Command, Wish] = {
    Command.STOP: _stop,
    Command.START: _start,
    Command.HELP: _help,
    Command.BACK: _back,
    Command.REPEAT: _repeat,
    Command.LANGUAGE: _language,
    Command.RESULT: _result,
    Command.DELETE: _delete,
    Command.SKIP: _skip,
    Command.CHANGE: _change,
    Command.PERSON: _person,
    Command.DONE: _done,
    Command.CALL_BACK: _call_back,
    Command.AID: _help,
    Command.LINK: _link,
    Command.UNLINK: _link,
}
