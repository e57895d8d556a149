"""Sound of any rate becomes 16 kHz, whatever the pieces that it comes in."""

import numpy as np
import pytest

from transcription.audio.resampling import Resampler


def tone(hertz: int, rate: int) -> bytes:
    return (np.sin(2 * np.pi * hertz * np.arange(rate) / rate) * 10_000).astype("<i2").tobytes()


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
def test_a_tone_stays_that_tone(rate: int) -> None:
    """Odd pieces leave no seam: nearly all of its power is in one place."""
    pcm, resampler = tone(1_000, rate), Resampler(rate)
    samples = np.concatenate([resampler.push(pcm[start : start + 961]) for start in range(0, len(pcm), 961)])
    spectrum = np.abs(np.fft.rfft(samples[:15_800] * np.hanning(15_800))) ** 2
    assert spectrum[980:997].sum() > 0.99 * spectrum.sum()


def test_what_16_khz_cannot_hold_is_left_out() -> None:
    """A tone of 9.5 kHz does not come back as one of 6.5 kHz."""
    assert np.abs(Resampler(24_000).push(tone(9_500, 24_000))[1_000:]).max() < 200
