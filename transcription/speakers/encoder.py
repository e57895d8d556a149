"""The voice encoder: what a voice sounds like in a second or two, as a vector of 256 numbers."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transcription.audio.ffmpeg import SAMPLE_RATE

if TYPE_CHECKING:
    import onnxruntime

HOP = SAMPLE_RATE // 100
"""Samples between two frames."""
FFT = 400
BANDS = 40
LOUDNESS = 10 ** (-30 / 20)
"""Root mean square that fainter speech is raised to (-30 dBFS), as in training: the frames are no logarithms."""
WEIGHTS = Path(__file__).with_name("voice_encoder.onnx")

Vectors = NDArray[np.float32]
"""Embeddings as rows, each of length one."""


def mel_frames(samples: Vectors) -> Vectors:
    """The power in 40 mel bands around each 160th sample, as librosa's `melspectrogram` has it. Samples lie in -1..1.

    There is a frame at the first sample, whose first half is silence.
    """
    padded = np.pad(samples, FFT // 2)
    parts = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT)
    power = np.abs(np.fft.rfft(parts * hann.astype(np.float32))) ** 2
    frames: Vectors = (power @ _mel_filters()).astype(np.float32)
    return frames


def _mel_filters() -> Vectors:
    """Triangles of equal area on Slaney's mel scale (linear to 1 kHz, then logarithmic), a column for each band."""
    step, knee = 200 / 3, 1000.0
    ratio = np.log(6.4) / 27
    top = knee / step + np.log(SAMPLE_RATE / 2 / knee) / ratio
    mels = np.linspace(0, top, BANDS + 2)
    hz = np.where(mels < knee / step, mels * step, knee * np.exp(ratio * (mels - knee / step)))
    bins = np.fft.rfftfreq(FFT, 1 / SAMPLE_RATE)[:, None]
    rising = (bins - hz[:-2]) / np.diff(hz)[:-1]
    falling = (hz[2:] - bins) / np.diff(hz)[1:]
    filters: Vectors = np.maximum(0, np.minimum(rising, falling)) * 2 / (hz[2:] - hz[:-2])
    return filters


class VoiceEncoder:
    """Embeddings of windows by ONNX Runtime, on one thread, so that transcription keeps the others.

    The weights are those of Resemblyzer (decision 095). Nothing is loaded before the first window.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None

    def embed(self, windows: Vectors) -> Vectors:
        """A row for each window of frames (windows, frames, bands). Blocks."""
        embeddings: Vectors = self._loaded().run(None, {"mels": windows})[0]
        return embeddings

    def _loaded(self) -> "onnxruntime.InferenceSession":
        import onnxruntime  # noqa: PLC0415 - most processes never ask who speaks

        with self._lock:
            if self._session is None:
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                options.enable_cpu_mem_arena = False  # it would keep what the largest batch took
                self._session = onnxruntime.InferenceSession(WEIGHTS, options, providers=["CPUExecutionProvider"])
            return self._session
