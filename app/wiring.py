# SPDX-License-Identifier: EUPL-1.2
"""Where all parts are joined: the one place that knows every room.

`ADAPTERS` lists every provider there is. A new channel is its file and one line here.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from app.calendar import GermanHolidays
from app.catalogues import read_all_words, read_phrases
from app.clock import SystemClock
from app.config import Settings
from app.files import chosen, read_towns, using
from app.hearing import Hearing, shelf_in
from app.line_secret import line_secret
from app.metrics import Pulse, Responses
from app.phone_numbers import GermanNumbers
from channels.answering import Refusals
from channels.contract import AnswersInResponse, Reports, Sender
from channels.twilio import Signature, TwilioAccount
from core.administration import Acting
from core.commands import Command
from core.consultation import Consultation
from core.errors import ActNotPossible
from core.files.consultation import read_consultation
from core.municipality import Municipality
from core.participation import Parts
from core.ports import Towns
from core.understanding import LanguageWords, understand_command
from sms.twilio import TwilioSms, TwilioSmsSender
from storage import schema
from storage.engine import Database
from storage.keys import Keys
from storage.store import SqlStore
from voice import twiml
from voice.asterisk import AsteriskVoice
from voice.asterisk_calls import AsteriskAccess, AsteriskRecordings, AsteriskSender
from voice.recordings import RecordingSource
from voice.twilio import TwilioVoice
from voice.twilio_calls import TwilioVoiceSender

# ------------------------------------------------------------------------------------------------------- adapters


@dataclass(frozen=True, slots=True)
class Connected:
    """A provider that is joined: under which path it reaches us, and what it can do."""

    path: str
    channel: AnswersInResponse
    reports: Reports | None = None
    sender: Sender | None = None
    below: tuple[str, ...] = ()
    """Names of further paths below the first one that bring what people do ("turn" for /voice/twilio/turn).

    With "status" among them, the report on a call of ours is also its last step.
    """
    recordings: RecordingSource | None = None
    """Where this provider keeps what people have spoken."""
    provider: str = ""
    """The name under which it keeps them."""

    @property
    def name(self) -> str:
        """The channel's name in every row."""
        return self.channel.name


@dataclass(frozen=True, slots=True)
class Off:
    """A provider that is not joined, and why, in a sentence for the operator."""

    path: str
    why: str


def twilio_sms(settings: Settings, parts: Parts) -> Connected | Off:
    """Text messages through Twilio."""
    if settings.twilio_auth_token is None:
        return Off("/sms/twilio", "SMS ist aus: Ohne TWILIO_AUTH_TOKEN ist keine Nachricht als echt zu erkennen.")
    public_url = settings.public_url or ""
    signature = Signature([settings.twilio_auth_token], public_url)
    received = TwilioSms(signature, parts.phone_numbers, parts.clock, partial(_opts_out, parts.words))
    return Connected("/sms/twilio", received, received, _twilio_sender(settings, public_url))


def twilio_voice(settings: Settings, parts: Parts) -> Connected | Off:
    """Calls through Twilio."""
    if settings.twilio_auth_token is None:
        return Off(twiml.PATH, "Anrufe über Twilio sind aus: Ohne TWILIO_AUTH_TOKEN ist keiner als echt zu erkennen.")
    public_url = settings.public_url or ""
    signature = Signature([settings.twilio_auth_token], public_url)
    ready, shelf = partial(_recording_ready, parts), shelf_in(settings.folder)
    channel = TwilioVoice(signature, parts.phone_numbers, parts.clock, shelf, public_url, ready)
    account, sender = _twilio_account(settings), None
    if account and settings.twilio_number:
        sender = TwilioVoiceSender(account, settings.twilio_number, public_url)
    return Connected(twiml.PATH, channel, channel, sender, twiml.BELOW, account, "twilio")


def _recording_ready(parts: Parts, reference: str) -> None:
    """A recording can be fetched now; in which town it was spoken, its row knows."""
    for town in parts.towns.by_key:
        parts.store.recordings.ready(town, "twilio", reference, parts.clock.now())


def asterisk_voice(settings: Settings, parts: Parts) -> Connected | Off:
    """Calls through the town's own Asterisk, which `mitwirkung line` brings here."""
    path, url = "/voice/asterisk", settings.asterisk_ari_url
    if url is None and settings.line_secret is None:
        return Off(path, "Die eigene Telefonanlage ist aus: ASTERISK_ARI_URL ist nicht gesetzt.")
    channel = AsteriskVoice(line_secret(settings), parts.phone_numbers, parts.clock, shelf_in(settings.folder))
    if url is None:
        return Connected(path, channel, channel, provider="asterisk")
    access = AsteriskAccess(url, settings.asterisk_ari_user or "", settings.asterisk_ari_password or "")
    number = next(iter(parts.towns.by_key.values())).numbers.get("voice", "")
    sender = AsteriskSender(access, number) if number else None
    return Connected(path, channel, channel, sender, recordings=AsteriskRecordings(access), provider="asterisk")


