"""Who may use this program and how much, and invitations, in SQLite."""

import secrets
import time
from collections.abc import Collection
from sqlite3 import Row

from transcription.people import Access, Person
from transcription.storage.database import Database

MAX_ASKING = 500
"""People who may wait for an answer at once: strangers can't fill the disk."""


class PeopleStore:
    """People by their ids, who need not be there to be known; invitations by their secret codes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def get(self, user_id: int) -> Person:
        """What is known of a person."""
        rows = await self._db.rows("SELECT * FROM people WHERE user_id = ?", (user_id,))
        return _person(rows[0]) if rows else Person(user_id)

    async def accesses(self, ids: Collection[int]) -> set[Access]:
        """What was decided of these people."""
        sql = f"SELECT access FROM people WHERE user_id IN ({', '.join('?' * len(ids))}) AND access IS NOT NULL"
        return {Access(row["access"]) for row in await self._db.rows(sql, tuple(ids))}

    async def page(self, source: str, offset: int, limit: int) -> tuple[list[Person], int]:
        """Some of those of whom something was decided or of whom there are notes, and how many there are in all.

        Those who ask come first, those who may not use it last.
        """
        seen = "SELECT user_id FROM usage WHERE source = ? AND user_id IS NOT NULL"
        known = f"SELECT user_id FROM people WHERE access IS NOT NULL UNION {seen}"
        order = "CASE access WHEN 'asking' THEN 0 WHEN 'refused' THEN 2 WHEN 'banned' THEN 3 ELSE 1 END"
        rows = await self._db.rows(
            f"""SELECT user_id, access, minutes_per_day, locale, weekly_at, count(*) OVER () AS count
                FROM ({known}) LEFT JOIN people USING (user_id) ORDER BY {order}, user_id LIMIT ? OFFSET ?""",
            (source, limit, offset),
        )
        return [_person(row) for row in rows], rows[0]["count"] if rows else 0

    async def set_access(self, user_id: int, access: Access) -> None:
        """Keep what was decided."""
        await self._db.rows(
            """INSERT INTO people (user_id, access, changed_at) VALUES (?, ?, ?) ON CONFLICT (user_id)
               DO UPDATE SET access = excluded.access, changed_at = excluded.changed_at""",
            (user_id, access, time.time()),
        )

    async def decide(self, user_id: int, access: Access) -> bool:
        """Answer one who asks; False where nobody does, for another one has answered."""
        sql = "UPDATE people SET access = ?, changed_at = ? WHERE user_id = ? AND access = 'asking' RETURNING user_id"
        return bool(await self._db.rows(sql, (access, time.time(), user_id)))

    async def ask(self, user_id: int, locale: str) -> bool:
        """Write down that somebody asks to be let in; False where that was decided or asked, or too many wait."""
        rows = await self._db.rows(
            """INSERT INTO people (user_id, access, locale, changed_at) SELECT ?, 'asking', ?, ?
               WHERE (SELECT count(*) FROM people WHERE access = 'asking') < ?
               ON CONFLICT (user_id) DO UPDATE SET access = 'asking', locale = excluded.locale,
                   changed_at = excluded.changed_at WHERE access IS NULL RETURNING user_id""",
            (user_id, locale, time.time(), MAX_ASKING),
        )
        return bool(rows)

    async def set_minutes(self, user_id: int, minutes_per_day: int) -> None:
        """Keep how much of a day's recordings a person may have transcribed."""
        await self._db.rows(
            """INSERT INTO people (user_id, minutes_per_day, changed_at) VALUES (?, ?, ?) ON CONFLICT (user_id)
               DO UPDATE SET minutes_per_day = excluded.minutes_per_day, changed_at = excluded.changed_at""",
            (user_id, minutes_per_day, time.time()),
        )

    async def set_locale(self, user_id: int, locale: str) -> None:
        """Keep the language that a person is written to in."""
        await self._db.rows(
            """INSERT INTO people (user_id, locale, changed_at) VALUES (?, ?, ?)
               ON CONFLICT (user_id) DO UPDATE SET locale = excluded.locale""",
            (user_id, locale, time.time()),
        )

    async def set_weekly(self, user_id: int, due_at: float | None) -> None:
        """Keep when a person's next weekly note is due (Unix seconds); None is never."""
        await self._db.rows(
            """INSERT INTO people (user_id, weekly_at, changed_at) VALUES (?, ?, ?)
               ON CONFLICT (user_id) DO UPDATE SET weekly_at = excluded.weekly_at""",
            (user_id, due_at, time.time()),
        )

    async def invite(self, uses: int, expires_at: float) -> str:
        """The code of a new invitation; of old ones, those that have expired are deleted."""
        await self._db.rows("DELETE FROM invites WHERE expires_at < ?", (time.time(),))
        code = secrets.token_urlsafe(12)
        await self._db.rows("INSERT INTO invites VALUES (?, ?, ?)", (code, uses, expires_at))
        return code

    async def change_invite(self, code: str, uses: int, expires_at: float) -> bool:
        """Change for how many people and until when (Unix seconds) it is good; False where it is there no more."""
        sql = "UPDATE invites SET uses = ?, expires_at = ? WHERE code = ? RETURNING code"
        return bool(await self._db.rows(sql, (uses, expires_at, code)))

    async def withdraw_invite(self, code: str) -> None:
        """An invitation is good for nothing more."""
        await self._db.rows("DELETE FROM invites WHERE code = ?", (code,))

    async def use_invite(self, code: str, user_id: int, locale: str) -> bool:
        """Let a person in by an invitation, once; False where it is not good any more. Nobody is unbanned by one."""
        now = time.time()
        rows = await self._db.rows(
            """INSERT INTO people (user_id, access, locale, invite, changed_at) SELECT ?, 'allowed', ?, code, ?
               FROM invites WHERE code = ? AND expires_at > ?
                   AND uses > (SELECT count(*) FROM people WHERE people.invite = invites.code)
               ON CONFLICT (user_id) DO UPDATE SET access = 'allowed', locale = excluded.locale,
                   invite = excluded.invite, changed_at = excluded.changed_at
               WHERE access IS NOT 'banned' RETURNING user_id""",
            (user_id, locale, now, code, now),
        )
        return bool(rows)


def _person(row: Row) -> Person:
    access = row["access"]
    return Person(
        row["user_id"], Access(access) if access else None, row["minutes_per_day"], row["locale"], row["weekly_at"]
    )
