# SPDX-License-Identifier: EUPL-1.2
"""Reads the gettext catalogues and the words for understanding, one folder or file per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from hashlib import blake2b
from io import BytesIO
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING

from core.phrases import Phrases
from core.understanding import LanguageWords, read_words

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALES = Path(__file__).resolve().parent.parent / "locales"


def read_phrases(folder: Path = LOCALES) -> Phrases:
    """All catalogues, by language; a language is a folder with one .po file per room.

    Raises ValueError for a file that is no catalogue and for a key that two rooms of one language claim.
    """
    languages = sorted({path.parent for path in folder.glob("*/*.po")})
    return Phrases({language.name: Gettext(sorted(language.glob("*.po"))) for language in languages})


class _Words(Mapping[str, LanguageWords]):
    """What people may say, each language read when it is first asked for: no page and no help text waits for it."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.toml"))}

    def __getitem__(self, language: str) -> LanguageWords:
        return _words(self._files[language])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@cache
def read_all_words(folder: Path = LOCALES / "words") -> Mapping[str, LanguageWords]:
    """What people may say, by language, from one .toml file each. Asking raises ValueError naming file and fault."""
    return _Words(folder)


@cache
def _words(file: Path) -> LanguageWords:
    try:
        return read_words(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error


def read_heard(rooms: Sequence[str], folder: Path = LOCALES) -> Mapping[str, tuple[str, ...]]:
    """By language, every phrase of these rooms as it is heard: the variant "spoken" where there is one.

    All plural forms, placeholders not filled in. Needs the .po files; meant for preparing sound, not for a turn.
    """
    languages = sorted({path.parent for path in folder.glob("*/*.po")})
    return {
        language.name: tuple(text for room in rooms for text in _heard(language / f"{room}.po"))
        for language in languages
    }


def _heard(file: Path) -> Iterator[str]:
    from babel.messages.pofile import read_po

    with file.open("rb") as source:
        messages = [message for message in read_po(source, abort_invalid=True) if message.id]
    spoken = {_key(message) for message in messages if message.context == "spoken"}
    for message in messages:
        if message.context == "spoken" or (message.context is None and _key(message) not in spoken):
            yield from (message.string,) if isinstance(message.string, str) else (message.string or ())


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


class Gettext:
    """The phrases of one language from its .po files (`core.phrases.Catalogue`)."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._translations = GNUTranslations(BytesIO(_compiled(files)))
        self._translations.add_fallback(_Absent())

    def phrase(self, key: str, context: str | None = None, count: int | None = None) -> str | None:
        return (self._plural(key, context, count) if count is not None else "") or self._single(key, context) or None

    def _single(self, key: str, context: str | None) -> str:
        found = self._translations
        return found.pgettext(context, key) if context else found.gettext(key)

    def _plural(self, key: str, context: str | None, count: int) -> str:
        found = self._translations
        return found.npgettext(context, key, key, count) if context else found.ngettext(key, key, count)


class _Absent(NullTranslations):
    """Says nothing where gettext would repeat the key."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return ""


def _compiled(files: Sequence[Path]) -> bytes:
    """One compiled catalogue (.mo) of several .po files, kept beside them as Python keeps its bytecode."""
    sources = [file.read_bytes() for file in files]
    language = files[0].parent
    kept = (
        language.parent / "__pycache__" / f"{language.name}.{blake2b(b''.join(sources), digest_size=8).hexdigest()}.mo"
    )
    if kept.is_file():
        return kept.read_bytes()
    compiled = _compile(files, sources)
    with suppress(OSError):  # a read-only installation compiles at every start
        _keep(compiled, kept)
    return compiled


def _compile(files: Sequence[Path], sources: Sequence[bytes]) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    whole = None
    for file, source in zip(files, sources, strict=True):
        try:
            part = read_po(BytesIO(source), abort_invalid=True)
        except PoFileError as error:
            raise ValueError(f"{file}: {error}") from error
        whole = part if whole is None else _joined(whole, part, file)
    written = BytesIO()
    write_mo(written, whole or part)
    return written.getvalue()


def _joined(whole: Catalog, part: Catalog, file: Path) -> Catalog:
    for message in part:
        if message.id and whole.get(message.id, message.context) is not None:
            raise ValueError(f"{file}: another room has the key {message.id!r} already")
        if message.id:
            whole[message.id] = message
    return whole


def _keep(compiled: bytes, file: Path) -> None:
    """Write it in one step, so that nobody reads half of it; earlier versions of this language go."""
    file.parent.mkdir(exist_ok=True)
    half = file.with_suffix(f".{getpid()}")
    half.write_bytes(compiled)
    half.replace(file)
    language = file.name.partition(".")[0]
    for earlier in file.parent.glob(f"{language}.*.mo"):
        if earlier != file:
            earlier.unlink(missing_ok=True)
