# SPDX-License-Identifier: EUPL-1.2
"""Town and consultation files on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.consultation import Consultation
from core.errors import ActNotPossible, FileNotAccepted
from core.files.consultation import read_consultation, read_text
from core.files.municipality import read_municipality
from core.municipality import Municipality
from core.ports import Towns

EXAMPLES = Path(__file__).resolve().parent.parent / "consultations"
"""The example consultations and the example town that come with the service."""


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """Name this folder where the block cannot make or use what is in it. Raises `ActNotPossible`."""
    try:
        yield
    except OSError as error:
        raise ActNotPossible(
            f"Der Ordner {folder} lässt sich nicht anlegen oder nicht benutzen. "
            "Prüfen Sie den Namen und die Rechte, oder nennen Sie einen anderen: --dir ORDNER"
        ) from error


def make_data_folder(folder: Path) -> None:
    """Make a data folder that only this user can read, if it is not there. Raises `ActNotPossible`."""
    with using(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def text_of(file: Path) -> str:
    """The text of a file that somebody has written with whatever editor. Raises `FileNotAccepted`, `ActNotPossible`."""
    try:
        return read_text(file.read_bytes(), file.name)
    except OSError:
        raise ActNotPossible(f"{file} lässt sich nicht lesen. Prüfen Sie den Namen und die Rechte.") from None


def read_town(file: Path) -> Municipality:
    """The town that a file describes. Raises `FileNotAccepted`, `ActNotPossible`."""
    return read_municipality(text_of(file), file.name)


def example_town(languages: tuple[str, ...]) -> Municipality:
    """The example town as though it spoke these languages: to measure where nobody has described a town yet."""
    return replace(read_town(EXAMPLES / "town.toml"), languages=languages)


def read_towns(folder: Path) -> Towns:
    """The towns of a data folder: `town.toml`, and where there are several the files in `towns/`.

    Raises `ActNotPossible` where there is none, `FileNotAccepted` for faults.
    """
    files = [path for path in (folder / "town.toml", *sorted((folder / "towns").glob("*.toml"))) if path.is_file()]
    if not files:
        raise ActNotPossible(
            f"In {folder} fehlt town.toml, die Beschreibung Ihrer Stadt. Eine Vorlage ist {EXAMPLES / 'town.toml'}. "
            "Einen anderen Ordner nennen Sie mit --dir."
        )
    towns = [read_town(file) for file in files]
    return Towns({town.key: town for town in towns})


def town_for(file: Path, folder: Path, key: str | None = None) -> Municipality | None:
    """The town for which a consultation file is meant: of the data folder, or described beside the file; None if none.

    Raises `ActNotPossible` if the folder has several and `key` names none of them.
    """
    if (folder / "town.toml").is_file() or (folder / "towns").is_dir():
        return chosen(read_towns(folder), key)
    beside = file.parent / "town.toml"
    return read_town(beside) if beside.is_file() else None


def chosen(towns: Towns, key: str | None) -> Municipality:
    """The town of that key, or the only one. Raises `ActNotPossible`, naming those there are."""
    if key is None and len(towns.by_key) == 1:
        return next(iter(towns.by_key.values()))
    if key is not None and key in towns.by_key:
        return towns.by_key[key]
    raise ActNotPossible(f"Welche Stadt ist gemeint? Nennen Sie eine: --town {' oder '.join(sorted(towns.by_key))}")


def read_for_understanding(file: Path, folder: Path) -> Consultation:
    """A consultation file, read without its town where it needs none. Raises `FileNotAccepted`, `ActNotPossible`."""
    text = text_of(file)
    try:
        return read_consultation(text, file.name)
    except FileNotAccepted:
        town = town_for(file, folder)
        if town is None:
            raise
        return read_consultation(text, file.name, town)
