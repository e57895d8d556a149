"""Speakers told apart by sherpa-onnx itself, with small graphs in place of its models: tones are voices."""

import sys
from pathlib import Path

import numpy as np
import pytest
import structlog
from numpy.typing import NDArray

from tests.transcription.speakers.graphs import save_graphs
from transcription.audio.ffmpeg import SAMPLE_RATE
from transcription.errors import Cancelled, ModelUnavailable
from transcription.speakers import sherpa
from transcription.speakers.base import Turn
from transcription.speakers.sherpa import FOLDER, MODELS, SherpaDiarizer
from transcription.speakers.turns import turns_of_segments

TONES = (200, 2500, 200)
TURN_S, GAP_S = 3.0, 1.5


@pytest.fixture
def diarizer(tmp_path: Path) -> SherpaDiarizer:
    """With models that the owner put there."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    save_graphs(folder)
    for name, model in zip(("segmentation.onnx", "embedding.onnx"), MODELS, strict=True):
        (folder / name).rename(folder / model.name)
    return SherpaDiarizer(tmp_path)


@pytest.fixture(scope="module")
def sound() -> NDArray[np.int16]:
    times = np.arange(round(TURN_S * SAMPLE_RATE)) / SAMPLE_RATE
    gap = np.zeros(round(GAP_S * SAMPLE_RATE))
    parts = [part for tone in TONES for part in (np.sin(2 * np.pi * tone * times), gap)]
    return (np.concatenate(parts) * 10_000).astype(np.int16)


def test_voices_are_told_apart_and_numbered(diarizer: SherpaDiarizer, sound: NDArray[np.int16]) -> None:
    """Each turn is where it is, to a tenth of a second, and progress ends at its end."""
    fractions: list[float] = []
    turns = diarizer.label(sound, [(0, len(sound))], on_fraction=fractions.append)
    assert [turn.speaker for turn in turns] == [0, 1, 0]
    for number, turn in enumerate(turns):
        start_ms = number * (TURN_S + GAP_S) * 1000
        assert (turn.start_ms, turn.end_ms) == pytest.approx((start_ms, start_ms + TURN_S * 1000), abs=100)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_the_number_of_people_is_kept_to(diarizer: SherpaDiarizer, sound: NDArray[np.int16]) -> None:
    """Two tones are one voice where one is said to be there."""
    turns = diarizer.label(sound, [(0, len(sound))], at_least=1, at_most=1)
    assert {turn.speaker for turn in turns} == {0}
    assert diarizer.label(sound, []) == []


def test_cancelling_ends_the_process(
    diarizer: SherpaDiarizer, sound: NDArray[np.int16], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, also while it loads its models."""
    started: list[object] = []
    popen = sherpa.subprocess.Popen
    monkeypatch.setattr(sherpa.subprocess, "Popen", lambda *a, **b: started.append(popen(*a, **b)) or started[0])
    with pytest.raises(Cancelled):
        diarizer.label(sound, [(0, len(sound))], stopped=lambda: bool(started))
    assert started[0].returncode == -9  # type: ignore[attr-defined]


@pytest.mark.parametrize("trouble", ["no models", "broken models", "too long"])
def test_what_it_cannot_do_is_left_to_the_embedded_engine(
    diarizer: SherpaDiarizer,
    sound: NDArray[np.int16],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    """It still says who speaks, and the log why; a hub that was away is not asked again for each recording."""
    asked: list[str] = []

    def fail(*_args: object) -> list[Path]:
        asked.append("hub")
        raise ModelUnavailable(model="speakers")

    if trouble == "no models":
        monkeypatch.setattr(sherpa, "fetch_pinned", fail)
    elif trouble == "broken models":
        (tmp_path / FOLDER / MODELS[0].name).write_bytes(b"no graph")
    else:
        monkeypatch.setattr(sherpa, "LONGEST_S", 1.0)
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            assert diarizer.label(sound, [(0, len(sound))])[0].start_ms == 0
    events = [each["event"] for each in logs]
    assert events.count("speakers are told apart by the embedded engine") == 2
    assert len(asked) == (trouble == "no models")
    assert ("sherpa-onnx failed" in events) == (trouble == "broken models")
    assert "sherpa_onnx" not in sys.modules


def test_who_speaks_over_another_is_marked() -> None:
    """Nobody is there twice at a time, and who spoke before goes on being heard."""
    segments = [(0.0, 3.0, 4), (2.0, 5.0, 2), (9.0, 10.0, 2)]
    assert turns_of_segments(segments) == [
        Turn(0, 2000, 0),
        Turn(2000, 3000, 0, other=1),
        Turn(3000, 5000, 1),
        Turn(9000, 10_000, 1),
    ]
