# SPDX-License-Identifier: EUPL-1.2
"""The resume code: typing errors are found, tries are limited, the secret is stored nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.service import Running
from web.codes import Found, LeadsNowhere, Mistyped, TriedTooOften, check_digit, leave_code, read_code, try_code
from web.settings import CODE_LIVES, MOST_TRIES, TRIES_FORGOTTEN_AFTER

nine_digits = st.text("0123456789", min_size=9, max_size=9)


def complete(digits: str) -> str:
    return digits + check_digit(digits)


def test_the_check_digit_is_that_of_the_published_example():
    assert check_digit("572") == "4"  # H. Michael Damm's own example


@given(nine_digits)
def test_a_complete_code_is_read_as_it_is(digits):
    assert read_code(complete(digits)) == complete(digits)


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_a_typing_error(digits, place, step):
    code = complete(digits)
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert read_code(wrong) is None


@given(nine_digits, st.integers(0, 8))
def test_two_digits_changed_about_are_a_typing_error(digits, place):
    code = complete(digits)
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_code(turned) == (code if turned == code else None)


@given(st.text())
def test_whatever_is_typed_gives_a_code_or_nothing(written):
    assert read_code(written) is None or len(read_code(written)) == 10


@pytest.mark.parametrize(
    "written",
    ["{0}", " {0} ", "{1} {2} {3}", "{1}-{2}-{3}", "{1}.{2}.{3}\n"],
    ids=["plain", "edges", "3-3-4", "-", "."],
)
def test_a_code_is_read_however_it_is_grouped(written):
    code = complete("123456789")
    assert read_code(written.format(code, code[:3], code[3:6], code[6:])) == code


def test_digits_of_other_scripts_are_digits():
    code = complete("123456789")
    arabic = "".join(chr(0x0660 + int(digit)) for digit in code)
    assert read_code(arabic) == code


# ---------------------------------------------------------------------------------------------- with a draft behind it


@pytest.fixture
def draft(town: Running) -> str:
    """The id of an address that has begun."""
    from tests.web.test_flow import begun

    browser = begun(town)
    secret = browser.client.get_cookie("mitwirkung").value
    from core.people import Address, AddressKind

    return town.parts.store.turns.meet(town.town.key, Address(AddressKind.WEB, secret)).person.address_id


def tried(town: Running, written: str, source: str = "203.0.113.7") -> object:
    return try_code(town.town.key, written, source, town.parts)


def nobodys(town: Running) -> str:
    return complete(town.parts.secrets.digits(9))


def test_a_code_leads_back_to_its_draft(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    assert isinstance(tried(town, code.grouped), Found)


def test_a_new_code_ends_the_one_before(town, draft):
    first, second = (leave_code(town.town.key, draft, town.parts) for _ in range(2))
    assert isinstance(tried(town, first.digits), LeadsNowhere)
    assert isinstance(tried(town, second.digits), Found)


def test_a_code_ends_after_fourteen_days(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    town.clock.move(CODE_LIVES - timedelta(minutes=1))
    assert isinstance(tried(town, code.digits), Found)
    town.clock.move(timedelta(minutes=2))
    assert isinstance(tried(town, code.digits), LeadsNowhere)


def test_after_five_wrong_codes_even_the_right_one_must_wait_a_quarter_of_an_hour(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    for _ in range(MOST_TRIES):
        assert isinstance(tried(town, nobodys(town)), LeadsNowhere)
    assert isinstance(tried(town, code.digits), TriedTooOften)
    town.clock.move(TRIES_FORGOTTEN_AFTER + timedelta(seconds=1))
    assert isinstance(tried(town, code.digits), Found)


def test_wrong_codes_of_one_source_do_not_stop_another(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    for _ in range(MOST_TRIES):
        tried(town, nobodys(town))
    assert isinstance(tried(town, code.digits, "198.51.100.4"), Found)


def test_a_slip_of_the_finger_is_no_try(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    slip = code.digits[:9] + str((int(code.digits[9]) + 1) % 10)
    for _ in range(3 * MOST_TRIES):
        assert isinstance(tried(town, slip), Mistyped)
    assert isinstance(tried(town, code.digits), Found)


def test_neither_code_nor_draft_shows_itself_in_a_traceback(town, draft):
    code = leave_code(town.town.key, draft, town.parts)
    assert code.digits not in repr(code)
    assert code.digits not in repr(tried(town, code.digits))
