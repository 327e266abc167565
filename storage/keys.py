# SPDX-License-Identifier: EUPL-1.2
"""Keys and chance: what makes numbers unreadable, people unlinkable and codes unguessable.

Two kinds of key lie in files outside the database and its backups: the pepper, for hashes by which something is looked
up (HMAC-SHA-256, RFC 2104; a bare hash of a telephone number is undone in seconds), and vault keys, for what must be
read again (AES-256-GCM, NIST SP 800-38D). The version stands in the file name: `pepper-1.key`, `vault-1.key`.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_IMODE
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import MitwirkungError
from core.people import Address

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION_BYTES: Final = 2
_LEAST_VARIETY: Final = 16
"""Different byte values in a key: 32 random bytes have fewer with a chance below 10^-12; a placeholder has few."""


class KeysNotUsable(MitwirkungError):
    """A key file is missing, open to others or no key, or the database was written with other keys."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys of one service. `vault` maps version → key; the highest version writes, all of them read."""

    pepper: bytes
    vault: Mapping[int, AESGCM]
    _keyed: hmac.HMAC = field(init=False)

    def __post_init__(self) -> None:
        """Setting up a hash takes longer than hashing: it is done once, and copied for each."""
        object.__setattr__(self, "_keyed", hmac.new(self.pepper, digestmod="sha256"))

    @classmethod
    def of(cls, pepper: bytes, *vault: bytes) -> Self:
        """Keys from their bytes, vault keys in the order of their versions from 1."""
        return cls(pepper, {version: AESGCM(key) for version, key in enumerate(vault, start=1)})

    @classmethod
    def create_missing(cls, folder: Path) -> Self:
        """Make the folder (0700) and first keys (0600) where there are none, then load. Raises `KeysNotUsable`."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in ("pepper", "vault"):
            if not any(folder.glob(f"{kind}-*.key")):
                _write_key(folder / f"{kind}-1.key")
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The keys in this folder. Raises `KeysNotUsable`, saying which file and what to do."""
        _refuse_if_open_to_others(folder)
        peppers, vault = _read_keys(folder, "pepper"), _read_keys(folder, "vault")
        if len(peppers) > 1:
            raise KeysNotUsable(f"In {folder} liegen mehrere Dateien pepper-*.key. Lassen Sie nur die gültige dort.")
        if set(peppers.values()) & set(vault.values()):
            raise KeysNotUsable(f"In {folder} haben zwei Dateien denselben Schlüssel. Jede braucht einen eigenen.")
        return cls(next(iter(peppers.values())), {version: AESGCM(key) for version, key in vault.items()})

    # ------------------------------------------------------------------------------------------ looking up

    def voice_id(self, municipality: str, consultation_id: str, subject: str) -> str:
        """HMAC over municipality, consultation and subject: nobody can join two consultations by it."""
        return self._hash("voice", municipality, consultation_id, subject)

    def address_hash(self, municipality: str, address: Address) -> str:
        """What an address is found by. The town is part of it: two towns cannot be joined by it."""
        return self._hash("address", municipality, address.kind.value, address.value)

    def keyed_hash(self, purpose: str, value: str) -> str:
        """A keyed hash to look something up by; different purposes give different hashes."""
        return self._hash("look up", purpose, value)

    def _hash(self, *parts: str) -> str:
        coded = [part.encode("utf-8", "surrogatepass") for part in parts]
        keyed = self._keyed.copy()
        keyed.update(b"".join(len(part).to_bytes(4) + part for part in coded))
        return keyed.hexdigest()

    # ------------------------------------------------------------------------------------------ keeping

    def encrypt(self, plain: str, place: str) -> bytes:
        """Version, nonce and ciphertext. `place` is "municipality|table|column|row id": moved elsewhere, it is no use.

        Nonces are random: one key is good for 2^32 texts (NIST SP 800-38D §8.3), far more than a town will write.
        """
        return self.encrypt_bytes(plain.encode("utf-8", "surrogatepass"), place)

    def encrypt_bytes(self, plain: bytes, place: str) -> bytes:
        """The same for what is no text: sound."""
        version = max(self.vault)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self.vault[version].encrypt(nonce, plain, _bound(place))
        return version.to_bytes(_VERSION_BYTES) + nonce + sealed

    def decrypt(self, sealed: bytes, place: str) -> str:
        """What was encrypted for this place. Raises `KeysNotUsable` for another place or another key."""
        return self.decrypt_bytes(sealed, place).decode("utf-8", "surrogatepass")

    def decrypt_bytes(self, sealed: bytes, place: str) -> bytes:
        """The same for what is no text."""
        version, nonce = int.from_bytes(sealed[:_VERSION_BYTES]), sealed[_VERSION_BYTES:][:_NONCE_BYTES]
        if version not in self.vault:
            raise KeysNotUsable(f"Die Datei vault-{version}.key fehlt. Legen Sie sie zurück in den Schlüsselordner.")
        try:
            return self.vault[version].decrypt(nonce, sealed[_VERSION_BYTES + _NONCE_BYTES :], _bound(place))
        except InvalidTag:
            raise KeysNotUsable("Gespeichertes passt nicht zu diesen Schlüsseln. Gehören sie zusammen?") from None

    # ------------------------------------------------------------------------------------------ chance

    def new_id(self) -> str:
        """128 random bits in hexadecimal."""
        return secrets.token_hex(16)

    def digits(self, count: int) -> str:
        """So many random decimal digits, each equally likely."""
        return f"{secrets.randbelow(10**count):0{count}d}"


def _bound(place: str) -> bytes:
    return place.encode("utf-8", "surrogatepass")


def _write_key(path: Path) -> None:
    """Whole or not at all, and never over another: two processes may start at once."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()


def _read_keys(folder: Path, kind: str) -> dict[int, bytes]:
    found = {_version(path): _read_key(path) for path in folder.glob(f"{kind}-*.key")}
    if not found:
        raise KeysNotUsable(f"In {folder} fehlt {kind}-1.key. Holen Sie die Datei aus Ihrer Schlüsselsicherung.")
    return found


def _version(path: Path) -> int:
    number = path.stem.partition("-")[2]
    if not number.isascii() or not number.isdigit() or not 0 < int(number) < 2 ** (8 * _VERSION_BYTES):
        raise KeysNotUsable(f"{path} hat keine Nummer. Eine Schlüsseldatei heißt zum Beispiel vault-2.key.")
    return int(number)


def _read_key(path: Path) -> bytes:
    _refuse_if_open_to_others(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < _LEAST_VARIETY:
        raise KeysNotUsable(f"{path} ist kein Schlüssel: nötig sind {2 * KEY_BYTES} zufällige Zeichen 0–9 und a–f.")
    return key


def _refuse_if_open_to_others(path: Path) -> None:
    try:
        mode = S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        raise KeysNotUsable(f"{path} gibt es nicht. Holen Sie den Ordner aus Ihrer Schlüsselsicherung.") from None
    if mode & 0o077:
        right = "700" if path.is_dir() else "600"
        raise KeysNotUsable(f"{path} ist für andere lesbar. Sperren Sie den Zugriff: chmod {right} {path}")
