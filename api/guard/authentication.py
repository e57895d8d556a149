"""Authentication: from a key to its caller."""

import hashlib
import hmac
from http import HTTPStatus

from starlette.datastructures import Headers

from api.errors import ApiError
from api.guard.caller import ANYBODY, Caller, Scope
from api.options import ApiOptions


class Authenticator:
    """Knows the keys. `secret_of` is for calls with headers; a WebSocket's key comes as it can."""

    def __init__(self, options: ApiOptions) -> None:
        self._own = [hashlib.sha256(key.encode()).digest() for key in options.keys]

    @property
    def needs_key(self) -> bool:
        """Whether nobody is served without one."""
        return bool(self._own)

    async def authenticate(self, secret: str | None) -> Caller:
        """Whose key it is. Raises `ApiError` (401) for none, or one that is unknown, expired or revoked."""
        if secret is None and not self.needs_key:
            return ANYBODY
        if secret is not None and (caller := self._find_own(secret)):
            return caller
        raise ApiError(
            HTTPStatus.UNAUTHORIZED,
            "unauthorized",
            "Send a valid key: Authorization: Bearer <key>, or X-API-Key.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    def _find_own(self, secret: str) -> Caller | None:
        given, found = hashlib.sha256(secret.encode()).digest(), None
        for digest in self._own:  # all of them, so that the time tells nothing
            if hmac.compare_digest(digest, given):
                found = Caller(f"own:{digest.hex()[:16]}", digest.hex()[:8], frozenset(Scope))
        return found


def secret_of(headers: Headers) -> str | None:
    """The key that a request brings, if it does."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip()
    return headers.get("X-API-Key")
