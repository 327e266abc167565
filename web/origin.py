# SPDX-License-Identifier: EUPL-1.2
"""Where a request comes from: one of our own pages or somebody else's, and which remote address."""

from __future__ import annotations


def posted_from_here(fetch_site: str | None, told: str | None, origin: str) -> bool:
    """Whether a form may be believed to come from our own page (reliability.md D20).

    `Sec-Fetch-Site` decides where a browser sends it (Fetch Metadata, W3C). Else `Origin` must be ours. Text browsers
    send neither, and "null" stands for "not told" because our own `Referrer-Policy: no-referrer` makes browsers say so
    (Fetch standard, "append a request Origin header"); then SameSite and the hidden draft secret protect alone.
    """
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    return told is None or told.lower() in {"null", origin}


def source_of(remote: str | None, forwarded_for: str, trusted_proxies: int) -> str:
    """The address a request came from, as far as it can be trusted (reliability.md D3).

    Each proxy appends the address it heard from, so ours wrote the last `trusted_proxies` entries of the header; what
    stands further left was written by the sender and proves nothing.
    """
    heard = [each.strip() for each in forwarded_for.split(",") if each.strip()]
    if trusted_proxies and len(heard) >= trusted_proxies:
        return heard[-trusted_proxies]
    return remote or ""
