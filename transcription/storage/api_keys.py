"""Keys of the HTTP API in SQLite: of each key's secret its hash only."""

import time
from dataclasses import dataclass
from sqlite3 import IntegrityError, Row

from transcription.storage.database import Database


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key; times are Unix seconds. `secret_hash` is SHA-256 of a secret of 256 random bits."""

    id: str
    name: str
    secret_hash: bytes
    scopes: frozenset[str]
    rate: str | None = None
    expires_at: float | None = None
    created_at: float = 0.0

    @property
    def is_expired(self) -> bool:
        """Whether it is good for nothing any more."""
        return self.expires_at is not None and self.expires_at <= time.time()


class ApiKeyStore:
    """The keys by their ids; a name is there once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, key: ApiKey) -> bool:
        """Write a key; False where there is one of that name."""
        values = (key.id, key.name, key.secret_hash, " ".join(sorted(key.scopes)), key.rate, key.expires_at)
        try:
            await self._db.rows("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, time.time()))
        except IntegrityError:
            return False
        return True

    async def find(self, key_id: str) -> ApiKey | None:
        """The key with this id, expired or not."""
        rows = await self._db.rows("SELECT * FROM api_keys WHERE id = ?", (key_id,))
        return _key(rows[0]) if rows else None

    async def all(self) -> list[ApiKey]:
        """All keys, in the order in which they were made."""
        keys = [_key(row) for row in await self._db.rows("SELECT * FROM api_keys", ())]
        return sorted(keys, key=lambda key: key.created_at)

    async def any(self) -> bool:
        """Whether there is a key at all."""
        return bool(await self._db.rows("SELECT 1 FROM api_keys LIMIT 1", ()))

    async def remove(self, name: str) -> bool:
        """Delete the key of that name; False where there is none."""
        return bool(await self._db.rows("DELETE FROM api_keys WHERE name = ? RETURNING id", (name,)))


def _key(row: Row) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        secret_hash=row["secret_hash"],
        scopes=frozenset(row["scopes"].split()),
        rate=row["rate"],
        expires_at=row["expires_at"],
        created_at=row["created_at"],
    )
