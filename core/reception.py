# SPDX-License-Identifier: EUPL-1.2
"""Before a consultation is chosen: which one, which language, and the way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from core.ballots import Ballot
from core.commands import Command, CommandHeard
from core.consultation import Standing
from core.people import AddressKind
from core.prompts import present
from core.scene import Scene
from core.turns import Counting, InboundTurn, Keys, Option, Prompt, Reply, Role, Words
from core.understanding import (
    LanguageWords,
    Meaning,
    Spelling,
    Unclear,
    command_beside_keyword,
    understand_choice,
    understand_command,
)


def written(turn: InboundTurn) -> str | None:
    """What was written or keyed, or None for anything else."""
    match turn.said:
        case Words(text):
            return text
        case Keys(digits):
            return digits
        case _:
            return None


def chosen(scene: Scene, text: str, options: Sequence[Option]) -> str | Unclear:
    """The key of the one option that these words mean."""
    spellings = [Spelling(each.key, _labels(each)) for each in options]
    understood = understand_choice(text, spellings, 1, scene.situation.words_of(scene.language))
    return understood if isinstance(understood, Unclear) else understood[0]


def _labels(option: Option) -> tuple[str, ...]:
    wording = option.wording
    return tuple(dict.fromkeys((wording.text, wording.narrow, wording.heard)))


def named_by_keyword(scene: Scene, text: str) -> tuple[Standing, str] | None:
    """The consultation whose keyword this message is, and the language behind it ("BUS", "Bus bitte", "BUS English").

    The keyword must be written as it is; a consultation is never guessed.
    """
    words = scene.situation.words_of(scene.language)
    said = _without_politeness(text, words)
    found = [each for each in scene.situation.standings if _keyword(each, words) == said[:1]]
    language = _language_behind(said[1:], words)
    return (_current(found, scene), language) if found and language is not None else None


def _keyword(standing: Standing, words: LanguageWords) -> tuple[str, ...]:
    return _as_tokens(standing.consultation.keyword, words)


@lru_cache(maxsize=256)
def _as_tokens(keyword: str, words: LanguageWords) -> tuple[str, ...]:
    """A keyword as it is compared; kept, because every message is compared with every keyword."""
    return words.tokens(keyword)


def _without_politeness(text: str, words: LanguageWords) -> tuple[str, ...]:
    polite = {Meaning.POLITE, Meaning.FAREWELL}
    return tuple(
        token
        for part in words.parts(words.tokens(text))
        if part.meaning not in polite
        for token in part.heard
        if token.isalnum()
    )


def _language_behind(said: tuple[str, ...], words: LanguageWords) -> str | None:
    """The language tag behind a keyword, "" if there is nothing, None if there is something else."""
    if not said:
        return ""
    heard = understand_command(" ".join(said), words, whole_message_only=True)
    return heard.argument or None if heard and heard.command is Command.LANGUAGE else None


def beside_keyword(scene: Scene, text: str, words: LanguageWords, *, open_answer: bool = False) -> CommandHeard | None:
    """A command with a keyword beside it: "ERGEBNIS BUS". The keyword is its argument."""
    for standing in scene.situation.standings:
        heard = command_beside_keyword(text, standing.consultation.keyword, words, open_answer=open_answer)
        if heard:
            return heard
    return None


def _current(same_keyword: Sequence[Standing], scene: Scene) -> Standing:
    open_now = [each for each in same_keyword if each.takes_answers_at(scene.at)]
    return (open_now or sorted(same_keyword, key=lambda each: each.consultation.opens_at, reverse=True))[0]


def enter(scene: Scene, standing: Standing) -> tuple[Scene, Reply]:
    """Take part in a consultation: from the first question, from where one was, or at its end."""
    if not standing.takes_answers_at(scene.at):
        return present(_not_open(scene.keep(consultation_id=None).go(scene.home), standing))
    repeated = scene.conversation.consultation_id == standing.id and scene.question is not None
    ballot = scene.ballot(standing)
    scene = _next_prompt(scene, standing)
    if not repeated:
        scene = _welcome(scene, standing, ballot)
    return present(notice(scene))


def _next_prompt(scene: Scene, standing: Standing) -> Scene:
    following = standing.consultation.next_open(scene.answers(standing))
    if following:
        return scene.go(following.key, standing)
    return scene.go(end_of(scene, standing), standing)


def end_of(scene: Scene, standing: Standing) -> Prompt:
    """Where a person stands who has no question left: at the check page with drafts, else at the end."""
    drafts = scene.counting is Counting.AFTER_CHECK and scene.ballot(standing).drafts
    return Prompt.CHECK if drafts else Prompt.FINISHED


def _welcome(scene: Scene, standing: Standing, ballot: Ballot) -> Scene:
    if not ballot.values(scene.counting):
        return scene.tell_wording(Role.GREETING, standing.consultation.intro.within(scene.language))
    if scene.conversation.asking == Prompt.FINISHED:
        return scene.tell(Role.CONFIRMATION, "welcome.done", keyword=standing.consultation.keyword)
    return scene.tell(Role.CONFIRMATION, "welcome.back")


def _not_open(scene: Scene, standing: Standing) -> Scene:
    consultation = standing.consultation
    if scene.at < consultation.opens_at:
        day = day_of(scene, consultation.opens_at)
        return scene.tell(Role.INFORMATION, "consultation.not_yet", keyword=consultation.keyword, day=day)
    day = day_of(scene, standing.ends_at)
    told = scene.tell(Role.INFORMATION, "consultation.over", keyword=consultation.keyword, day=day)
    return (
        told.tell(Role.HINT, "consultation.over_result", keyword=consultation.keyword) if standing.publication else told
    )


def day_of(scene: Scene, moment: datetime) -> str:
    """A day in words, in local time: "31. März 2027"."""
    local = moment.astimezone(scene.situation.town.time_zone)
    months = scene.situation.phrases.text("date.months", scene.language).split("|")
    return scene.situation.phrases.text(
        "date.day", scene.language, day=local.day, month=months[local.month - 1], year=local.year
    )


def notice(scene: Scene) -> Scene:
    """The notice on data protection, once for every contact point."""
    if scene.person.noticed:
        return scene
    if scene.kind is AddressKind.CALL:
        return scene.tell(Role.NOTICE, "telephone.withheld").about_person(noticed=True)
    told = scene.tell_wording(Role.NOTICE, scene.situation.town.first_contact.within(scene.language))
    return told.about_person(noticed=True)


def receive(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    """Something said at reception that is no command and no keyword: one of the list, or the list."""
    text = written(turn)
    offered = [each for each in scene.situation.open_at(scene.at) if each.id in scene.conversation.offered]
    if text is None or not offered:
        return _offer(scene)
    options = [Option(each.id, each.consultation.title.within(scene.language)) for each in offered]
    key = chosen(scene, text, options)
    if isinstance(key, Unclear):
        repairs, phone = scene.conversation.repairs + 1, scene.situation.town.office.phone
        again, reply = present(scene.tell(Role.PROBLEM, f"reception.repair_{min(repairs, 3)}", phone=phone))
        return again.keep(repairs=repairs), reply
    return enter(scene, next(each for each in offered if each.id == key))


def _offer(scene: Scene) -> tuple[Scene, Reply]:
    scene = scene.go(scene.home).keep(consultation_id=None)
    return present(notice(scene.tell(Role.GREETING, "reception.greeting", town=scene.situation.town.name)))
