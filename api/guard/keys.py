"""Keys of programs: `sb_<id>_<secret>`, of which the store has the id and the secret's hash."""

import hashlib
import re
import secrets
from dataclasses import dataclass

_KEY = re.compile(r"sb_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """A key's id and its secret's hash. SHA-256 is enough: the secret has 256 random bits, and no one can guess it."""

    id: str
    secret_hash: bytes


def parse_key(key: str) -> ParsedKey | None:
    """A key's parts; None for what is no key of this kind."""
    match = _KEY.fullmatch(key)
    return ParsedKey(match[1], hashlib.sha256(match[2].encode()).digest()) if match else None


def create_key() -> str:
    """A new key, to be shown once."""
    return f"sb_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
