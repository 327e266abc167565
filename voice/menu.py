# SPDX-License-Identifier: EUPL-1.2
"""A `Reply` as a spoken menu: what is said, which keys are taken, how long is waited. Pure; knows no provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import assert_never

from core.commands import Command
from core.people import Pace
from core.phrases import Phrases
from core.turns import (
    ChooseOptions,
    EnterNumber,
    GivenAnswer,
    LeaveRecording,
    Line,
    NothingExpected,
    Option,
    Prompt,
    Reply,
    ReviewAnswers,
    Role,
    SayFreely,
    TalkToPerson,
)
from voice.breaths import breaths
from voice.keyed import KeyedNumber

# ------------------------------------------------------------------------------------------------------- what is heard


@dataclass(frozen=True, slots=True)
class Say:
    """One breath of speech, prepared as sound under exactly this text and language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing, for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Replay:
    """The caller's own recording; `recording` is its random id."""

    recording: str


Sound = Say | Pause | Replay

# ------------------------------------------------------------------------------------------------------- what then


@dataclass(frozen=True, slots=True)
class Keypad:
    """Keys are taken, also while something is said.

    One key ends at once where `most` is 1; more end with "#", or when nothing comes for `between_seconds`.
    `zero_is_a_digit` where a valid answer holds a 0; elsewhere "0" is a person. `hash_passes` where a bare "#" passes
    over an optional question.
    """

    most: int = 1
    zero_is_a_digit: bool = False
    hash_passes: bool = False
    first_seconds: int = 9
    between_seconds: int = 4


@dataclass(frozen=True, slots=True)
class Recorder:
    """A tone, then recording until "#", silence, or the longest time. Only ever behind a consent."""

    longest_seconds: int = 120
    silence_seconds: int = 6


@dataclass(frozen=True, slots=True)
class Connect:
    """Put the caller through to a person; afterwards the call comes back."""

    number: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """The call ends when all is said."""


Then = Keypad | Recorder | Connect | HangUp


@dataclass(frozen=True, slots=True)
class Menu:
    """One step of a call. `about` names the open prompt ("BUS:late", "~menu"), as it comes back with the keys."""

    sounds: tuple[Sound, ...]
    then: Then
    about: str
    language: str
    pace: Pace


# ------------------------------------------------------------------------------------------------------- a reply

AFTER_KEY = Pause(0.5)
"""Before anything is said: the telephone must get back to the ear (Avaya, IVR design guidelines, pace and speed)."""
BETWEEN_SENTENCES = Pause(0.5)
BEFORE_KEY = Pause(0.7)
"""An option, a moment to think, then its key (W3C accessibility working group, w3c/apa issue 178)."""
BETWEEN_OPTIONS = Pause(0.7)
REST = Pause(2.0)
"""Nobody keeps more than `OPTIONS_IN_ONE_GO` in mind. After so many, and after the last, there is time to press a key;
then it goes on by itself."""
OPTIONS_IN_ONE_GO = 4

_TOLD: Mapping[Role, int] = {
    Role.CONFIRMATION: 0,
    Role.PROBLEM: 1,
    Role.NOTICE: 2,
    Role.GREETING: 2,
    Role.INFORMATION: 3,
    Role.FAREWELL: 4,
    Role.RECEIPT: 5,
}
"""What is told before something is asked, in this order."""

_Sounds = tuple[Sound, ...]


def menu_of(reply: Reply, phrases: Phrases) -> Menu:
    """The reply as one step of a call. Background stays away; a reply with nothing to say makes no sound at all."""
    told, asked, hints = _arranged(reply.say)
    then = _then(reply)
    speaker = _Speaker(phrases, reply.language)
    replay = (Replay(reply.replay),) if reply.replay else ()
    choices = _choices(reply, speaker)
    first = (*map(speaker.line, told), replay, *map(speaker.line, asked), choices)
    last = (*map(speaker.line, hints), *_other_keys(then, speaker, always=_names_all_keys(reply.about, told)))
    blocks = (_joined(block, BETWEEN_SENTENCES) for block in (first, last))
    sounds = _joined(blocks, REST if choices else BETWEEN_SENTENCES)
    about = f"{reply.keyword}:{reply.about}" if reply.keyword else reply.about
    return Menu((AFTER_KEY, *sounds) if sounds else (), then, about, reply.language, reply.pace)


