"""The way of a note from submit to transcript, with the real store, ffmpeg and tiny.en."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Clip
from transcription.asr import whisper
from transcription.asr.base import DecodingResult, WindowInput
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import DecodeLimits
from transcription.errors import FetchFailed, QueueFull
from transcription.jobs import File, Job, JobState, Preferences, Request, Source
from transcription.models.registry import ModelOptions, ModelRegistry
from transcription.models.sizing import BATCHES, BatchLimits
from transcription.service import Service, ServiceOptions, View
from transcription.speed import SpeedEstimates
from transcription.storage.storage import Storage
from transcription.worker import TranscriberOptions, Worker

MESSAGES = itertools.count(1)


class House:
    """A service whose files are the clips, and a way to wait for what becomes of a job."""

    def __init__(self, clips: Mapping[str, Clip], path: Path, models_dir: Path) -> None:
        self.clips = clips
        self.path = path
        self.fetched: list[str] = []
        self.failures = 0
        self.prompt = ""
        self.refine_model: str | None = None
        self.hanging: set[int] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self._models_dir = models_dir
        self._news = asyncio.Condition()
        self._stack = AsyncExitStack()

    async def fetch(self, file: File) -> AsyncIterator[bytes]:
        await self.gate.wait()
        if file.unique_id in self.hanging_files():
            await asyncio.Event().wait()
        self.fetched.append(file.file_id)
        if self.failures:
            self.failures -= 1
            raise FetchFailed
        yield self.clips[file.file_id].voice if file.file_id in self.clips else b"no audio at all"

    def hanging_files(self) -> set[str]:
        jobs = [work.job.request for work in self.runner.active.values()]
        return {request.file.unique_id for request in jobs if request.user_id in self.hanging}

    async def open(self, **options: float) -> Service:
        self.storage = await self._stack.enter_async_context(Storage.open(self.path))
        self.store = self.storage.jobs
        models = ModelRegistry(
            ModelOptions(self._models_dir, 2, device="cpu", compute_type="int8", cpu_threads=1, num_workers=2),
            whisper.load,
        )
        self._stack.push_async_callback(models.aclose)
        speeds = await SpeedEstimates.load(self.storage.settings)
        limits = TranscriberOptions(
            decode=DecodeLimits(),
            max_file_bytes=20 << 20,
            beam_size=1,
            initial_prompt=self.prompt,
            refine_model=self.refine_model,
        )
        self.runner = Worker(
            store=self.store, models=models, pool=ThreadPool(2), speeds=speeds, fetch=self.fetch, options=limits
        )
        chosen = {
            "max_file_bytes": 20 << 20,
            "max_duration_s": 3600,
            "max_queued_per_user": 50,
            "keep_days": 30,
        } | options
        self.service = Service(
            store=self.store,
            settings=self.storage.settings,
            runner=self.runner,
            speeds=speeds,
            options=ServiceOptions(defaults=Preferences("tiny.en", None), **chosen),  # type: ignore[arg-type]
        )
        running = asyncio.create_task(self.service.run())
        self._stack.push_async_callback(self._end, running)
        return self.service

    async def close(self) -> None:
        await self._stack.aclose()

    async def _end(self, running: "asyncio.Task[None]") -> None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def until(self, job: Job, seen: Callable[[View], bool]) -> View:
        """The first view of a job that satisfies `seen`, asked for again whenever there is news of it."""
        news = asyncio.Event()
        self.service.subscribe(lambda job_id: news.set() if job_id == job.id else None, source="test")
        async with asyncio.timeout(60):
            while True:
                view = await self.service.view(job.id)
                if view and seen(view):
                    return view
                await news.wait()
                news.clear()

    async def ended(self, job: Job) -> View:
        return await self.until(job, lambda view: view.job.state.ended)


def note(clip: str, user_id: int = 7, unique_id: str | None = None, **file: float) -> Request:
    whole = File(clip, unique_id or f"u-{next(MESSAGES)}", **file)  # type: ignore[arg-type]
    return Request(Source("test", str(next(MESSAGES)), str(user_id)), user_id, whole, "tiny.en", None, "en")


@pytest.fixture
async def house(clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path) -> AsyncIterator[House]:
    house = House(clips, tmp_path / "bot.sqlite3", models_dir)
    yield house
    await house.close()


async def test_a_note_becomes_its_words(house: House) -> None:
    """Real speech goes in, and what is said in it comes out, with its language and length."""
    service = await house.open()
    view = await house.ended(await service.submit(note("en_lj_0032")))
    assert view.job.state is JobState.DONE
    assert view.transcript
    assert "exceedingly beautiful type" in view.transcript.text.lower()
    assert view.transcript.language == "en"
    assert view.transcript.duration_ms == pytest.approx(7080, abs=50)


async def test_silence_has_no_text(house: House) -> None:
    """Where nobody speaks nothing is invented."""
    service = await house.open()
    views = [await house.ended(await service.submit(note(clip))) for clip in ("silence_5s", "roomtone_10s")]
    assert [view.transcript.segments if view.transcript else None for view in views] == [(), ()]


async def test_a_forwarded_note_is_not_heard_twice(house: House) -> None:
    """The second message with the same file has ended when submit returns, and nothing was fetched for it."""
    service = await house.open()
    first = await house.ended(await service.submit(note("en_sense_0930", unique_id="same")))
    second = await service.submit(note("en_sense_0930", user_id=8, unique_id="same"))
    assert second.state is JobState.DONE
    view = await service.view(second.id)
    assert view
    assert view.transcript == first.transcript
    assert house.fetched == ["en_sense_0930"]


async def test_bad_files_fail_with_their_reason_and_work_goes_on(house: House) -> None:
    """Too big and too long are refused unfetched, nonsense after a look; a good note behind them is heard."""
    service = await house.open(max_duration_s=60.0)
    requests = [note("x"), note("x", size_bytes=21 << 20), note("x", duration_s=61), note("en_sense_0930")]
    ended = [await house.ended(await service.submit(request)) for request in requests]
    assert [view.job.error for view in ended] == ["not-audio", "too-big", "too-long", None]
    assert house.fetched == ["x", "en_sense_0930"]


async def test_the_queue_of_one_person_is_bounded(house: House) -> None:
    """The note over the limit is refused, somebody else's is not, and a known one may come again."""
    house.gate.clear()
    service = await house.open(max_queued_per_user=2)
    kept = [note("en_sense_0930"), note("en_sense_0930")]
    for request in kept:
        await service.submit(request)
    with pytest.raises(QueueFull):
        await service.submit(note("en_sense_0930"))
    assert await service.submit(note("en_sense_0930", user_id=8))
    assert (await service.submit(kept[0])).request == kept[0]


