# SPDX-License-Identifier: EUPL-1.2
"""What is asked in between, and the way back: `Conversation.resume` keeps where the person was."""

from __future__ import annotations

from core.scene import Scene
from core.turns import Prompt

IN_BETWEEN = frozenset(
    {Prompt.LANGUAGE, Prompt.DELETE, Prompt.CHANGE, Prompt.RESULTS, Prompt.AID, Prompt.PERSON, Prompt.CONSENT}
)
"""What is asked in between."""

WITHIN_A_QUESTION = frozenset({Prompt.READ_BACK, Prompt.RECORD, Prompt.RECORDED})
"""What belongs to an answer that is being given; its question stands in `resume` already."""


def ask_between(scene: Scene, prompt: Prompt) -> Scene:
    """Ask something, and remember where the person was, or which question is being answered."""
    here = scene.conversation
    before = here.resume if here.asking in IN_BETWEEN | WITHIN_A_QUESTION else here.asking
    return scene.go(prompt).keep(resume=before)


def go_back(scene: Scene) -> Scene:
    """Where the person was before."""
    return scene.go(scene.conversation.resume or scene.home).keep(resume=None)
