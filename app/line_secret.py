# SPDX-License-Identifier: EUPL-1.2
"""What the telephone line and the service sign with: given, or made once beside the keys."""

from __future__ import annotations

import os
import secrets

from app.config import Settings

FILE = "line.secret"


def line_secret(settings: Settings) -> bytes:
    """The shared secret; without a setting the one in the keys folder, made at the first start. Raises OSError."""
    if settings.line_secret:
        return settings.line_secret.encode()
    file = settings.keys_folder / FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as made:
            made.write(secrets.token_hex(32))
    return file.read_bytes().strip()
