"""What every answer says to browsers, so that the page can do only what it is for."""

from typing import Final

from aiohttp import web

_POLICY: Final = {
    "default-src": "'self'",
    "img-src": "'self' blob:",
    "media-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}

_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in _POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""No Strict-Transport-Security: the server's own certificate is none that browsers know, and the plain port stays."""


def add_headers(answer: web.StreamResponse) -> None:
    """Add them to an answer; a route may have set stricter ones."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = "muca"  # not what it is made of
