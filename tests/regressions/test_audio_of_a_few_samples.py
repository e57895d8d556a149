"""Audio that lasts no millisecond failed a note with a division by zero."""

import wave
from io import BytesIO
from pathlib import Path

import pytest

from tests.conftest import Clip
from tests.transcription.harness import ServiceHarness, note


@pytest.mark.parametrize(
    ("samples", "error"), [(1, "empty-audio"), (8, "empty-audio"), (399, "empty-audio"), (400, None)]
)
async def test_what_is_too_short_to_be_heard_is_empty(
    harness: ServiceHarness, tmp_path: Path, samples: int, error: str | None
) -> None:
    """What lasts less than a frame is said to be empty; anything longer is heard, and nothing is found in it."""
    data = BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * samples))
    path = tmp_path / "tiny.wav"
    path.write_bytes(data.getvalue())
    harness.clips = {"tiny": Clip("tiny", path, "", 0.0, "")}
    service = await harness.open()
    view = await harness.ended(await service.submit(note("tiny")))
    assert view.job.error == error
    assert not (view.transcript and view.transcript.segments)
