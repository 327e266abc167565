# SPDX-License-Identifier: EUPL-1.2
"""Prepared sound as the lines of a telephone ask for it: by name, and under which path it is fetched."""

from __future__ import annotations

from typing import Protocol

from core.people import Pace

SOUND_PATH = "/voice/sound/"
"""Prepared sound, `PUBLIC_URL/voice/sound/<clip>`. A name never changes its meaning: kept for ever."""
RECORDING_PATH = "/voice/recording/"
"""A caller's own recording under its random id, for the provider's player alone."""

BEEP = "beep.wav"
"""The tone after which somebody speaks."""
SILENCES = (500, 700, 2000)
"""Prepared silence by milliseconds: providers pause for whole seconds only."""


class Sounds(Protocol):
    """The shelf of prepared sound."""

    def clips(self, text: str, language: str, pace: Pace) -> tuple[str, ...] | None:
        """The names of the clips that say this text, in order; None where they were not prepared. Never makes any."""


def silence(milliseconds: int) -> str:
    """The name of the clip that is silent for so long, one of `SILENCES`."""
    return f"silence-{milliseconds}.wav"
