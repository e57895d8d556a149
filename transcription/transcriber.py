"""Transcription of one recording: decode the file, lease a model, detect speech, batch its windows, second pass."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from transcription.asr.base import DecodingOptions, Engine, SequentialEngine
from transcription.asr.batcher import Batcher
from transcription.asr.recording import Recording
from transcription.asr.routing import Decoded, Routing
from transcription.asr.second_pass import SecondPass
from transcription.asr.thread_pool import ThreadPool
from transcription.asr.vad import detect_speech
from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, OnLength, Samples, Standby, any_length, decode
from transcription.backend import PREFETCH, OnPass, Pass, no_pass
from transcription.errors import NoTranslation
from transcription.models.gpu_fallback import with_gpu_fallback
from transcription.models.registry import ModelRegistry
from transcription.observer import Observer
from transcription.progress import DECODING_SHARE, TranscriptionProgress
from transcription.speakers.assignment import assign
from transcription.speakers.base import Diarizer, Turn
from transcription.speakers.embedded import EmbeddedDiarizer
from transcription.speakers.labelling import label
from transcription.speakers.look import VoiceLook
from transcription.task import TranscriptionTask
from transcription.transcript import Segment, Transcript

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TranscriberOptions:
    """What one file may cost, and how every recording is transcribed."""

    decode: DecodeLimits
    beam_size: int | None = None
    initial_prompt: str = ""
    """Names and words that may occur in any recording."""
    adaptive_context: bool = True
    """Whether windows are decoded at their own length; if not, faster-whisper's own loop does it."""
    refine_model: str | None = None
    """The model of the second pass, over what smaller ones transcribed."""
    model_by_language: Mapping[str, str] = field(default_factory=dict)
    """As `Routing` takes it."""


