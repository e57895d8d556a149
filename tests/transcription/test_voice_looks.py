"""A look at the voices of a recording whose text is there, while nothing else is to be done."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note
from transcription import voice_looks
from transcription.asr.thread_pool import ThreadPool
from transcription.audio.fetching import SourceKind
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import Span
from transcription.errors import Cancelled
from transcription.speakers.base import never
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.look import VoiceLook
from transcription.voice_looks import VoiceLooks


class Counting(EmbeddedDiarizer):
    """Begins each look, and ends the first one only when it is stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0
        self.began, self.gave_way = threading.Event(), threading.Event()

    def voices(self, samples: Samples, spans: Sequence[Span], *, stopped: Callable[[], bool] = never) -> int:
        self.begun += 1
        self.began.set()
        if self.begun > 1:
            return 2
        while not stopped():
            threading.Event().wait(0.001)
        self.gave_way.set()
        raise Cancelled


def look(seconds: float, diarizer: EmbeddedDiarizer | None = None, pool: ThreadPool | None = None) -> VoiceLook:
    samples = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
    return VoiceLook(samples, [], diarizer or EmbeddedDiarizer(), pool or ThreadPool(1))


@pytest.mark.parametrize("is_a_job", [True, False])
async def test_a_look_gives_way_and_is_taken_up_again(is_a_job: bool) -> None:
    """To a job that comes, and to live sound that waits for a thread."""
    looks, diarizer, pool = VoiceLooks(), Counting(), ThreadPool(1)
    looks.keep(1, look(30, diarizer, pool))
    counting = asyncio.create_task(looks.voices(1))
    await asyncio.to_thread(diarizer.began.wait, 5)
    if is_a_job:
        looks.set_idle(False)
        await asyncio.to_thread(diarizer.gave_way.wait, 5)
        await pool.run(lambda: None)
        assert diarizer.begun == 1
        looks.set_idle(True)
    else:
        assert await pool.run(lambda: diarizer.begun) == 1
    assert await counting == 2
    assert await looks.voices(1) is None


async def test_few_minutes_of_sound_are_kept_for_a_short_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest recording goes for a new one, and who has waited for too long gets no answer."""
    looks = VoiceLooks()
    for job_id in (1, 2):
        looks.keep(job_id, look(400))
    assert await looks.voices(1) is None
    assert await looks.voices(2) == 0
    monkeypatch.setattr(voice_looks, "KEPT_S", 0.01)
    looks.set_idle(False)
    looks.keep(3, look(30))
    assert await looks.voices(3) is None


async def test_nothing_is_kept_of_whom_is_forgotten() -> None:
    """Not even for the short while in which somebody could ask."""
    looks = VoiceLooks()
    looks.keep(1, look(30))
    looks.clear()
    assert await looks.voices(1) is None


@pytest.mark.parametrize("counts_voices", [True, False])
async def test_voices_of_a_done_job_are_counted_for_those_who_ask(
    clips: Mapping[str, Clip], models_dir: Path, tmp_path: Path, counts_voices: bool
) -> None:
    """Of recordings from 20 s on, of sources that count voices."""
    harness = ServiceHarness(clips, tmp_path / "db", models_dir)
    harness.sources["test"] = SourceKind(harness.fetch, 20 << 20, counts_voices=counts_voices)
    try:
        service = await harness.open()
        long, short = await service.submit(note("en_sonnet_1")), await service.submit(note("en_lj_0032"))
        assert not harness.worker.voice_looks._idle.is_set()
        await asyncio.gather(harness.ended(long), harness.ended(short))
        assert await service.voices(long.id) == (1 if counts_voices else None)
        assert await service.voices(short.id) is None
    finally:
        await harness.close()
