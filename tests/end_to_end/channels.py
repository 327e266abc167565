# SPDX-License-Identifier: EUPL-1.2
"""One person on one channel: says something the way that channel says it, and hears what comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import ClassVar, Protocol
from xml.etree import ElementTree

from core.participation import take_turn
from core.people import Address, AddressKind
from core.turns import Prompt
from sms.console import shown, turn_of
from tests.channels.twilio_requests import NUMBER, signature_of
from tests.end_to_end.town import PUBLIC_URL, TOKEN, Town
from tests.voice.twiml_walker import Walker
from tests.web.service import Browser


class Heard(Protocol):
    """What came back: whether a sentence is in it can be asked."""

    def __contains__(self, said: str, /) -> bool: ...


class Sms:
    """A mobile phone, through the signed webhook."""

    def __init__(self, town: Town, number: str = "+4915112345678") -> None:
        self.town, self.number, self.sent = town, number, count(1)

    def says(self, text: str) -> str:
        return self.deliver(f"SM{int(self.number[3:]):016d}{next(self.sent):016d}", text)

    def deliver(self, sid: str, text: str) -> str:
        form = {"MessageSid": sid, "From": self.number, "To": NUMBER, "Body": text, "NumMedia": "0"}
        with self.town.client() as (_, client):
            answer = client.post("/sms/twilio", data=form, headers=signed("/sms/twilio", form))
        assert answer.status_code == 200, answer.status_code
        return "\n".join(part.text or "" for part in ElementTree.fromstring(answer.text).iter("Message"))

    def asked(self) -> str:
        return open_prompt(self.town, Address(AddressKind.PHONE, self.number))


def signed(path: str, form: dict[str, str]) -> dict[str, str]:
    """The header that proves a request to be Twilio's."""
    return {"X-Twilio-Signature": signature_of(PUBLIC_URL + path, list(form.items()), TOKEN)}


class Terminal:
    """`mitwirkung talk`: speaks like SMS, and is always a trial."""

    def __init__(self, town: Town) -> None:
        self.town, self.lines = town, count(1)

    def says(self, text: str) -> str:
        turn = turn_of(text, "golden", next(self.lines), "", self.town.clock)
        with self.town.running() as service:
            return shown(take_turn(turn, service.parts), service.parts.phrases)

    def asked(self) -> str:
        return open_prompt(self.town, Address(AddressKind.DESK, "golden"))


class Web:
    """A browser that keeps its cookie between visits; the check page is confirmed as soon as it appears."""

    COMMANDS: ClassVar = {"ZURÜCK": "Zurück", "WEITER": "Weiter"}

    def __init__(self, town: Town) -> None:
        self.town, self.cookie, self.page = town, None, None

    def says(self, text: str) -> str:
        with self.town.client() as (_, client):
            if self.cookie:
                client.set_cookie(self.cookie.key, self.cookie.value)
            browser = Browser(client, self.page)
            heard = self._say(browser, text) + browser.text
            if self.about(browser) == Prompt.CHECK:
                heard = browser.press("Absenden").text
            self.page = browser.answer
            self.cookie = next(iter(client._cookies.values()), self.cookie)
        return heard

    def _say(self, browser: Browser, text: str) -> str:
        """Do it on the page; gives what the start page had said before."""
        if self.page is None:
            start = browser.get(f"/de/{text}").text
            browser.press("Beginnen")
            return start
        if text in self.COMMANDS:
            browser.press(self.COMMANDS[text])
        else:
            browser.write(text)
        return ""

    @staticmethod
    def about(browser: Browser) -> str:
        """The prompt whose page this is: where its form goes, or (at the end) its own address."""
        goes_to = [form["action"].split("/") for form in browser.page.main.find_all("form")]
        prompts = [path[3] for path in goes_to if len(path) > 3]
        return prompts[0] if prompts else browser.path.rsplit("/", 1)[-1]

    def asked(self) -> str:
        return self.about(Browser(None, self.page))


