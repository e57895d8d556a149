"""The language of a note that is too short to tell it for sure."""

import numpy as np
import pytest

from tests.conftest import Read
from transcription.asr.base import SequentialEngine, WindowInput
from transcription.asr.vad import detect_speech
from transcription.asr.whisper_decoder import WhisperDecoder
from transcription.audio.ffmpeg import SAMPLE_RATE


@pytest.mark.parametrize(("name", "seconds", "contexts"), [("de_fleurs_004", 1, [8, 30]), ("en_lj_0032", 8, [10])])
async def test_a_doubtful_language_is_asked_in_the_full_context(
    base: SequentialEngine,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    seconds: int,
    contexts: list[int],
) -> None:
    """A second of German sounded Dutch in the short one; where the language is clear there is no further run."""
    samples = await read(name)
    start = detect_speech(samples)[0][0]
    asked: list[float] = []
    encode = WhisperDecoder.encode

    def listen(self: WhisperDecoder, windows: list[WindowInput], context_s: float = 0.0) -> object:
        asked.append(context_s or windows[0].context_s)
        return encode(self, windows, context_s)

    monkeypatch.setattr(WhisperDecoder, "encode", listen)
    (result,) = base.decode_batch([WindowInput(np.asarray(samples[start:][: seconds * SAMPLE_RATE]))], 1)
    assert (result.language, asked[:2]) == (name[:2], contexts)
