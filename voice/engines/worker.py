# SPDX-License-Identifier: EUPL-1.2
"""The process in which all sound is made: reads JSON lines, writes sound files into a folder, answers with JSON lines.

The first line names the folder and the voices (`voice.speech.Voices.as_fields`); each further one is a text to say.
A program of its own for three reasons: espeak-ng is under GPL-3, it keeps one state for a whole process, and what it
needs (numpy, scipy) is heavy and never belongs into the service that answers calls.

    python -m voice.engines.worker
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from core.people import Pace
from voice.engines.contract import Engine, SpeechNotPossible
from voice.engines.espeak import Espeak
from voice.engines.google import Google
from voice.engines.piper import Piper
from voice.engines.recorded import Recorded
from voice.engines.speaking import speakable
from voice.stocking import put

SOUND_VERSION = 1
"""Stands in every content hash, so that a change in how sound is finished makes all of it anew."""


def engines_of(fields: Mapping[str, Any]) -> Sequence[Engine]:
    """The engines that the first line names, in its order. Raises KeyError for a name that there is not."""
    say = partial(speakable, keywords=tuple(fields["keywords"]))
    models = {language: Path(file) for language, file in fields["piper_models"].items()}
    makers: Mapping[str, Callable[[], Engine]] = {
        "recorded": lambda: Recorded(Path(fields["recordings"])),
        "gtts": lambda: Google(say),
        "piper": lambda: Piper(say, models),
        "espeak": lambda: Espeak(say),
    }
    return tuple(makers[name]() for name in fields["engines"])


def clip_name(recipe: str) -> str:
    """The name of a sound file: what it is made from, hashed. The same name is the same sound for ever."""
    return hashlib.blake2b(f"{SOUND_VERSION}\n{recipe}".encode(), digest_size=16).hexdigest() + ".wav"


def answer(job: Mapping[str, Any], engines: Sequence[Engine], folder: Path) -> dict[str, object]:
    """The clip that says a text, made by the first engine that can if it is not there already; else why none could."""
    reasons = []
    for engine in engines:
        try:
            return _said(engine, job["text"], job["language"], Pace(job["pace"]), folder)
        except SpeechNotPossible as reason:
            reasons.append(f"{engine.name}: {reason}")
    return {"why": "; ".join(reasons) or "es ist keine Stimme gewählt"}


def _said(engine: Engine, text: str, language: str, pace: Pace, folder: Path) -> dict[str, object]:
    file = folder / clip_name(engine.recipe(text, language, pace))
    if file.is_file():
        return {"clip": file.name, "made": False, "by": engine.name}
    from voice.engines.sound import for_telephone  # heavy: not loaded where nothing is to be made

    put(file, for_telephone(engine.make(text, language, pace)))
    return {"clip": file.name, "made": True, "by": engine.name}


_GIVES_WAY = 10
"""Of the scale of `nice`: calls come first on the same machine."""


def work(jobs: TextIO, answers: TextIO) -> None:
    """Answer every line until there is no more."""
    fields = json.loads(jobs.readline())
    engines, folder = engines_of(fields), Path(fields["folder"])
    for line in jobs:
        answers.write(json.dumps(answer(json.loads(line), engines, folder)) + "\n")
        answers.flush()


def main() -> None:
    """Work over standard input and output, behind everything else; what a library prints goes to the errors."""
    os.nice(_GIVES_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked ends it, by asking nothing more
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        work(sys.stdin, answers)
    except BrokenPipeError:  # nobody waits for the answer any more
        os._exit(0)


if __name__ == "__main__":
    main()