def _opts_out(words: Mapping[str, LanguageWords], text: str) -> bool:
    """Whether a whole message is an opt-out in any language."""
    heard = (understand_command(text, each, whole_message_only=True) for each in words.values())
    return any(each is not None and each.command is Command.STOP for each in heard)


def _twilio_sender(settings: Settings, public_url: str) -> TwilioSmsSender | None:
    """Who sends what we start; None without an account: answering needs none."""
    account = _twilio_account(settings)
    if account is None or not settings.twilio_number:
        return None
    return TwilioSmsSender(account, settings.twilio_number, public_url)


def _twilio_account(settings: Settings) -> TwilioAccount | None:
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token
    return TwilioAccount(sid, token, api_base=settings.twilio_api_base) if sid and token else None


ADAPTERS: tuple[Callable[[Settings, Parts], Connected | Off], ...] = (twilio_sms, twilio_voice, asterisk_voice)
"""Every provider, in the order in which they are named to the operator."""


# ------------------------------------------------------------------------------------------------------- the service

WORKERS = 16
"""Slots of the tally: processes that count into different ones do not wait for each other."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything joined. `ending` is set when the process is asked to end."""

    settings: Settings
    parts: Parts
    connections: tuple[Connected | Off, ...]
    refusals: Refusals = field(default_factory=Refusals)
    responses: Responses = field(default_factory=Responses)
    pulse: Pulse = field(default_factory=Pulse)
    ending: threading.Event = field(default_factory=threading.Event)
    hearing: Hearing = field(default_factory=Hearing)
    began: float = field(default_factory=time.monotonic)

    @property
    def channels(self) -> tuple[Connected, ...]:
        """The providers that are joined."""
        return tuple(each for each in self.connections if isinstance(each, Connected))

    @property
    def running(self) -> frozenset[str]:
        """Channels and providers that are joined, as settings name them."""
        return frozenset(name for each in self.channels for name in (each.name, each.provider))

    @property
    def has_telephone(self) -> bool:
        """Whether anybody can call."""
        return any(each.name == "voice" for each in self.channels)

    @property
    def off(self) -> tuple[Off, ...]:
        """The providers that are not."""
        return tuple(each for each in self.connections if isinstance(each, Off))

    def town(self, key: str | None = None) -> Municipality:
        """The town of that key, or the only one. Raises `ActNotPossible`, naming those there are."""
        return chosen(self.parts.towns, key)

    def acting(self, actor: str, town: str | None = None) -> Acting:
        """Somebody acts for a town."""
        return Acting(actor, self.town(town), self.parts.store, self.parts.clock)


@contextmanager
def joined(settings: Settings) -> Iterator[Service]:
    """The service with everything open; closed again at the end of the block."""
    with using(settings.folder):
        towns = read_towns(settings.folder)
    with using(settings.keys_folder):
        keys = Keys.create_missing(settings.keys_folder)
    store = SqlStore(settings.database_url, keys, _reader(towns), worker=secrets.randbelow(WORKERS))
    try:
        _make_ready(store, towns)
        parts = Parts(
            store=store,
            clock=SystemClock(),
            secrets=keys,
            towns=towns,
            phrases=read_phrases(),
            words=read_all_words(),
            calendar=GermanHolidays(),
            phone_numbers=GermanNumbers(),
        )
        yield Service(settings, parts, tuple(adapter(settings, parts) for adapter in ADAPTERS))
    finally:
        store.close()


def bring_up_to_date(settings: Settings) -> None:
    """Change the database to what this program expects. Only one process may do that, so no short command does."""
    database = Database(settings.database_url)
    try:
        schema.migrate(database)
    finally:
        database.close()


def _make_ready(store: SqlStore, towns: Towns) -> None:
    """Make a new database; refuse one that does not fit this program, its keys or `town.toml`.

    Better not to start than to answer nobody: a stored consultation that cannot be read again would stop every turn.
    Raises `ActNotPossible`, `KeysNotUsable`, `FileNotAccepted`.
    """
    version = schema.version(store.database)
    if version is None:
        schema.migrate(store.database)
    elif version != schema.NEWEST:
        raise ActNotPossible("Die Datenbank gehört zu einer anderen Fassung dieses Programms: mitwirkung migrate")
    store.refuse_other_keys()
    for key in towns.by_key:
        store.consultations.all(key)


def _reader(towns: Towns) -> Callable[[str, str], Consultation]:
    """How the store reads a file text again that it has kept."""
    return lambda municipality, text: read_consultation(text, "gespeicherte Fassung", towns.by_key[municipality])