def _arranged(say: Sequence[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """What is told, what is asked, and the hints. What the core says behind the question stays behind it."""
    asked_at = next((place for place, line in enumerate(say) if line.role is Role.QUESTION), len(say))
    before, behind = say[:asked_at], say[asked_at:]
    told = sorted((line for line in before if line.role in _TOLD), key=lambda line: _TOLD[line.role])
    asked = [line for line in before if line.role is Role.PROGRESS]
    asked += [line for line in behind if line.role not in {Role.HINT, Role.EXPLANATION}]
    return told, asked, [line for line in say if line.role is Role.HINT]


def _names_all_keys(about: str, told: Sequence[Line]) -> bool:
    """Whether the keys that always work are named: once as a call begins, and whenever something went wrong.

    Not at the choice of a language, where nobody knows in which one to name them.
    """
    roles = {line.role for line in told}
    begins = about.startswith("~") and bool(roles & {Role.NOTICE, Role.GREETING})
    return about != Prompt.LANGUAGE and (begins or Role.PROBLEM in roles)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Texts and phrases as sound, in one language."""

    phrases: Phrases
    language: str

    def reads(self, text: str) -> _Sounds:
        return _joined([(Say(breath, self.language),) for breath in breaths(text)], BETWEEN_SENTENCES)

    def line(self, line: Line) -> _Sounds:
        return self.reads(line.wording.heard)

    def says(self, key: str, **values: str | int) -> _Sounds:
        return self.reads(self.phrases.wording(key, self.language, **values).heard)

    def number_key(self, number: int) -> _Sounds:
        """The name of a key; above nine, of the number that is keyed in."""
        return self.says(f"voice.key.{number}") if number <= 9 else self.says("voice.number", number=number)


def _with_key(what: _Sounds, key: _Sounds) -> _Sounds:
    """Something that can be had, a moment, then its key."""
    return (*what, BEFORE_KEY, *key)


def _joined(parts: Iterable[_Sounds], pause: Pause) -> _Sounds:
    """All that makes a sound, with a pause between each two."""
    audible = [part for part in parts if part]
    return tuple(chain.from_iterable((pause, *part) for part in audible))[1:]


# ------------------------------------------------------------------------------------------------------- which keys


def _then(reply: Reply) -> Then:
    match reply.expects:
        case NothingExpected():
            return HangUp()
        case LeaveRecording(longest_seconds=longest):
            return Recorder(longest)
        case TalkToPerson(number=number, ring_seconds=seconds):
            return Connect(number, seconds)
        case expects:
            return _keypad(expects, hash_passes=Command.SKIP in reply.offers)


def _keypad(expects: ChooseOptions | ReviewAnswers | EnterNumber | SayFreely, *, hash_passes: bool) -> Keypad:
    match expects:
        case ChooseOptions(options=options, most=1):
            return _one_of(len(options), hash_passes=hash_passes)
        case ChooseOptions(options=options):
            return Keypad(len(options), hash_passes=hash_passes)
        case ReviewAnswers(given=given):
            return _one_of(len(given), hash_passes=hash_passes)
        case EnterNumber():
            number = KeyedNumber.of(expects)
            return Keypad(number.digits, zero_is_a_digit=number.holds_zero, hash_passes=hash_passes)
        case SayFreely():
            return Keypad(hash_passes=hash_passes)
        case _:
            assert_never(expects)


def _one_of(count: int, *, hash_passes: bool) -> Keypad:
    """One number out of a list: a single key up to nine."""
    return Keypad(len(str(count)), zero_is_a_digit=count > 9, hash_passes=hash_passes)


# ------------------------------------------------------------------------------------------------------- its words


def _choices(reply: Reply, speaker: _Speaker) -> _Sounds:
    """Every key that answers, each said once; () where no key does."""
    match reply.expects:
        case ChooseOptions(options=options) as choose:
            tongues = reply.about == Prompt.LANGUAGE
            speakers = [_Speaker(speaker.phrases, each.key) if tongues else speaker for each in options]
            offered = (_offered(*each) for each in zip(speakers, options, range(1, len(options) + 1), strict=True))
            return _joined((_how_many(choose, speaker), _in_fours(offered)), BETWEEN_SENTENCES)
        case ReviewAnswers(given=given):
            return _in_fours(_reviewed(speaker, each, place) for place, each in enumerate(given, start=1))
        case EnterNumber() as number:
            return _joined((*_ends(number, speaker), _number(number, speaker)), BETWEEN_SENTENCES)
        case _:
            return ()


def _offered(speaker: _Speaker, option: Option, place: int) -> _Sounds:
    """One option and its key: "Für Ja", a moment, "die Eins". A label that is a question stands by itself."""
    label = option.wording.heard
    alone = label.rstrip().endswith("?")
    what = speaker.reads(label) if alone else speaker.says("voice.for_option", option=label)
    return _with_key(what, speaker.number_key(place))


def _how_many(choose: ChooseOptions, speaker: _Speaker) -> _Sounds:
    """How several keys are pressed, before the first of them is heard; () where one is enough."""
    if choose.most == 1:
        return ()
    return speaker.says("voice.ranked" if choose.ranked else "voice.several", most=choose.most)


def _reviewed(speaker: _Speaker, given: GivenAnswer, place: int) -> _Sounds:
    answer = (
        speaker.says("voice.answer", answer=given.answer.heard) if given.answer else speaker.says("voice.no_answer")
    )
    change = _with_key(speaker.says("voice.change"), speaker.number_key(place))
    return _joined((speaker.reads(given.asked.heard), answer, change), BETWEEN_SENTENCES)


def _in_fours(entries: Iterable[_Sounds]) -> _Sounds:
    """Entries of a list, with a rest after every four."""
    left = iter(entries)
    fours = iter(lambda: list(islice(left, OPTIONS_IN_ONE_GO)), [])
    return _joined((_joined(each, BETWEEN_OPTIONS) for each in fours), REST)


def _ends(number: EnterNumber, speaker: _Speaker) -> Iterator[_Sounds]:
    """What the ends of a scale mean."""
    for end, label in ((number.least, number.least_label), (number.most, number.most_label)):
        if end is not None and label is not None:
            yield speaker.says("voice.end", number=int(end), label=label.heard)


def _number(number: EnterNumber, speaker: _Speaker) -> _Sounds:
    """How a number is keyed in: one key, or digits that end with "#"."""
    keyed = KeyedNumber.of(number)
    if keyed.digits == 1:
        return speaker.says("voice.one_key", least=keyed.least, most=keyed.most)
    if number.least is None or number.most is None:
        return speaker.says("voice.any_number")
    return speaker.says("voice.number_between", least=keyed.least, most=keyed.most)


def _other_keys(then: Then, speaker: _Speaker, *, always: bool) -> Iterator[_Sounds]:
    """Keys beside the answer: passing over, repeating, a person. A person is named whenever she is not on the zero."""
    if not isinstance(then, Keypad):
        return
    if then.hash_passes:
        yield _with_key(speaker.says("voice.pass"), speaker.says("voice.key.hash"))
    if always:
        yield _with_key(speaker.says("voice.repeat"), speaker.says("voice.key.star"))
    if then.zero_is_a_digit:
        yield _with_key(speaker.says("voice.person"), speaker.says("voice.key.star_then_zero"))
    elif always:
        yield _with_key(speaker.says("voice.person"), speaker.says("voice.key.0"))


# ------------------------------------------------------------------------------------------------------- how long

WORDS_A_MINUTE: Mapping[Pace, int] = {Pace.SLOW: 92, Pace.NORMAL: 115, Pace.FAST: 144}
"""German words, as an estimate: slow is 0.8 of normal, fast 1.25."""


def seconds(menu: Menu) -> float:
    """How long a step speaks, in seconds, as an estimate by words; a person's own recording is not counted."""
    words = sum(len(sound.text.split()) for sound in menu.sounds if isinstance(sound, Say))
    pauses = sum(sound.seconds for sound in menu.sounds if isinstance(sound, Pause))
    return pauses + words * 60 / WORDS_A_MINUTE[menu.pace]
