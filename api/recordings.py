"""Recordings that are kept for some days, to be transcribed when somebody asks."""

import asyncio

import structlog

from api.errors import not_found
from api.forms import Upload
from api.guard.caller import Caller
from api.uploads import Uploads
from transcription import Clock, File
from transcription.storage.recordings import Recording, RecordingStore

log = structlog.get_logger()

DAY_S = 86400.0
EVERY_S = 60.0


class Recordings:
    """Files that lie among the uploads, each seen by its own caller only; erased `keep_days` after they came.

    With `keep_days` 0 they are kept for a day: nobody could transcribe them otherwise.
    """

    def __init__(self, store: RecordingStore, uploads: Uploads, keep_days: float, clock: Clock | None = None) -> None:
        self._store = store
        self._uploads = uploads
        self._keep_s = (keep_days or 1.0) * DAY_S
        self._clock = clock or Clock()

    async def add(self, caller: Caller, upload: Upload) -> str:
        """Keep an upload; returns its id."""
        recording_id = upload.file.file_id
        await self._store.add(Recording(recording_id, caller.id, upload.sha256, upload.file.size_bytes or 0))
        self._uploads.take_over(recording_id)
        log.info("recording kept", bytes=upload.file.size_bytes, caller=caller.name)
        return recording_id

    async def copy(self, caller: Caller, recording_id: str) -> File:
        """A recording as a file for a task, to be released after `Tasks.submit`. Raises `ApiError` (404)."""
        recording = await self._find(caller, recording_id)
        file_id = await self._uploads.copy(recording.id)
        return File(file_id, recording.sha256, recording.size_bytes)

    async def delete(self, caller: Caller, recording_id: str) -> None:
        """Erase a recording. Raises `ApiError` (404)."""
        recording = await self._find(caller, recording_id)
        await self._store.remove(recording.id)
        await self._uploads.erase(recording.id)

    async def ids(self) -> list[str]:
        """Ids of all, which are the names of their files."""
        return await self._store.ids()

    async def run(self) -> None:
        """Erase what is old, every minute until cancelled."""
        while True:
            now = self._clock.believed()
            for recording_id in await self._store.expire(now - self._keep_s) if now else ():
                await self._uploads.erase(recording_id)
            await asyncio.sleep(EVERY_S)

    async def _find(self, caller: Caller, recording_id: str) -> Recording:
        recording = await self._store.find(recording_id)
        if recording is None or recording.owner != caller.id:
            raise not_found("recording")
        return recording
