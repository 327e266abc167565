# SPDX-License-Identifier: EUPL-1.2
"""Whose page a form came from, and from which address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.origin import posted_from_here, source_of

HERE = "https://mitmachen.example"

FROM_HERE = [
    {},
    {"Origin": HERE},
    {"Origin": HERE.upper()},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
    {"Sec-Fetch-Site": "none"},
]
FROM_ELSEWHERE = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://mitmachen.example"},
    {"Origin": HERE + ".elsewhere.example"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "something new"},
]


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_d20_a_form_of_ours_is_believed(headers):
    assert posted_from_here(headers.get("Sec-Fetch-Site"), headers.get("Origin"), HERE)


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_d20_a_form_of_another_site_is_refused(headers):
    assert not posted_from_here(headers.get("Sec-Fetch-Site"), headers.get("Origin"), HERE)


@given(st.text())
def test_d3_without_a_proxy_of_ours_no_header_changes_the_source(header):
    assert source_of("203.0.113.7", header, 0) == "203.0.113.7"


@given(st.text(st.characters(exclude_characters=",")))
def test_d3_what_a_sender_writes_stands_left_of_what_our_proxies_wrote(written):
    assert source_of("10.0.0.1", f"{written}, 203.0.113.7", 1) == "203.0.113.7"
    assert source_of("10.0.0.1", f"{written}, 203.0.113.7, 10.0.0.2", 2) == "203.0.113.7"


def test_d3_a_header_shorter_than_our_row_of_proxies_proves_nothing():
    assert source_of("10.0.0.1", "203.0.113.7", 2) == "10.0.0.1"
