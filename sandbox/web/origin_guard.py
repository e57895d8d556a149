"""Guard against cross-site requests and DNS rebinding, for a server on loopback."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.loopback import is_loopback

_FOREIGN = frozenset({"cross-site", "same-site"})

PAGE_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"),
            *("img-src 'self' blob: data:", "media-src 'self' blob:"),
            *("form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"),
        )
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def create_guard(host: str, page_path: str) -> Middleware:
    """A middleware for a server that listens on `host`.

    On loopback only loopback names are answered, which defeats DNS rebinding. Requests that a page of another origin
    makes are refused; following a link to `page_path` is not.
    """
    only_loopback = is_loopback(host)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = urlsplit(f"//{request.host}").hostname or ""
        if only_loopback and not is_loopback(name):
            raise web.HTTPForbidden(text="this server answers to loopback names only")
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="requests of other origins are refused")
        followed = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == page_path
        if request.headers.get("Sec-Fetch-Site") in _FOREIGN and not followed:
            raise web.HTTPForbidden(text="requests of other sites are refused")
        return await handler(request)

    return guard
