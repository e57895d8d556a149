"""A recording at the front while it is handed out."""

import time
from collections.abc import AsyncIterator

import pytest

from transcription.progress import TranscriptionProgress
from transcription.queue.contract import Event, Kind, Times
from transcription.queue.handout import HandOut
from transcription.task import TranscriptionTask

TIMES = Times()


async def no_sound() -> AsyncIterator[bytes]:
    yield b""


@pytest.mark.parametrize(("silent_s", "left_s"), [(0.0, TIMES.silent), (12.0, TIMES.gone), (300.0, TIMES.gone)])
def test_what_was_silent_before_redis_was_away_is_not_waited_for_anew(silent_s: float, left_s: float) -> None:
    """A living worker is heard of soon; a dead one's recording is not kept for the whole time once more."""
    given = HandOut(TranscriptionTask(1, no_sound(), "base"), TranscriptionProgress(), pool="pool")
    given.receive(Event(Kind.STARTED, given.id, "token", "ann"))
    given.since = time.monotonic() - silent_s
    given.excuse(TIMES)
    now_s = time.monotonic()
    assert not given.loss(now_s + left_s - 0.5 - given.since, TIMES, is_kept=True)
    assert given.loss(now_s + left_s + 0.5 - given.since, TIMES, is_kept=True)
