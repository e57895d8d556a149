"""The observer of transcription: what counts or traces jobs, batches and models. It is told numbers and names only."""

from contextlib import AbstractContextManager, nullcontext

from transcription.timings import Timings

EVICTIONS = ("room", "idle", "device", "asked", "stop")
"""Why a model leaves the memory: another one needs the room, nobody used it for a while, the other device is to run it,
somebody asked for it, or the program stops."""


class Observer:
    """Is told, on the event loop, of what happened; this one counts nothing, and others overrule what they count.

    No text reaches it, and of ids only a job's. `source` is a kind of source, `model` a name of the catalogue,
    `device` a word of CTranslate2's; times are seconds.
    """

    def job_added(self, job_id: int, source: str, took_s: float) -> None:
        """A job is on disk, which took so long."""

    def job_ended(self, job_id: int, source: str, state: str, result: str, took_s: float) -> None:
        """A job's end is on disk, `took_s` after the job was.

        `result` is the code of its error; without one `text`, `silence`, `known` (transcribed before) or `cancelled`.
        """

    def job_delivered(self, job_id: int, source: str, after_s: float) -> None:
        """Whoever asked has the result of a job, so long after its end."""

    def attempt(self, job_id: int, timings: Timings) -> AbstractContextManager[None]:  # noqa: ARG002 - it listens not
        """A job is worked on inside; `timings` say at the end what took how long."""
        return nullcontext()

    def assignment(self, timings: Timings, traceparent: str | None) -> AbstractContextManager[None]:  # noqa: ARG002 - as above
        """A worker does inside what a front handed out in the span `traceparent`."""
        return nullcontext()

    def job_worked(self, source: str, waited_s: float, work_s: float) -> None:
        """A job was transcribed: how long it waited for its turn, and for how long it kept a thread busy."""

    def pass_done(self, model: str, device: str, audio_s: float, work_s: float) -> None:
        """A model has gone over a recording; `work_s` is 0 where nobody spoke in it."""

    def batch_decoded(self, device: str, windows: int, retried: int) -> None:
        """So many windows were decoded together; `retried` of them needed a fallback."""

    def model_loaded(self, model: str, device: str, took_s: float) -> None:
        """A model is in memory."""

    def model_failed(self, model: str) -> None:
        """A model could not be loaded."""

    def model_evicted(self, model: str, reason: str) -> None:
        """A model leaves the memory; `reason` is one of `EVICTIONS`."""
