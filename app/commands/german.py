# SPDX-License-Identifier: EUPL-1.2
"""What click says by itself, in German: help pages and what is wrong with a call."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

_HEADINGS = {"Options": "Angaben", "Commands": "Befehle"}
_SENTENCES = {"Show this message and exit.": "Diese Hilfe zeigen."}


class GermanHelp(click.HelpFormatter):
    """A help page with German headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        german = args.replace("[OPTIONS]", "[ANGABEN]").replace("COMMAND [ARGS]...", "BEFEHL …")
        super().write_usage(prog, german, prefix or "Aufruf: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(_HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(term, _SENTENCES.get(text, text)) for term, text in rows], col_max, col_spacing)


class GermanContext(click.Context):
    """A call whose help is German."""

    formatter_class = GermanHelp


class Command(click.Command):
    """A command whose help is German."""

    context_class = GermanContext


class Group(click.Group):
    """Commands under one name, whose help is German."""

    context_class = GermanContext
    command_class = Command
    group_class = type


class Index(Group):
    """A group that reads a command's module only when that command is called, so that each starts quickly.

    `places` maps a command's name to "module:attribute".
    """

    def __init__(self, *args: Any, places: dict[str, str], **kwargs: Any) -> None:  # noqa: ANN401 (click's own)
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.places:
            return None
        module, _, attribute = self.places[cmd_name].partition(":")
        with _no_tidying():
            command: click.Command = getattr(import_module(module), attribute)
        return command


@contextmanager
def _no_tidying() -> Iterator[None]:
    """What is imported stays: looking through it for what could be freed takes a tenth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def sentence(error: click.ClickException) -> str:
    """What is wrong with a call, and where the help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mitwirkung"
    told = next((tell(error) for kind, tell in _WRONG if isinstance(error, kind)), "Diesen Aufruf verstehe ich nicht.")
    return f"{told} Hilfe: {command} --help"


def _no_such_option(error: click.NoSuchOption) -> str:
    meant = f" Meinten Sie {error.possibilities[0]}?" if error.possibilities else ""
    return f"Die Angabe {error.option_name} gibt es nicht.{meant}"


def _not_fitting(error: click.BadParameter) -> str:
    return f"Der Wert für {_name(error)} passt nicht. {_expected(error)}".rstrip()


def _misused(error: click.UsageError) -> str:
    """What click says only in its text."""
    if error.message.startswith("No such command"):
        return "Diesen Befehl gibt es nicht."
    if error.message.startswith("Missing command"):
        return "Hinter diesem Wort fehlt ein Befehl."
    return "In diesem Aufruf steht etwas zu viel."


_WRONG: tuple[tuple[type[click.ClickException], Callable[[Any], str]], ...] = (
    (click.NoSuchOption, _no_such_option),
    (click.MissingParameter, lambda error: f"Es fehlt: {_name(error)}."),
    (click.BadOptionUsage, lambda error: f"Hinter {error.option_name} fehlt etwas."),
    (click.BadParameter, _not_fitting),
    (click.FileError, lambda error: f"Die Datei {error.ui_filename} gibt es nicht, oder sie lässt sich nicht lesen."),
    (click.UsageError, _misused),
)
"""The first kind that fits says what is wrong."""


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "eine Angabe")
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return error.param.make_metavar()


def _expected(error: click.BadParameter) -> str:
    """What would fit, where the kind of the value can say it."""
    match error.param.type if error.param else None:
        case click.IntRange(min=least, max=most):
            return f"Nötig ist eine ganze Zahl von {least} bis {most}."
        case click.Choice(choices=choices):
            return f"Möglich sind: {', '.join(map(str, choices))}."
        case _:
            return ""
