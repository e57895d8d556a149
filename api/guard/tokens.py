"""JSON Web Tokens of a program that signs people in: signature, issuer, audience and expiry."""

import hashlib
from dataclasses import dataclass, field

import jwt

from api.guard.caller import Caller, Scope

LEEWAY_S = 30.0
"""By which the issuer's clock may differ."""
MIN_SECRET_BYTES = 32
"""Of a shared secret for HS256, as RFC 7518 wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Checks tokens with one key by one algorithm, whatever a token says of itself."""

    key: str = field(repr=False)
    algorithm: str
    issuer: str | None = None
    audience: str | None = None

    def caller_of(self, token: str) -> Caller | None:
        """Whose token it is, by its subject; None for one that is not good. `scope` says what it may be used for."""
        try:
            claims = jwt.decode(
                token,
                self.key,
                algorithms=[self.algorithm],
                issuer=self.issuer,
                audience=self.audience,
                leeway=LEEWAY_S,
                options={"require": ["exp", "sub"], "verify_aud": self.audience is not None},
            )
        except jwt.InvalidTokenError:
            return None
        subject, scope = str(claims["sub"]), str(claims.get("scope", Scope.TRANSCRIBE))
        scopes = frozenset(each for each in Scope if each in scope.split())
        name = hashlib.sha256(subject.encode()).hexdigest()[:8]  # it is in the log, and a subject may be an address
        return Caller(f"jwt:{claims.get('iss', '')}:{subject}", f"jwt-{name}", scopes)
