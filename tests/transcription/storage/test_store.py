"""What the store promises to a process that may be killed."""

import dataclasses
import itertools
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.errors import TooLong
from transcription.jobs import File, JobState, Origin, Preferences, Request
from transcription.storage.store import Store
from transcription.transcript import Segment, Transcript

TRANSCRIPT = Transcript((Segment(0, 900, "Привет."), Segment(900, 1500, "Как дела?")), "ru", 0.97, 1500, "base")
MESSAGES = itertools.count(1)


def request(user_id: int = 7, unique_id: str = "u1", **changes: object) -> Request:
    whole = Request(Origin("", user_id, next(MESSAGES)), user_id, File("f1", unique_id, 1000, 1.5), "base", None, "ru")
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "bot.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as store:
        yield store


async def test_the_same_message_is_one_job(store: Store) -> None:
    """An update that Telegram delivers twice gives the job that is there."""
    asked = request()
    first, new = await store.add(asked)
    second, again = await store.add(asked)
    assert (new, again) == (True, False)
    assert first == second
    assert first.request == asked


async def test_a_job_is_on_disk_when_add_returns(store: Store, path: Path) -> None:
    """Another connection, as after kill -9, sees the job without this one being closed."""
    job, _ = await store.add(request())
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT state FROM jobs WHERE id = ?", (job.id,)).fetchone() == ("queued",)


async def test_only_legal_transitions_happen(store: Store) -> None:
    """An ended job stays as it ended: a cancelled one can't be finished, a finished one can't fail."""
    cancelled, _ = await store.add(request())
    assert await store.transition(cancelled.id, JobState.CANCELLED)
    assert await store.finish(cancelled.id, TRANSCRIPT) is None
    assert await store.transcript(cancelled.id) is None
    done, _ = await store.add(request())
    assert await store.finish(done.id, TRANSCRIPT)
    assert await store.transition(done.id, JobState.FAILED, TooLong(limit_s=60)) is None
    assert await store.transcript(done.id) == TRANSCRIPT


async def test_a_failure_keeps_its_reason(store: Store) -> None:
    """The error's code and numbers survive, so the sentence can still be said after a restart."""
    job, _ = await store.add(request())
    await store.transition(job.id, JobState.FAILED, TooLong(limit_s=60))
    failed = await store.get(job.id)
    assert failed is not None
    assert (failed.error, failed.error_details) == ("too-long", {"limit_s": 60})


async def test_running_jobs_are_queued_again_at_start(path: Path) -> None:
    """What a killed process was working on is the next one's queue, in the order it came."""
    async with Store.open(path) as store:
        jobs = [(await store.add(request()))[0] for _ in range(3)]
        await store.transition(jobs[1].id, JobState.RUNNING)
        await store.finish(jobs[2].id, TRANSCRIPT)
    async with Store.open(path) as store:
        assert [job.id for job in await store.requeue()] == [jobs[0].id, jobs[1].id]
        assert [job.id for job in await store.undelivered()] == [job.id for job in jobs]


async def test_a_file_heard_before_is_found_only_for_the_same_wish(store: Store) -> None:
    """A forwarded note answers from the store, unless another model, language or list of words is asked for."""
    job, _ = await store.add(request())
    await store.finish(job.id, TRANSCRIPT)
    assert await store.find_cached(request(user_id=8)) == TRANSCRIPT
    assert await store.find_cached(request(model="small")) is None
    assert await store.find_cached(request(language="ru")) is None
    assert await store.find_cached(request(unique_id="u2")) is None
    assert await store.find_cached(request(prompt="Марья")) is None
    again, _ = await store.add(request(prompt="Марья"))
    await store.finish(again.id, TRANSCRIPT)
    assert await store.find_cached(request(prompt="Марья")) == TRANSCRIPT


async def test_forgetting_leaves_no_word_in_the_files(store: Store, path: Path) -> None:
    """After /forget, what one person said and listed is in neither the database nor its journal; others keep theirs."""
    await store.set_preferences(7, Preferences("small", "ru", "Марья"))
    mine, _ = await store.add(request(user_id=7))
    await store.finish(mine.id, TRANSCRIPT)
    await store.set_part(mine.id, 1, 55)
    other, _ = await store.add(request(user_id=8, unique_id="u2"))
    assert await store.forget(7) == 1
    assert await store.get(mine.id) is None
    assert await store.parts(mine.id) == {}
    assert await store.preferences(7) == Preferences()
    assert await store.get(other.id) == other
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not any(word.encode() in left for word in ("Привет", "Марья"))


async def test_old_transcripts_expire_only_when_delivered(store: Store) -> None:
    """KEEP_DAYS never deletes a text that its person has not got yet."""
    waiting, _ = await store.add(request())
    delivered, _ = await store.add(request(unique_id="u2"))
    for job in (waiting, delivered):
        await store.finish(job.id, TRANSCRIPT)
    await store.mark_delivered(delivered.id)
    assert await store.expire(delivered.created_at + 3600, delivered.created_at - 3600) == 1
    assert await store.get(waiting.id) is not None
