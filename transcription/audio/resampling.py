"""Resampling of PCM that comes in chunks to 16 kHz, by FFmpeg's libswresample."""

import av
import numpy as np
from numpy.typing import NDArray

from transcription.audio.ffmpeg import SAMPLE_RATE

SAMPLE_BYTES = 2


class Resampler:
    """Makes 16 kHz samples of little-endian 16-bit mono PCM at `rate`; no seam is heard between chunks.

    It holds back some samples that the next chunk decides (under 2 ms), and half a sample where a chunk ends in one.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._half = b""
        self._resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)

    def push(self, chunk: bytes) -> NDArray[np.int16]:
        """The samples of one more chunk."""
        pcm = self._half + chunk
        whole = len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES
        self._half = pcm[whole:]
        samples = np.frombuffer(pcm[:whole], "<i2").astype(np.int16)
        if self._rate == SAMPLE_RATE or not len(samples):
            return samples
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
        frame.sample_rate = self._rate
        parts = [part.to_ndarray().reshape(-1) for part in self._resampler.resample(frame)]
        return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
