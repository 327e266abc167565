# SPDX-License-Identifier: EUPL-1.2
"""What the telephone of a data folder says: its shelf of sound, its voices, and all that can be heard in its towns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.catalogues import read_heard
from app.hearing import shelf_in
from core.consultation import Standing
from core.errors import ActNotPossible
from core.municipality import Municipality
from core.participation import Parts
from core.people import Pace
from core.phrases import LAST_RESORT
from core.questions.contract import Asking
from core.texts import fallbacks
from voice.breaths import breaths
from voice.menu import Say
from voice.repertoire import Repertoire, repertoire, results_texts
from voice.shelf import Shelf
from voice.speech import Made, Progress, Voices, prepare
from voice.stocking import apologise_with, sweep

ROOMS = ("channels", "conversation", "questions", "speech", "telephone", "voice")
"""The rooms of the catalogues whose phrases a call can reach."""

NAMED_AT_MOST = 5
"""Texts without sound that are named where they keep something from opening."""

APOLOGY = "speech.down"
"""What the exchange says by itself where the service does not answer."""


def voices_in(folder: Path, town: Municipality, standings: Sequence[Standing]) -> Voices:
    """Who speaks for a town: recordings lie in `voice/`, models for Piper in `piper/` as `<language>.onnx`."""
    recordings = folder / "voice"
    return Voices(
        engines=town.voice.engines,
        recordings=recordings if recordings.is_dir() else None,
        piper_models={file.stem: file for file in sorted((folder / "piper").glob("*.onnx"))},
        keywords=tuple(each.consultation.keyword for each in standings),
    )


@dataclass(frozen=True)
class Spoken:
    """All that can be heard in one town: the consultations that callers can still meet."""

    town: Municipality
    standings: tuple[Standing, ...]
    parts: Parts

    @classmethod
    def of(cls, town: Municipality, parts: Parts) -> Spoken:
        """As its consultations stand in the store, drafts too."""
        return cls(town, parts.store.consultations.all(town.key), parts)

    @cached_property
    def fixed(self) -> Repertoire:
        """Phrases of ours and texts of the consultations."""
        heard = read_heard(ROOMS)
        consultations = tuple(each.consultation for each in self.standings)
        return repertoire(self.town, consultations, heard, self._asking)

    @cached_property
    def results(self) -> tuple[Say, ...]:
        """The sentences of what is published now."""
        shown = ((each.publication, each.consultation) for each in self.standings if each.publication)
        return tuple(say for each in shown for say in results_texts(*each, self._asking))

    @property
    def all(self) -> tuple[Say, ...]:
        """Both, each text once."""
        return tuple(dict.fromkeys((*self.fixed.texts, *self.results)))

    @property
    def state(self) -> object:
        """What decides what can be heard: two equal states say the same."""
        return tuple((each.id, each.version, (each.publication or {}).get("as_of")) for each in self.standings)

    @property
    def apology(self) -> tuple[Say, ...]:
        """What is said where the service is down, in the town's first language."""
        language = self.town.languages[0]
        text = self.parts.phrases.wording(APOLOGY, language).heard
        return tuple(Say(breath, language) for breath in breaths(text))

    @cached_property
    def _asking(self) -> Mapping[str, Asking]:
        return {language: self._asking_in(language) for language in self.town.languages}

    def _asking_in(self, language: str) -> Asking:
        known = (self.parts.words[tag] for tag in (*fallbacks(language), LAST_RESORT) if tag in self.parts.words)
        return Asking(language, next(known), self.parts.phrases)


def spoken_in_all_towns(parts: Parts) -> tuple[Spoken, ...]:
    """What every town of this service says."""
    return tuple(Spoken.of(town, parts) for town in parts.towns.by_key.values())


def stock(
    towns: Sequence[Spoken],
    folder: Path,
    paces: Sequence[Pace] = (Pace.NORMAL,),
    progress: Progress = lambda done, total: None,
) -> Made:
    """Make what is missing in a data folder, and take off what no town says any more.

    Results are never said by an engine that sends texts away. May be called at any time and as often as one likes.
    """
    shelf, made = shelf_in(folder), Made(0, 0, ())
    for spoken in towns:
        voices = voices_in(folder, spoken.town, spoken.standings)
        made += prepare(spoken.fixed, shelf, voices, paces, progress)
        if spoken.results:
            made += prepare(spoken.results, shelf, voices, paces)
    if towns:
        _apologise(towns[0], shelf)
        sweep((say for each in towns for say in each.all), shelf.folder, towns[0].parts.clock.now())
    return made


def _apologise(spoken: Spoken, shelf: Shelf) -> None:
    said = [shelf.clips(each.text, each.language, Pace.NORMAL) for each in spoken.apology]
    clips = tuple(clip for each in said if each for clip in each)
    if all(said):
        apologise_with(clips, shelf.folder)


def refuse_silent(spoken: Spoken, service_folder: Path, progress: Progress = lambda done, total: None) -> None:
    """Make what is missing, and refuse what could not be heard. Raises ActNotPossible naming what has no sound."""
    shelf, voices = shelf_in(service_folder), voices_in(service_folder, spoken.town, spoken.standings)
    prepare(spoken.fixed, shelf, voices, progress=progress)
    silent = shelf.missing(spoken.fixed.texts)
    if silent:
        named = "\n".join(f"  {each.language}: {each.text}" for each in silent[:NAMED_AT_MOST])
        raise ActNotPossible(
            f"Am Telefon wären {len(silent)} Texte nicht zu hören:\n{named}\nVorbereiten: mitwirkung speech prepare"
        )
