# SPDX-License-Identifier: EUPL-1.2
"""The one stylesheet: a town's tokens over ours, joined once at start and named by its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The joined text and the path it is served under; the path changes whenever the text does."""

    text: str

    @property
    def name(self) -> str:
        """A file name that holds the content's hash, so that browsers may keep the file for ever."""
        return f"site.{hashlib.sha256(self.text.encode()).hexdigest()[:12]}.css"

    @property
    def path(self) -> str:
        """Where pages find it."""
        return f"/stylesheet/{self.name}"


def stylesheet(town_tokens: str) -> Stylesheet:
    """Our tokens, the town's over them, then the rules that use both."""
    folder = files("web") / "static"
    ours, rules = ((folder / name).read_text(encoding="utf-8") for name in ("tokens.css", "style.css"))
    return Stylesheet("\n".join(each for each in (ours, town_tokens, rules) if each))
