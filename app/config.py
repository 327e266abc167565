# SPDX-License-Identifier: EUPL-1.2
"""The settings of one installation: the only place that reads the environment, once, into a frozen value."""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import MitwirkungError


class SettingsNotAccepted(MitwirkungError):
    """Settings have faults; `problems` holds all of them, each a plain sentence that names the setting."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Setting:
    """One name in the environment. A secret may come from a file instead, whose path stands in NAME_FILE."""

    name: str
    secret: bool = False
    channels: frozenset[str] = frozenset()
    """The channels that it is for; empty: the whole service."""


_TWILIO = frozenset({"sms", "voice"})
_TELEGRAM = frozenset({"telegram"})
_ASTERISK = frozenset({"asterisk"})

SETTINGS = (
    Setting("MITWIRKUNG_DIR"),
    Setting("MITWIRKUNG_KEYS_DIR"),
    Setting("DATABASE_URL", secret=True),
    Setting("PUBLIC_URL"),
    Setting("MITWIRKUNG_TRUSTED_PROXIES"),
    Setting("TWILIO_ACCOUNT_SID", channels=_TWILIO),
    Setting("TWILIO_AUTH_TOKEN", secret=True, channels=_TWILIO),
    Setting("TWILIO_NUMBER", channels=_TWILIO),
    Setting("TWILIO_API_BASE", channels=_TWILIO),
    Setting("MITWIRKUNG_TELEGRAM"),
    Setting("TELEGRAM_BOT_TOKEN", secret=True, channels=_TELEGRAM),
    Setting("TELEGRAM_SECRET", secret=True, channels=_TELEGRAM),
    Setting("ASTERISK_ARI_URL", channels=_ASTERISK),
    Setting("ASTERISK_ARI_USER", channels=_ASTERISK),
    Setting("ASTERISK_ARI_PASSWORD", secret=True, channels=_ASTERISK),
    Setting("MITWIRKUNG_LINE_SECRET", secret=True, channels=_ASTERISK),
    Setting("MITWIRKUNG_LINE_NAME", channels=_ASTERISK),
    Setting("MITWIRKUNG_LINE_SERVICE", channels=_ASTERISK),
    Setting("MITWIRKUNG_LINE_SOUNDS", channels=_ASTERISK),
    Setting("MITWIRKUNG_TRANSCRIBER_MODEL"),
)
"""Every setting there is; `docs/operations.md` explains each."""

PLACEHOLDERS = frozenset({"changeme", "change-me", "demo", "example", "password", "secret", "token", "your_auth_token"})
"""What stands in copied examples; a service that residents reach refuses them (reliability D28)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, read and checked. What is None was not given. `repr` shows no secret."""

    folder: Path
    """The data folder of the embedded default: database, spool, what is made once."""
    keys_folder: Path
    """Keys and peppers; never inside a backup of the database."""
    database_url: str = field(repr=False)
    public_url: str | None = None
    """The address under which providers and residents reach us, without a slash at its end. Signatures are checked
    against it, never against request headers."""
    trusted_proxies: int = 0
    """How many proxies stand in front; so many entries of X-Forwarded-For are believed, no others (reliability D3)."""
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = field(default=None, repr=False)
    twilio_number: str | None = None
    twilio_api_base: str | None = None
    telegram: bool = False
    telegram_bot_token: str | None = field(default=None, repr=False)
    telegram_secret: str | None = field(default=None, repr=False)
    asterisk_ari_url: str | None = None
    asterisk_ari_user: str | None = None
    asterisk_ari_password: str | None = field(default=None, repr=False)
    line_secret: str | None = field(default=None, repr=False)
    """What the telephone line and this service sign with; made in the keys folder where none is given."""
    line_name: str = "mitwirkung-1"
    """The name under which the line registers with Asterisk; a second line has "mitwirkung-2"."""
    line_service: str | None = None
    """Where the line reaches this service; `public_url` if nothing else is given."""
    line_sounds: str | None = None
    """The folder of the prepared sounds as Asterisk sees it; the data folder's own if nothing else is given."""
    transcriber_model: Path | None = None
    given: frozenset[str] = frozenset()
    """The names of `SETTINGS` that were given at all."""

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
        """The settings in the environment of this process, or in the one given; `folder` (`--dir`) goes first.

        Raises SettingsNotAccepted with every problem at once.
        """
        reader = _Reader(os.environ if environment is None else environment)
        settings = reader.settings(folder)
        if reader.problems:
            raise SettingsNotAccepted(reader.problems)
        return settings

    def demo_defaults(self, public_url: str) -> Settings:
        """The same with an address and a token of its own where none was given, so that a demo needs no set-up."""
        return replace(
            self,
            public_url=self.public_url or public_url,
            twilio_auth_token=self.twilio_auth_token or secrets.token_hex(16),
        )

    def ignored(self, running: Collection[str]) -> tuple[str, ...]:
        """The settings that were given for channels which do not run, to be named at start and by `doctor`."""
        return tuple(
            setting.name
            for setting in SETTINGS
            if setting.name in self.given and setting.channels and setting.channels.isdisjoint(running)
        )

    def unfit_for_residents(self) -> tuple[str, ...]:
        """Why `serve` must not start with these settings, in plain sentences; empty where it may."""
        problems = []
        if self.public_url is None:
            problems.append(
                "PUBLIC_URL fehlt. Tragen Sie die öffentliche Adresse ein, z. B. https://mitwirkung.bergheim.de"
            )
        elif not self.public_url.startswith("https://") and not is_loopback(self.public_url):
            problems.append(
                "PUBLIC_URL beginnt nicht mit https://. Ohne Verschlüsselung darf niemand antworten müssen."
            )
        if self.twilio_auth_token is None and (self.twilio_account_sid or self.twilio_number):
            problems.append(
                "TWILIO_AUTH_TOKEN fehlt. Ohne ihn ist nicht zu erkennen, ob eine Nachricht von Twilio kommt."
            )
        problems += [
            f"{name} ist noch der Platzhalter aus einem Beispiel. Tragen Sie das echte Geheimnis ein."
            for name, value in self._secrets_by_name().items()
            if value.lower() in PLACEHOLDERS
        ]
        return tuple(problems)

    def secret_values(self) -> tuple[str, ...]:
        """Every secret value, for the log to leave out."""
        password = urlsplit(self.database_url).password
        return (*self._secrets_by_name().values(), *([password] if password else []))

    def _secrets_by_name(self) -> dict[str, str]:
        found = {
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TELEGRAM_BOT_TOKEN": self.telegram_bot_token,
            "TELEGRAM_SECRET": self.telegram_secret,
            "ASTERISK_ARI_PASSWORD": self.asterisk_ari_password,
            "MITWIRKUNG_LINE_SECRET": self.line_secret,
        }
        return {name: value for name, value in found.items() if value}


