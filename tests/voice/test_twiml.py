# SPDX-License-Identifier: EUPL-1.2
"""A menu as TwiML: what the provider's own library would write, and nothing that it does not know."""

import inspect
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import lower_camel
from twilio.twiml.voice_response import Dial, VoiceResponse

from core.people import Pace
from tests.channels.twilio_requests import PUBLIC_URL
from tests.voice.twilio_calls import OFFICE, OURS, STEP, EveryWord
from tests.voice.twiml_rules import ATTRIBUTES, read
from voice.menu import Connect, HangUp, Keypad, Menu, Pause, Recorder, Replay, Say
from voice.twiml import Line, busy, twiml

ROOT = Path(__file__).resolve().parents[2]

JA = Say("Für Ja", "de")
MENUS = {
    "one key": ((JA, Pause(0.7), Say("die Eins", "de")), Keypad()),
    "digits": ((JA,), Keypad(most=3, hash_passes=True)),
    "digits without patience": ((), Keypad(most=2, first_seconds=4)),
    "a recorder": ((Pause(0.5), JA), Recorder()),
    "a person": ((JA,), Connect(OFFICE, 25)),
    "an end": ((JA, Pause(2.0), Pause(1.2), Pause(0)), HangUp()),
    "a replay": ((Replay("9f/3a"), JA), Keypad()),
    "a missing clip": ((Say('fehlt <hier> & "da" \0', "de-simple"), JA), Keypad()),
    "a missing clip in another language": ((Say("fehlt", "uk"), Say("fehlt", "fr")), Keypad()),
    "nothing to hear": ((), HangUp()),
}
MISSING = ("fehlt", 'fehlt <hier> & "da" \0')


def rendered(sounds, then, step=STEP):
    menu = Menu(sounds, then, "BUS:late", "de", Pace.NORMAL)
    return twiml(menu, step.as_fields(), Line(PUBLIC_URL, OURS, EveryWord(MISSING)))


BACK = f"?{urlencode(STEP.as_fields())}"


def clip(verb, name):
    verb.play(f"{PUBLIC_URL}/voice/sound/{name}")


def in_gather(**how):
    response = VoiceResponse()
    action = f"{PUBLIC_URL}/voice/twilio/turn{BACK}"
    gather = response.gather(input="dtmf", action=action, method="POST", action_on_empty_result=True, **how)
    response.redirect(action, method="POST")
    return response, gather


def one_key():
    response, gather = in_gather(timeout=9, num_digits=1, finish_on_key="")
    for name in ("F%C3%BCr%20Ja.wav", "silence-700.wav", "die%20Eins.wav"):
        clip(gather, name)
    return response


def digits():
    response, gather = in_gather(timeout=4, finish_on_key="#")
    clip(gather, "F%C3%BCr%20Ja.wav")
    gather.pause(length=5)
    return response


def digits_without_patience():
    return in_gather(timeout=4, finish_on_key="#")[0]


def a_recorder():
    response, action = VoiceResponse(), f"{PUBLIC_URL}/voice/twilio/recorded{BACK}"
    for name in ("silence-500.wav", "F%C3%BCr%20Ja.wav", "beep.wav"):
        clip(response, name)
    response.record(
        action=action,
        method="POST",
        timeout=6,
        finish_on_key="#",
        max_length=120,
        play_beep=False,
        trim="do-not-trim",
        recording_status_callback=f"{PUBLIC_URL}/voice/twilio/recording-status",
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    response.redirect(action, method="POST")
    return response


def a_person():
    response = VoiceResponse()
    clip(response, "F%C3%BCr%20Ja.wav")
    dial = response.dial(action=f"{PUBLIC_URL}/voice/twilio/person{BACK}", method="POST", timeout=25, caller_id=OURS)
    dial.number(OFFICE)
    return response


def an_end():
    response = VoiceResponse()
    for name in ("F%C3%BCr%20Ja.wav", "silence-2000.wav"):
        clip(response, name)
    response.pause(length=2)
    response.hangup()
    return response


def a_replay():
    response, gather = in_gather(timeout=9, num_digits=1, finish_on_key="")
    gather.play(f"{PUBLIC_URL}/voice/recording/9f%2F3a")
    clip(gather, "F%C3%BCr%20Ja.wav")
    return response


def a_missing_clip():
    response, gather = in_gather(timeout=9, num_digits=1, finish_on_key="")
    gather.say('fehlt <hier> & "da"  ', language="de-DE")
    clip(gather, "F%C3%BCr%20Ja.wav")
    return response


def a_missing_clip_in_another_language():
    response, gather = in_gather(timeout=9, num_digits=1, finish_on_key="")
    gather.say("fehlt", language="uk-UA")
    gather.say("fehlt", language="fr")
    return response


def nothing_to_hear():
    response = VoiceResponse()
    response.hangup()
    return response


def same(xml):
    return ET.canonicalize(xml.partition("?>")[2])


@pytest.mark.parametrize("name", MENUS)
def test_every_menu_is_what_the_provider_s_own_library_would_write(name):
    assert same(rendered(*MENUS[name])) == same(globals()[name.replace(" ", "_")]().to_xml())


def test_a_refusal_is_what_the_provider_s_own_library_would_write():
    response = VoiceResponse()
    response.reject(reason="busy")
    assert same(busy()) == same(response.to_xml())


def known_to_library(verb):
    owner = Dial if verb == "Number" else VoiceResponse
    return {lower_camel(name) for name in inspect.signature(getattr(owner, verb.lower())).parameters}


@pytest.mark.parametrize("verb", ATTRIBUTES)
def test_the_rules_know_no_attribute_that_the_library_does_not(verb):
    assert ATTRIBUTES[verb] <= known_to_library(verb)


@pytest.mark.parametrize("name", MENUS)
def test_every_attribute_that_goes_out_is_one_that_the_library_knows(name):
    for verb in ET.fromstring(rendered(*MENUS[name]).encode()).iter():
        if verb.tag != "Response":
            assert set(verb.attrib) <= known_to_library(verb.tag)


class ByHash(EveryWord):
    """A shelf whose names are those of content, as on the real one."""

    def clips(self, text, language, pace):
        return None if text in self.missing else (sha256(text.encode("utf-8", "replace")).hexdigest() + ".wav",)


@given(st.lists(st.builds(Say, st.text(max_size=80), st.sampled_from(["de", "tr"])), max_size=4), st.booleans())
def test_every_menu_is_wellformed_whatever_is_said(sounds, missing):
    shelf = ByHash([sound.text for sound in sounds] if missing else ())
    body = twiml(Menu(tuple(sounds), Keypad(), "~menu", "de", Pace.SLOW), {}, Line(PUBLIC_URL, OURS, shelf))
    assert ET.fromstring(body.encode()).tag == "Response"


@pytest.mark.parametrize("pace", Pace)
def test_the_pace_of_the_menu_is_asked_of_the_shelf(pace):
    class ByPace:
        def clips(self, text, language, pace):
            return (f"{language}-{pace}.wav",)

    menu = Menu((JA,), HangUp(), "~menu", "de", pace)
    assert f"/de-{pace}.wav<" in twiml(menu, {}, Line(PUBLIC_URL, OURS, ByPace()))


def test_the_apology_that_is_hosted_elsewhere_can_be_followed():
    body = (ROOT / "deploy" / "twilio" / "fallback.xml").read_text("utf-8")
    verbs = read(body)
    assert [verb.tag for verb in verbs][-1] == "Hangup"
    assert {verb.tag for verb in verbs} == {"Say", "Pause", "Hangup"}
