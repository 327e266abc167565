# SPDX-License-Identifier: EUPL-1.2
"""The stylesheet: contrast by computation, directions without left and right, a town's tokens over ours."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from web.stylesheet import stylesheet

TOKENS = dict(re.findall(r"--([\w-]+):\s*([^;]+);", (files("web") / "static" / "tokens.css").read_text("utf-8")))
RULES = (files("web") / "static" / "style.css").read_text("utf-8")

AAA, NOT_TEXT = 7.0, 3.0
PAIRS = [
    *(
        (ink, ground, AAA)
        for ink in ("ink", "ink-quiet", "accent", "accent-strong")
        for ground in ("paper", "paper-tinted")
    ),
    ("on-accent", "accent", AAA),
    ("on-accent", "accent-strong", AAA),
    ("danger", "paper", AAA),
    ("danger", "danger-tinted", AAA),
    ("ink", "danger-tinted", AAA),
    ("line", "paper", NOT_TEXT),
    ("line", "paper-tinted", NOT_TEXT),
    ("focus", "paper", NOT_TEXT),
    ("focus", "focus-glow", NOT_TEXT),
    ("accent", "paper-tinted", NOT_TEXT),
]
"""Every colour that stands on another: text at 7:1 (WCAG 1.4.6), what only outlines at 3:1 (WCAG 1.4.11)."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_every_colour_stands_out_from_its_ground(ink, ground, least):
    assert contrast(TOKENS[ink], TOKENS[ground]) >= least


def test_no_colour_is_left_out_of_the_pairs():
    colours = {name for name, value in TOKENS.items() if value.startswith("#")}
    assert colours - {name for ink, ground, _ in PAIRS for name in (ink, ground)} <= {"line-soft"}


def test_every_colour_comes_from_a_token_and_every_token_is_used():
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgb|\bhsl", RULES)
    used = set(re.findall(r"var\(--([\w-]+)", RULES))
    assert used == set(TOKENS)


def test_no_rule_knows_left_from_right():
    properties = re.findall(r"[{;]\s*([\w-]+)\s*:", RULES)
    physical = {"left", "right", "top", "bottom", "width", "height", "max-width", "min-width", "min-height", "float"}
    assert physical.isdisjoint(properties)
    assert not [name for name in properties if re.search(r"-(?:left|right|top|bottom)\b", name)]
    assert not re.search(r"text-align:\s*(?:left|right)", RULES)


def test_nothing_is_loaded_by_the_stylesheet():
    assert not re.search(r"url\(|@import|@font-face", stylesheet("").text)


def test_the_tokens_of_a_town_stand_over_ours_and_give_the_file_another_name():
    ours, towns = stylesheet(""), stylesheet(":root { --accent: #5b0f3b; }")
    assert towns.text.index("--accent: #0") < towns.text.index("#5b0f3b") < towns.text.index("box-sizing")
    assert ours.name != towns.name
