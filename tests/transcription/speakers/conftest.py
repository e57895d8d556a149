"""A dialogue of two people, joined from clips."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import Clip
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, decode
from transcription.audio.windows import Span

GAP = np.zeros(SAMPLE_RATE // 2, np.int16)


@dataclass(frozen=True)
class Dialogue:
    """Samples, where somebody speaks, and the middle of each turn in milliseconds with its speaker."""

    samples: NDArray[np.int16]
    spans: list[Span]
    middles: list[tuple[float, int]]


def samples_of(clip: Clip) -> NDArray[np.int16]:
    async def chunks() -> AsyncIterator[bytes]:
        yield clip.voice

    return np.asarray(asyncio.run(decode(chunks(), DecodeLimits())))


@pytest.fixture(scope="session")
def dialogue(clips: Mapping[str, Clip]) -> Dialogue:
    reader, narrator = samples_of(clips["en_sonnet_1"]), samples_of(clips["en_lj_0032"])
    second = len(narrator) // 2
    parts = [narrator[:second], reader[5 * SAMPLE_RATE : 10 * SAMPLE_RATE]]
    parts += [narrator[second:], reader[12 * SAMPLE_RATE : 18 * SAMPLE_RATE]]
    begin, middles, sound = 0, [], []
    for number, part in enumerate(parts):
        middles.append(((begin + len(part) / 2) * 1000 / SAMPLE_RATE, number % 2))
        sound += [part, GAP]
        begin += len(part) + len(GAP)
    samples = np.concatenate(sound)
    return Dialogue(samples, detect_speech(samples), middles)
