"""The store's schema: steps in `schema/`, in the order of their numbers.

Add, never edit: users' databases have run the old ones.
"""

from pathlib import Path

import aiosqlite

STEPS = tuple(
    (step.stem, step.read_text(encoding="utf-8")) for step in sorted((Path(__file__).parent / "schema").glob("*.sql"))
)
"""Each by its name, with its statements."""


async def migrate(db: aiosqlite.Connection) -> None:
    """Bring the database up to the newest schema; each step is applied wholly or not at all."""
    await db.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    for name, sql in await missing_steps(db):
        await db.executescript(f"BEGIN; {sql} INSERT INTO migrations VALUES ('{name}'); COMMIT;")


async def missing_steps(db: aiosqlite.Connection) -> list[tuple[str, str]]:
    """The steps that the database has not seen yet."""
    async with db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'") as rows:
        if await rows.fetchone() is None:
            return list(STEPS)
    async with db.execute("SELECT name FROM migrations") as rows:
        applied = {name async for (name,) in rows}
    return [step for step in STEPS if step[0] not in applied]
