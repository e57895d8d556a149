"""Authentication: from a key or a token to its caller."""

import hashlib
import hmac
from http import HTTPStatus

from starlette.datastructures import Headers

from api.errors import ApiError
from api.guard.caller import ANYBODY, Caller, Scope
from api.guard.keys import parse_key
from api.guard.tokens import Tokens
from transcription.storage.api_keys import ApiKeyStore


class Authenticator:
    """Knows the owner's keys, those in the store and, if there are any, the issuer of tokens."""

    def __init__(self, own: tuple[str, ...], store: ApiKeyStore, tokens: Tokens | None = None) -> None:
        self._own = [hashlib.sha256(key.encode()).digest() for key in own]
        self._store = store
        self._tokens = tokens

    async def has_keys(self) -> bool:
        """Whether anybody can be told from others; as soon as there is a key, nobody is served without one."""
        return bool(self._own) or self._tokens is not None or await self._store.any()

    async def authenticate(self, secret: str | None) -> Caller:
        """Whose key it is. Raises `ApiError` (401) for none, or one that is unknown, expired or revoked."""
        if secret is not None and (caller := await self._find(secret)):
            return caller
        if secret is None and not await self.has_keys():
            return ANYBODY
        raise ApiError(
            HTTPStatus.UNAUTHORIZED,
            "unauthorized",
            "Send a valid key: Authorization: Bearer <key>, or X-API-Key.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    async def _find(self, secret: str) -> Caller | None:
        if caller := self._find_own(secret) or await self._find_stored(secret):
            return caller
        if self._tokens and (caller := self._tokens.caller_of(secret)):
            return caller
        return None if await self.has_keys() else ANYBODY  # a program that must send some key, where none is needed

    def _find_own(self, secret: str) -> Caller | None:
        given, found = hashlib.sha256(secret.encode()).digest(), None
        for digest in self._own:  # all of them, so that the time tells nothing
            if hmac.compare_digest(digest, given):
                found = Caller(f"own:{digest.hex()[:16]}", digest.hex()[:8], frozenset(Scope))
        return found

    async def _find_stored(self, secret: str) -> Caller | None:
        parsed = parse_key(secret)
        key = await self._store.find(parsed.id) if parsed else None
        if not parsed or not key or key.is_expired or not hmac.compare_digest(key.secret_hash, parsed.secret_hash):
            return None
        return Caller(f"key:{key.id}", key.name, frozenset(map(Scope, key.scopes)), key.rate)


def secret_of(headers: Headers) -> str | None:
    """The key that a request brings, if it does."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip()
    return headers.get("X-API-Key") or None