async def test_cancelling_frees_the_place(house: House) -> None:
    """A note that is waited for is cancelled at once; the next one takes its place and is heard."""
    house.gate.clear()
    service = await house.open()
    jobs = [await service.submit(note("en_long_lj1")) for _ in range(6)]
    await house.until(jobs[0], lambda _: jobs[0].id in house.runner.active)
    assert await service.cancel(jobs[0].id)
    assert not await service.cancel(jobs[0].id)
    assert await service.cancel_conversation(jobs[1].request.source, 7) == 5
    house.gate.set()
    assert (await house.ended(await service.submit(note("en_sense_0930")))).job.state is JobState.DONE
    assert not house.runner.active


async def test_cancelling_stops_a_long_note_within_a_chunk(house: House) -> None:
    """A note in the middle of its text stops, and its text so far was to be seen before."""
    service = await house.open()
    job = await service.submit(note("en_long_lj1"))
    view = await house.until(job, lambda view: bool(view.text))
    assert 0 < view.fraction < 1
    assert await service.cancel(job.id)
    assert (await house.ended(job)).transcript is None


async def test_forgetting_while_running_leaves_nothing(house: House) -> None:
    """/forget in the middle of a note ends it, and there is no view of it any more."""
    service = await house.open()
    job = await service.submit(note("en_long_lj1"))
    await house.until(job, lambda view: bool(view.text))
    assert await service.forget(7) == 1
    assert await service.view(job.id) is None


