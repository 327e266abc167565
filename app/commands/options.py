# SPDX-License-Identifier: EUPL-1.2
"""What several commands share: the data folder, the town, and opening the service for one short act."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.config import Settings

if TYPE_CHECKING:
    from app.wiring import Service
    from core.administration import Acting

Decorated = TypeVar("Decorated", bound=Callable[..., object])

COMMAND_LINE = "command line"
"""The actor in the audit chain."""

folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    metavar="ORDNER",
    help="Der Datenordner. Sonst gilt MITWIRKUNG_DIR, sonst ~/.local/share/mitwirkung.",
)
town_option = click.option("--town", metavar="STADT", help="Welche Stadt, wenn es mehrere gibt.")


class _ReadableFile(click.ParamType):
    """The path of a file; one that is not there or may not be read is named."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ANN401 (click's own)
        file = Path(value)
        if not os.access(file, os.R_OK) or not file.is_file():
            raise click.FileError(str(file))
        return file


def keyword_argument(decorated: Decorated) -> Decorated:
    """The keyword of a consultation, e.g. BUS."""
    return click.argument("keyword", metavar="KENNWORT")(decorated)


def file_argument(decorated: Decorated) -> Decorated:
    """A file that is there and may be read."""
    return click.argument("file", metavar="DATEI", type=_ReadableFile())(decorated)


really_option = click.option("--really", is_flag=True, help="Wirklich tun, ohne Rückfrage.")


def told_progress(done: int, total: int) -> None:
    """How far something long is, on a terminal: in steps of a hundred."""
    if sys.stderr.isatty() and done % 100 == 0:
        click.echo(f"\r{done} von {total}", nl=False, err=True)


@contextmanager
def opened(folder: Path | None) -> Iterator[Service]:
    """The service for one short command; it may run beside the one that answers residents."""
    from app.wiring import joined

    with joined(Settings.read(folder=folder)) as service:
        yield service


@contextmanager
def acting(folder: Path | None, town: str | None) -> Iterator[tuple[Service, Acting]]:
    """The service, and the right to act for a town in its audit chain."""
    with opened(folder) as service:
        yield service, service.acting(COMMAND_LINE, town)
