"""One attempt at a job: fetch its file, claim it, transcribe it, learn from each pass."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from transcription.active_jobs import ActiveJob
from transcription.audio.fetching import SourceKind, any_size, fetch_file
from transcription.audio.ffmpeg import OnLength
from transcription.audio.spool import Spool
from transcription.backend import Backend, Pass
from transcription.errors import Cancelled, LinkChanged
from transcription.jobs import JobState
from transcription.speed import SpeedEstimates
from transcription.storage.jobs import JobStore
from transcription.suspects import Suspects
from transcription.task import reusable
from transcription.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Attempts:
    """What each attempt at a job needs.

    `on_start(active)` is called when its file is here and the attempt is counted; `on_first_pass(active)` when a second
    pass follows, whose `in_hand` is closed by then. Large files are in `spool_dir`; None is the system's folder for
    temporary files.
    """

    store: JobStore
    backend: Backend
    speeds: SpeedEstimates
    sources: Mapping[str, SourceKind]
    suspects: Suspects
    spool_dir: Path | None
    on_start: Callable[[ActiveJob], None]
    on_first_pass: Callable[[ActiveJob], None]

    async def run(self, active: ActiveJob, in_hand: AsyncExitStack, on_length: OnLength) -> Transcript:
        """The final transcript of a job; its file and its turn are kept in `in_hand`. Raises like `transcribe`."""
        request = active.job.request
        file = await self._fetch(active, in_hand)
        if request.file.is_link and (same := await self._identify(active, file)):
            return same
        await self._claim(active, in_hand)
        known = await self.store.transcript(request.based_on) if request.based_on else None
        task = active.create_task(
            file,
            await self.store.dominant_language(request.source),
            reusable(known, request.options, request.model, request.language),
            unbatched=self.suspects.is_unbatched(active.job),
        )
        on_pass = partial(self._on_pass, active, in_hand)
        return await self.backend.transcribe(task, active.progress, on_length=on_length, on_pass=on_pass)

    async def _fetch(self, active: ActiveJob, in_hand: AsyncExitStack) -> Spool:
        job, progress = active.job, active.progress
        self.suspects.check(job)
        file, fetcher = job.request.file, self.sources[job.request.source.kind].fetcher_of(job.request.file)
        if file.is_link:
            progress.on_fetched(0)
        on_size = progress.on_fetched if file.is_link else any_size
        fetching = fetch_file(file, fetcher, self.spool_dir, progress.timings, on_size)
        active.fetched = await in_hand.enter_async_context(fetching)
        progress.fetched_mb = None
        return active.fetched

    async def _identify(self, active: ActiveJob, file: Spool) -> Transcript | None:
        """Know the file of a link by its content from now on; the transcript of the same one, if there is one.

        Raises `LinkChanged`.
        """
        request, digest = active.job.request, await file.sha256()
        if request.based_on and digest not in request.file.unique_id:
            raise LinkChanged
        unique_id = request.file.unique_id_by(digest)
        await self.store.identify(active.job.id, unique_id)
        found = replace(request, file=replace(request.file, unique_id=unique_id))
        return await self.store.find_cached(found.as_final(self.backend.final_model(request.model, request.language)))

    async def _claim(self, active: ActiveJob, in_hand: AsyncExitStack) -> None:
        """Count the attempt before anything is done with the file, for it may kill the process."""
        job, timings = active.job, active.progress.timings
        await in_hand.enter_async_context(self.suspects.turn(job))
        with timings.measure("claim"):
            if not await self.store.transition(job.id, JobState.RUNNING):
                raise Cancelled
        active.is_started = True
        self.on_start(active)

    async def _on_pass(self, active: ActiveJob, in_hand: AsyncExitStack, done: Pass) -> None:
        if done.transcript.segments:  # silence is skipped, and says nothing of the model
            audio_s = done.transcript.duration_ms / 1000
            await self.speeds.of(done.device).record(done.transcript.model, audio_s, done.work_s)
        if self.sources[active.job.request.source.kind].counts_voices:
            active.look = active.look or done.look
        if not done.is_final:
            await in_hand.aclose()
            self.on_first_pass(active)
