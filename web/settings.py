# SPDX-License-Identifier: EUPL-1.2
"""What the pages need to know about where they are served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from web.statement import OWN_STATEMENT, AccessibilityStatement


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How this service is reached, and what a town may change about its pages.

    `public_url` is the address residents type, without a path ("https://mitmachen.bergheim.example").
    `trusted_proxies` is how many of our own proxies stand in front (0: `X-Forwarded-For` is ignored).
    `town_tokens` is a stylesheet of custom properties that a town puts over `static/tokens.css`.
    """

    public_url: str
    trusted_proxies: int = 0
    town_tokens: str = ""
    statement: AccessibilityStatement = OWN_STATEMENT

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser sends them in `Origin` (RFC 6454)."""
        address = urlsplit(self.public_url)
        return f"{address.scheme}://{address.netloc}".lower()

    @property
    def encrypted(self) -> bool:
        """Whether residents reach the pages over https."""
        return urlsplit(self.public_url).scheme == "https"


LARGEST_BODY = 64 * 1024
"""Bytes that one request may carry; the longest honest answer is below a tenth of it."""

CODE_LIVES = timedelta(days=14)
"""How long a resume code leads back to a draft: as long as the draft itself is kept."""

MOST_TRIES = 5
"""Wrong resume codes from one source within `TRIES_FORGOTTEN_AFTER`."""

TRIES_FORGOTTEN_AFTER = timedelta(minutes=15)