class Transcriber:
    """Transcribes recordings, any number at a time, with what they share: models, threads and the batcher.

    It knows neither jobs nor a database. All of it belongs to one event loop.
    """

    def __init__(
        self,
        *,
        models: ModelRegistry[Engine],
        pool: ThreadPool,
        options: TranscriberOptions,
        observer: Observer | None = None,
        diarizer: Diarizer | None = None,
        standby: Standby | None = None,
    ) -> None:
        self.options = options
        self.observer = observer or Observer()
        self._diarizer = diarizer or EmbeddedDiarizer()
        self._standby = standby
        self._models = models
        self._pool = pool
        self.batcher = Batcher(pool, self.observer)
        """Shared with live sessions."""
        self._second_pass = SecondPass(options.refine_model, models, self.batcher) if options.refine_model else None
        self._routing = Routing(models, options.model_by_language)
        self._decoders = asyncio.Semaphore(pool.size + 1)  # one more, should that of a long file take all its time

    @property
    def workers(self) -> int:
        """How many threads transcribe."""
        return self._pool.size

    @property
    def room(self) -> int:
        """Those, and what is made ready meanwhile."""
        return self._pool.size + PREFETCH

    @property
    def is_available(self) -> bool:
        """Always: what is in this process can't be away."""
        return True

    async def until_available(self) -> None:
        """Return at once."""

    @property
    def can_kill(self) -> bool:
        """Yes: the engine runs in this process."""
        return True

    def watch(self, on_change: Callable[[], None]) -> None:
        """Nothing changes."""

    def device_of(self, model: str) -> str:
        """The device that runs a model now, in CTranslate2's words."""
        return self._models.device_of(model)

    def final_model(self, model: str, language: str | None) -> str:
        """The model of the final transcript of a recording that `model` transcribes first."""
        return self._second_pass.final_model(model, language) if self._second_pass else model

    async def transcribe(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        *,
        on_length: OnLength = any_length,
        on_pass: OnPass = no_pass,
    ) -> Transcript:
        """The final transcript.

        `on_length` is called as by `decode`. `on_pass` is awaited after each pass; once it returned, `task.chunks` are
        needed no more. Raises like `decode` and `ModelRegistry.lease`, and `Cancelled`.
        """
        async with self._decoders:
            with progress.timings.measure("ffmpeg"):
                samples = await decode(aiter(task.chunks), self.options.decode, on_length, self._standby)
        if task.options.trim_s is not None:
            samples = samples[: max(1, round(task.options.trim_s * SAMPLE_RATE))]
        if task.options.speakers is not None:
            progress.decoding_share = 0.0 if task.known else DECODING_SHARE
        if task.known:
            first, recording = Pass(task.known, self.device_of(task.model), 0.0), None
        else:
            first, recording = await self._on_a_device(task, progress, samples)
            first = replace(first, look=self._look(task, samples, recording))
        spans = recording.spans if recording else None
        turns = await label(self._diarizer, self._pool, task, progress, samples, spans=spans)
        if not (recording and self._second_pass and self._second_pass.accepts(task, first.transcript)):
            first = replace(first, transcript=_with_speakers(first.transcript, turns))
            await on_pass(first)
            return first.transcript
        recording = recording.fresh_copy()
        shown = progress.first_pass = _with_speakers(first.transcript, turns)
        await on_pass(replace(first, transcript=shown, is_final=False))
        progress.on_change()
        refined = await self._second_pass.run(task, recording, first.transcript)
        progress.work_s += recording.work_s
        if refined is first.transcript:
            return shown
        final = _with_speakers(refined, turns)
        await on_pass(self._observed(Pass(final, self.device_of(final.model), recording.work_s)))
        return final

    def _look(self, task: TranscriptionTask, samples: Samples, recording: Recording | None) -> VoiceLook | None:
        """What a look at a recording's voices takes; None where speakers are asked for, or it is not worthwhile."""
        if recording is None or task.options.speakers is not None or task.options.translate:
            return None
        look = VoiceLook(samples, recording.spans, self._diarizer, self._pool)
        return look if look.is_worthwhile else None

    def _observed(self, done: Pass) -> Pass:
        """The same, told to who counts it."""
        audio_s = done.transcript.duration_ms / 1000
        self.observer.pass_done(done.transcript.model, done.device, audio_s, done.work_s)
        return done

    async def _on_a_device(self, task: TranscriptionTask, progress: TranscriptionProgress, samples: Samples) -> Decoded:
        def leave_gpu(reason: str) -> None:
            self._models.disable_gpu(task.model, reason)
            log.warning("note begun again on the CPU", job=task.id)
            progress.restart()

        return await with_gpu_fallback(partial(self._with_model, task, progress, samples), leave_gpu)

    async def _with_model(self, task: TranscriptionTask, progress: TranscriptionProgress, samples: Samples) -> Decoded:
        options = DecodingOptions(
            language=task.language,
            likely_language=task.likely_language,
            initial_prompt=" ".join(filter(None, (self.options.initial_prompt, task.initial_prompt))),
            beam_size=self.options.beam_size,
            translate=task.options.translate,
            app_language=task.app_language,
        )
        decode = partial(self._decode, task, progress, samples)
        done, recording = await self._routing.transcribe(task, options, decode)
        return self._observed(done), recording

    async def _decode(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        samples: Samples,
        model: str,
        options: DecodingOptions,
    ) -> Decoded:
        async def on_start() -> None:
            progress.on_start()

        asked_s = time.monotonic()
        async with self._models.lease(model, progress.on_stage) as engine:
            progress.timings.record("model", asked_s, time.monotonic())
            progress.on_model()
            if options.translate and not engine.capabilities.translation and options.language != "en":
                raise NoTranslation(model=model)
            recording = None
            if not self.options.adaptive_context and isinstance(engine, SequentialEngine):
                transcript, work_s = await self._transcribe_sequential(engine, model, samples, options, progress)
            else:
                recording = await self._prepare(task, progress, samples, options, engine.capabilities.max_window_s)
                with progress.timings.measure("transcribe"):
                    await self.batcher.transcribe(recording, engine, on_start)
                transcript, work_s = recording.transcript(model), recording.work_s
                progress.timings.add(recording.timings.seconds)
        progress.work_s += work_s
        return Pass(transcript, engine.device, work_s), recording

    async def _prepare(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        samples: Samples,
        options: DecodingOptions,
        max_window_s: float,
    ) -> Recording:
        def detect_and_split() -> Recording:  # in a thread: where nobody pauses, to find out where to cut takes seconds
            spans = detect_speech(samples, progress.stop.is_set)
            return Recording(samples, spans, options, progress.on_segment, max_window_s)

        with progress.timings.measure("vad"):
            recording = await self._pool.run(detect_and_split)
        recording.unbatched = task.unbatched
        return recording

    async def _transcribe_sequential(
        self,
        engine: SequentialEngine,
        name: str,
        samples: Samples,
        options: DecodingOptions,
        progress: TranscriptionProgress,
    ) -> tuple[Transcript, float]:
        """A transcript and the seconds of work."""
        loop = asyncio.get_running_loop()

        def on_segment(segment: Segment, fraction: float) -> None:
            loop.call_soon_threadsafe(progress.on_segment, segment, fraction)

        def transcribe() -> tuple[Transcript, float]:
            start_s = time.monotonic()
            loop.call_soon_threadsafe(progress.on_start)
            transcript = engine.transcribe_sequential(
                name, samples, options, on_segment=on_segment, stopped=progress.stop.is_set
            )
            return transcript, time.monotonic() - start_s

        with progress.timings.measure("transcribe"):
            return await self._pool.run(transcribe)


def _with_speakers(transcript: Transcript, turns: list[Turn] | None) -> Transcript:
    return transcript if turns is None else assign(transcript, turns)
