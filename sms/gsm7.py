# SPDX-License-Identifier: EUPL-1.2
"""What a text message costs: its units and segments, and how typography is kept from doubling the price.

A message is sent in the GSM 7-bit alphabet if every character is in it, else in UCS-2 (3GPP TS 23.038). One message
holds 160 units or 70; several are joined and hold 153 or 67 each (TS 23.040). A character of the extension table takes
two units, so does one beyond the Basic Multilingual Plane in UCS-2, and neither is ever cut in two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"
_GSM7 = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_DOUBLE = re.compile(f"[{re.escape(_EXTENSION)}]")


@dataclass(frozen=True, slots=True)
class Segments:
    """What one text costs. `units` are septets or 16-bit units, `encoding` "GSM-7" or "UCS-2"."""

    count: int
    encoding: str
    units: int


def measure(text: str) -> Segments:
    """Count the segments of a text exactly as it stands. An empty text has none."""
    if _GSM7.fullmatch(text):
        units = len(text) + len(_DOUBLE.findall(text))
        return Segments(_filled(text, _septets, units, 160, 153), "GSM-7", units)
    units = sum(map(_pairs, text))
    return Segments(_filled(text, _pairs, units, 70, 67), "UCS-2", units)


def _septets(character: str) -> int:
    return 2 if character in _EXTENSION else 1


def _pairs(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _filled(text: str, width: Callable[[str], int], units: int, alone: int, joined: int) -> int:
    """How many segments are filled one after the other; a character that does not fit begins the next."""
    if units <= alone:
        return 1 if text else 0
    count, used = 1, 0
    for each in map(width, text):
        if used + each > joined:
            count, used = count + 1, 0
        used += each
    return count


# ------------------------------------------------------------------------------------------------------- typography

_WRITTEN_FOR: Mapping[str, str] = {
    '"': "«»“”„‟ʺˮ❝❞〝〞",
    "'": "‘’‚‛‹›ʻˈʼʽʹ´ˊ`ˋ❛❜\u0313\u0314",
    "-": "–—―‐‑‒−⁃⎼⎽•·",
    "/": "÷⧸\u0337\u0338⁄∕",
    "\\": "⧹⧵\u20e5",
    "_": "\u0332‗",
    "|": "\u20d2\u20d3∣⎸⎹⏐⎜⎟",
    "!": "ǃ",
    ",": "\u0326、､﹑",
    "(": "❨❪⟮⦅",
    ")": "❩❫⟯⦆",
    "*": "⁎∗⊛✢✣✤✥✱✲✳✺✻✼✽❃❉❊❋⧆",
    "+": "˖",
    ".": "。",
    ":": "ː˸⦂꞉",
    ";": "⁏",
    "=": "\u0347꞊",
    "^": "ˆ\u0302\u1dcd",
    "~": "˜˷\u0303\u0330\u0334∼",
    "{": "❴",
    "}": "❵",
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
    "": "\u00ad\u200b\u2060\ufeff",
    "...": "…",
    "!!": "‼",
    "1/4": "¼",
    "1/2": "½",
    "3/4": "¾",
}
"""What stands for which signs. Umlauts, ß and § are GSM-7 and are not touched."""
_LETTERS: Mapping[str, str] = {
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ", strict=True)),
    **dict(zip("ŁłĐđıŒœÐðÞþẞ", ("L", "l", "D", "d", "i", "OE", "oe", "D", "d", "Th", "th", "SS"), strict=True)),
}
"""Foreign letters that do not come apart into a letter and a mark."""

_SIGNS = str.maketrans({sign: plain for plain, signs in _WRITTEN_FOR.items() for sign in signs})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def plain_signs(text: str) -> str:
    """The text with plain punctuation, if that alone brings it into GSM-7; else the text as it was, in NFC."""
    return _within_gsm7(text, lambda character: character)


def plain_letters(text: str) -> str:
    """As `plain_signs`, and foreign letters without their marks ("Łódź" becomes "Lodz").

    For languages whose own letters are all in GSM-7: there a foreign letter is one in a name.
    """
    return _within_gsm7(text, _bare)


def _within_gsm7(text: str, letter: Callable[[str], str]) -> str:
    composed = unicodedata.normalize("NFC", text)
    if _GSM7.fullmatch(composed):
        return composed
    signs = _CONTROLS.sub("", composed).translate(_SIGNS)
    plain = "".join(each if _GSM7.fullmatch(each) else letter(each) for each in signs)
    return plain if _GSM7.fullmatch(plain) else composed


def _bare(character: str) -> str:
    """A letter without its marks, a wide sign in its ordinary width."""
    apart = unicodedata.normalize("NFKD", _LETTERS.get(character, character))
    return "".join(each for each in apart if not unicodedata.combining(each)).translate(_SIGNS)
