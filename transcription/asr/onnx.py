"""Models for ONNX Runtime: the engine that wraps onnx-asr."""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx_asr
import onnxruntime
from numpy.typing import NDArray

from transcription.asr.base import BEAM_SIZE, Capabilities, DecodingResult, WindowInput
from transcription.asr.fallback import best_of
from transcription.asr.language import SHARED, choose
from transcription.asr.onnx_text import (
    Token,
    guessed,
    is_written,
    is_written_in,
    script_of,
    with_known_letters,
    words_of,
)
from transcription.asr.text_language import language_probs
from transcription.asr.word_times import joined
from transcription.audio.ffmpeg import SAMPLE_RATE, as_floats
from transcription.errors import ModelDamaged
from transcription.models.catalogue import MODELS
from transcription.models.gpu_fallback import GPU_ERROR
from transcription.models.onnx_models import OnnxModel
from transcription.models.options import ModelOptions
from transcription.transcript import Word

WINDOW_S = 20.0
"""Parakeet's text gets worse beyond 20 to 30 s, and GigaAM knows no more than 25."""
SHORTEST_S = 0.3
"""Shorter sound is filled up with silence: of a few samples there are no features."""
QUIET_PEAK = 0.01
GAIN = 30.0
"""What peaks below -40 dBFS comes out empty or garbled (found with Parakeet), and is made 30 dB louder."""
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


def load(folder: Path, options: ModelOptions) -> "OnnxEngine":
    """A model of the catalogue from its folder, as `load_model` does."""
    model = MODELS[folder.name]
    assert isinstance(model, OnnxModel)
    return load_model(folder, model, options)


def load_model(folder: Path, model: OnnxModel, options: ModelOptions) -> "OnnxEngine":
    """A model from its folder. Blocks for seconds.

    Raises `ModelDamaged`, and `RuntimeError` where the GPU is to blame.
    """
    try:
        recognizer = onnx_asr.load_model(
            model.kind,
            folder,
            quantization=model.quantization,
            sess_options=_session_options(options.cpu_threads),
            providers=[CUDA, CPU] if options.device == "cuda" and _has_cuda() else [CPU],
        )
    except MemoryError:
        raise
    except Exception as error:  # those of ONNX Runtime have no base of their own
        if GPU_ERROR.search(str(error)):
            raise RuntimeError(str(error)) from error
        raise ModelDamaged(model=model.name, file=_named_file(str(error), folder)) from error
    return OnnxEngine(recognizer.with_timestamps(), model)


def _session_options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # what the longest window needed would stay taken
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others want the core meanwhile
    return options


def _has_cuda() -> bool:
    return CUDA in onnxruntime.get_available_providers()


def _named_file(message: str, folder: Path) -> str:
    """The file of a model that an error is about; all of them, if it names none."""
    return next((file.name for file in folder.iterdir() if file.name in message), folder.name)


