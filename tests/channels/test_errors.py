# SPDX-License-Identifier: EUPL-1.2
"""Every kind of error says what to do about it."""

import inspect

import pytest

from channels import errors
from channels.errors import SEND_ERRORS, SendError, explained


def test_every_kind_of_send_error_is_listed():
    defined = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, SendError)]
    assert {each for each in defined if each is not SendError} == set(SEND_ERRORS)


@pytest.mark.parametrize("kind", SEND_ERRORS)
def test_every_kind_stands_in_the_drawn_tree_with_whether_it_is_tried_again(kind):
    drawn = next(line for line in errors.__doc__.splitlines() if f"── {kind.__name__} " in line)
    assert drawn.endswith("again" if kind.retryable else "never")


@pytest.mark.parametrize("kind", SEND_ERRORS)
def test_every_kind_tells_staff_in_a_sentence_what_happened(kind):
    assert kind.for_staff.endswith(".")
    assert "ungültig" not in kind.for_staff.lower()
    assert explained(str(kind("30007"))) == kind.for_staff


def test_an_error_is_stored_as_its_kind_and_the_provider_s_code():
    assert [str(errors.Rejected("30007")), str(errors.Ambiguous())] == ["Rejected 30007", "Ambiguous"]


def test_a_stored_word_that_is_no_kind_has_no_explanation():
    assert explained("") == explained("Something else") == ""
