"""The way of a note from submit to transcript, with the real store and ffmpeg, by tiny.en and by a second engine."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note
from tests.transcription.second_engine import assign
from transcription.asr.base import WindowInput
from transcription.errors import QueueFull
from transcription.jobs import JobState
from transcription.models.sizing import BATCHES, BatchLimits


@pytest.fixture(params=["whisper", "loudness"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine that the catalogue says tiny.en belongs to."""
    assign(monkeypatch, request.param, "tiny.en")
    return str(request.param)


@pytest.fixture
async def harness(
    engine: str, clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path
) -> AsyncIterator[ServiceHarness]:
    harness = ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir)
    yield harness
    await harness.close()


TEXTS = {"whisper": "exceedingly beautiful type", "loudness": "^(loud|quiet)( (loud|quiet)){6,8}$"}


async def test_a_note_becomes_its_words(harness: ServiceHarness, engine: str) -> None:
    """Real speech goes in, and what is said in it comes out, with its language and length."""
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_lj_0032")))
    assert view.job.state is JobState.DONE
    assert view.transcript
    assert re.search(TEXTS[engine], view.transcript.text.lower())
    assert view.transcript.language == "en"
    assert view.transcript.duration_ms == pytest.approx(7080, abs=50)


async def test_silence_has_no_text(harness: ServiceHarness) -> None:
    """Where nobody speaks nothing is invented."""
    service = await harness.open()
    views = [await harness.ended(await service.submit(note(clip))) for clip in ("silence_5s", "roomtone_10s")]
    assert [view.transcript.segments if view.transcript else None for view in views] == [(), ()]


async def test_a_forwarded_note_is_not_heard_twice(harness: ServiceHarness) -> None:
    """The second message with the same file has ended when submit returns, and nothing was fetched for it."""
    service = await harness.open()
    first = await harness.ended(await service.submit(note("en_sense_0930", unique_id="same")))
    second = await service.submit(note("en_sense_0930", user_id=8, unique_id="same"))
    assert second.state is JobState.DONE
    view = await service.view(second.id)
    assert view
    assert view.transcript == first.transcript
    assert harness.fetched == ["en_sense_0930"]


async def test_bad_files_fail_with_their_reason_and_work_goes_on(harness: ServiceHarness) -> None:
    """Too big and too long are refused unfetched, nonsense after a look; a good note behind them is heard."""
    service = await harness.open(max_duration_s=60.0)
    requests = [note("x"), note("x", size_bytes=21 << 20), note("x", duration_s=61), note("en_sense_0930")]
    ended = [await harness.ended(await service.submit(request)) for request in requests]
    assert [view.job.error for view in ended] == ["not-audio", "too-big", "too-long", None]
    assert harness.fetched == ["x", "en_sense_0930"]


async def test_the_queue_of_one_person_is_bounded(harness: ServiceHarness) -> None:
    """The note over the limit is refused, somebody else's is not, and a known one may come again."""
    harness.gate.clear()
    service = await harness.open(max_queued_per_user=2)
    kept = [note("en_sense_0930"), note("en_sense_0930")]
    for request in kept:
        await service.submit(request)
    with pytest.raises(QueueFull):
        await service.submit(note("en_sense_0930"))
    assert await service.submit(note("en_sense_0930", user_id=8))
    assert (await service.submit(kept[0])).request == kept[0]


async def test_cancelling_frees_the_place(harness: ServiceHarness) -> None:
    """A note that is waited for is cancelled at once; the next one takes its place and is heard."""
    harness.gate.clear()
    service = await harness.open()
    jobs = [await service.submit(note("en_long_lj1")) for _ in range(6)]
    await harness.until(jobs[0], lambda _: jobs[0].id in harness.active)
    assert await service.cancel(jobs[0].id)
    assert not await service.cancel(jobs[0].id)
    assert await service.cancel_conversation(jobs[1].request.source, 7) == 5
    harness.gate.set()
    assert (await harness.ended(await service.submit(note("en_sense_0930")))).job.state is JobState.DONE
    assert not harness.active


async def test_cancelling_stops_a_long_note_within_a_chunk(harness: ServiceHarness) -> None:
    """A note in the middle of its text stops, and its text so far was to be seen before."""
    go_on = harness.hold()
    service = await harness.open()
    job = await service.submit(note("en_long_lj1"))
    view = await harness.until(job, lambda view: bool(view.text))
    assert 0 < view.fraction < 1
    assert await service.cancel(job.id)
    go_on.set()
    assert (await harness.ended(job)).transcript is None


