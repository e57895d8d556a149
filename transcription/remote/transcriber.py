"""Transcription of one recording by another server: sent as it came, as WAV where that is refused."""

import asyncio
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

import structlog

from transcription.audio.ffmpeg import SAMPLE_RATE, DecodeLimits, OnLength, any_length, decode
from transcription.backend import PREFETCH, OnPass, Pass, no_pass
from transcription.errors import ModelUnavailable, TranscriberFailed, TranscriberRefused, TranscriberUnavailable
from transcription.progress import TranscriptionProgress
from transcription.remote.answers import UnreadableAnswerError, parse_answer
from transcription.remote.availability import Availability
from transcription.remote.connection import Submission
from transcription.remote.dialects import OpenAI, Stenobot
from transcription.remote.server import Kind, Server
from transcription.remote.tasks import run_task
from transcription.remote.upload import Upload, original, wav
from transcription.task import TranscriptionTask
from transcription.transcript import Transcript

log = structlog.get_logger()

DEVICE = "remote"
BYTES_PER_S = 8_000
"""Bytes of a second of audio, where nobody said how long it is, or said too little."""


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """What a server is asked for. `model` is what it calls the one it is to use, where that is not the chat's."""

    decode: DecodeLimits
    workers: int
    seconds_per_minute: float
    """How long it may take for each minute of audio, a begun one included."""
    model: str | None = None
    initial_prompt: str = ""


class RemoteTranscriber:
    """A `Backend` that sends recordings to another server. All of it belongs to one event loop."""

    def __init__(self, server: Server, options: RemoteOptions) -> None:
        self._server = server
        self._options = options
        self.kind: Kind | None = None
        """What the server was found to be, once it was asked."""
        self._id = uuid.uuid4().hex
        self._availability = Availability(self.identify)

    @property
    def workers(self) -> int:
        """How many recordings are sent at the same time."""
        return self._options.workers

    @property
    def room(self) -> int:
        """Those, and what is made ready meanwhile."""
        return self._options.workers + PREFETCH

    @property
    def is_available(self) -> bool:
        """Whether the server takes recordings, as far as is known."""
        return self._availability.is_there

    async def until_available(self) -> None:
        """Wait until the server takes recordings."""
        await self._availability.wait()

    @property
    def can_kill(self) -> bool:
        """No: a recording harms the server."""
        return False

    def watch(self, on_change: Callable[[], None]) -> None:
        """Call this whenever the server goes away or comes back."""
        self._availability.watch(on_change)

    def device_of(self, _model: str) -> str:
        """Elsewhere."""
        return DEVICE

    def final_model(self, model: str, _language: str | None) -> str:
        """The model that was asked for."""
        return model

    async def aclose(self) -> None:
        """Ask the server no more."""
        await self._availability.aclose()

    async def identify(self) -> Kind:
        """What kind of server it is now. Raises `TranscriberUnavailable`."""
        self.kind = None
        self.kind = await self._server.identify()
        return self.kind

    async def transcribe(
        self,
        task: TranscriptionTask,
        progress: TranscriptionProgress,
        *,
        on_length: OnLength = any_length,
        on_pass: OnPass = no_pass,
    ) -> Transcript:
        """The transcript; its only pass is the final one. Raises the errors of `Server`, and those of `decode`."""
        began = time.monotonic()
        progress.on_start()
        try:
            with progress.timings.measure("server"):
                transcript = await self._transcribe(task, progress, on_length)
        except TranscriberUnavailable as error:
            self._availability.on_absence(error)
            raise
        self._availability.on_answer()
        progress.work_s += (work_s := time.monotonic() - began)
        await on_pass(Pass(transcript, DEVICE, work_s))
        return transcript

    async def _transcribe(
        self, task: TranscriptionTask, progress: TranscriptionProgress, on_length: OnLength
    ) -> Transcript:
        kind = self.kind or await self.identify()
        prompt = " ".join(filter(None, (self._options.initial_prompt, task.initial_prompt)))
        task = replace(task, initial_prompt=prompt)
        if task.options.trim_s is None or isinstance(kind.dialect, Stenobot):
            try:
                return await self._send(kind, task, await original(task), progress)
            except TranscriberRefused as error:
                if error.details.get("status") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                    raise
        samples = await decode(aiter(task.chunks), self._options.decode, on_length)
        if task.options.trim_s is not None:
            samples = samples[: round(task.options.trim_s * SAMPLE_RATE)]
        return await self._send(kind, task, wav(samples), progress)

    async def _send(
        self, kind: Kind, task: TranscriptionTask, upload: Upload, progress: TranscriptionProgress
    ) -> Transcript:
        """The transcript of an upload; without times where the server's model has none."""
        dialect = kind.dialect
        if task.options.translate and not dialect.can_translate:
            raise TranscriberRefused
        audio_s = max(task.duration_s or 0.0, (upload.size_bytes or 0) / BYTES_PER_S)
        timeout_s = math.ceil(max(audio_s, 1.0) / 60) * self._options.seconds_per_minute
        form = upload.form(dialect.fields(task, self._options.model or kind.model(task.model)))
        submission = Submission(dialect.path(task), form, timeout_s, f"{self._id}-{task.id}")
        try:
            if isinstance(dialect, Stenobot):
                body = await run_task(self._server.connection, submission, progress)
            else:
                body = await self._server.connection.send(submission)
            return await asyncio.to_thread(parse_answer, body, task)
        except UnreadableAnswerError as error:
            log.warning("the transcription server's answer is no transcript", job=task.id, reason=str(error))
            raise TranscriberFailed from None
        except TranscriberRefused as error:
            match error.details.get("field"):
                case "model":
                    raise ModelUnavailable(model=task.model) from None
                case "response_format" if isinstance(dialect, OpenAI) and dialect.is_verbose:
                    self.kind = replace(kind, dialect=dialect.without_times())
                    return await self._send(self.kind, task, upload, progress)
                case _:
                    raise
