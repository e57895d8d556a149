"""People, invitations and the minutes of a day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from transcription.jobs import File, JobState, Request, Source
from transcription.people import Access
from transcription.storage.storage import Storage
from transcription.transcript import Transcript


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(tmp_path / "db") as storage:
        yield storage


async def test_an_invitation_is_used_as_often_as_it_says(storage: Storage) -> None:
    """However many open it at once; one person counts once, and nobody is unbanned by it."""
    people = storage.people
    code = await people.invite(3, 9e9)
    await people.set_access(1, Access.BANNED)
    assert not await people.use_invite(code, 1, "en")
    let_in = await asyncio.gather(*(people.use_invite(code, user_id, "en") for user_id in range(10, 30)))
    assert sum(let_in) == 3
    expired = await people.invite(3, 1.0)
    assert not await people.use_invite(expired, 50, "en")


async def test_a_request_is_answered_once(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whichever admin is first; who was answered can't ask again, and strangers can't fill the disk."""
    people = storage.people
    monkeypatch.setattr("transcription.storage.people.MAX_ASKING", 2)
    assert [await people.ask(user_id, "ru") for user_id in (1, 1, 2, 3)] == [True, False, True, False]
    assert [await people.decide(1, access) for access in (Access.REFUSED, Access.ALLOWED)] == [True, False]
    assert (await people.get(1)).access is Access.REFUSED
    assert not await people.ask(1, "ru")
    assert await people.ask(3, "ru")


async def test_minutes_count_what_was_done_and_what_waits(storage: Storage) -> None:
    """Of this day and of this kind of source; they outlive the note, whose row in the statistics is nobody's then."""
    today, usage = datetime.now(UTC).astimezone().date(), storage.usage
    for number, source in enumerate(("telegram", "telegram", "api")):
        request = Request(Source(source, str(number)), 7, File("f", "u", None, 30.0), "base", None, "en")
        job, _ = await storage.jobs.add(request)
        if number != 1:
            await storage.jobs.finish(job.id, Transcript((), "en", 1.0, 60_000, "base"), 2.0)
        else:
            waiting = job.id
    assert await usage.used_s("telegram", 7, today) == 90
    assert await usage.used_s("telegram", 7, today - timedelta(days=1)) == 30
    await storage.jobs.transition(waiting, JobState.CANCELLED)
    await storage.jobs.forget(7)
    assert await usage.used_s("telegram", 7, today) == 60
    rows = await storage.database.rows("SELECT user_id, state, audio_s, work_s FROM usage ORDER BY job_id", ())
    assert [tuple(row) for row in rows] == [(None, "done", 60, 2), (None, "cancelled", 0, None), (None, "done", 60, 2)]
