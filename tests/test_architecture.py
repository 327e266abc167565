# SPDX-License-Identifier: EUPL-1.2
"""The walls of the house: what must hold for every room, every file and every setting."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import PLACES
from app.config import SETTINGS
from core.questions import QUESTION_TYPES

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ROOMS = PROJECT["tool"]["importlinter"]["root_packages"]
NOT_OURS = {".git", ".venv", "build", "data", "node_modules"}


def files(*patterns: str, under: str = ".") -> list[Path]:
    found = {path for pattern in patterns for path in (ROOT / under).rglob(pattern) if path.is_file()}
    return sorted(path for path in found if not hidden(path.relative_to(ROOT)))


def hidden(path: Path) -> bool:
    made = any(part in NOT_OURS or part.endswith((".egg-info", "__pycache__", "_cache")) for part in path.parts)
    return made or any(part.startswith(".") and part != ".ci" for part in path.parts[:-1])


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


MODULES = [path for room in ROOMS for path in files("*.py", under=room)]
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}
OUTSIDE_APP = [path for path in MODULES if not named(path).startswith("app/")]
every_module = pytest.mark.parametrize("path", MODULES, ids=named)


# ------------------------------------------------------------------------------------------------------------- walls


def test_dependencies_run_one_way():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_package_is_listed_and_every_listed_package_is_there():
    here = {named(path.parent).replace("/", ".") for room in ROOMS for path in files("*.py", under=room)}
    assert here == set(PROJECT["tool"]["setuptools"]["packages"])


def imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


EFFECTS = {"asyncio", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "subprocess", "threading"}


@pytest.mark.parametrize("path", [path for path in MODULES if named(path).startswith("core/")], ids=named)
def test_the_core_needs_the_standard_library_only_and_nothing_of_it_that_has_effects(path):
    used = set(imports_of(TREES[path])) - {"core"}
    assert used <= set(sys.stdlib_module_names) - EFFECTS


# ------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("path", files("*.py"), ids=named)
def test_every_module_names_its_licence_and_says_what_it_is_for(path):
    text = path.read_text("utf-8")
    assert text.startswith("# SPDX-License-Identifier: EUPL-1.2\n")
    tree = ast.parse(text)
    summary = (ast.get_docstring(tree) or "").partition("\n")[0]
    assert summary.endswith((".", ":", "?")) or not tree.body


@pytest.mark.parametrize("path", [*files("*", under="script"), *files("run", under=".ci")], ids=named)
def test_every_script_names_its_licence_and_says_what_it_is_for(path):
    first, licence, purpose, *_ = path.read_text("utf-8").split("\n")
    assert first.startswith("#!")
    assert licence == "# SPDX-License-Identifier: EUPL-1.2"
    assert purpose.startswith("# ")
    assert path.stat().st_mode & 0o111


@pytest.mark.parametrize("path", [path for path in MODULES if "versions" not in path.parts], ids=named)
def test_no_file_and_no_function_holds_a_second_idea(path):
    assert path.read_text("utf-8").count("\n") <= 400
    functions = [node for node in ast.walk(TREES[path]) if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > 50] == []


OF_ONE_MACHINE = re.compile(
    "|".join(
        [
            r"py(?:pi|thonhosted)[.]o(?:rg)",
            r"regi(?:stry)[.]npm",
            r"deb[.](?:debian)[.]org",
            r"(?<![\w.])/(?:work|farm|root)/",
        ]
    )
)
TEXTS = files(
    "*.py", "*.md", "*.toml", "*.txt", "*.in", "*.po", "*.html", "*.css", "*.yml", "Dockerfile", "demo", "test", "run"
)


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_no_file_names_a_registry_or_a_folder_of_one_machine(path):
    found = [line for line in path.read_text("utf-8").split("\n") if OF_ONE_MACHINE.search(line)]
    assert found == []


@pytest.mark.parametrize("path", files("*.md"), ids=named)
def test_every_link_inside_the_project_leads_somewhere(path):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


# --------------------------------------------------------------------------------------------------------- promises


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", OUTSIDE_APP, ids=named)
def test_time_comes_from_the_clock_and_settings_from_one_place(path):
    used = {dotted(node) for node in ast.walk(TREES[path]) if isinstance(node, ast.Attribute)}
    assert used.isdisjoint({"datetime.now", "datetime.datetime.now", "datetime.utcnow", "time.time", "date.today"})
    assert used.isdisjoint({"os.environ", "os.getenv"})


def test_the_environment_is_read_in_one_place():
    readers = [
        named(path) for path, tree in TREES.items() if "os.environ" in {dotted(node) for node in expressions(tree)}
    ]
    assert readers == ["app/config.py"]


def expressions(tree: ast.Module) -> Iterator[ast.expr]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.expr))


@every_module
def test_nothing_prints_past_the_terminal_channel_and_the_command_line(path):
    called = {dotted(node.func) for node in ast.walk(TREES[path]) if isinstance(node, ast.Call)}
    assert "print" not in called


@every_module
def test_every_exception_from_a_check_names_the_check(path):
    silenced = re.findall(r"#\s*(type: ignore|noqa)(?!\[|: [A-Z])", path.read_text("utf-8"))
    assert silenced == []


SECRET_NAMES = re.compile(
    r"(?:.*_)?(?:token|secret|signature|password|pepper|digest|mac|hash|hashed)|(?:resume|letter)_code"
)


def compared_without_care(tree: ast.Module) -> Iterator[int]:
    """Lines where two values are compared by == and one is named like a secret; not constants, not columns (`.c.`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            sides = [node.left, *node.comparators]
            names = [dotted(side).rpartition(".")[2] for side in sides]
            harmless = any(isinstance(side, ast.Constant) or ".c." in dotted(side) for side in sides)
            if any(SECRET_NAMES.fullmatch(name) for name in names) and not harmless:
                yield node.lineno


@every_module
def test_d5_secrets_are_compared_in_constant_time(path):
    assert list(compared_without_care(TREES[path])) == []


def test_d5_the_rule_finds_what_it_is_for():
    assert list(compared_without_care(ast.parse("if given == self.auth_token: pass"))) == [1]
    assert list(compared_without_care(ast.parse("if signature != expected: pass"))) == [1]
    assert (
        list(compared_without_care(ast.parse("if hmac.compare_digest(token, given) and error_code == given: pass")))
        == []
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_explained(setting):
    explained = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert f"`{setting.name}`" in explained
    assert not setting.secret or f"`{setting.name}_FILE`" in explained


@pytest.mark.parametrize("command", PLACES)
def test_every_command_is_explained(command):
    assert f"`mitwirkung {command}" in (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_every_question_type_stands_in_the_glossary(kind):
    assert kind.replace("_", " ") in (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_word_of_the_glossary_has_a_meaning():
    rows = [line for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").split("\n") if line.startswith("| **")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert len(cells) > 15
    assert [row for row in cells if len(row) != 2 or not all(row)] == []
