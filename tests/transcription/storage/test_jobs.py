"""What storage promises to a process that may be killed."""

import dataclasses
import itertools
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from transcription.errors import TooLong
from transcription.jobs import File, JobState, Preferences, Request, Source
from transcription.storage.jobs import JobStore
from transcription.storage.storage import Storage
from transcription.task import TaskOptions
from transcription.transcript import Segment, Transcript

TRANSCRIPT = Transcript((Segment(0, 900, "Привет."), Segment(900, 1500, "Как дела?")), "ru", 0.97, 1500, "base")
MESSAGES = itertools.count(1)


def request(user_id: int = 7, unique_id: str = "u1", **changes: object) -> Request:
    source = Source("test", str(next(MESSAGES)), "here", "there")
    whole = Request(source, user_id, File("f1", unique_id, 1000, 1.5), "base", None, "ru")
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "bot.sqlite3"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[Storage]:
    async with Storage.open(path) as storage:
        yield storage


@pytest.fixture
def store(storage: Storage) -> JobStore:
    return storage.jobs


async def test_the_same_message_is_one_job(store: JobStore) -> None:
    """An update that Telegram delivers twice gives the job that is there."""
    asked = request()
    first, new = await store.add(asked)
    second, again = await store.add(asked)
    assert (new, again) == (True, False)
    assert first == second
    assert first.request == asked


async def test_a_job_is_on_disk_when_add_returns(store: JobStore, path: Path) -> None:
    """Another connection, as after kill -9, sees the job without this one being closed."""
    job, _ = await store.add(request())
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT state FROM jobs WHERE id = ?", (job.id,)).fetchone() == ("queued",)


async def test_only_legal_transitions_happen(store: JobStore) -> None:
    """An ended job stays as it ended: a cancelled one can't be finished, a finished one can't fail."""
    cancelled, _ = await store.add(request())
    assert await store.transition(cancelled.id, JobState.CANCELLED)
    assert await store.finish(cancelled.id, TRANSCRIPT) is None
    assert await store.transcript(cancelled.id) is None
    done, _ = await store.add(request())
    assert await store.finish(done.id, TRANSCRIPT)
    assert await store.transition(done.id, JobState.FAILED, TooLong(limit_s=60)) is None
    assert await store.transcript(done.id) == TRANSCRIPT


async def test_a_failure_keeps_its_reason(store: JobStore) -> None:
    """The error's code and numbers survive, so the sentence can still be said after a restart."""
    job, _ = await store.add(request())
    await store.transition(job.id, JobState.FAILED, TooLong(limit_s=60))
    failed = await store.get(job.id)
    assert failed is not None
    assert (failed.error, failed.error_details) == ("too-long", {"limit_s": 60})


async def test_running_jobs_are_queued_again_at_start(path: Path) -> None:
    """What a killed process was working on is the next one's queue, in the order it came, of each kind by itself."""
    async with Storage.open(path) as storage:
        store = storage.jobs
        jobs = [(await store.add(request()))[0] for _ in range(3)]
        await store.transition(jobs[1].id, JobState.RUNNING)
        await store.finish(jobs[2].id, TRANSCRIPT)
    async with Storage.open(path) as storage:
        assert await storage.jobs.requeue("another") == []
        assert (await storage.jobs.get(jobs[1].id)).state is JobState.RUNNING  # type: ignore[union-attr]
        assert [job.id for job in await storage.jobs.requeue("test")] == [jobs[0].id, jobs[1].id]
        assert await storage.jobs.undelivered("test") == [job.id for job in jobs]


async def test_a_file_heard_before_is_found_only_for_the_same_wish(store: JobStore) -> None:
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


async def test_a_text_is_in_its_readers_script(store: JobStore) -> None:
    """What was written in traditional characters for one is transcribed anew for another; Russian is one for all."""
    for unique_id, language in (("u1", "zh"), ("u2", "ru")):
        job, _ = await store.add(request(unique_id=unique_id, app_language="zh-hant"))
        await store.finish(job.id, dataclasses.replace(TRANSCRIPT, language=language))
    assert await store.find_cached(request(app_language="zh-hant"))
    assert await store.find_cached(request(app_language="zh-hans")) is None
    assert await store.find_cached(request(unique_id="u2", app_language="zh-hans"))


