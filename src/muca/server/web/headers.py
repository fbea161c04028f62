"""Security headers of every response, which restrict what the page can do."""

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
"""No Strict-Transport-Security: browsers do not trust the server's own certificate, and the plain port stays open."""


def add_headers(answer: web.StreamResponse) -> None:
    """Add them to a response; a route may have set stricter ones."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["Server"] = "muca"  # without names of libraries and versions
