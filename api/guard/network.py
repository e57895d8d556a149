"""From where requests may come: networks, and the names and origins by which a server without keys is reached."""

from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ApiError
from api.guard.authentication import Authenticator
from api.options import ApiOptions, is_loopback

_FOREIGN = frozenset({"cross-site", "same-site"})


class NetworkGuard:
    """ASGI middleware that refuses (403) what may not come in.

    A server that needs no key is reached by its own machine's names only, which defeats DNS rebinding, and by no page
    of another origin: otherwise any web page could use it through its reader's browser.
    """

    def __init__(self, app: ASGIApp, options: ApiOptions, authenticator: Authenticator) -> None:
        self._app = app
        self._options = options
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] in ("http", "websocket") and (refusal := await self._refusal(scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await ApiError(HTTPStatus.FORBIDDEN, "forbidden", refusal).response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> str | None:
        if self._options.allowed_ips and not is_within(scope.get("client"), self._options.allowed_ips):
            return "This address may not use the API."
        if await self._authenticator.has_keys():
            return None
        headers = Headers(scope=scope)
        host = headers.get("Host", "")
        origin, name = headers.get("Origin"), _name_of(host)
        # An open server has names that it does not know; a page that was rebound to it has one, and never an address.
        is_expected = is_loopback(name) or (self._options.is_open and (origin is None or _is_address(name)))
        if not is_expected:
            return "Without keys this server answers to names of its own machine only."
        if origin is not None and origin not in self._options.cors_origins and urlsplit(origin).netloc != host:
            return "Without keys this server refuses pages of other origins."
        if origin is None and headers.get("Sec-Fetch-Site") in _FOREIGN and headers.get("Sec-Fetch-Mode") != "navigate":
            return "Without keys this server refuses pages of other sites."
        return None


def is_within(client: tuple[str, int] | None, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether a client's address is in one of the networks."""
    try:
        address = ip_address(client[0] if client else "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
