"""Whisper on CTranslate2: the engine that wraps faster-whisper's `WhisperModel`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from faster_whisper import WhisperModel

from transcription.asr import sequential
from transcription.asr.base import (
    BEAM_SIZE,
    Capabilities,
    DecodingOptions,
    DecodingResult,
    OnSegment,
    SequentialEngine,
    WindowInput,
)
from transcription.asr.language import LanguageProbs
from transcription.asr.whisper_decoder import WhisperDecoder
from transcription.asr.window_decoder import WindowDecoder
from transcription.audio.ffmpeg import SAMPLE_RATE, Samples
from transcription.audio.windows import MAX_WINDOW
from transcription.models.catalogue import MODELS
from transcription.models.options import ModelOptions
from transcription.transcript import Transcript


def load(folder: Path, options: ModelOptions) -> SequentialEngine:
    """A model from a CTranslate2 folder, its weights shared by all of its workers. Blocks for seconds."""
    return WhisperEngine(
        WhisperModel(
            str(folder),
            device=options.device,
            compute_type=options.compute_type,
            cpu_threads=options.cpu_threads,
            num_workers=options.num_workers,
            local_files_only=True,
        ),
        translates=folder.name not in MODELS or MODELS[folder.name].translates,
    )


class WhisperEngine:
    """An `Engine` and `SequentialEngine` with one Whisper model."""

    def __init__(self, model: WhisperModel, *, translates: bool = True) -> None:
        self._model = model
        self.device: str = model.model.device
        self.capabilities = Capabilities(
            languages=frozenset(model.supported_languages),
            max_window_s=MAX_WINDOW / SAMPLE_RATE,
            native_batch=True,
            initial_prompt=True,
            word_times=True,
            translation=translates and model.model.is_multilingual,
        )

    def detect_languages(self, windows: Sequence[WindowInput]) -> list[LanguageProbs]:
        """One encoder run per window."""
        decoder = WhisperDecoder(self._model)
        return decoder.language_probs(decoder.encode(windows), windows)

    def decode_batch(self, windows: Sequence[WindowInput], beam_size: int = BEAM_SIZE) -> list[DecodingResult]:
        """Windows decoded together cost little more than one alone."""
        first = windows[0]
        decoder = WhisperDecoder(self._model, first.initial_prompt, beam_size, translate=first.translate)
        return WindowDecoder(decoder).decode(windows)

    def transcribe_sequential(
        self,
        name: str,
        samples: Samples,
        options: DecodingOptions,
        *,
        on_segment: OnSegment,
        stopped: Callable[[], bool],
    ) -> Transcript:
        """faster-whisper's own loop over windows of 30 s, one after the other."""
        return sequential.transcribe_sequential(
            self._model, name, samples, options, on_segment=on_segment, stopped=stopped
        )

    def close(self) -> None:
        """Drop the only lasting reference to the weights."""
        del self._model
