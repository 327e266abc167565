# SPDX-License-Identifier: EUPL-1.2
"""Telephone numbers as people type them and providers send them, read with the library `phonenumbers`."""

from __future__ import annotations

import re
import unicodedata

from core.ports import NumberRead

_LABEL = re.compile(r"^(?:tel|telefon|mobil|handy|sms|whatsapp)[.:]*\s*", re.IGNORECASE)
_AS_SENT = re.compile(r"\+[0-9]{6,15}")
"""As providers write numbers (E.164): there is nothing to make plain."""
_COUNTRY, _COUNTRY_CODE = "DE", "49"


class GermanNumbers:
    """Reads numbers with Germany as the country that is meant where none is named (`core.ports.PhoneNumbers`).

    "0151/1234-5678", "+49 (0) 151 12345678" and "4915112345678" are all +4915112345678, "mobile". Short numbers,
    names, extensions and whatever could be two numbers are None. Premium, shared-cost, personal and free numbers are
    "other": nobody writes to them or calls them (reliability D12).
    """

    def read(self, written: str) -> NumberRead | None:
        if _AS_SENT.fullmatch(written):
            return _valid(written)
        text = _LABEL.sub("", _plain(written))
        if any(character.isalpha() for character in text):
            return None  # the library would take letters for keys and make another number of a name
        return _valid(text) if _says_how_it_begins(text) else _of_two_readings(text)


def _plain(written: str) -> str:
    """Full-width and Arabic-Indic digits as ASCII, no marks that cannot be seen."""
    text = unicodedata.normalize("NFKC", written)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text if c.isprintable()).strip()


def _says_how_it_begins(text: str) -> bool:
    """Whether it begins like a whole number: with its country's code or with the zero of a national one."""
    first = re.search(r"[+\d]", text)
    return first is not None and first.group() in "+0"


def _of_two_readings(text: str) -> NumberRead | None:
    """A number that lost its plus or its zero, as machines and spreadsheets lose them; None where both are possible."""
    national, international = _valid(text), _valid(f"+{text}")
    if text.startswith(_COUNTRY_CODE) and international is not None:
        return international  # read as national it would be a landline in East Frisia
    return None if national is not None and international is not None else national or international


def _valid(text: str) -> NumberRead | None:
    """The number, if it is one. Its type is asked for once: of what is no valid number it is unknown."""
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        number = phonenumbers.parse(text, _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN or number.extension:
        return None
    sorts = {
        PhoneNumberType.MOBILE: "mobile",
        PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",  # abroad the two cannot be told apart; text may arrive
        PhoneNumberType.FIXED_LINE: "landline",
    }
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return NumberRead(e164, sorts.get(kind, "other"))