class Telephone:
    """A telephone in a living room: what is written in a story is said in keys, whichever way the call takes."""

    KEYS: ClassVar = {"ja": "1", "vier": "4", "nein": "2"}
    PLACES: ClassVar = {"BUS": "1", "ZUKUNFT": "2"}

    def says(self, text: str) -> Heard:
        """Do what this means at a telephone; gives what is heard then. No call lasts for days: she calls anew."""
        word = text.split(" ", maxsplit=1)[0].rstrip(",").casefold()
        if self.has_been_away() and word.upper() not in self.PLACES:
            self._enter("")
        self.forget()
        if word.upper() in self.PLACES:
            self._enter(word.upper())
        elif text in self.WISHES:
            self.WISHES[text](self)
        elif text.isdigit() or word in self.KEYS:
            self.press(self.KEYS.get(word, text))
        else:
            self._speak()
        return self.heard()

    def _enter(self, keyword: str) -> None:
        """Call anew, in German, and choose this consultation, or go on where the call before it ended."""
        self.call()
        if self.asked() == Prompt.LANGUAGE:
            self.press("1")
        self.press("1")
        if self.asked() == Prompt.RECEPTION:
            self.press(self.PLACES[keyword])

    def has_been_away(self) -> bool:
        """Whether so much time has passed that the call must be over."""
        return False

    def _speak(self) -> None:
        self.press("1")
        self.speak()
        self.press("1")

    def _help(self, option: str) -> None:
        """Star and star again, then the key behind the option."""
        self.press("*")
        self.press("*")
        self.press(str(self.offered().index(option) + 1))

    WISHES: ClassVar = {
        "ZURÜCK": lambda self: self._help("back"),
        "LÖSCHEN": lambda self: self._help("delete"),
        "löschen": lambda self: self._help("delete"),
        "ÄNDERN": lambda self: self.press("2"),
        "WEITER": lambda self: self.press("2"),
    }

    # What a way of calling has to bring.

    def call(self) -> None:
        """Hang up if need be, and call."""
        raise NotImplementedError

    def press(self, keys: str) -> None:
        """Press keys, and let the next prompt begin."""
        raise NotImplementedError

    def speak(self) -> None:
        """Say something after the tone, and end it with "#"."""
        raise NotImplementedError

    def forget(self) -> None:
        """From now on only what is new was heard."""
        raise NotImplementedError

    def heard(self) -> Heard:
        """What was heard since."""
        raise NotImplementedError

    def asked(self) -> str:
        """The prompt that is open."""
        raise NotImplementedError

    def offered(self) -> tuple[str, ...]:
        """The keys of the options at this prompt, in order."""
        raise NotImplementedError


class Phone(Telephone):
    """Through the signed webhook.

    Without prepared sound Twilio would be asked to speak, so what is heard are the sentences themselves.
    """

    def __init__(self, town: Town, number: str = "+4915112345678") -> None:
        self.town, self.number = town, number
        self.walker = Walker(self._post, TOKEN, PUBLIC_URL, "+492271890000")
        self._seen = town.clock.now()

    def has_been_away(self) -> bool:
        before, self._seen = self._seen, self.town.clock.now()
        return self._seen - before > timedelta(hours=1)

    def _post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        with self.town.client() as (_, client):
            answer = client.post(path, data=form, headers=headers)
        return answer.status_code, answer.text

    def call(self) -> None:
        if not self.walker.is_over:
            self.walker.hang_up()
        self.walker.call(self.number)

    def press(self, keys: str) -> None:
        self.walker.press(keys)

    def speak(self) -> None:
        self.walker.speak(7)

    def forget(self) -> None:
        self.walker.all_heard.clear()

    def heard(self) -> str:
        return " ".join(self.walker.all_heard)

    def offered(self) -> tuple[str, ...]:
        with self.town.running() as service:
            address = Address(AddressKind.PHONE, self.number)
            return service.parts.store.turns.meet(service.town().key, address).conversation.offered

    def asked(self) -> str:
        return open_prompt(self.town, Address(AddressKind.PHONE, self.number))


def open_prompt(town: Town, address: Address) -> str:
    """The prompt that is open for this address, as it is stored."""
    with town.running() as service:
        meeting = service.parts.store.turns.meet(service.town().key, address)
    return meeting.conversation.asking if meeting else Prompt.RECEPTION


CHANNELS = {"sms": Sms, "terminal": Terminal, "web": Web, "voice": Phone}


def plain(text: str) -> str:
    """Without line breaks and typography, so that one story fits every channel."""
    return re.sub(r"\s+", " ", text)
