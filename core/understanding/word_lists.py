# SPDX-License-Identifier: EUPL-1.2
"""Tables and lists of a file of words, and plain words for what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping


def table_of(file: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The table of this name.

    Raises:
        ValueError: there is none.
    """
    table = file.get(name)
    if not isinstance(table, Mapping):
        raise ValueError(f'the table "{name}" is missing')  # noqa: TRY004 (a fault of the file)
    return table


def texts_of(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The list of texts of this name.

    Raises:
        ValueError: there is none, or it holds something else.
    """
    texts = table.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f'"{name}" must be a list of texts')
    return tuple(texts)


def texts_by_text(file: Mapping[str, object], name: str) -> dict[str, str]:
    """The table of texts of this name.

    Raises:
        ValueError: there is none, or it holds something else.
    """
    table = table_of(file, name)
    if not all(isinstance(text, str) for text in table.values()):
        raise ValueError(f'every value of "{name}" must be a text')
    return {key: str(text) for key, text in table.items()}
