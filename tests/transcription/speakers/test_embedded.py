"""Who speaks when, found by the diarizer that needs no download."""

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Clip
from tests.transcription.speakers.conftest import Dialogue, samples_of
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.audio.file_samples import FileSamples
from transcription.audio.spool import NamelessFile
from transcription.errors import Cancelled
from transcription.speakers.base import Turn
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.encoder import VoiceEncoder, mel_frames

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def diarizer() -> EmbeddedDiarizer:
    return EmbeddedDiarizer()


def speakers_at(turns: Sequence[Turn], dialogue: Dialogue) -> list[int | None]:
    return [
        next((turn.speaker for turn in turns if turn.start_ms <= middle <= turn.end_ms), None)
        for middle, _ in dialogue.middles
    ]


def test_embeddings_are_those_of_the_original(clips: Mapping[str, Clip]) -> None:
    """Frames and weights in 16 bits give what librosa and PyTorch gave for the same second and a half."""
    frames = mel_frames(as_floats(samples_of(clips["en_lj_0032"])))
    windows = np.stack([frames[100:260], frames[300:460]])
    cosines = (VoiceEncoder().embed(windows) * np.load(DATA / "voice_encoder_en_lj_0032.npy")).sum(axis=1)
    assert cosines.min() > 0.999


def test_two_people_take_turns(dialogue: Dialogue, diarizer: EmbeddedDiarizer) -> None:
    """They are counted, told apart and numbered in the order in which they first speak."""
    fractions: list[float] = []
    turns = diarizer.label(dialogue.samples, dialogue.spans, on_fraction=fractions.append)
    assert speakers_at(turns, dialogue) == [speaker for _, speaker in dialogue.middles]
    assert all(before.end_ms <= after.start_ms for before, after in itertools.pairwise(turns))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert diarizer.voices(dialogue.samples, dialogue.spans) == 2


def test_the_number_that_is_asked_for_is_found(dialogue: Dialogue, diarizer: EmbeddedDiarizer) -> None:
    """Also where fewer or more voices are there."""
    for people in (1, 3):
        turns = diarizer.label(dialogue.samples, dialogue.spans, at_least=people, at_most=people)
        assert len({turn.speaker for turn in turns} - {None}) == people


def test_one_person_is_one_voice(clips: Mapping[str, Clip], diarizer: EmbeddedDiarizer) -> None:
    """Verse, with its pauses, makes no second one."""
    samples = samples_of(clips["en_sonnet_1"])[: 25 * SAMPLE_RATE]
    spans = detect_speech(samples)
    assert {turn.speaker for turn in diarizer.label(samples, spans)} == {0}
    assert diarizer.voices(samples, spans) == 1


def test_nobody_and_a_word(diarizer: EmbeddedDiarizer) -> None:
    """Silence has no turns; less speech than a window has one."""
    noise = np.random.default_rng(1).normal(0, 2000, 8000).astype(np.int16)
    assert diarizer.label(noise, []) == []
    assert diarizer.voices(noise, []) == 0
    assert [(turn.start_ms, turn.end_ms) for turn in diarizer.label(noise, [(1600, 4800)])] == [(100, 300)]


def test_samples_in_a_file_are_read_by_windows(dialogue: Dialogue, diarizer: EmbeddedDiarizer) -> None:
    """With the same result as those in memory."""
    with tempfile.TemporaryFile() as file:
        file.write(dialogue.samples.tobytes())
        file.flush()
        samples = FileSamples(NamelessFile(os.dup(file.fileno())), 0, len(dialogue.samples))
        assert diarizer.label(samples, dialogue.spans) == diarizer.label(dialogue.samples, dialogue.spans)


def test_cancelling_ends_it_within_a_batch(dialogue: Dialogue, diarizer: EmbeddedDiarizer) -> None:
    """It is asked before each one, so no thread stays busy."""
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        diarizer.label(dialogue.samples, dialogue.spans, stopped=lambda: next(answers))
    assert next(answers, None) is None


def test_nothing_is_loaded_before_first_use() -> None:
    """A bot that nobody asks for speakers has no weights in memory."""
    code = "import sys; from transcription.speakers.embedded import EmbeddedDiarizer as D; D(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "transcription.speakers.encoder" in loaded
    assert "onnxruntime" not in loaded
