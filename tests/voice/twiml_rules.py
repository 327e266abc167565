# SPDX-License-Identifier: EUPL-1.2
"""What may stand in TwiML (twilio.com/docs/voice/twiml): verbs, attributes, values. Knows nothing of our handler."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

LONGEST_SAY = 4096
LARGEST_DOCUMENT = 64_000
METHODS = {"POST", "GET"}
KEYS = set("0123456789*#")

_RECORDED = {"recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent"}
ATTRIBUTES: Mapping[str, set[str]] = {
    "Gather": {
        *("input", "action", "method", "timeout", "speechTimeout", "maxSpeechTime", "profanityFilter", "finishOnKey"),
        *("numDigits", "partialResultCallback", "partialResultCallbackMethod", "language", "hints", "bargeIn", "debug"),
        *("actionOnEmptyResult", "speechModel", "enhanced"),
    },
    "Say": {"voice", "loop", "language"},
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Record": {
        *("action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "transcribe"),
        *("transcribeCallback", "recordingConfigurationId"),
        *_RECORDED,
    },
    "Dial": {
        *("action", "method", "timeout", "hangupOnStar", "timeLimit", "callerId", "record", "trim", "answerOnBridge"),
        *("ringTone", "sequential", "referUrl", "referMethod", "recordingTrack"),
        *_RECORDED,
    },
    "Number": {"url", "method", "sendDigits", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"},
    "Redirect": {"method"},
    "Reject": {"reason"},
    "Hangup": set(),
}
"""What each verb knows, from the signatures of the provider's own library 9.13."""
INSIDE: Mapping[str, set[str]] = {"Gather": {"Say", "Play", "Pause"}, "Dial": {"Number"}}
"""Which verbs stand in which."""
HAS_TEXT = {"Say", "Play", "Number", "Redirect"}
LIMITS: Mapping[tuple[str, str], range] = {
    ("Gather", "timeout"): range(1, 601),
    ("Gather", "numDigits"): range(1, 1000),
    ("Record", "timeout"): range(1, 601),
    ("Record", "maxLength"): range(1, 14_401),
    ("Dial", "timeout"): range(1, 601),
    ("Dial", "timeLimit"): range(1, 14_401),
    ("Pause", "length"): range(1, 601),
}
CHOICES: Mapping[tuple[str, str], set[str]] = {
    ("Record", "playBeep"): {"true", "false"},
    ("Record", "trim"): {"trim-silence", "do-not-trim"},
    ("Gather", "actionOnEmptyResult"): {"true", "false"},
    ("Gather", "input"): {"dtmf", "speech", "dtmf speech"},
    ("Gather", "finishOnKey"): {"", *KEYS},
    ("Reject", "reason"): {"rejected", "busy"},
}


def read(body: str) -> list[ET.Element]:
    """The verbs of a document. AssertionError for anything that the rules do not know."""
    assert len(body.encode()) <= LARGEST_DOCUMENT
    if not body:
        return []
    root = ET.fromstring(body.encode())
    assert root.tag == "Response"
    assert not root.attrib
    assert not (root.text or "").strip()
    for verb in root:
        check(verb, set(ATTRIBUTES) - {"Number"})
    return list(root)


def check(verb: ET.Element, allowed: set[str]) -> None:
    """AssertionError for an unknown verb, attribute, value or child."""
    assert verb.tag in allowed, f"<{verb.tag}> is unknown here"
    assert set(verb.attrib) <= ATTRIBUTES[verb.tag], f"<{verb.tag}> has no {set(verb.attrib) - ATTRIBUTES[verb.tag]}"
    for name, value in verb.attrib.items():
        check_value(verb.tag, name, value)
    text = (verb.text or "").strip()
    assert bool(text) <= (verb.tag in HAS_TEXT or verb.tag == "Dial"), f"<{verb.tag}> holds text"
    assert text or verb.tag not in HAS_TEXT, f"<{verb.tag}> is empty"
    assert len(text) <= LONGEST_SAY
    assert verb.tag != "Play" or urlsplit(text).scheme in {"http", "https"}
    for inner in verb:
        check(inner, INSIDE.get(verb.tag, set()))


def check_value(verb: str, name: str, value: str) -> None:
    """AssertionError for a value that the attribute does not take."""
    if name.lower().endswith("method"):
        assert value in METHODS, f"{verb} {name}={value}"
    if (verb, name) in LIMITS:
        assert value.isdecimal(), f"{verb} {name}={value}"
        assert int(value) in LIMITS[verb, name], f"{verb} {name}={value}"
    if (verb, name) in CHOICES:
        assert value in CHOICES[verb, name], f"{verb} {name}={value}"
    if verb == "Record" and name == "finishOnKey":
        assert set(value) <= KEYS
