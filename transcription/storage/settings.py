"""What was chosen and measured, in SQLite: chats' preferences, models' speeds, the model that `auto` stands for."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from transcription.jobs import Preferences
from transcription.storage.database import Database

CHOICES = tuple(field.name for field in fields(Preferences) if field.name != "by_language")
"""What a chat may choose, by the names of the columns."""
FLAGS = frozenset(name for name in CHOICES if isinstance(getattr(Preferences(), name), bool))


class SettingsStore:
    """Preferences by chat; speeds and the chosen model by machine."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def preferences(self, chat_id: int) -> Preferences:
        """What a chat chose."""
        rows = await self._db.rows(f"SELECT {', '.join(CHOICES)} FROM preferences WHERE chat_id = ?", (chat_id,))
        values: dict[str, Any] = dict(zip(CHOICES, rows[0], strict=True)) if rows else {}
        return Preferences(**values | {name: bool(values[name]) for name in FLAGS & values.keys()})

    async def change_preferences(self, chat_id: int, changes: Mapping[str, str | int | None]) -> None:
        """Keep some of what a chat chose; the rest stays, also what is being chosen at the same time."""
        await self._db.rows(
            f"""INSERT INTO preferences (chat_id, {", ".join(changes)}) VALUES (?{", ?" * len(changes)})
                ON CONFLICT (chat_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in changes)}""",
            (chat_id, *changes.values()),
        )

    async def forget(self, chat_id: int) -> None:
        """Delete what a chat chose; the journal may still hold it until it is emptied."""
        await self._db.rows("DELETE FROM preferences WHERE chat_id = ?", (chat_id,))

    async def speeds(self, machine: str) -> dict[str, float]:
        """Real-time factors (seconds of work per second of audio) that were measured on a machine, by model."""
        rows = await self._db.rows("SELECT model, rtf FROM speeds WHERE machine = ?", (machine,))
        return {row["model"]: row["rtf"] for row in rows}

    async def record_speed(self, machine: str, model: str, rtf: float) -> None:
        """Keep a model's real-time factor."""
        await self._db.rows("INSERT OR REPLACE INTO speeds VALUES (?, ?, ?)", (machine, model, rtf), durable=False)

    async def auto_model(self, machine: str) -> str | None:
        """The model that was chosen for a machine, if one was."""
        rows = await self._db.rows("SELECT model FROM chosen_models WHERE machine = ?", (machine,))
        return rows[0]["model"] if rows else None

    async def set_auto_model(self, machine: str, model: str) -> None:
        """Keep the model chosen for a machine."""
        await self._db.rows("INSERT OR REPLACE INTO chosen_models VALUES (?, ?)", (machine, model))
