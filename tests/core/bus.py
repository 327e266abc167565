# SPDX-License-Identifier: EUPL-1.2
"""The consultation about the bus, for tests of the core."""

from pathlib import Path

from core.files.consultation import read_consultation

FILE = Path(__file__).resolve().parents[2] / "consultations" / "bus.toml"
BUS = read_consultation(FILE.read_text("utf-8"), FILE.name)
