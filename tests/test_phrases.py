# SPDX-License-Identifier: EUPL-1.2
"""Catalogues and code know each other: nothing untranslated, nothing said that no catalogue has, nothing left over."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from app.catalogues import LOCALES, read_phrases

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("de", "de-simple", "en")
FILES = sorted({path.name for path in LOCALES.glob("*/*.po")})
WIDTHS = {None, "sms", "spoken"}
KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+(?<!\.html)(?<!\.css)(?<!\.po)(?<!\.toml)")


@cache
def catalogue(language: str, file: str) -> Catalog:
    with (LOCALES / language / file).open("rb") as source:
        return read_po(source, abort_invalid=True)


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def messages(language: str, file: str) -> list[Message]:
    return [message for message in catalogue(language, file) if message.id]


def placeholders(message: Message) -> set[str]:
    forms = [message.string] if isinstance(message.string, str) else message.string
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


ALL_KEYS = {key(message) for file in FILES for message in messages("de", file)}
every_file = pytest.mark.parametrize("file", FILES)
every_translation = pytest.mark.parametrize(
    ("language", "file"), [(language, file) for language in LANGUAGES for file in FILES]
)  # fmt: skip


def test_every_language_is_there_with_every_room():
    here = {path.parent.name for path in LOCALES.glob("*/*.po")}
    assert here == set(LANGUAGES)
    assert all({path.name for path in (LOCALES / language).glob("*.po")} == set(FILES) for language in LANGUAGES)


@every_translation
def test_every_language_says_the_same_things(language, file):
    missing = {key(each) for each in messages("de", file)} ^ {key(each) for each in messages(language, file)}
    assert missing == set()


def filled_in(language: str, file: str) -> dict[str, set[str]]:
    """The values that each phrase names, in any of its widths."""
    values: dict[str, set[str]] = {}
    for message in messages(language, file):
        values.setdefault(key(message), set()).update(placeholders(message))
    return values


@every_translation
def test_every_translation_fills_in_the_same_values(language, file):
    assert filled_in(language, file) == filled_in("de", file)


@every_translation
def test_every_phrase_is_translated_and_none_is_only_guessed(language, file):
    unfinished = [
        key(each) for each in messages(language, file) if each.fuzzy or not all(each.string) or not each.string
    ]
    assert unfinished == []


@every_translation
def test_a_variant_belongs_to_a_width_and_to_a_phrase(language, file):
    whole = {key(each) for each in messages(language, file) if each.context is None}
    assert {each.context for each in messages(language, file)} <= WIDTHS
    assert {key(each) for each in messages(language, file)} == whole


@every_translation
def test_no_file_says_a_thing_twice(language, file):
    text = (LOCALES / language / file).read_text("utf-8")
    written = re.findall(r'^(?:msgctxt "(\w+)"\n)?msgid "([^"]+)"', text, re.MULTILINE)
    assert sorted(set(written)) == sorted(written)


def test_all_rooms_together_are_one_catalogue_per_language():
    assert set(read_phrases().catalogues) == set(LANGUAGES)


@every_translation
def test_nobody_is_blamed_and_nothing_is_called_invalid(language, file):
    text = " ".join(str(each.string) for each in messages(language, file)).lower()
    assert not re.search(r"ungültig|unzulässig|falsche eingabe|\binvalid\b|\billegal\b|you failed|ihr fehler", text)


# ---------------------------------------------------------------------------------------- what code and pages ask for


def rooms() -> list[Path]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [ROOT / name for name in project["tool"]["importlinter"]["root_packages"]]


def as_pattern(node: ast.JoinedStr) -> str:
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    return "".join("[a-z0-9_.-]+" if part is None else re.escape(str(part)) for part in parts)


def said_in_code() -> tuple[set[str], set[str]]:
    """Literals that look like keys, and patterns of those that are put together."""
    literals, patterns = set(), set()
    for path in (path for room in rooms() for path in room.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                begins = node.value.endswith("_")
                (patterns if begins else literals).add(re.escape(node.value) + "[a-z0-9_]+" if begins else node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.add(as_pattern(node))
    return literals, patterns


def said_in_pages() -> tuple[set[str], set[str]]:
    literals, patterns = set(), set()
    for path in (ROOT / "web" / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        literals |= set(re.findall(rf"""["']({KEY.pattern})["']""", text))
        built = re.findall(r"""["']([a-z_.]+[._])["']\s*~\s*[\w.]+(?:\s*~\s*["']([a-z_.]+)["'])?""", text)
        patterns |= {re.escape(begin) + "[a-z0-9_.-]+" + re.escape(end) for begin, end in built}
    return literals, patterns


LITERALS, PATTERNS = ({*code, *pages} for code, pages in zip(said_in_code(), said_in_pages(), strict=True))
SPACES = {key.partition(".")[0] for key in ALL_KEYS}


def test_every_phrase_that_is_asked_for_exists():
    asked_for = {literal for literal in LITERALS if literal.partition(".")[0] in SPACES}
    assert sorted(asked_for - ALL_KEYS) == []


def test_every_phrase_is_said_somewhere():
    built = [re.compile(pattern) for pattern in PATTERNS if pattern.partition(r"\.")[0] in SPACES]
    left_over = [each for each in ALL_KEYS - LITERALS if not any(pattern.fullmatch(each) for pattern in built)]
    assert sorted(left_over) == []
