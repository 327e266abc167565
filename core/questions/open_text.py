# SPDX-License-Identifier: EUPL-1.2
"""An answer in one's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from core.files.entry import Entry
from core.questions.asked import Asked, read_asked
from core.questions.contract import Answered, Asking, Heard, NotUnderstood, Spoken, Value, Why
from core.questions.hearing import written
from core.turns import Keys, Said, SayFreely, Wording
from core.understanding.spelling import normalised

LONGEST = 5000
"""Characters. What is longer is asked for again and never cut: nobody may lose half a thought without knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenText(Asked):
    """Free words; results show only how many answered.

    ```toml
    key = "why"
    type = "open_text"
    optional = true
    text.de = "Wohin möchten Sie abends fahren?"
    ```

    "  Zum Krankenhaus " → "Zum Krankenhaus"
    "   " → empty
    """

    type: ClassVar[str] = "open_text"

    @classmethod
    def read(cls, entry: Entry) -> Self:
        return cls(**read_asked(entry))

    def expects(self, asking: Asking) -> SayFreely:
        return SayFreely(LONGEST, asking.recorded if isinstance(asking.recorded, str) else "")

    def hear(self, said: Said, asking: Asking) -> Heard:
        if isinstance(said, Keys) and said.digits.strip():
            return NotUnderstood(Why.NOTHING_FITS)  # digits from a keypad are a slip, not a thought
        text = written(said)
        if isinstance(text, NotUnderstood):
            return text
        thought = normalised(text)
        if len(thought) > LONGEST:
            return NotUnderstood(Why.TOO_MANY, {"most": str(LONGEST), "count": str(len(thought))})
        return Answered(thought) if thought else NotUnderstood(Why.EMPTY)

    def name(self, value: Value, asking: Asking) -> Wording:
        """A person's own words are never said aloud by a machine; a recording is only named."""
        if isinstance(value, Spoken):
            return asking.phrases.wording("questions.spoken", asking.language)
        return Wording(str(value), asking.phrases.text("questions.written", asking.language))

    def cells(self, value: Value) -> tuple[str, ...]:
        return ()

    def options(self) -> None:
        """Free words have no list."""

    def mean(self, counts: Mapping[str, int]) -> None:
        """Free words have no mean."""
