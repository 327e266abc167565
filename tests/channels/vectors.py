# SPDX-License-Identifier: EUPL-1.2
"""Reads what providers really send, where those files lie beside the checkout (`../shared/vectors`)."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"
MISSING = (
    f"SKIPPED: the providers' samples are not beside the checkout ({FOLDER.name}); only our own samples were tried"
)


def vectors(name, wanted=lambda vector: True):
    """The vectors of one file as pytest parameters; one that is skipped, loudly, where the file is missing."""
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING), id=name)]
    found = json.loads(file.read_text(encoding="utf-8"))["vectors"]
    return [pytest.param(each, id=each["id"]) for each in found if wanted(each)]


def webhooks(pattern):
    """The sample requests whose file name fits, as pytest parameters."""
    files = sorted((FOLDER / "twilio_webhooks").glob(pattern))
    if not files:
        return [pytest.param(None, marks=pytest.mark.skip(reason=MISSING), id=pattern)]
    return [pytest.param(json.loads(file.read_text(encoding="utf-8")), id=file.stem) for file in files]


def document(name):
    """One whole file; the test is skipped where it is missing."""
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        pytest.skip(MISSING)
    return json.loads(file.read_text(encoding="utf-8"))
