# SPDX-License-Identifier: EUPL-1.2
"""One prompt as it is put to somebody: its lines and what it expects."""

from __future__ import annotations

from dataclasses import dataclass

from core.commands import Command
from core.phrases import Filling
from core.scene import Scene
from core.turns import Expectation, Line, Role


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt: its lines, what it expects, which commands make sense, and what its numbers stand for."""

    lines: tuple[Line, ...]
    expects: Expectation
    offers: tuple[Command, ...] = ()
    offered: tuple[str, ...] = ()


def line(scene: Scene, role: Role, key: str, **values: Filling) -> Line:
    """One phrase in the language of this person."""
    return Line(role, scene.situation.phrases.wording(key, scene.language, **values))