async def test_forgetting_while_running_leaves_nothing(harness: ServiceHarness) -> None:
    """/forget in the middle of a note ends it, and there is no view of it any more."""
    go_on = harness.hold()
    service = await harness.open()
    job = await service.submit(note("en_long_lj1"))
    await harness.until(job, lambda view: bool(view.text))
    assert await service.forget(7) == 1
    go_on.set()
    assert await service.view(job.id) is None


async def test_a_new_process_takes_up_the_old_ones_work(
    harness: ServiceHarness, clips: Mapping[str, Clip], models_dir: Path
) -> None:
    """What was queued or running when the process ended is heard by the next, and ended notes stay as they are."""
    harness.gate.clear()
    service = await harness.open()
    jobs = [await service.submit(note("en_sense_0930")) for _ in range(6)]
    await harness.until(jobs[0], lambda _: jobs[0].id in harness.active)
    await service.cancel(jobs[5].id)
    await harness.close()

    successor = ServiceHarness(clips, harness.path, models_dir)
    await successor.open()
    try:
        states = [(await successor.ended(job)).job.state for job in jobs]
    finally:
        await successor.close()
    assert states == [JobState.DONE] * 5 + [JobState.CANCELLED]


async def test_forgetting_a_note_as_it_is_taken_leaks_no_place(harness: ServiceHarness) -> None:
    """However soon after a note was sent its sender forgets it, there is still room for others' notes."""
    service = await harness.open()
    for steps in range(40):
        await service.submit(note("en_sense_0930", user_id=9))
        for _ in range(steps % 16):
            await asyncio.sleep(0)
        await service.forget(9)
    assert (await harness.ended(await service.submit(note("en_sense_0930")))).job.state is JobState.DONE


async def test_a_note_that_is_added_twice_is_heard_once(harness: ServiceHarness) -> None:
    """Whenever the second time is: Telegram may deliver an update again while its note is taken from the queue."""
    service = await harness.open()
    for steps in range(12):
        job = await service.submit(note("en_sense_0930"))
        for _ in range(steps):
            await asyncio.sleep(0)
        harness.worker.add(job)
        assert (await harness.ended(job)).job.state is JobState.DONE
    assert len(harness.fetched) == 12


async def test_hanging_files_of_one_person_stop_nobody_else(harness: ServiceHarness) -> None:
    """While every file of one person hangs, another's note is heard."""
    service = await harness.open()
    harness.hanging.add(9)
    for _ in range(10):
        await service.submit(note("en_sense_0930", user_id=9, duration_s=3))
    assert (await harness.ended(await service.submit(note("en_sense_0930", duration_s=3)))).job.state is JobState.DONE


async def test_a_note_that_is_on_disk_but_was_not_queued_is_queued(harness: ServiceHarness) -> None:
    """When a database error comes between writing a note down and queueing it, the second delivery queues it."""
    service = await harness.open()
    request = note("en_sense_0930")
    await harness.store.add(request)
    assert (await harness.ended(await service.submit(request))).job.state is JobState.DONE


async def test_a_gpu_that_fails_in_the_middle_of_a_note_leaves_it_to_the_cpu(
    harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is whole and said once; what was heard before the failure is not kept."""
    calls: list[int] = []

    def fail_once(_name: str, windows: Sequence[WindowInput]) -> None:
        calls.append(len(windows))
        if len(calls) == 2:
            raise RuntimeError("CUDA failed with error out of memory")

    harness.on_decode = fail_once
    monkeypatch.setitem(BATCHES, "cpu", BatchLimits(windows=1, audio_s=30.0))
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_long_lj1")))
    assert view.transcript
    assert len(calls) >= 2 + view.transcript.duration_ms / 20_000  # windows have 20 s at most
    starts = [segment.start_ms for segment in view.transcript.segments]
    assert starts == sorted(set(starts))


async def test_a_note_is_heard_with_the_owners_words_and_the_chats(harness: ServiceHarness) -> None:
    """The engine gets INITIAL_PROMPT and what the note's chat listed, and nothing of another chat's."""
    prompts: list[str] = []
    harness.on_decode = lambda _name, windows: prompts.extend(window.initial_prompt for window in windows)
    harness.prompt = "Stenobot."
    service = await harness.open()
    for user_id, words in ((7, "Grafana, Marja"), (8, None)):
        request = replace(note("en_sense_0930", user_id), prompt=words)
        await harness.ended(await service.submit(request))
    assert prompts == ["Stenobot. Grafana, Marja", "Stenobot."]
