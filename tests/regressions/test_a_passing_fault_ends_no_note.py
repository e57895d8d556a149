"""A file that can't be fetched for a moment was lost for ever, or held a place while it was tried again."""

from collections.abc import AsyncIterator

import pytest

from tests.transcription.harness import ServiceHarness, note
from transcription.errors import FetchFailed, SourceUnavailable
from transcription.job_queue import JobQueue
from transcription.jobs import File, JobState


def fail(harness: ServiceHarness, *errors: FetchFailed) -> list[str]:
    """Have the first files that are asked for fail like this; returns the states of the jobs that asked."""
    states: list[str] = []
    left, fetch = list(errors), harness.fetch

    async def failing(file: File) -> AsyncIterator[bytes]:
        asking = [job_id for job_id, work in harness.active.items() if work.job.request.file == file]
        job = await harness.store.get(asking[0])
        assert job
        states.append(job.state)
        if left:
            raise left.pop(0)
        async for chunk in fetch(file):
            yield chunk

    harness.fetch = failing  # type: ignore[method-assign]
    return states


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcription.job_queue.FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr("transcription.job_queue.MAX_PAUSE_S", 0.001)
    monkeypatch.setattr("transcription.job_queue.REFUSED_PAUSE_S", 0.001)


async def test_a_fetch_that_fails_is_tried_again_and_the_note_stays_queued(harness: ServiceHarness) -> None:
    """However often it fails within ten minutes, the note is queued until its file is here, and then heard."""
    states = fail(harness, *[FetchFailed()] * 12)
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_sense_0930")))
    assert (view.job.state, view.job.attempts) == (JobState.DONE, 1)
    assert states == [JobState.QUEUED] * 13


async def test_ten_minutes_of_failures_end_it(harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what has failed for so long is given up, and said so."""
    monkeypatch.setattr("transcription.job_queue.RETRY_FOR_S", 0.0)
    fail(harness, FetchFailed(), FetchFailed())
    service = await harness.open()
    assert (await harness.ended(await service.submit(note("en_sense_0930")))).job.error == "fetch-failed"


async def test_a_source_that_refuses_us_costs_no_note(harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the token is refused notes stay queued, for as long as it takes, and then all are heard."""
    monkeypatch.setattr("transcription.job_queue.RETRY_FOR_S", 0.0)
    fail(harness, *[SourceUnavailable()] * 20)
    service = await harness.open()
    jobs = [await service.submit(note("en_sense_0930", user_id)) for user_id in (7, 8, 9)]
    assert [(await harness.ended(job)).job.state for job in jobs] == [JobState.DONE] * 3


async def test_what_waits_to_be_tried_again_holds_no_place(
    harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files are tried again, others' notes are heard at once, and a waiting note is cancelled at once."""
    monkeypatch.setattr("transcription.job_queue.FIRST_PAUSE_S", 3600.0)
    fail(harness, *[FetchFailed()] * 10)
    service = await harness.open()
    failing = [await service.submit(note("en_sense_0930", user_id)) for user_id in range(20, 30)]
    good = await service.submit(note("en_sense_0930"))
    assert (await harness.ended(good)).job.state is JobState.DONE
    views = [await service.view(job.id) for job in failing]
    assert [view.job.state for view in views if view and view.position] == [JobState.QUEUED] * 10
    assert await service.cancel(failing[0].id)
    assert failing[0].id not in harness.worker
    assert failing[1].id in harness.worker


def test_the_source_says_when_it_will_have_us_again() -> None:
    """A pause that it asks for is kept."""
    error = FetchFailed()
    error.retry_after_s = 40.0
    pause_s = JobQueue(lambda: None).pause_s(1, error)
    assert pause_s
    assert pause_s >= 40.0