async def test_a_new_process_takes_up_the_old_ones_work(
    house: House, clips: Mapping[str, Clip], models_dir: Path
) -> None:
    """What was queued or running when the process ended is heard by the next, and ended notes stay as they are."""
    house.gate.clear()
    service = await house.open()
    jobs = [await service.submit(note("en_sense_0930")) for _ in range(6)]
    await house.until(jobs[0], lambda _: jobs[0].id in house.runner.active)
    await service.cancel(jobs[5].id)
    await house.close()

    successor = House(clips, house.path, models_dir)
    await successor.open()
    try:
        states = [(await successor.ended(job)).job.state for job in jobs]
    finally:
        await successor.close()
    assert states == [JobState.DONE] * 5 + [JobState.CANCELLED]


async def test_forgetting_a_note_as_it_is_taken_leaks_no_place(house: House) -> None:
    """However soon after a note was sent its sender forgets it, there is still room for others' notes."""
    service = await house.open()
    for steps in range(40):
        await service.submit(note("en_sense_0930", user_id=9))
        for _ in range(steps % 16):
            await asyncio.sleep(0)
        await service.forget(9)
    assert (await house.ended(await service.submit(note("en_sense_0930")))).job.state is JobState.DONE


async def test_a_note_that_is_added_twice_is_heard_once(house: House) -> None:
    """Whenever the second time is: Telegram may deliver an update again while its note is taken from the queue."""
    service = await house.open()
    for steps in range(12):
        job = await service.submit(note("en_sense_0930"))
        for _ in range(steps):
            await asyncio.sleep(0)
        house.runner.add(job)
        assert (await house.ended(job)).job.state is JobState.DONE
    assert len(house.fetched) == 12


async def test_hanging_files_of_one_person_stop_nobody_else(house: House) -> None:
    """While every file of one person hangs, another's note is heard."""
    service = await house.open()
    house.hanging.add(9)
    for _ in range(10):
        await service.submit(note("en_sense_0930", user_id=9, duration_s=3))
    assert (await house.ended(await service.submit(note("en_sense_0930", duration_s=3)))).job.state is JobState.DONE


async def test_a_note_that_is_on_disk_but_was_not_queued_is_queued(house: House) -> None:
    """When a database error comes between writing a note down and queueing it, the second delivery queues it."""
    service = await house.open()
    request = note("en_sense_0930")
    await house.store.add(request)
    assert (await house.ended(await service.submit(request))).job.state is JobState.DONE


async def test_a_gpu_that_fails_in_the_middle_of_a_note_leaves_it_to_the_cpu(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is whole and said once; what was heard before the failure is not kept."""
    calls: list[int] = []

    def hear(model: whisper.WhisperModel, sounds: Sequence[WindowInput], beam_size: int) -> list[DecodingResult]:
        calls.append(len(sounds))
        if len(calls) == 2:
            raise RuntimeError("CUDA failed with error out of memory")
        return whisper.decode_batch(model, sounds, beam_size)

    monkeypatch.setattr("transcription.asr.batcher.decode_batch", hear)
    monkeypatch.setitem(BATCHES, "cpu", BatchLimits(windows=1, sound_s=30.0))
    service = await house.open()
    view = await house.ended(await service.submit(note("en_long_lj1")))
    assert view.transcript
    assert len(calls) >= 2 + len(view.transcript.segments)
    starts = [segment.start_ms for segment in view.transcript.segments]
    assert starts == sorted(set(starts))


async def test_a_note_is_heard_with_the_owners_words_and_the_chats(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine gets INITIAL_PROMPT and what the note's chat listed, and nothing of another chat's."""
    prompts: list[str] = []

    def hear(model: whisper.WhisperModel, sounds: Sequence[WindowInput], beam_size: int) -> list[DecodingResult]:
        prompts.extend(sound.initial_prompt for sound in sounds)
        return whisper.decode_batch(model, sounds, beam_size)

    monkeypatch.setattr("transcription.asr.batcher.decode_batch", hear)
    house.prompt = "Stenobot."
    service = await house.open()
    for user_id, words in ((7, "Grafana, Marja"), (8, None)):
        request = replace(note("en_sense_0930", user_id), prompt=words)
        await house.ended(await service.submit(request))
    assert prompts == ["Stenobot. Grafana, Marja", "Stenobot."]
