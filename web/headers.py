# SPDX-License-Identifier: EUPL-1.2
"""What goes with every page: what a browser may do with it, how long it may keep it, and its weight on the line."""

from __future__ import annotations

import gzip

from flask import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
GUARDS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""reliability.md D17 and D20; no page of ours runs a script, and none may be framed."""

FOR_EVER = "public, max-age=31536000, immutable"
"""For the stylesheet, whose name changes with its content."""

LEAST_WORTH_PACKING = 500
"""Bytes below which gzip saves less than one packet."""


def guard(response: Response) -> Response:
    """Add what every page carries; pages are never kept by a browser or a proxy unless they say so."""
    for name, value in GUARDS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def pack(response: Response, accepted: str) -> Response:
    """Send text gzipped where the browser says that it can read it (RFC 9110 §12.5.3)."""
    response.vary.add("Accept-Encoding")
    if "gzip" not in accepted.lower() or response.direct_passthrough or response.headers.get("Content-Encoding"):
        return response
    body = response.get_data()
    if (response.mimetype or "").startswith("text/") and len(body) >= LEAST_WORTH_PACKING:
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
