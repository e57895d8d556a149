"""Recordings sent to another Stenobot, as tasks."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import Clip
from tests.transcription.remote.servers import break_off
from tests.transcription.remote.services import TEXT, StenobotService
from tests.transcription.remote.test_transcriber import Connect, task_of
from transcription.errors import NotAudio, TranscriberFailed, TranscriberRefused, TranscriberUnavailable
from transcription.progress import TranscriptionProgress
from transcription.task import TaskOptions, TranscriptionTask


@pytest.fixture
def task(clips: Mapping[str, Clip]) -> TranscriptionTask:
    return task_of(clips["en_sense_0930"].voice, options=TaskOptions(speakers=0, trim_s=2.0))


@pytest.fixture
def far_end() -> StenobotService:
    return StenobotService()


async def test_progress_is_told_and_the_text_is_erased_there(
    far_end: StenobotService, task: TranscriptionTask, connect: Connect
) -> None:
    """All that is asked for is passed on; nothing stays at the server once its text is here."""
    remote, changed = await connect(far_end), asyncio.Event()
    progress = TranscriptionProgress(on_change=changed.set)
    running = asyncio.create_task(remote.transcribe(task, progress))
    await asyncio.wait_for(changed.wait(), 5)
    assert ([segment.text for segment in progress.segments], progress.fraction) == (["Anna, call"], 0.5)
    far_end.go_on.set()
    assert (await running).text == TEXT
    assert far_end.erased == ["t0"]
    form = far_end.forms[0]
    assert [form[name] for name in ("model", "word_timestamps", "diarize", "trim")] == ["base", "true", "true", "2.0"]


async def test_a_task_is_taken_up_again_after_a_break(
    far_end: StenobotService, task: TranscriptionTask, connect: Connect
) -> None:
    """The server may die as often as it will: it is the same task, and it is not erased before its end."""
    far_end.broken += [break_off, break_off]
    far_end.go_on.set()
    remote = await connect(far_end)
    for _ in range(2):
        with pytest.raises(TranscriberUnavailable):
            await remote.transcribe(task, TranscriptionProgress())
        assert far_end.erased == []
        await asyncio.wait_for(remote.until_available(), 5)
    assert (await remote.transcribe(task, TranscriptionProgress())).text == TEXT
    assert (list(far_end.tasks.values()), far_end.erased) == (["t0"], ["t0"])


async def test_a_cancelled_task_is_cancelled_there(
    far_end: StenobotService, task: TranscriptionTask, connect: Connect
) -> None:
    """Also when nothing of it was done yet."""
    remote, changed = await connect(far_end), asyncio.Event()
    running = asyncio.create_task(remote.transcribe(task, TranscriptionProgress(on_change=changed.set)))
    await asyncio.wait_for(changed.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert far_end.erased == ["t0"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("not-audio", NotAudio),
        ("too-long", TranscriberRefused),
        ("unknown", TranscriberFailed),
        (7, TranscriberRefused),
    ],
)
async def test_its_errors_are_ours(
    code: Any, error: type[Exception], far_end: StenobotService, task: TranscriptionTask, connect: Connect
) -> None:
    """What the sender can do is said as if it had happened here; what may pass is tried as a new task."""
    far_end.result = {"status": "error", "error": {"code": code, "message": "a sentence"}}
    far_end.go_on.set()
    remote = await connect(far_end)
    with pytest.raises(error):
        await remote.transcribe(task, TranscriptionProgress())
    assert "t0" in far_end.erased
