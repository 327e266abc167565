# SPDX-License-Identifier: EUPL-1.2
"""What each open prompt says and what it expects: a scene as a reply. Pure; decides nothing, changes nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.asked import Asked
from core.asked import line as _line
from core.call_prompts import CALL_PROMPTS, call_ends, consent_options
from core.commands import Command
from core.consultation import ResultsShown, Standing, applies
from core.questions.contract import Question, Value
from core.scene import Scene
from core.turns import (
    ChooseOptions,
    EnterNumber,
    Expectation,
    GivenAnswer,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    Wording,
)


def present(scene: Scene) -> tuple[Scene, Reply]:
    """What there is to say, then the open prompt. The scene remembers what the numbers of the prompt stand for."""
    asked = _asked(scene)
    spoken = replace(scene, lines=(*scene.lines, *asked.lines))
    return spoken.keep(offered=asked.offered), _reply(spoken, asked)


def expected(scene: Scene) -> Expectation:
    """What the open prompt expects."""
    question, standing = scene.question, scene.standing
    if question and standing:
        return expected_of(scene, standing, question)
    return _asked(scene).expects


def expected_of(scene: Scene, standing: Standing, question: Question) -> Expectation:
    """What a question expects here. In a call nothing can be written: first comes the consent to a recording."""
    expects = question.expects(scene.asking(standing, question))
    return consent_options(scene, question) if scene.on_the_phone and isinstance(expects, SayFreely) else expects


def aside(scene: Scene) -> tuple[Scene, Reply]:
    """What there is to say, and nothing more; the open prompt stays open and is only repeated where it is heard."""
    return present(scene) if scene.on_the_phone else (scene, _reply(scene, _asked(scene)))


def farewell(scene: Scene) -> tuple[Scene, Reply]:
    """What there is to say, and the end of the exchange."""
    return scene, replace(_reply(scene, _asked(scene)), expects=NothingExpected(), offers=())


def _reply(scene: Scene, asked: Asked) -> Reply:
    standing = scene.standing
    return Reply(
        say=scene.lines,
        expects=asked.expects,
        language=scene.language,
        about=scene.conversation.asking,
        keyword=standing.consultation.keyword if standing else None,
        offers=asked.offers,
        pace=scene.person.pace,
        replay=scene.replay,
    )


def _asked(scene: Scene) -> Asked:
    question, standing = scene.question, scene.standing
    if question and standing:
        return _question(scene, standing, question)
    return _PROMPTS[Prompt(scene.conversation.asking)](scene)


# ---------------------------------------------------------------------------------------------- a question


def _question(scene: Scene, standing: Standing, question: Question) -> Asked:
    expects = expected_of(scene, standing, question)
    lines = [_progress(scene, standing, question), Line(Role.QUESTION, question.text.within(scene.language))]
    if question.explain:
        lines.append(Line(Role.EXPLANATION, question.explain.within(scene.language)))
    lines.extend(_hints(scene, question, expects))
    if _is_spoken(scene, question):
        lines.append(_line(scene, Role.NOTICE, "telephone.consent"))
    return Asked(tuple(lines), expects, _offers(scene, standing, question))


def _is_spoken(scene: Scene, question: Question) -> bool:
    """Whether an open answer is spoken here; going on without one is then a key of its own."""
    return scene.on_the_phone and isinstance(question.expects(scene.asking()), SayFreely)


def _progress(scene: Scene, standing: Standing, question: Question) -> Line:
    """Say "Frage 2 von 3"; "von höchstens 3" while an answer still decides how many there are."""
    answers = scene.answers(standing)
    asked = standing.consultation.asked(answers)
    undecided = [
        each
        for each in standing.consultation.questions
        if each.asked_if and each.asked_if.question not in answers and not applies(each.asked_if, answers)
    ]
    ahead = [each for each in standing.consultation.questions if each in asked or each in undecided]
    key = "progress.at_most" if undecided else "progress.exact"
    number = ahead.index(question) + 1 if question in ahead else len(ahead)
    return _line(scene, Role.PROGRESS, key, number=number, total=len(ahead))


def _hints(scene: Scene, question: Question, expects: Expectation) -> list[Line]:
    hints = [line for line in [_how(scene, expects)] if line]
    if question.optional and not _is_spoken(scene, question):
        hints.append(_line(scene, Role.HINT, "hint.optional"))
    return hints


def _how(scene: Scene, expects: Expectation) -> Line | None:
    match expects:
        case ChooseOptions(most=1):
            return _line(scene, Role.HINT, "hint.choose")
        case ChooseOptions(most=most):
            return _line(scene, Role.HINT, "hint.choose_several", most=most)
        case EnterNumber(least=least, most=greatest) if least is not None and greatest is not None:
            return _line(scene, Role.HINT, "hint.number", least=str(least), most=str(greatest))
        case EnterNumber():
            return _line(scene, Role.HINT, "hint.any_number")
        case SayFreely():
            return _line(scene, Role.HINT, "hint.freely")
        case _:
            return None


def _offers(scene: Scene, standing: Standing, question: Question) -> tuple[Command, ...]:
    asked = standing.consultation.asked(scene.answers(standing))
    offers = [Command.SKIP] if question.optional and not _is_spoken(scene, question) else []
    if asked and asked[0].key != question.key:
        offers.append(Command.BACK)
    return (*offers, Command.DONE)


# ---------------------------------------------------------------------------------------------- other prompts


def _reception(scene: Scene) -> Asked:
    open_now = scene.situation.open_at(scene.at)
    town = scene.situation.town.name
    if not open_now:
        nothing = _line(scene, Role.INFORMATION, "reception.nothing_open", town=town)
        return Asked((nothing,), NothingExpected(), _results_offer(scene))
    options = tuple(Option(each.id, _title(scene, each)) for each in open_now)
    asked = _line(scene, Role.QUESTION, "reception.which", town=town)
    hints = (_line(scene, Role.HINT, "reception.hint"), _line(scene, Role.HINT, "reception.languages"))
    return Asked((asked, *hints), ChooseOptions(options), _results_offer(scene), tuple(each.id for each in open_now))


def _title(scene: Scene, standing: Standing) -> Wording:
    title = standing.consultation.title.within(scene.language)
    return Wording(
        f"{standing.consultation.keyword}: {title.text}",
        title.heard,
        f"{standing.consultation.keyword}: {title.narrow}",
    )


def _results_offer(scene: Scene) -> tuple[Command, ...]:
    return (Command.RESULT,) if any(each.publication for each in scene.situation.standings) else ()


def _language(scene: Scene) -> Asked:
    languages = scene.situation.town.languages
    phrases = scene.situation.phrases
    options = tuple(Option(tag, phrases.wording("language.name", tag)) for tag in languages)
    return Asked((_line(scene, Role.QUESTION, "language.which"),), ChooseOptions(options), (), languages)


def _change(scene: Scene) -> Asked:
    given = given_answers(scene)
    numbered = tuple(each.question for each in given)
    offers = (Command.SKIP,) if scene.on_the_phone else (Command.DONE,)
    return Asked((_line(scene, Role.QUESTION, "change.which"),), ReviewAnswers(given), offers, numbered)


def _check(scene: Scene) -> Asked:
    given = given_answers(scene)
    numbered = tuple(each.question for each in given)
    offers = (Command.DONE, Command.BACK)
    return Asked((_line(scene, Role.QUESTION, "check.which"),), ReviewAnswers(given), offers, numbered)


def given_answers(scene: Scene) -> tuple[GivenAnswer, ...]:
    """Every question put to this person with her answer, as she may see them."""
    standing = scene.standing
    if standing is None:
        return ()
    answers = scene.answers(standing)
    return tuple(_given(scene, question, answers) for question in standing.consultation.asked(answers))


def _given(scene: Scene, question: Question, answers: Mapping[str, Value | None]) -> GivenAnswer:
    value = answers.get(question.key)
    named = question.name(value, scene.asking()) if value is not None else None
    asked = question.text.within(scene.language)
    return GivenAnswer(question.key, _narrowed(asked), _narrowed(named) if named else None)


LONGEST_IN_LIST = 40
"""Characters of a question, and of an answer, in a list on the narrow line: it names them, nobody reads them there."""


def _narrowed(wording: Wording) -> Wording:
    return replace(wording, sms=textwrap.shorten(wording.narrow, LONGEST_IN_LIST, placeholder="...") or "...")


def _delete(scene: Scene) -> Asked:
    phrases = scene.situation.phrases
    options = tuple(Option(key, phrases.wording(f"delete.{key}", scene.language)) for key in ("yes", "no"))
    return Asked((_line(scene, Role.QUESTION, "delete.sure"),), ChooseOptions(options), (), ("yes", "no"))


def _finished(scene: Scene) -> Asked:
    standing = scene.standing
    if standing is None:
        return _reception(scene)
    ballot = scene.ballot(standing)
    if not ballot.takes_part:
        nothing = _line(scene, Role.FAREWELL, "finished.nothing_answered")
        return Asked((nothing,), NothingExpected(), () if scene.on_the_phone else (Command.CHANGE,))
    lines = [_thanks(scene, standing), Line(Role.RECEIPT, _receipt(scene, ballot.receipt))]
    if scene.on_the_phone:
        return call_ends(scene, standing, tuple(lines))
    lines.append(_line(scene, Role.HINT, "finished.change"))
    offers = [Command.CHANGE, Command.DELETE]
    if standing.consultation.results is ResultsShown.AFTER_ANSWER:
        lines.append(_line(scene, Role.HINT, "finished.result"))
        offers.append(Command.RESULT)
    return Asked(tuple(lines), NothingExpected(), tuple(offers))


def _thanks(scene: Scene, standing: Standing) -> Line:
    if standing.consultation.next_open(scene.answers(standing)) is None:
        return Line(Role.FAREWELL, standing.consultation.thanks.within(scene.language))
    return _line(scene, Role.FAREWELL, "finished.partly", keyword=standing.consultation.keyword)


def _receipt(scene: Scene, receipt: str) -> Wording:
    """Eight digits in two groups of four; said one by one."""
    first, last = receipt[:4], receipt[4:]
    number = Wording(f"{first} {last}", f"{' '.join(first)}, {' '.join(last)}")
    return scene.situation.phrases.wording("finished.receipt", scene.language, receipt=number)


_PROMPTS: dict[Prompt, Callable[[Scene], Asked]] = {
    Prompt.RECEPTION: _reception,
    Prompt.LANGUAGE: _language,
    Prompt.CHANGE: _change,
    Prompt.CHECK: _check,
    Prompt.DELETE: _delete,
    Prompt.FINISHED: _finished,
    **CALL_PROMPTS,
}
