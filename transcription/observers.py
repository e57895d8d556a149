"""Several observers of transcription as one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from transcription.observer import Observer
from transcription.timings import Timings


class Observers(Observer):
    """Tells each of them all that it is told; None is nobody."""

    def __init__(self, *observers: Observer | None) -> None:
        self._all = [each for each in observers if each]

    def job_added(self, job_id: int, source: str, took_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.job_added(job_id, source, took_s)

    def job_ended(self, job_id: int, source: str, state: str, result: str, took_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.job_ended(job_id, source, state, result, took_s)

    def job_delivered(self, job_id: int, source: str, after_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.job_delivered(job_id, source, after_s)

    @contextmanager
    def attempt(self, job_id: int, timings: Timings) -> Iterator[None]:
        """Tell all."""
        with ExitStack() as stack:
            for each in self._all:
                stack.enter_context(each.attempt(job_id, timings))
            yield

    @contextmanager
    def assignment(self, timings: Timings, traceparent: str | None) -> Iterator[None]:
        """Tell all."""
        with ExitStack() as stack:
            for each in self._all:
                stack.enter_context(each.assignment(timings, traceparent))
            yield

    def job_worked(self, source: str, waited_s: float, work_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.job_worked(source, waited_s, work_s)

    def pass_done(self, model: str, device: str, audio_s: float, work_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.pass_done(model, device, audio_s, work_s)

    def batch_decoded(self, device: str, windows: int, retried: int) -> None:
        """Tell all."""
        for each in self._all:
            each.batch_decoded(device, windows, retried)

    def model_loaded(self, model: str, device: str, took_s: float) -> None:
        """Tell all."""
        for each in self._all:
            each.model_loaded(model, device, took_s)

    def model_failed(self, model: str) -> None:
        """Tell all."""
        for each in self._all:
            each.model_failed(model)

    def model_evicted(self, model: str, reason: str) -> None:
        """Tell all."""
        for each in self._all:
            each.model_evicted(model, reason)
