# SPDX-License-Identifier: EUPL-1.2
"""A written text as it is spoken: abbreviations in full, dates with their ordinal, digits one by one.

A speech engine reads "Nr. 3" as the end of a sentence and "BUS" as three letters. Only what it reads wrongly stands
here; what it reads well ("23 Uhr", "11 pm") is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from core.municipality import digits_of
from core.texts import fallbacks
from voice.pieces import normal

Replacement = str | Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Replacement]


def speakable(text: str, language: str, keywords: Collection[str] = ()) -> str:
    """The text as an engine gets it. `keywords` are words in capitals that are said as words ("BUS")."""
    said = normal(_printable(text))
    for word in keywords:
        if _CAN_BE_SAID.search(word):
            said = re.sub(rf"\b{re.escape(word)}\b", word.capitalize(), said)
    for pattern, replacement in (*_EVERYWHERE, *_rules_of(language)):
        said = pattern.sub(replacement, said)
    return normal(said)


def _rules_of(language: str) -> Sequence[Rule]:
    return next((_RULES[tag] for tag in fallbacks(language) if tag in _RULES), ())


_CAN_BE_SAID = re.compile("[aeiouyäöüаеиоуыэюяіїє]", re.IGNORECASE)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


def _one_by_one(found: re.Match[str]) -> str:
    return ", ".join(found[0].split(" "))


def _telephone(found: re.Match[str]) -> str:
    """A number of six digits and more with a sign or a leading zero: "+49 2271 89-0"."""
    return ", ".join(digits_of(found[0]).replace(",", "").split())


_EVERYWHERE: Sequence[Rule] = (
    (re.compile(r"(?<![\w.,])(?:\+\d|0)\d(?:[ /()-]*\d){4,}(?![\w])", re.ASCII), _telephone),
    (re.compile(r"(?<![\d.,])\d(?: \d)+(?![\d.])(?!,\d)", re.ASCII), _one_by_one),
)


def _abbreviated(pairs: Mapping[str, str]) -> Sequence[Rule]:
    """An abbreviation and its words; the point of one that ends a sentence is lost, as in writing."""
    return tuple(
        (re.compile(r"(?<!\w)" + r"\.\s?".join(re.escape(part) for part in short.split(".") if part) + r"\."), words)
        for short, words in pairs.items()
    )


_ONES = [f"{each}en" for each in ("erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt")]
_TO_TWELVE = ("zehnten", "elften", "zwölften")
_TEENS = [f"{each}zehnten" for each in ("drei", "vier", "fünf", "sech", "sieb", "acht", "neun")]
_BEFORE_TWENTY = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TWENTIES = [f"{each and each + 'und'}zwanzigsten" for each in _BEFORE_TWENTY]
_DAYS = (*_ONES, *_TO_TWELVE, *_TEENS, *_TWENTIES, "dreißigsten", "einunddreißigsten")
_GERMAN_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"


def _german_day(found: re.Match[str]) -> str:
    """The day of "31. März" as it follows "am", "vom", "seit dem": nearly always."""
    day = int(found[1])
    return _DAYS[day - 1] if 1 <= day <= len(_DAYS) else found[0]


def _english_day(found: re.Match[str]) -> str:
    day = int(found[1])
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending} of {found[2]}"


_ENGLISH_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"

_RULES: Mapping[str, Sequence[Rule]] = {
    "de": (
        *_abbreviated({
            "z.B": "zum Beispiel", "u.a": "unter anderem", "d.h": "das heißt", "bzw": "beziehungsweise",
            "usw": "und so weiter", "ca": "circa", "inkl": "inklusive", "evtl": "eventuell", "Nr": "Nummer",
            "Tel": "Telefon", "Str": "Straße", "St": "Sankt", "Art": "Artikel", "Abs": "Absatz", "lit": "Buchstabe",
        }),
        (re.compile(rf"\b(\d{{1,2}})\.(?= ?(?:{_GERMAN_MONTHS})\b)"), _german_day),
        (re.compile(r"\b1 Mal\b"), "einmal"),
        (re.compile(r"\b(\d{1,2}):00(?= Uhr)"), r"\1"),
        (re.compile(r"\b(\d{1,2}):(\d\d) Uhr"), r"\1 Uhr \2"),
        (re.compile(r"(?<=\d) ?[–-] ?(?=\d)"), " bis "),
        (re.compile(r" ?& ?"), " und "),
    ),
    "en": (
        *_abbreviated({"e.g": "for example", "i.e": "that is", "approx": "about", "Tel": "telephone"}),
        (re.compile(r"\bNos?\. ?(?=\d)"), "number "),
        (re.compile(rf"\b(\d{{1,2}}) ({_ENGLISH_MONTHS})\b"), _english_day),
        (re.compile(r"(?<=\d) ?[–-] ?(?=\d)"), " to "),
        (re.compile(r" ?& ?"), " and "),
    ),
}  # fmt: skip