async def test_a_file_whose_language_chose_the_model_is_found(store: JobStore) -> None:
    """Whichever model that was; who asks for one model by its name gets no text by another."""
    best = TaskOptions(by_language=True)
    job, _ = await store.add(request(options=best, app_language="zh-hant"))
    await store.finish(job.id, dataclasses.replace(TRANSCRIPT, model="gigaam-v3"))
    found = await store.find_cached(request(options=best))
    assert found
    assert found.model == "gigaam-v3"
    assert await store.find_cached(request(options=best, model="small")) is None
    assert await store.find_cached(request()) is None
    assert job.request.app_language == "zh-hant"


async def test_each_kind_of_source_has_its_own(store: JobStore) -> None:
    """Keys, conversations and undelivered jobs of one kind are nobody else's, even where they read the same."""
    mine, others = request(), request()
    others = dataclasses.replace(others, source=dataclasses.replace(mine.source, kind="other"))
    (job, _), (other, new) = [await store.add(asked) for asked in (mine, others)]
    assert new
    assert await store.undelivered("other") == [other.id]
    assert await store.unfinished(7, mine.source) == [job]
    assert await store.unfinished(7) == [job, other]
    await store.finish(job.id, TRANSCRIPT)
    assert await store.dominant_language(mine.source) == "ru"
    assert await store.dominant_language(others.source) is None


async def test_messages_are_kept_until_their_chat_moves(storage: Storage) -> None:
    """The status is found by its number in its chat, a new one replaces it, and a forgotten job keeps none."""
    job, _ = await storage.jobs.add(request())
    deliveries = storage.deliveries
    assert await deliveries.chat_id(job.id) is None
    await deliveries.set_status_message(job.id, -5, 50)
    await deliveries.set_status_message(job.id, -5, 51)
    await deliveries.set_part(job.id, 1, 52)
    assert await deliveries.messages(job.id) == {0: 51, 1: 52}
    assert [await deliveries.find_job(-5, message_id) for message_id in (50, 51)] == [None, job.id]
    await deliveries.set_moved_chat(job.id, -1005)
    assert (await deliveries.chat_id(job.id), await deliveries.messages(job.id)) == (-1005, {})
    await storage.jobs.forget(7)
    await deliveries.set_status_message(job.id, -1005, 53)
    assert await deliveries.messages(job.id) == {}
    with pytest.raises(sqlite3.IntegrityError):
        await deliveries.set_part(job.id, 1, 54)


async def test_forgetting_leaves_no_word_in_the_files(storage: Storage, path: Path) -> None:
    """After /forget, what one person said and listed is in neither the database nor its journal; others keep theirs."""
    store = storage.jobs
    await storage.settings.change_preferences(7, {"model": "small", "language": "ru", "prompt": "Марья"})
    mine, _ = await store.add(request(user_id=7))
    await store.finish(mine.id, TRANSCRIPT)
    await storage.deliveries.set_status_message(mine.id, 7, 54)
    await storage.deliveries.set_part(mine.id, 1, 55)
    other, _ = await store.add(request(user_id=8, unique_id="u2"))
    await storage.settings.forget(7)
    assert await store.forget(7) == 1
    assert await store.get(mine.id) is None
    assert await storage.deliveries.messages(mine.id) == {}
    assert await storage.settings.preferences(7) == Preferences()
    assert await store.get(other.id) == other
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not any(word.encode() in left for word in ("Привет", "Марья"))


async def test_old_transcripts_expire_only_when_delivered(store: JobStore) -> None:
    """KEEP_DAYS never deletes a text that its person has not got yet."""
    waiting, _ = await store.add(request())
    delivered, _ = await store.add(request(unique_id="u2"))
    for job in (waiting, delivered):
        await store.finish(job.id, TRANSCRIPT)
    await store.mark_delivered(delivered.id)
    assert await store.expire(delivered.created_at + 3600, delivered.created_at - 3600) == 1
    assert await store.get(waiting.id) is not None
