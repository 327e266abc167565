# SPDX-License-Identifier: EUPL-1.2
"""What happens in a call beside the questions: its beginning, its menus, silence, a person, help.

Nobody is ever just hung up on: three misses lead to a choice of a person, a call-back or a message, and only who stays
silent there too hears a goodbye that says what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from core import wishes
from core.answers import MOST_MISSES, take
from core.call_backs import CallBack, NoCallBack
from core.call_prompts import resumable
from core.commands import Command, CommandHeard
from core.consultation import Standing
from core.in_between import IN_BETWEEN, ask_between, go_back
from core.municipality import digits_of
from core.people import Pace
from core.prompts import farewell, present
from core.questions.contract import Answered, Why
from core.reception import enter, notice
from core.scene import Scene
from core.spoken_answers import consented, key_pressed, record, recorded_chosen
from core.turns import (
    Called,
    InboundTurn,
    Keys,
    MachinePickedUp,
    NothingExpected,
    Occasion,
    PersonLeft,
    PickedUp,
    Prompt,
    Reply,
    Role,
    TalkToPerson,
)

RING_SECONDS = 25
"""How long it rings at the town hall before somebody else is offered."""

CALL_ME_BACK = "call_me_back"
"""The number of the town that is never answered."""

Handler = Callable[[Scene, InboundTurn, str], tuple[Scene, Reply]]


def obey(scene: Scene, heard: CommandHeard) -> tuple[Scene, Reply] | None:
    """What a key asks for that means something else in a call than in writing; None for all other commands."""
    if not scene.on_the_phone:
        return None
    if heard.command is Command.SKIP and scene.conversation.asking in IN_BETWEEN:
        return present(go_back(scene))
    wish = _WISHES.get(heard.command)
    return wish(scene) if wish else None


# ---------------------------------------------------------------------------------------------- what a call brings


def happened(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply] | None:
    """What follows from an event of the call itself; None for what is an answer or a command."""
    match turn.said:
        case Called():
            free = turn.to == scene.situation.town.numbers.get(CALL_ME_BACK)
            return _rang(scene) if free else begin(counted(scene))
        case PickedUp(occasion, keyword):
            return _PICKED_UP[occasion](scene.keep(call_began=scene.at), keyword or "")
        case MachinePickedUp(occasion):
            return farewell(
                scene.tell(Role.INFORMATION, f"telephone.machine.{occasion.value}", number=_our_number(scene))
            )
        case PersonLeft(talked):
            return _back(scene, talked=talked)
        case _ if _lasts_too_long(scene):
            return farewell(scene.tell(Role.FAREWELL, "telephone.too_long"))
    return None


# ---------------------------------------------------------------------------------------------- limits


def counted(scene: Scene) -> Scene:
    """One more call of this number on this day."""
    here = scene.conversation
    same_day = here.call_began is not None and here.call_began.date() == scene.at.date()
    return scene.keep(call_began=scene.at, calls=here.calls + 1 if same_day else 1)


def _lasts_too_long(scene: Scene) -> bool:
    """Whether this call has lasted longer than any that is meant (reliability D11)."""
    began, most = scene.conversation.call_began, scene.situation.town.voice.most_minutes_per_call
    return scene.on_the_phone and began is not None and scene.at - began > timedelta(minutes=most)


# ---------------------------------------------------------------------------------------------- the beginning


def begin(scene: Scene) -> tuple[Scene, Reply]:
    """A person has called: who is speaking, the language if it is not known, then the menu."""
    if scene.conversation.calls > scene.situation.town.voice.most_calls_per_number:
        return farewell(scene.tell(Role.FAREWELL, "telephone.too_many"))
    greeted = scene.tell(Role.GREETING, "reception.greeting", town=scene.situation.town.name)
    fresh = greeted.keep(extending=None)
    if not (scene.person.language or scene.conversation.language) and len(scene.situation.town.languages) > 1:
        return present(fresh.go(Prompt.LANGUAGE).keep(resume=Prompt.MENU))
    return menu(fresh)


def menu(scene: Scene) -> tuple[Scene, Reply]:
    """What a caller can do, after the notice that everybody hears once."""
    return present(notice(scene.go(Prompt.MENU)))


def _rang(scene: Scene) -> tuple[Scene, Reply]:
    """Somebody rang the number that costs nothing: not answered, but called back."""
    wished = replace(scene, call_back=CallBack(Occasion.CALL_BACK))
    return wished, Reply((), NothingExpected(), scene.language, scene.conversation.asking)


def _called_back(scene: Scene, _keyword: str) -> tuple[Scene, Reply]:
    told = scene.tell(Role.GREETING, "telephone.called_back", town=scene.situation.town.name)
    return menu(told)


def _called_for_office(scene: Scene, _keyword: str) -> tuple[Scene, Reply]:
    told = scene.tell(Role.GREETING, "telephone.called_for_office", town=scene.situation.town.name)
    return present(told.go(Prompt.PERSON).keep(resume=Prompt.MENU))


def _invited(scene: Scene, keyword: str) -> tuple[Scene, Reply]:
    meant = [each for each in scene.situation.open_at(scene.at) if each.consultation.keyword == keyword]
    if not meant:
        return menu(scene.tell(Role.GREETING, "reception.greeting", town=scene.situation.town.name))
    title = meant[0].consultation.title.within(scene.language)
    told = scene.tell(Role.GREETING, "telephone.invited", town=scene.situation.town.name, title=title)
    return present(notice(told.go(Prompt.INVITED, meant[0])))


_PICKED_UP: Mapping[Occasion, Callable[[Scene, str], tuple[Scene, Reply]]] = {
    Occasion.CALL_BACK: _called_back,
    Occasion.OFFICE: _called_for_office,
    Occasion.INVITATION: _invited,
}


def _our_number(scene: Scene) -> str:
    return digits_of(scene.situation.town.numbers.get("voice", scene.situation.town.office.phone))


# ---------------------------------------------------------------------------------------------- silence and misses


def silent(scene: Scene) -> tuple[Scene, Reply]:
    """Nothing was pressed: kindly twice, then other ways are offered, and at last a goodbye."""
    return _missed(scene, f"telephone.silence_{min(scene.conversation.repairs + 1, MOST_MISSES)}")


def misunderstood(scene: Scene, key: str) -> tuple[Scene, Reply]:
    """A key that means nothing at a menu of ours."""
    return _missed(scene, key)


def _missed(scene: Scene, key: str) -> tuple[Scene, Reply]:
    misses = scene.conversation.repairs + 1
    if misses < MOST_MISSES:
        again, reply = present(scene.tell(Role.PROBLEM, key))
        return again.keep(repairs=misses), reply
    return give_up(scene)


def give_up(scene: Scene) -> tuple[Scene, Reply]:
    """After three misses: a person, a call-back, a message, or on; whoever is silent there too is said goodbye."""
    if scene.conversation.asking == Prompt.PERSON:
        return goodbye(scene)
    return present(ask_between(scene.tell(Role.PROBLEM, "telephone.other_ways"), Prompt.PERSON))


def goodbye(scene: Scene) -> tuple[Scene, Reply]:
    """The end of a call, with what is kept and what happens next."""
    taken_part = [each for each in scene.situation.open_at(scene.at) if scene.ballot(each).takes_part]
    kept = scene.tell(Role.FAREWELL, "telephone.kept") if taken_part else scene
    return farewell(kept.tell(Role.FAREWELL, "telephone.goodbye"))


# ---------------------------------------------------------------------------------------------- a person


def person(scene: Scene) -> tuple[Scene, Reply]:
    """Put through to the town hall while somebody takes calls there; otherwise what else is possible."""
    opens = scene.situation.office_opens(scene.at)
    waiting = ask_between(scene, Prompt.PERSON)
    if opens is not None and opens <= scene.at:
        return _connect(waiting)
    office = scene.situation.town.office
    hours = office.hours.within(scene.language)
    return present(waiting.tell(Role.INFORMATION, "telephone.office_closed", hours=hours))


def _connect(scene: Scene) -> tuple[Scene, Reply]:
    told, reply = farewell(scene.tell(Role.INFORMATION, "telephone.connecting"))
    return told, replace(reply, expects=TalkToPerson(scene.situation.town.office.number, RING_SECONDS))


def _back(scene: Scene, *, talked: bool) -> tuple[Scene, Reply]:
    if talked:
        return present(go_back(scene.tell(Role.CONFIRMATION, "telephone.after_talk")))
    return present(ask_between(scene.tell(Role.PROBLEM, "telephone.nobody_took_it"), Prompt.PERSON))


def _call_back_from_office(scene: Scene) -> tuple[Scene, Reply]:
    opens = scene.situation.office_opens(scene.at)
    wished = replace(scene, call_back=CallBack(Occasion.OFFICE, not_before=opens))
    told = wished.tell(Role.CONFIRMATION, "telephone.call_back_noted")
    return present(go_back(told))


def _person_chosen(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    match key:
        case "connect":
            return _connect(scene)
        case "call_back":
            return _call_back_from_office(scene)
        case "message":
            return present(scene.go(Prompt.CONSENT))
        case _:
            return present(go_back(scene))


# ---------------------------------------------------------------------------------------------- help


def aid(scene: Scene) -> tuple[Scene, Reply]:
    """Open the help within a call."""
    return present(ask_between(scene, Prompt.AID))


def _aid_chosen(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    back = go_back(scene)
    match key:
        case "slower" | "faster":
            return present(_at_pace(back, key))
        case "privacy":
            website, phone = scene.situation.town.website, scene.situation.town.office.named
            return present(back.tell(Role.INFORMATION, "help.privacy", website=website, phone=phone))
        case "not_me":
            return present(back.tell(Role.INFORMATION, "telephone.one_voice"))
        case "back":
            return wishes.back(back)
        case "delete":
            return present(scene.go(Prompt.DELETE))
        case _:
            return present(back)


def _at_pace(scene: Scene, wish: str) -> Scene:
    paces = list(Pace)
    place = paces.index(scene.person.pace) + (1 if wish == "faster" else -1)
    paced = scene.about_person(pace=paces[max(0, min(place, len(paces) - 1))])
    return paced.tell(Role.CONFIRMATION, f"telephone.{wish}")


# ---------------------------------------------------------------------------------------------- menus


def _menu_chosen(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    match key:
        case "go_on":
            here = resumable(scene)
            return enter(scene, here) if here else menu(scene)
        case "take_part" | "others":
            return _take_part(scene)
        case "result":
            return _hear_result(scene)
        case "language":
            return present(scene.go(Prompt.LANGUAGE).keep(resume=Prompt.MENU))
        case _:
            return person(scene)


def _take_part(scene: Scene) -> tuple[Scene, Reply]:
    open_now = scene.situation.open_at(scene.at)
    if len(open_now) == 1:
        return enter(scene, open_now[0])
    return present(scene.keep(consultation_id=None).go(Prompt.RECEPTION))


def _hear_result(scene: Scene) -> tuple[Scene, Reply]:
    published = [each for each in scene.situation.standings if each.publication]
    if len(published) == 1:
        return present(wishes.results(scene, published[0]))
    return present(scene.go(Prompt.RESULTS))


def _results_chosen(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    standing = scene.situation.standing(key)
    return menu(wishes.results(scene, standing)) if standing else menu(scene)


def _invited_chosen(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    standing = scene.standing
    match key:
        case "never":
            stopped = replace(scene.about_person(opted_out=True), call_back=NoCallBack())
            return farewell(stopped.tell(Role.FAREWELL, "telephone.never_again"))
        case "later":
            keyword = standing.consultation.keyword if standing else None
            later = CallBack(Occasion.CALL_BACK, keyword, scene.at + timedelta(days=1))
            return farewell(replace(scene, call_back=later).tell(Role.FAREWELL, "telephone.later"))
        case _:
            return enter(scene, standing) if standing else menu(scene)


def _read_back_chosen(scene: Scene, turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    """Right: it counts now. Wrong: the question again."""
    standing, keys = scene.standing, str(scene.conversation.so_far.get("keys", ""))
    back = go_back(scene)
    question = back.question
    if key != "right" or standing is None or question is None:
        return present(back)
    heard = question.hear(Keys(keys), back.asking(standing, question))
    return take(back, turn, standing, question, heard.value) if isinstance(heard, Answered) else present(back)


def finished_chosen(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    """At the end of a consultation: goodbye, change an answer, hear the result, or the menu."""
    return _chosen(scene, turn, _finished_with)


def _finished_with(scene: Scene, _turn: InboundTurn, key: str) -> tuple[Scene, Reply]:
    standing: Standing | None = scene.standing
    match key:
        case "change":
            return present(ask_between(scene, Prompt.CHANGE))
        case "result":
            return present(wishes.results(scene, standing)) if standing else menu(scene)
        case "menu":
            return menu(scene)
        case _:
            return goodbye(scene)


def chosen_at(scene: Scene, turn: InboundTurn) -> tuple[Scene, Reply]:
    """A key pressed at a prompt that only a call has."""
    if scene.conversation.asking == Prompt.RECORD:
        return record(scene, turn, give_up)
    return _chosen(scene, turn, _CHOSEN[Prompt(scene.conversation.asking)])


def _chosen(scene: Scene, turn: InboundTurn, handler: Handler) -> tuple[Scene, Reply]:
    key = key_pressed(scene, turn)
    return handler(scene, turn, key) if key else misunderstood(scene, f"problem.{Why.NOTHING_FITS.value}")


_CHOSEN: Mapping[Prompt, Handler] = {
    Prompt.MENU: _menu_chosen,
    Prompt.RESULTS: _results_chosen,
    Prompt.READ_BACK: _read_back_chosen,
    Prompt.AID: _aid_chosen,
    Prompt.PERSON: _person_chosen,
    Prompt.CONSENT: consented,
    Prompt.RECORDED: recorded_chosen,
    Prompt.INVITED: _invited_chosen,
}

_WISHES: Mapping[Command, Callable[[Scene], tuple[Scene, Reply]]] = {
    Command.PERSON: person,
    Command.AID: aid,
    Command.CALL_BACK: _call_back_from_office,
}
