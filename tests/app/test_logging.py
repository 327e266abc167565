# SPDX-License-Identifier: EUPL-1.2
"""The log: readable, and without anything that names a person or opens a door."""

from __future__ import annotations

import io
import logging

import pytest

from app.logging import HELD_BACK, DiscreetFormatter, mask, set_up_logging

CANARIES = [
    "+4915112345678",
    "+49 151 1234-5678",
    "0151/12345678",
    "0049 151 12345678",
    "%2B4915112345678",
    "4915112345678",
    "123 456 7890",
    "123-456-7890",
    "12345678",
    "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
]
HARMLESS = [
    "turn SM0123456789abcdef0123456789abcdef answered",
    "took 12.5 ms at 2026-11-23T00:03:40.123+00:00 on 127.0.0.1:8000",
    "0123456789abcdef0123456789abcdef is released from 2026-11-01 until 2027-03-31",
    "HTTP 429, error 21610, try 3 of 5",
]


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter(["s3cret"]))
    logger = logging.getLogger("tests.log")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("around", ["{}", "to {}.", "('{}',)", "From={}&Body=x", "<{}>", "tel:{}"])
def test_e1_nothing_that_looks_like_a_number_or_a_code_passes(canary, around):
    assert canary not in mask(around.format(canary))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_helps_to_find_a_fault_passes(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "token=s3cret",
        'password: "s3cret"',
        "Authorization: Bearer s3cret",
        "postgresql://town:s3cret@db/x",
        "is s3cret",
    ],
)
def test_e2_no_secret_passes(text):
    assert "s3cret" not in mask(text, ["s3cret"] if text.startswith("is") else [])


def test_a_line_tells_time_level_logger_and_references(log):
    logger, stream = log
    logger.warning("answered in %d ms", 12, extra={"turn": "SM1", "consultation": "c1"})
    moment, rest = stream.getvalue().split(" ", 1)
    assert moment.endswith("+00:00")
    assert rest == "WARNING tests.log: answered in 12 ms turn=SM1 consultation=c1\n"


def fail_with(error: Exception, cause: Exception | None = None):
    raise error from cause


def test_e1_an_exception_is_told_by_type_and_place_and_not_by_its_message(log):
    logger, stream = log
    written, number = "weekend", "+4915112345678"
    try:
        fail_with(KeyError(number), cause=ValueError(written))
    except KeyError:
        logger.exception("a turn failed")
    told = stream.getvalue()
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert "in fail_with" in told
    assert written not in told
    assert number not in told


@pytest.mark.parametrize("name", HELD_BACK)
def test_e3_libraries_stay_quiet_even_when_everything_else_is_told(name):
    root = logging.getLogger()
    before = (root.level, root.handlers[:], logging.getLogger(name).level)
    try:
        set_up_logging([], level=logging.DEBUG)
        assert not logging.getLogger(f"{name}.inside").isEnabledFor(logging.INFO)
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        logging.getLogger(name).setLevel(before[2])
