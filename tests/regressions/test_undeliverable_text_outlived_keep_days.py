"""A text that can't be delivered is deleted after KEEP_DAYS like any other."""

import time
from pathlib import Path

from transcription.expiry import DAY_S
from transcription.jobs import File, Request, Source
from transcription.storage.storage import Storage
from transcription.transcript import Segment, Transcript

HEARD = Transcript((Segment(0, 900, "Hello."),), "en", 0.97, 900, "base")


async def test_what_nobody_could_be_told_is_not_kept_for_ever(tmp_path: Path) -> None:
    """It stays for its time, in which Telegram may take it, and is then gone with its transcript."""
    async with Storage.open(tmp_path / "db") as storage:
        store = storage.jobs
        job, _ = await store.add(Request(Source("test", "1"), 7, File("f", "u"), "base", None, "en"))
        await store.finish(job.id, HEARD)
        now = time.time()
        assert await store.expire(now + 1, now - DAY_S) == 0
        assert await store.expire(now + 1, now + 1) == 1
        assert await store.transcript(job.id) is None
