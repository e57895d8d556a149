"""Long notes took all places and waited there for one another, and a short one beside them waited for minutes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from tests.transcription.harness import ServiceHarness, note
from transcription.audio.ffmpeg import DecodeLimits, Samples, as_floats, decode
from transcription.audio.file_samples import FileSamples
from transcription.audio.spool import Spool
from transcription.job_queue import JobQueue
from transcription.jobs import JobState
from transcription.queue_positions import QueuePositions
from transcription.scheduler import Scheduler, Ticket


async def test_long_notes_take_one_place(harness: ServiceHarness) -> None:
    """Of two people's eight long ones one is in hand, the rest are passed over, and a third person's is heard."""
    service = await harness.open()
    harness.hanging |= {8, 9}
    long = [await service.submit(note("x", user_id, duration_s=1200)) for user_id in (8, 9) * 4]
    for user_id in range(20, 30):
        assert (await harness.ended(await service.submit(note("en_sense_0930", user_id)))).job.state is JobState.DONE
    assert [job.id for job in long if job.id in harness.active] == [long[0].id]


async def test_what_turns_out_long_waits_for_its_turn(harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was said of them: the second one's place is free until the first is done, and its try does not count."""
    monkeypatch.setattr("transcription.active_jobs.LONG_S", 5.0)
    may_end, kept = asyncio.Event(), []

    async def decode_and_wait(*args: Any) -> Samples:
        samples = await decode(*args)
        if len(samples) > 5 * 16_000:
            kept.append(len(samples))
            await may_end.wait()
        return samples

    monkeypatch.setattr("transcription.transcriber.decode", decode_and_wait)
    service = await harness.open()
    liars = [await service.submit(note("en_long_lj1", user_id, duration_s=1)) for user_id in (7, 8, 9)]
    assert (await harness.ended(await service.submit(note("en_sense_0930", 10)))).job.state is JobState.DONE
    await harness.until(liars[2], lambda _: len(harness.active) == 1)
    views = [await service.view(job.id) for job in liars]
    assert sorted(view.job.attempts for view in views if view) == [0, 0, 1]
    assert len(kept) == 1
    may_end.set()
    assert [(await harness.ended(job)).job.state for job in liars] == [JobState.DONE] * 3


def test_a_heavy_note_is_passed_over_while_another_is_in_hand() -> None:
    """It keeps its rank for later."""
    scheduler = Scheduler()
    for number, is_heavy in enumerate((True, False)):
        scheduler.add(Ticket(number, number, 1.0 + number, 0.0, is_heavy))
    first = scheduler.next(heavy=False)
    assert first
    assert [first.job_id, *[ticket.job_id for _, ticket in scheduler.order()]] == [1, 0]


@pytest.mark.parametrize(
    ("heavy_s", "order"), [(0.0, list(range(10))), (20.0, [1, 2, 3, 4, 5, 6, 0, 7, 8, 9])], ids=["its turn", "later"]
)
def test_places_are_told_as_they_will_be_taken(heavy_s: float, order: list[int]) -> None:
    """Short notes overtake a long one as long as another is heard, and then its turn comes."""
    queue = JobQueue(lambda: None)
    queue.add(Ticket(0, 0, 10.0, 0.0, is_heavy=True))
    for number in range(1, 10):
        queue.add(Ticket(number, number, 10.0, 1.0))
    places = QueuePositions(queue, in_hand_s=lambda: (20.0, heavy_s), workers=lambda: 2, on_change=lambda _job_id: None)
    places.invalidate()
    expected = {job_id: (place, (20.0 + 10.0 * place) / 2) for place, job_id in enumerate(order, 1)}
    assert {number: places.of(number) for number in range(10)} == expected


async def test_long_audio_lies_in_a_file(clips: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the same, part by part, nothing is to be seen of it in the folder, and nothing is left behind."""
    voice = clips["en_long_lj1"].voice

    async def chunks() -> AsyncIterator[bytes]:
        yield voice

    monkeypatch.setattr("transcription.audio.ffmpeg.IN_MEMORY_S", 1000.0)
    short = await decode(chunks(), DecodeLimits())
    monkeypatch.setattr("transcription.audio.ffmpeg.IN_MEMORY_S", 1.0)
    long = await decode(chunks(), DecodeLimits(folder=tmp_path))
    assert isinstance(long, FileSamples)
    assert not isinstance(short, FileSamples)
    assert len(long) == len(short)
    assert np.array_equal(as_floats(long), as_floats(short))
    assert np.array_equal(long[20_000:50_000][10_000:90_000], short[30_000:50_000])
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk_costs_no_note(harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """While there is no room for a long one it is queued, and it is heard once there is."""
    monkeypatch.setattr("transcription.audio.ffmpeg.IN_MEMORY_S", 1.0)
    monkeypatch.setattr("transcription.job_queue.FIRST_PAUSE_S", 0.001)
    put, full = Spool._put, [OSError(28, "No space left on device")] * 3

    def put_if_there_is_room(spool: Spool, chunk: bytes) -> None:
        if full:
            raise full.pop()
        put(spool, chunk)

    monkeypatch.setattr(Spool, "_put", put_if_there_is_room)
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_sense_0930")))
    assert (view.job.state, view.job.attempts, full) == (JobState.DONE, 1, [])
