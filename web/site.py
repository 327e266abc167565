# SPDX-License-Identifier: EUPL-1.2
"""What every view needs: the participation service, the settings, the stylesheet and the templates."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, request
from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined

from core.consultation import Standing
from core.municipality import Municipality
from core.participation import Parts, visible_consultations
from web.frame import Frame, offered
from web.settings import WebSettings
from web.stylesheet import Stylesheet, stylesheet


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of the pages, joined once."""

    parts: Parts
    settings: WebSettings
    stylesheet: Stylesheet
    templates: Environment

    def town(self) -> Municipality:
        """The town whose host was reached. Raises LookupError among several towns if none has it."""
        return self.parts.towns.reached(request.host)

    def frame(self, language: str, rest: str, standing: Standing | None = None) -> Frame:
        """The surroundings of one page; a consultation limits the languages it is offered in."""
        town = self.town()
        tags = offered(town.languages, standing.consultation.languages) if standing else town.languages
        return Frame(town, language, rest, self.parts.phrases, tags)

    def page(self, template: str, frame: Frame, status: int = 200, **shown: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """One page as a response."""
        html = self.templates.get_template(template).render(frame=frame, say=frame.say, site=self, **shown)
        return Response(html, status, mimetype="text/html")

    def met_by_keyword(self, keyword: str) -> Standing | None:
        """The consultation of this keyword that residents may meet: the open one before the newest of the others."""
        now = self.parts.clock.now()
        found = [each for each in self.standings() if each.consultation.keyword == keyword]
        return next((each for each in found if each.takes_answers_at(now)), found[0] if found else None)

    def standings(self) -> tuple[Standing, ...]:
        """Everything of this town that residents may meet, by keyword."""
        return visible_consultations(self.town(), self.parts)


def build_site(parts: Parts, settings: WebSettings) -> Site:
    """Read templates and stylesheet. Every template escapes; an unknown name in one is an error, not an empty place."""
    templates = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    return Site(parts, settings, stylesheet(settings.town_tokens), templates)


def languages_of(parts: Parts) -> tuple[str, ...]:
    """Every language that some town speaks, in the order of their first mention."""
    return tuple(dict.fromkeys(tag for town in parts.towns.by_key.values() for tag in town.languages))


def _compiled() -> FileSystemBytecodeCache | None:
    """Templates are compiled once and kept beside them, as Python keeps its own; not where nothing can be written."""
    folder = Path(__file__).parent / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None
