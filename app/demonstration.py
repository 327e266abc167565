# SPDX-License-Identifier: EUPL-1.2
"""The demo's own folder: an example town and its consultations, open now.

A folder is a demo's or a real one, never both: a mark in it tells them apart, so that nobody shows real residents
invented consultations (reliability D28).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.files import EXAMPLES, make_data_folder, text_of, using
from core.administration import Acting, load, open_consultation
from core.errors import ActNotPossible
from core.files.consultation import read_consultation

MARK = "VORFUEHRUNG"
_MEANING = "Dieser Ordner gehört zu „mitwirkung demo“. Was hier liegt, ist ausgedacht.\n"


def is_demonstration(folder: Path) -> bool:
    """Whether this data folder belongs to a demo."""
    return (folder / MARK).is_file()


def make_folder(folder: Path) -> None:
    """Prepare a folder for the demo, with its example town. Raises `ActNotPossible` for one that is in real use."""
    if (folder / "mitwirkung.db").exists() and not is_demonstration(folder):
        raise ActNotPossible(
            f"In {folder} liegt schon eine echte Installation. Nehmen Sie für die Vorführung einen anderen Ordner: "
            "mitwirkung demo --dir ORDNER"
        )
    make_data_folder(folder)
    with using(folder):
        (folder / MARK).write_text(_MEANING, encoding="utf-8")
        if not (folder / "town.toml").exists():
            shutil.copyfile(EXAMPLES / "town.toml", folder / "town.toml")


def load_examples(by: Acting) -> None:
    """Load and open the example consultations, once for each folder; afterwards they stay as they are."""
    if by.store.consultations.all(by.town.key):
        return
    for file in sorted(EXAMPLES.glob("*.toml")):
        if file.name != "town.toml":
            _load_open(file, by)


def _load_open(file: Path, by: Acting) -> None:
    text = text_of(file)
    consultation = read_consultation(text, file.name, by.town)
    now = by.clock.now()
    if not consultation.opens_at <= now < consultation.closes_at:
        text = with_times(text, now - timedelta(hours=1), now + timedelta(days=28))
    load(text, file.name, by)
    open_consultation(consultation.keyword, by)


_TIME = r"(?m)^(?P<key>{key})(?P<sign>\s*=\s*)[^#\n]*?(?P<rest>\s*(?:#[^\n]*)?)$"


def with_times(source: str, opens_at: datetime, closes_at: datetime) -> str:
    """The text of a consultation file with other times; all else stays as it was written."""
    source = re.sub(_TIME.format(key="opens_at"), _assign(opens_at), source, count=1)
    return re.sub(_TIME.format(key="closes_at"), _assign(closes_at), source, count=1)


def _assign(moment: datetime) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found['key']}{found['sign']}{moment.isoformat(timespec='seconds')}{found['rest']}"
