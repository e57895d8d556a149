"""Draft, then refine: what tiny.en heard is there at once, and base goes over it."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note
from tests.transcription.second_engine import LoudnessEngine, assign, watched
from tests.transcription.test_service import TEXTS
from transcription.asr.base import DecodingOptions, WindowInput
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.second_pass import SecondPass
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.errors import ModelTooBig
from transcription.jobs import JobState
from transcription.models.registry import ModelRegistry


class Gate:
    """What holds engines back: base waits until it `may_refine`, and then raises `error`, if there is one."""

    def __init__(self) -> None:
        self.may_refine = threading.Event()
        self.error: Exception | None = None

    def on_decode(self, name: str, _windows: Sequence[WindowInput]) -> None:
        if name == "base":
            self.may_refine.wait()
            if self.error:
                raise self.error


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The engine of both models."""
    engine = getattr(request, "param", "loudness")
    assign(monkeypatch, engine, "tiny.en", "base")
    return str(engine)


@pytest.fixture
async def harness(
    engine: str, clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path, gate: Gate
) -> AsyncIterator[ServiceHarness]:
    harness = ServiceHarness(clips, tmp_path / "bot.sqlite3", models_dir)
    harness.refine_model = "base"
    harness.on_decode = gate.on_decode
    yield harness
    gate.may_refine.set()
    await harness.close()


@pytest.mark.parametrize("engine", ["whisper", "loudness"], indirect=True)
async def test_the_draft_is_there_before_the_refined_text(harness: ServiceHarness, gate: Gate, engine: str) -> None:
    """Both speeds are learnt; the file sent again gets the refined text at once."""
    service = await harness.open()
    job = await service.submit(note("en_lj_0032", unique_id="same"))
    view = await harness.until(job, lambda view: view.is_preliminary)
    assert view.job.state is JobState.RUNNING
    assert re.search(TEXTS[engine], view.text.lower())
    gate.may_refine.set()
    final = (await harness.ended(job)).transcript
    assert final
    assert final.model == "base"
    assert re.search(TEXTS[engine], final.text.lower())
    assert await harness.storage.settings.speeds("") == {
        "tiny.en": pytest.approx(service.speed("tiny.en").rtf),
        "base": pytest.approx(service.speed("base").rtf),
    }
    again = await service.submit(note("en_lj_0032", user_id=8, unique_id="same"))
    assert again.state is JobState.DONE
    assert await harness.store.transcript(again.id) == final


async def test_cancelling_the_refining_keeps_the_draft(harness: ServiceHarness) -> None:
    """It ends as a note that was heard, with the text that was shown."""
    service = await harness.open()
    job = await service.submit(note("en_sense_0930"))
    shown = await harness.until(job, lambda view: view.is_preliminary)
    assert await service.cancel(job.id)
    view = await harness.ended(job)
    assert view.job.state is JobState.DONE
    assert view.transcript
    assert (view.transcript.text, view.transcript.model) == (shown.text, "tiny.en")


async def test_a_refining_that_fails_leaves_the_draft(harness: ServiceHarness, gate: Gate) -> None:
    """The note has not failed: its text is the one that there is."""
    gate.error = RuntimeError("out of memory")
    gate.may_refine.set()
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_sense_0930")))
    assert view.transcript
    assert (view.job.state, view.transcript.model) == (JobState.DONE, "tiny.en")


