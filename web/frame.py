# SPDX-License-Identifier: EUPL-1.2
"""What surrounds every page: the town, the language and its direction, other languages, other ways to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from core.municipality import Municipality
from core.phrases import PhraseMissing, Phrases
from core.texts import Texts, fallbacks


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language, named in that language."""

    tag: str
    name: str
    href: str
    current: bool

    @property
    def lang(self) -> str:
        """The tag for `lang` on chrome; see `Frame.lang`."""
        return spoken_as(self.tag)


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to take part. `channel` names the phrase before the number ("web.way.<channel>")."""

    channel: str
    href: str
    shown: str


@dataclass(frozen=True, slots=True)
class Named:
    """A text of the town in the language it was found in."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One page's surroundings. `rest` is the path behind the language, without a leading stroke."""

    town: Municipality
    language: str
    rest: str
    phrases: Phrases
    tags: tuple[str, ...]
    """The languages this page is offered in."""

    def say(self, key: str, **values: str | int) -> str:
        """A phrase in the page's language."""
        return self.phrases.text(key, self.language, **values)

    @property
    def lang(self) -> str:
        """`lang` of the html element: speech engines know "de" and stumble over "de-simple" (accessibility.md §4.1)."""
        return spoken_as(self.language)

    @property
    def direction(self) -> str:
        """Which way the language is written, as `dir` wants it: "ltr" or "rtl"."""
        return Locale.parse(self.lang).text_direction

    @property
    def path(self) -> str:
        """The path of this page."""
        return f"/{self.language}/{self.rest}"

    def to(self, rest: str) -> str:
        """The path of another page in the same language."""
        return f"/{self.language}/{quote(rest)}"

    @property
    def languages(self) -> tuple[LanguageLink, ...]:
        """This page in each of its languages."""
        return tuple(
            LanguageLink(tag, self.phrases.text("language.name", tag), f"/{tag}/{self.rest}", tag == self.language)
            for tag in self.tags
        )

    @property
    def office_link(self) -> str:
        """The town hall's number as a link."""
        return telephone_link(self.town.office.phone)

    def day(self, moment: datetime) -> str:
        """A moment's local date in words: "31. März 2027"."""
        return format_date(moment.astimezone(self.town.time_zone).date(), "long", locale=self.lang)

    def hour(self, moment: datetime) -> str:
        """A moment's local time: "18:00"."""
        return format_time(moment.astimezone(self.town.time_zone).time(), "short", locale=self.lang)

    def number(self, value: float) -> str:
        """A number with the decimal sign of the language: "2,9"."""
        return format_decimal(value, locale=self.lang)

    def channel(self, name: str) -> str:
        """What a channel is called; one without a phrase keeps its own name."""
        try:
            return self.say(f"web.channel.{name}")
        except PhraseMissing:
            return name

    def named(self, texts: Texts) -> Named:
        """A text of the town, with the language it was found in, so that a page can mark a foreign part."""
        found = next((tag for tag in fallbacks(self.language) if tag in texts.by_language), None)
        tag = found or next(iter(texts.by_language))
        return Named(texts.by_language[tag].text, tag)


def spoken_as(tag: str) -> str:
    """The primary language of a tag: "de" for "de-simple"."""
    return tag.partition("-")[0]


def telephone_link(number: str) -> str:
    """A number as the `tel:` address of RFC 3966."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


def ways(town: Municipality, keyword: str) -> tuple[Way, ...]:
    """Every other way that this town has switched on; `numbers` of town.toml decides."""
    makers = {"voice": _call, "sms": _text, "telegram": _chat}
    return tuple(make(town.numbers[name], keyword) for name, make in makers.items() if town.numbers.get(name))


def _call(number: str, keyword: str) -> Way:
    return Way("voice", telephone_link(number), readable(number))


def _text(number: str, keyword: str) -> Way:
    """RFC 5724, with the `body` that telephones understand."""
    return Way("sms", f"sms:{number}?body={quote(keyword)}", readable(number))


def _chat(bot: str, keyword: str) -> Way:
    name = bot.removeprefix("@")
    return Way("telegram", f"https://t.me/{quote(name)}?start={quote(keyword)}", f"@{name}")


@cache
def readable(number: str) -> str:
    """A number in E.164 as people write it: "02271 89123", a foreign one with its country code."""
    import phonenumbers

    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    home = read.country_code == 49
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(read, style))


def offered(town: Sequence[str], consultation: Sequence[str]) -> tuple[str, ...]:
    """The languages that both the town and the consultation have, in the town's order."""
    return tuple(tag for tag in town if tag in consultation)