class OnnxEngine:
    """An `Engine` with one model of onnx-asr."""

    def __init__(self, recognizer: onnx_asr.adapters.TimestampedResultsAsrAdapter, model: OnnxModel) -> None:
        self._recognizer: Any = recognizer
        self._model = model
        sessions = [each for each in vars(self._asr).values() if isinstance(each, onnxruntime.InferenceSession)]
        self.device = "cuda" if any(CUDA in session.get_providers() for session in sessions) else "cpu"
        self.capabilities = Capabilities(
            languages=model.languages,
            max_window_s=WINDOW_S,
            native_batch=self.device == "cuda",  # on a CPU four took 3.7 to 6 times as long as one (124)
            word_times=model.word_times,
        )

    @property
    def _asr(self) -> Any:
        return self._recognizer.asr

    def detect_languages(self, windows: Sequence[WindowInput]) -> list[Mapping[str, float]]:
        """By the text, for these models know one language, or tell none."""
        return [
            {window.language: 1.0} if window.language else result.language_probs
            for window, result in zip(windows, self.decode_batch(windows), strict=True)
        ]

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = BEAM_SIZE) -> list[DecodingResult]:  # noqa: ARG002 - all are decoded greedily
        """Windows share a run of the encoder; the decoder takes one after the other."""
        recognized = self._recognize(self._recognizer, windows)
        return [self._judged(window, each) for window, each in zip(windows, recognized, strict=True)]

    def close(self) -> None:
        """Drop the only lasting reference to the sessions."""
        del self._recognizer

    def _recognize(self, recognizer: Any, windows: Sequence[WindowInput]) -> list[Any]:
        languages = {window.language for window in windows}
        known = {"language": languages.pop()} if len(languages) == 1 else {}  # Whisper's exports take it
        try:
            recognized: list[Any] = recognizer.recognize([self._sound(window) for window in windows], **known)
        except Exception as error:  # as above
            raise RuntimeError(f"ONNX Runtime: {error}") from error
        return recognized

    def _sound(self, window: WindowInput) -> NDArray[np.float32]:
        sound = as_floats(window.samples)
        if 0.0 < np.abs(sound).max(initial=0.0) < QUIET_PEAK:
            sound = sound * np.float32(GAIN)
        before = round(self._model.leading_silence_s * SAMPLE_RATE)
        after = max(0, round(SHORTEST_S * SAMPLE_RATE) - before - len(sound))
        return np.pad(sound, (before, after))

    def _judged(self, window: WindowInput, recognized: Any) -> DecodingResult:
        """The result of a window; decoded again in the right letters where they were foreign."""
        result = self._result(window, recognized)
        expected = window.language or _most_of(window.language_weights)
        if (
            expected in self._model.languages
            and self._model.word_times
            and not is_written(result.text, script_of(expected))
        ):
            (recognized,) = self._recognize(self._restricted(expected), [window])
            result = self._result(window, recognized, is_fallback=True)
        return best_of([result]) if result.is_loop else result

    def _restricted(self, language: str) -> Any:
        """The recognizer, without the tokens of other scripts."""
        asr = copy.copy(self._asr)
        decode, known = asr._decode, asr._vocab  # noqa: SLF001 - its loop over tokens has no other way in
        allowed = np.array([is_written_in(known[number], language) for number in range(len(known))])

        def decode_allowed(*arguments: Any) -> tuple[NDArray[np.float32], int, Any]:
            logits, step, state = decode(*arguments)
            return np.where(allowed, logits, -np.inf), step, state

        asr._decode = decode_allowed  # noqa: SLF001 - as above
        return type(self._recognizer)(asr, self._recognizer.resampler)

    def _result(self, window: WindowInput, recognized: Any, *, is_fallback: bool = False) -> DecodingResult:
        length_s = len(window.samples) / SAMPLE_RATE
        logprobs = recognized.logprobs or ()
        probs = {} if window.language else language_probs(guessed(recognized.text), self._model.languages)
        choice = choose(probs, window.language_weights) if probs else None
        language = window.language or (choice.language if choice else min(self._model.languages))
        text = recognized.text.strip()
        words: tuple[Word, ...] = ()
        if recognized.timestamps is not None:
            times = (at_s - self._model.leading_silence_s for at_s in recognized.timestamps)
            tokens = (Token(*each) for each in zip(recognized.tokens, times, logprobs, strict=True))
            words = words_of(with_known_letters(tokens, language), length_s)
            text = joined(words)
        return DecodingResult(
            text,
            language,
            choice.probability if choice else 1.0,
            float(np.mean(logprobs)) if len(logprobs) else 0.0,
            no_speech_prob=0.0,
            language_probs=probs,
            is_fallback=is_fallback,
            words=words,
        )


def _most_of(weights: Mapping[str, float]) -> str | None:
    """The language that most of a recording is in, by the weights of its windows."""
    return next((code for code, weight in weights.items() if weight > 1 + SHARED / 2), None)
