"""What was chosen and measured, in SQLite: chats' preferences, models' speeds, the model that `auto` stands for."""

from transcription.jobs import Preferences
from transcription.storage.database import Database


class SettingsStore:
    """Preferences by chat; speeds and the chosen model by machine."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def preferences(self, chat_id: int) -> Preferences:
        """What a chat chose."""
        sql = "SELECT model, language, prompt, speakers, mark_unsure, mode, locale FROM preferences WHERE chat_id = ?"
        rows = await self._db.rows(sql, (chat_id,))
        if not rows:
            return Preferences()
        return Preferences(**{**rows[0], "mark_unsure": bool(rows[0]["mark_unsure"])})

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        """Keep what a chat chose."""
        await self._db.rows(
            """INSERT OR REPLACE INTO preferences
                   (chat_id, model, language, prompt, speakers, mark_unsure, mode, locale)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                chat_id,
                preferences.model,
                preferences.language,
                preferences.prompt,
                preferences.speakers,
                preferences.mark_unsure,
                preferences.mode,
                preferences.locale,
            ),
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
