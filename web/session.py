# SPDX-License-Identifier: EUPL-1.2
"""The draft of one person: a random secret that travels in a session cookie or, without cookies, in the form.

Nothing is set for reading. The first answer to a POST sets the cookie and carries the same secret in a hidden field;
whichever of the two comes back with the next POST shows how this browser works. A secret never stands in a URL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from werkzeug.wrappers import Response

from core.people import Address, AddressKind
from web.settings import WebSettings

HIDDEN_FIELD = "draft"


class Carrier(StrEnum):
    """What brought the secret."""

    COOKIE = "cookie"
    FORM = "form"
    NEW = "new"
    """Made or found by this very request; it is not known yet whether the browser takes cookies."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft's secret and what carried it here."""

    secret: str
    carrier: Carrier

    def __repr__(self) -> str:
        """Without the secret, so that no traceback carries it."""
        return f"Draft(…, {self.carrier.value})"

    @property
    def address(self) -> Address:
        """The draft as a place where somebody is reached."""
        return Address(AddressKind.WEB, self.secret)

    @property
    def hidden(self) -> str | None:
        """What the hidden field of the next form must hold; None where the cookie carries it."""
        return None if self.carrier is Carrier.COOKIE else self.secret


def draft_in(cookies: Mapping[str, str], form: Mapping[str, str], settings: WebSettings) -> Draft | None:
    """The draft this request belongs to; the cookie wins over the hidden field. Unreadable secrets are none."""
    carried = ((Carrier.COOKIE, cookies.get(cookie_name(settings))), (Carrier.FORM, form.get(HIDDEN_FIELD)))
    for carrier, secret in carried:
        if secret is not None and re.fullmatch(r"[0-9A-Za-z_-]{16,64}", secret):
            return Draft(secret, carrier)
    return None


def cookie_name(settings: WebSettings) -> str:
    """Under https with the prefix that binds a cookie to this very host (RFC 6265bis, "__Host-")."""
    return "__Host-mitwirkung" if settings.encrypted else "mitwirkung"


def keep(response: Response, draft: Draft, settings: WebSettings) -> None:
    """Give the browser the secret until it is closed."""
    response.set_cookie(
        cookie_name(settings), draft.secret, httponly=True, samesite="Lax", secure=settings.encrypted, path="/"
    )


def forget(response: Response, settings: WebSettings) -> None:
    """Make the browser forget the secret."""
    response.delete_cookie(cookie_name(settings), httponly=True, samesite="Lax", secure=settings.encrypted, path="/")
