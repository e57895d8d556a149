"""Decoding of live speech with the models and the batcher that jobs use."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from transcription.asr.base import DecodingOptions, Engine
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.audio.ffmpeg import Samples
from transcription.audio.windows import Span
from transcription.models.gpu_fallback import with_gpu_fallback
from transcription.models.registry import ModelRegistry
from transcription.transcript import Transcript


class LiveDecoder:
    """Transcribes sound that is at hand. `initial_prompt` and `beam_size` are the owner's."""

    def __init__(
        self, models: ModelRegistry[Engine], batcher: Batcher, *, initial_prompt: str = "", beam_size: int | None = None
    ) -> None:
        self._models = models
        self._batcher = batcher
        self._initial_prompt = initial_prompt
        self._beam_size = beam_size

    async def decode(self, samples: Samples, spans: Sequence[Span], model: str, options: DecodingOptions) -> Transcript:
        """What is said in sound in which spans are speech; it takes turns with all recordings.

        Raises like `ModelRegistry.lease`, and what the engine raises.
        """
        prompt = " ".join(filter(None, (self._initial_prompt, options.initial_prompt)))
        options = replace(options, initial_prompt=prompt, beam_size=self._beam_size)
        return await with_gpu_fallback(
            partial(self._decode, samples, spans, model, options), partial(self._models.disable_gpu, model)
        )

    async def _decode(
        self, samples: Samples, spans: Sequence[Span], model: str, options: DecodingOptions
    ) -> Transcript:
        async with self._models.lease(model) as engine:
            recording = Recording(samples, spans, options, max_window_s=engine.capabilities.max_window_s)
            await self._batcher.transcribe(recording, engine, live=True)
        return recording.transcript(model)
