# SPDX-License-Identifier: EUPL-1.2
"""From the text of a town.toml to a checked `Municipality`; all faults are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from core.files.consultation import read_languages
from core.files.entry import Entry, Reading
from core.files.plain_words import shown
from core.municipality import District, Municipality, Office, OpenHours, QuietHours, SmsTerms, VoiceTerms
from core.questions.asked import read_key
from core.questions.choice import MOST_OPTIONS
from core.questions.telling_apart import Named, fault_alike
from core.texts import Texts
from core.turns import Wording

LAENDER: Final = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
"""ISO 3166-2:DE; decides the public holidays."""

LONGEST_FIRST_CONTACT: Final = 70
"""Characters: with intro and first question the notice must fit two segments of a text message."""

_NUMBER_FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "sms": (r"\+[1-9]\d{6,14}", "+491511234567"),
    "voice": (r"\+[1-9]\d{6,14}", "+492271123456"),
    "call_me_back": (r"\+[1-9]\d{6,14}", "+492271123457"),
    "telegram": (r"@?[A-Za-z][A-Za-z0-9_]{4,31}", "@BergheimBot"),
}
"""Channel → how its number or name is written (E.164, Telegram's rule for user names), and an example."""


def read_municipality(text: str, file: str) -> Municipality:
    """Read and check a town.toml. Raises `FileNotAccepted` with all faults in the order of the file."""
    reading = Reading.of(text, file)
    entry = reading.root
    read_languages(reading, entry, ())
    town = _municipality(entry, reading.languages)
    reading.settle()
    return town


def _municipality(entry: Entry, languages: tuple[str, ...]) -> Municipality:
    return Municipality(
        key=read_key(entry),
        name=entry.words("name"),
        state=entry.one_of("state", LAENDER),
        time_zone=_time_zone(entry),
        languages=languages,
        office=_office(entry.table("office")),
        numbers=_numbers(entry.table("numbers")),
        districts=_districts(entry),
        data_protection_officer=entry.words("data_protection_officer"),
        privacy=entry.paragraphs("privacy"),
        first_contact=_first_contact(entry),
        imprint=entry.paragraphs("imprint"),
        quiet_hours=_quiet_hours(entry.table("quiet_hours")),
        allowed_prefixes=_prefixes(entry),
        sms=_sms_terms(entry.table("sms")),
        website=entry.words("website") if entry.holds("website") else "",
        voice=_voice_terms(entry.table("voice")) if entry.holds("voice") else VoiceTerms(),
    )


def _time_zone(entry: Entry) -> ZoneInfo:
    name = entry.words("time_zone")
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        if name:
            entry.fault(
                "time_zone", f"Die Zeitzone {shown(name)} gibt es nicht.", 'Schreiben Sie: time_zone = "Europe/Berlin"'
            )
        return ZoneInfo("UTC")


def _office(entry: Entry) -> Office:
    phone = entry.words("phone")
    if phone and not re.fullmatch(r"\+[1-9][0-9 ()/-]{5,24}", phone):
        wrong = f"{shown(phone)} ist keine Telefonnummer mit Vorwahl des Landes."
        entry.fault("phone", wrong, 'Schreiben Sie zum Beispiel: phone = "+49 2271 89-0"')
    hours, email, address = entry.texts("hours"), entry.words("email"), entry.words("address")
    return Office(phone, hours, email, address, _open(entry) if entry.holds("open") else ())


_WEEKDAYS: Final = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_OPEN = re.compile(r"(\w\w)(?:-(\w\w))? (\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)


def _open(entry: Entry) -> tuple[OpenHours, ...]:
    """When calls are put through: "Mo-Fr 8:00-17:00"."""
    return tuple(hours for text in entry.word_list("open") for hours in _open_hours(entry, text))


def _open_hours(entry: Entry, text: str) -> tuple[OpenHours, ...]:
    found = _OPEN.fullmatch(text)
    first, last = (_WEEKDAYS.index(each) if each in _WEEKDAYS else -1 for each in _days(found))
    begin, end = (_time(*found.groups()[2:4]), _time(*found.groups()[4:6])) if found else (None, None)
    if not 0 <= first <= last or begin is None or end is None or begin >= end:
        wrong = f"{shown(text)} sagt nicht, wann jemand Anrufe annimmt."
        entry.fault("open", wrong, 'Schreiben Sie zum Beispiel: open = ["Mo-Do 8:00-16:30", "Fr 8:00-12:00"]')
        return ()
    return tuple(OpenHours(day, begin, end) for day in range(first, last + 1))


def _time(hour: str, minute: str) -> time | None:
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def _days(found: re.Match[str] | None) -> tuple[str, str]:
    return (found[1], found[2] or found[1]) if found else ("", "")


def _numbers(entry: Entry) -> Mapping[str, str]:
    return {channel: _number(entry, channel) for channel in _NUMBER_FORMS if entry.holds(channel)}


def _number(entry: Entry, channel: str) -> str:
    number = entry.words(channel)
    form, example = _NUMBER_FORMS[channel]
    if number and not re.fullmatch(form, number, re.ASCII):
        wrong = f"{shown(number)} kann hier nicht verwendet werden."
        entry.fault(channel, wrong, f'Schreiben Sie ohne Leerzeichen, zum Beispiel: {channel} = "{example}"')
    return number


def _districts(entry: Entry) -> tuple[District, ...]:
    entries = entry.tables("districts")
    if len(entries) > MOST_OPTIONS:
        wrong = f"Es sind {len(entries)} Stadtteile. Ein Telefon hat nur neun Tasten zum Auswählen."
        entries[MOST_OPTIONS].fault("", wrong, "Fassen Sie Orte zusammen, und nennen Sie die Orte unter „also“.")
    districts = tuple(_district(each) for each in entries)
    named = zip(entries, districts, strict=True)
    fault_alike([Named(at, district.key, Texts({"de": Wording(district.name)}), "name") for at, district in named])
    _fault_shared_places(entries, districts)
    return districts


def _district(entry: Entry) -> District:
    also = entry.word_list("also") if entry.holds("also") else ()
    return District(read_key(entry), entry.words("name"), also)


def _fault_shared_places(entries: tuple[Entry, ...], districts: tuple[District, ...]) -> None:
    """A place that two districts claim could not be counted."""
    seen: dict[str, str] = {}
    for entry, district in zip(entries, districts, strict=True):
        for place in (district.name, *district.also):
            holder = seen.setdefault(place.casefold(), district.key)
            if place and holder != district.key:
                entry.fault(
                    "also",
                    f"{shown(place)} gehört schon zu {shown(holder)}.",
                    "Lassen Sie den Ort nur an einer Stelle stehen.",
                )


def _first_contact(entry: Entry) -> Texts:
    notice = entry.texts("first_contact")
    for tag, wording in notice.by_language.items():
        if len(wording.narrow) > LONGEST_FIRST_CONTACT:
            wrong = (
                f"Der Hinweis hat {len(wording.narrow)} Zeichen, höchstens {LONGEST_FIRST_CONTACT} passen in die SMS."
            )
            entry.fault(f"first_contact.{tag}", wrong, "Kürzen Sie ihn; das Ganze steht unter „privacy“.")
        if wording.narrow and "STOP" not in wording.narrow:
            wrong = "Der Hinweis sagt nicht, wie man sich abmeldet."
            entry.fault(f"first_contact.{tag}", wrong, "Schreiben Sie zum Beispiel: Ende: STOP")
    return notice


def _quiet_hours(entry: Entry) -> QuietHours:
    sundays, holidays = (not entry.holds(key) or entry.boolean(key) for key in ("sundays", "holidays"))
    return QuietHours(entry.time_of_day("begin"), entry.time_of_day("end"), sundays, holidays)


def _prefixes(entry: Entry) -> tuple[str, ...]:
    prefixes = entry.word_list("allowed_prefixes")
    for prefix in prefixes:
        if not re.fullmatch(r"\+[1-9]\d{0,6}", prefix, re.ASCII):
            wrong = f"{shown(prefix)} ist keine Vorwahl eines Landes."
            entry.fault("allowed_prefixes", wrong, 'Schreiben Sie zum Beispiel: allowed_prefixes = ["+49"]')
    return prefixes


def _sms_terms(entry: Entry) -> SmsTerms:
    price, rate = entry.decimal("cent_per_segment"), entry.decimal("segments_per_second")
    if price < 0:
        entry.fault("cent_per_segment", "Ein Preis ist nicht kleiner als null.", "Schreiben Sie zum Beispiel: 8")
    if rate <= 0 and entry.holds("segments_per_second"):
        wrong = "Mit dieser Geschwindigkeit würde keine SMS verschickt."
        entry.fault("segments_per_second", wrong, "Schreiben Sie zum Beispiel: 1")
    return SmsTerms(price, rate, entry.integer("most_segments_per_day", least=0, most=10_000_000))


ENGINES: Final = ("recorded", "gtts", "piper", "espeak")
"""Who can speak: recorded voices, Google's service (texts leave the house), Piper with a model, espeak-ng."""


def _voice_terms(entry: Entry) -> VoiceTerms:
    usual = VoiceTerms()
    engines = entry.word_list("engines") if entry.holds("engines") else usual.engines
    for engine in engines:
        if engine not in ENGINES:
            wrong = f"Eine Stimme {shown(engine)} gibt es nicht."
            entry.fault("engines", wrong, 'Schreiben Sie zum Beispiel: engines = ["recorded", "espeak"]')
    return VoiceTerms(
        engines=engines,
        cent_per_minute=entry.decimal("cent_per_minute") if entry.holds("cent_per_minute") else usual.cent_per_minute,
        most_minutes_per_day=_limit(entry, "most_minutes_per_day", usual.most_minutes_per_day, 100_000),
        most_minutes_per_call=_limit(entry, "most_minutes_per_call", usual.most_minutes_per_call, 120),
        most_calls_per_number=_limit(entry, "most_calls_per_number", usual.most_calls_per_number, 1000),
    )


def _limit(entry: Entry, key: str, usual: int, most: int) -> int:
    return entry.integer(key, least=1, most=most) if entry.holds(key) else usual
