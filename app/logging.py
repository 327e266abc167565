# SPDX-License-Identifier: EUPL-1.2
"""What the log shows: time, level, logger and reference ids, and never a number, a code or a secret."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from types import TracebackType

REFERENCES = ("turn", "outbound", "consultation", "job")
"""Names for `extra=` whose values stand behind the sentence; ids only, never content."""

HELD_BACK = ("alembic", "apscheduler", "httpcore", "httpx", "sqlalchemy", "telegram", "twilio", "urllib3", "werkzeug")
"""Libraries that write requests, updates or statements into the log when asked for more (reliability E3)."""

_NUMBER = re.compile(
    r"""(?<![\w.])(?:
            (?:\+|%2[Bb]|00?)[ ]?[1-9](?:[ ()/.-]{0,3}\d){5,}   # begins as a telephone number does
          | \d{3}(?:[ -]?\d{3,4}){2}                            # a code in groups
          | \d{7,}                                              # any other long run of digits
        )(?!\w)""",
    re.VERBOSE,
)
_SECRET = re.compile(
    r"""(?: (?P<named>\b(?:token|secret|password|passwort|signature|authorization)\b["']?\s*[=:]\s*)
            (?:(?:bearer|basic)\s+)?["']?[^\s"'&,;]+
          | (?P<login>://)[^/\s@]+@
          | \b\d{6,}:[\w-]{30,}                                 # a bot's token
        )""",
    re.VERBOSE | re.IGNORECASE,
)


def set_up_logging(secrets: Collection[str], level: int = logging.INFO) -> None:
    """Send the log to standard error; `secrets` are values that must not appear in it (`Settings.secret_values()`)."""
    handler = logging.StreamHandler()
    handler.setFormatter(DiscreetFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in HELD_BACK:
        logging.getLogger(name).setLevel(logging.WARNING)


def mask(text: str, secrets: Collection[str] = ()) -> str:
    """The text without anything that looks like a telephone number, a code or a token, nor one of these secrets."""
    for secret in secrets:
        text = text.replace(secret, "…") if secret else text
    text = _SECRET.sub(lambda found: f"{found['named'] or found['login'] or ''}…", text)
    return _NUMBER.sub("…", text)


class DiscreetFormatter(logging.Formatter):
    """One line per event, masked as a whole.

    An exception is told by type and place only: its message may repeat what somebody wrote.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have kept the exception with its message
        text, rest = self._split(super().format(record))
        references = "".join(f" {name}={getattr(record, name)}" for name in REFERENCES if hasattr(record, name))
        return mask(text + references + rest, self._secrets)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the library's name
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(  # noqa: N802 the library's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return "\n".join(_told(error) for error in _chain(ei[1]))

    @staticmethod
    def _split(text: str) -> tuple[str, str]:
        first, line_end, rest = text.partition("\n")
        return first, line_end + rest


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what led to it, the latest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    place = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__module__}.{type(error).__qualname__}\n{place}".rstrip()
