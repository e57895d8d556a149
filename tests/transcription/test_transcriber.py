"""A file becomes a transcript with no service around it."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Clip
from transcription.asr import whisper
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.ffmpeg import DecodeLimits
from transcription.errors import NotAudio, NoTranslation
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.progress import TranscriptionProgress
from transcription.task import TaskOptions, TranscriptionTask
from transcription.transcriber import Pass, Transcriber, TranscriberOptions
from transcription.transcript import Segment, Transcript, Word


@asynccontextmanager
async def create_transcriber(models_dir: Path, refine_model: str | None = None) -> AsyncIterator[Transcriber]:
    models = ModelRegistry(
        ModelOptions(models_dir, 2, device="cpu", compute_type="int8", cpu_threads=1), {"whisper": whisper.load}
    )
    yield Transcriber(
        models=models,
        pool=ThreadPool(1),
        options=TranscriberOptions(DecodeLimits(), beam_size=1, refine_model=refine_model),
    )
    await models.aclose()


def task_of(voice: bytes, options: TaskOptions | None = None) -> TranscriptionTask:
    async def chunks() -> AsyncIterator[bytes]:
        yield voice

    return TranscriptionTask(1, chunks(), "tiny.en", options=options or TaskOptions())


def transcribe_in_process(voice: bytes, models_dir: Path) -> Transcript:
    """What a process that has nothing else does."""

    async def transcribe() -> Transcript:
        async with create_transcriber(models_dir) as transcriber:
            return await transcriber.transcribe(task_of(voice), TranscriptionProgress())

    return asyncio.run(transcribe())


async def test_another_process_transcribes_without_database_and_telegram(
    clips: Mapping[str, Clip], models_dir: Path
) -> None:
    """An engine and the bytes of a file are all it takes."""
    voice = clips["en_sense_0930"].voice
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        transcript = process.submit(transcribe_in_process, voice, models_dir).result()
    assert "amiable himself" in transcript.text
    assert (transcript.model, transcript.language) == ("tiny.en", "en")


async def test_progress_leads_to_the_transcript(clips: Mapping[str, Clip], models_dir: Path) -> None:
    """Each segment is news, the last one is at the end, and both passes say what they took."""
    passes: list[Pass] = []
    changes: list[int] = []
    progress = TranscriptionProgress(expected_s=60.0, on_change=lambda: changes.append(len(progress.segments)))

    async def on_pass(done: Pass) -> None:
        passes.append(done)

    async with create_transcriber(models_dir, refine_model="base") as transcriber:
        final = await transcriber.transcribe(task_of(clips["en_lj_0032"].voice), progress, on_pass=on_pass)
    assert [(done.transcript.model, done.device, done.is_final) for done in passes] == [
        ("tiny.en", "cpu", False),
        ("base", "cpu", True),
    ]
    assert passes[-1].transcript == final
    assert passes[0].transcript == progress.first_pass
    assert progress.work_s == pytest.approx(sum(done.work_s for done in passes))
    assert tuple(progress.segments) == passes[0].transcript.segments
    assert (progress.fraction, progress.left_s) == (1.0, 0.0)
    assert set(changes) == set(range(len(progress.segments) + 1))


async def test_a_file_that_is_no_audio_says_so(models_dir: Path) -> None:
    """No model is loaded for it."""
    async with create_transcriber(models_dir) as transcriber:
        with pytest.raises(NotAudio):
            await transcriber.transcribe(task_of(b"no audio at all"), TranscriptionProgress())


async def test_speakers_are_found_in_known_words(clips: Mapping[str, Clip], tmp_path: Path) -> None:
    """Nothing is decoded once more: no model is there that could. The work is counted, and progress ends at its end."""
    words = (Word(" and", 0, 3000, 0.9), Word(" used", 3000, 7000, 0.9))
    known = Transcript((Segment(0, 7000, "and used", words),), "en", 1.0, 7080, "tiny.en")
    progress = TranscriptionProgress()
    fractions: list[float] = []
    progress.on_change = lambda: fractions.append(progress.fraction)
    task = replace(task_of(clips["en_lj_0032"].voice), known=known, options=TaskOptions(speakers=0))
    async with create_transcriber(tmp_path) as transcriber:
        final = await transcriber.transcribe(task, progress)
    assert final == replace(known, segments=(replace(known.segments[0], speaker=0),), speakers=1)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert progress.work_s > 0


async def test_speakers_come_with_both_passes(
    clips: Mapping[str, Clip], models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each text says who speaks; telling speakers apart is a part of the work, but not of a model's speed.

    Where somebody speaks is found out once.
    """
    monkeypatch.delattr("transcription.speakers.labelling.detect_speech")
    passes: list[Pass] = []

    async def on_pass(done: Pass) -> None:
        passes.append(done)

    progress = TranscriptionProgress()
    task = replace(task_of(clips["en_sense_0930"].voice), options=TaskOptions(speakers=1))
    async with create_transcriber(models_dir, refine_model="base") as transcriber:
        final = await transcriber.transcribe(task, progress, on_pass=on_pass)
    assert [done.is_final for done in passes] == [False, True]
    assert all(done.transcript.speakers == 1 for done in passes)
    assert {segment.speaker for done in passes for segment in done.transcript.segments} == {0}
    assert final == passes[-1].transcript
    assert progress.work_s > sum(done.work_s for done in passes)
    assert progress.fraction == 1.0


async def test_only_the_first_seconds_are_transcribed(clips: Mapping[str, Clip], models_dir: Path) -> None:
    """As many as were asked for; a recording that is shorter stays whole, and one second has but few words."""
    voice = clips["en_lj_0032"].voice
    async with create_transcriber(models_dir) as transcriber:
        trimmed = await transcriber.transcribe(task_of(voice, TaskOptions(trim_s=2.0)), TranscriptionProgress())
        whole = await transcriber.transcribe(task_of(voice, TaskOptions(trim_s=900.0)), TranscriptionProgress())
    assert trimmed.duration_ms == 2000
    assert 0 < len(trimmed.text.split()) < len(whole.text.split()) / 2
    assert whole.duration_ms > 5000


async def test_a_model_that_cannot_translate_says_so(clips: Mapping[str, Clip], models_dir: Path) -> None:
    """Before any of it is decoded, and by its name."""
    async with create_transcriber(models_dir) as transcriber:
        with pytest.raises(NoTranslation) as raised:
            await transcriber.transcribe(
                task_of(clips["en_lj_0032"].voice, TaskOptions(translate=True)), TranscriptionProgress()
            )
    assert raised.value.details == {"model": "tiny.en"}
