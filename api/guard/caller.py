"""Who calls the API."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

_FIRST_USER_ID = 1 << 60
"""Telegram's ids have 52 significant bits at most."""


class Scope(StrEnum):
    """What a key may be used for."""

    TRANSCRIBE = "transcribe"
    METRICS = "metrics"
    ADMIN = "admin"
    """Everything."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A key, a token's subject or, where no key is needed, anybody on this machine; `id` is unique among all."""

    id: str
    name: str
    scopes: frozenset[Scope] = frozenset({Scope.TRANSCRIBE})
    rate: str | None = None
    """The limit of its own on submissions, in the words of `RATE_LIMIT`."""

    @property
    def user_id(self) -> int:
        """Who it is in the words of a job."""
        digest = hashlib.sha256(self.id.encode()).digest()
        return _FIRST_USER_ID + int.from_bytes(digest[:7])

    def may(self, scope: Scope) -> bool:
        """Whether it may do what needs this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


ANYBODY = Caller("local", "local", frozenset(Scope))
"""Whoever reaches an API that needs no key."""