def is_loopback(url: str) -> bool:
    """Whether an address leads back to this machine."""
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


class _Reader:
    """Reads one setting after the other and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.problems: list[str] = []

    def settings(self, folder: Path | None) -> Settings:
        folder = folder or self.path("MITWIRKUNG_DIR") or self.usual_folder()
        return Settings(
            folder=folder.expanduser().absolute(),
            keys_folder=(self.path("MITWIRKUNG_KEYS_DIR") or folder / "keys").expanduser().absolute(),
            database_url=self.database(folder.expanduser().absolute()),
            public_url=self.address("PUBLIC_URL"),
            trusted_proxies=self.count("MITWIRKUNG_TRUSTED_PROXIES"),
            twilio_account_sid=self.text("TWILIO_ACCOUNT_SID"),
            twilio_auth_token=self.secret("TWILIO_AUTH_TOKEN"),
            twilio_number=self.text("TWILIO_NUMBER"),
            twilio_api_base=self.address("TWILIO_API_BASE"),
            telegram=self.telegram(),
            telegram_bot_token=self.secret("TELEGRAM_BOT_TOKEN"),
            telegram_secret=self.secret("TELEGRAM_SECRET"),
            asterisk_ari_url=self.address("ASTERISK_ARI_URL"),
            asterisk_ari_user=self.text("ASTERISK_ARI_USER"),
            asterisk_ari_password=self.secret("ASTERISK_ARI_PASSWORD"),
            line_secret=self.secret("MITWIRKUNG_LINE_SECRET"),
            line_name=self.line_name(),
            line_service=self.address("MITWIRKUNG_LINE_SERVICE"),
            line_sounds=self.text("MITWIRKUNG_LINE_SOUNDS"),
            transcriber_model=self.path("MITWIRKUNG_TRANSCRIBER_MODEL"),
            given=frozenset(setting.name for setting in SETTINGS if self.is_given(setting)),
        )

    def is_given(self, setting: Setting) -> bool:
        return bool(self.text(setting.name) or (setting.secret and self.text(f"{setting.name}_FILE")))

    def text(self, name: str) -> str | None:
        return self.environment.get(name, "").strip() or None

    def path(self, name: str) -> Path | None:
        written = self.text(name)
        return Path(written) if written else None

    def usual_folder(self) -> Path:
        """Where the XDG Base Directory Specification puts the data of one user."""
        shared = self.text("XDG_DATA_HOME")
        home = self.text("HOME")
        if shared and Path(shared).is_absolute():
            return Path(shared) / "mitwirkung"
        return Path(home or ".") / ".local" / "share" / "mitwirkung"

    def secret(self, name: str) -> str | None:
        file = self.path(f"{name}_FILE")
        if file is None:
            return self.text(name)
        if self.text(name):
            self.problems.append(f"{name} und {name}_FILE sind beide gesetzt. Behalten Sie nur eines von beiden.")
            return None
        try:
            return file.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            self.problems.append(
                f"{name}_FILE nennt eine Datei, die sich nicht lesen lässt. Prüfen Sie Pfad und Rechte."
            )
            return None

    def address(self, name: str) -> str | None:
        written = self.text(name)
        if written is None:
            return None
        if not _is_plain_address(written):
            self.problems.append(
                f"{name} ist keine vollständige Adresse. Sie beginnt mit https:// und endet ohne ? und #."
            )
        return written.rstrip("/")

    def count(self, name: str) -> int:
        written = self.text(name) or "0"
        if written.isascii() and written.isdigit() and int(written) <= 10:
            return int(written)
        self.problems.append(f"{name} braucht eine Zahl von 0 bis 10.")
        return 0

    def line_name(self) -> str:
        name = self.text("MITWIRKUNG_LINE_NAME") or "mitwirkung-1"
        if name not in {"mitwirkung-1", "mitwirkung-2"}:
            self.problems.append(
                "MITWIRKUNG_LINE_NAME ist weder „mitwirkung-1“ noch „mitwirkung-2“. Schreiben Sie eines von beiden."
            )
        return name

    def telegram(self) -> bool:
        switch = self.text("MITWIRKUNG_TELEGRAM") or "off"
        if switch not in {"on", "off"}:
            self.problems.append("MITWIRKUNG_TELEGRAM ist weder „on“ noch „off“. Schreiben Sie eines von beiden.")
        if switch == "on" and not (self.text("TELEGRAM_BOT_TOKEN") or self.text("TELEGRAM_BOT_TOKEN_FILE")):
            self.problems.append(
                "TELEGRAM_BOT_TOKEN fehlt. Tragen Sie ihn ein, oder setzen Sie MITWIRKUNG_TELEGRAM auf „off“."
            )
        return switch == "on"

    def database(self, folder: Path) -> str:
        url = self.secret("DATABASE_URL") or f"sqlite:///{folder / 'mitwirkung.db'}"
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
            return f"postgresql+psycopg://{rest}"
        if scheme != "sqlite":
            self.problems.append(
                "DATABASE_URL beginnt weder mit postgresql:// noch mit sqlite://. Andere gibt es hier nicht."
            )
        return url


def _is_plain_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and port_is_fine
    return whole and not (parts.query or parts.fragment or parts.username) and not any(c.isspace() for c in written)
