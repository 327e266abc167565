# SPDX-License-Identifier: EUPL-1.2
"""Every kind of error says what to do about it."""

import inspect

import pytest

from channels import errors
from channels.errors import SEND_ERRORS, LineBusy, NotAnswered, PhoneUnreachable, SendError, explained
from core.call_backs import Unanswered


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


UNANSWERED = {Unanswered.BUSY: LineBusy, Unanswered.NO_ANSWER: NotAnswered}


@pytest.mark.parametrize("why", Unanswered)
def test_why_nobody_was_reached_is_explained_as_a_store_keeps_it(why):
    assert explained(why.value) == UNANSWERED[why].for_staff


def test_a_telephone_that_is_engaged_or_rings_is_not_said_to_be_switched_off():
    told = {kind.for_staff for kind in (PhoneUnreachable, LineBusy, NotAnswered)}
    assert len(told) == 3
    assert [each for each in told if "ausgeschaltet" in each] == [PhoneUnreachable.for_staff]