async def test_where_both_do_not_fit_there_is_no_draft(
    harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the smaller model heard is the text, and that model stays in memory."""
    asked: list[tuple[str, str | None]] = []

    def check_fits(_models: ModelRegistry[Any], name: str, beside: str | None = None) -> None:
        if beside:
            asked.append((name, beside))
            raise ModelTooBig(model=name, need_mb=2, have_mb=1, what="memory")

    monkeypatch.setattr(ModelRegistry, "check_fits", check_fits)
    service = await harness.open()
    view = await harness.ended(await service.submit(note("en_sense_0930")))
    assert view.job.state is JobState.DONE
    assert asked == [("base", "tiny.en")]


async def test_a_note_that_may_have_killed_a_process_is_not_refined(harness: ServiceHarness) -> None:
    """The larger model may be what was too much; the second process is content with the draft."""
    request = note("en_sense_0930")
    await harness.died(request, 1)
    service = await harness.open()
    view = await harness.ended(await service.submit(request))
    assert view.transcript
    assert view.transcript.model == "tiny.en"


async def test_drafts_keep_no_place_from_other_notes(harness: ServiceHarness) -> None:
    """Of however many one person's texts wait to be refined, the next note is heard, and counts alone as waiting."""
    service = await harness.open(max_queued_per_user=1)
    for _ in range(10):
        job = await service.submit(note("en_sense_0930"))
        await harness.until(job, lambda view: view.is_preliminary)
    assert len(harness.active) == 10


@pytest.mark.parametrize(
    ("model", "language", "refine_model", "final"),
    [
        ("base", None, "turbo", "large-v3-turbo"),
        ("medium", None, "small", "medium"),
        ("small", None, "small.en", "small"),
        ("base", None, "small.en", "base"),
        ("base", "en", "small.en", "small.en"),
        ("tiny.en", None, "small.en", "small.en"),
    ],
)
def test_a_larger_model_that_knows_the_language_has_the_last_word(
    model: str, language: str | None, refine_model: str, final: str
) -> None:
    """One that is no larger, or may not know the language, leaves a note alone."""
    nothing: Any = None
    assert SecondPass(refine_model, nothing, nothing).final_model(model, language) == final


class Calls:
    """Two models: keeps which was called, and holds the large one until it may `go_on`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.large = watched(LoudnessEngine(native_batch=True, max_window_s=20.0), "large", self._on_decode)
        self.small = watched(LoudnessEngine(native_batch=True, max_window_s=20.0), "small", self._on_decode)

    def _on_decode(self, name: str, _windows: Sequence[WindowInput]) -> None:
        self.names.append(name)
        if name == "large":
            self.begun.set()
            self.go_on.wait()


@pytest.fixture
def calls() -> Iterator[Calls]:
    calls = Calls()
    yield calls
    calls.go_on.set()


def spoken(seconds: int, prompt: str = "") -> Recording:
    """A note of so many seconds, with a pause each ten."""
    spans = [(start * SAMPLE_RATE, min(start + 9, seconds) * SAMPLE_RATE) for start in range(0, seconds, 10)]
    return Recording(
        np.zeros(seconds * SAMPLE_RATE, dtype=np.int16), spans, DecodingOptions("en", initial_prompt=prompt)
    )


async def test_low_priority_notes_wait_for_all_others(calls: Calls) -> None:
    """When a thread is free it takes none of theirs while anybody else's windows wait."""
    batcher = Batcher(ThreadPool(1))
    low = asyncio.create_task(batcher.transcribe(spoken(95), calls.large, low_priority=True))
    await asyncio.to_thread(calls.begun.wait, 10)
    others = [asyncio.create_task(batcher.transcribe(spoken(9, prompt), calls.small)) for prompt in ("Anna", "Boris")]
    await asyncio.sleep(0)
    calls.go_on.set()
    await asyncio.gather(low, *others)
    assert calls.names[:4] == ["large", "small", "small", "large"]


async def test_low_priority_notes_leave_the_other_threads_free(calls: Calls) -> None:
    """However many they are, only one call is theirs, so that a new note is heard at once."""
    batcher = Batcher(ThreadPool(2))
    low = [
        asyncio.create_task(batcher.transcribe(spoken(95, prompt), calls.large, low_priority=True))
        for prompt in ("Anna", "Boris")
    ]
    await asyncio.to_thread(calls.begun.wait, 10)
    await batcher.transcribe(spoken(9), calls.small)
    assert calls.names == ["large", "small"]
    calls.go_on.set()
    await asyncio.gather(*low)
