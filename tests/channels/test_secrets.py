# SPDX-License-Identifier: EUPL-1.2
"""No secret is compared in a way whose time tells how much of it was right."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "channels", "core", "messenger", "sms", "storage", "voice", "web")
SECRET = re.compile(r"(token|secret|signature|password|resume_code|code_hash|draft_code)$", re.IGNORECASE)
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def leaf(node):
    """The last name of what is compared: `settings.auth_token` is "auth_token", `f(x)` the name of f."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=called):
            return leaf(called)
        case _:
            return ""


def is_column(node):
    """Whether this is a column of a table (`codes.c.code_hash`), which the database compares by its index."""
    return isinstance(node, ast.Attribute) and leaf(node.value) == "c"


def careless(source):
    """The lines that compare a secret with == or != in Python, to anything but a constant such as None or ""."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or not any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Constant) or is_column(side) for side in sides):
            continue
        if any(SECRET.search(leaf(side)) for side in sides):
            yield node.lineno


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_d5_secrets_are_compared_in_constant_time(file):
    assert list(careless(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source", ["given == auth_token", "a != request.signature()", "x == form['secret']", "resume_code == typed"]
)
def test_d5_a_careless_comparison_is_found(source):
    assert list(careless(source)) == [1]


@pytest.mark.parametrize(
    "source", ["hmac.compare_digest(token, given)", "token == ''", "token_count == 2", "t.c.code_hash == b"]
)
def test_d5_other_comparisons_are_left_alone(source):
    assert list(careless(source)) == []
