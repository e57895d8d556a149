"""Who speaks when in a recording being transcribed: a diarizer in the thread pool, with progress and cancellation."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import Samples
from transcription.audio.windows import Span
from transcription.progress import TranscriptionProgress
from transcription.speakers.base import Diarizer, Turn
from transcription.task import TranscriptionTask

log = structlog.get_logger()


async def label(
    diarizer: Diarizer,
    pool: ThreadPool,
    task: TranscriptionTask,
    progress: TranscriptionProgress,
    samples: Samples,
    *,
    spans: Sequence[Span] | None = None,
) -> list[Turn] | None:
    """The turns of a task's recording; None where it does not ask for them. Raises `Cancelled`.

    `spans` is where somebody speaks, if that was found out already.
    """
    people = task.options.speakers
    if people is None:
        return None
    loop = asyncio.get_running_loop()

    def on_fraction(fraction: float) -> None:
        loop.call_soon_threadsafe(progress.on_speakers, fraction)

    def work() -> tuple[list[Turn], float]:
        start_s = time.monotonic()
        turns = diarizer.label(
            samples,
            detect_speech(samples, progress.stop.is_set) if spans is None else spans,
            at_least=people or 1,
            at_most=people or None,
            stopped=progress.stop.is_set,
            on_fraction=on_fraction,
        )
        return turns, time.monotonic() - start_s

    with progress.timings.measure("speakers"):
        turns, work_s = await pool.run(work)
    progress.work_s += work_s
    found = len({turn.speaker for turn in turns} - {None})
    log.info("speakers told apart", job=task.id, speakers=found, turns=len(turns), work_s=round(work_s, 2))
    return turns
