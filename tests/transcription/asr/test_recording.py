"""What a recording asks of the engine for its windows."""

import numpy as np
import pytest

from transcription.asr.base import DecodingOptions
from transcription.asr.language import APP_LANGUAGE_PRIOR
from transcription.asr.recording import Recording
from transcription.audio.ffmpeg import SAMPLE_RATE


@pytest.mark.parametrize(
    ("seconds", "beam_size", "wanted"), [(8, None, False), (12, None, True), (16, None, False), (12, 2, False)]
)
def test_a_second_opinion_is_for_notes_of_9_to_15_s(seconds: int, beam_size: int | None, wanted: bool) -> None:
    """Unless somebody set the beam size, and with it what a note may cost."""
    samples = np.zeros(seconds * SAMPLE_RATE, np.int16)
    recording = Recording(samples, [(0, len(samples))], DecodingOptions(beam_size=beam_size))
    assert recording.next_window.second_opinion is wanted


def test_a_new_chats_likely_language_is_that_of_the_senders_app() -> None:
    """Its tag may name a region; one that Whisper does not know says nothing."""
    samples = np.zeros(SAMPLE_RATE, np.int16)
    spans = [(0, SAMPLE_RATE)]
    for tag, likely in (("pt-BR", {"pt": APP_LANGUAGE_PRIOR}), ("tlh", {})):
        recording = Recording(samples, spans, DecodingOptions(app_language=tag))
        assert recording.next_window.language_weights == likely
