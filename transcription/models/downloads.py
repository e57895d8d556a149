"""Downloads of models to the disk, one for each model whoever wants it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from transcription.models import catalogue, sources
from transcription.models.model import Model
from transcription.models.shared_task import SharedTask
from transcription.models.sources import Progress


class Downloads:
    """Brings models to `models_dir`. A thread for each: none waits for another, and nothing else waits for one."""

    def __init__(self, models_dir: Path) -> None:
        self.tasks: dict[str, SharedTask[Path]] = {}
        self._models_dir = models_dir
        self._threads = ThreadPoolExecutor(len(catalogue.MODELS), thread_name_prefix="fetch")

    async def fetch(self, model: Model, on_progress: Progress) -> Path:
        """The model's folder, by one download for all who want it.

        It stops soon after the last of them was cancelled, and keeps what it has for the next time.
        """
        task = self.tasks.get(model.name)
        if task is None:
            do = partial(sources.fetch, model, self._models_dir)
            task = self.tasks[model.name] = SharedTask(model.name, do, self._threads)
        try:
            return await task.wait(on_progress)
        finally:
            if not task.wanted:
                task.stop()
                self.tasks.pop(model.name, None)

    def close(self) -> None:
        """Take no more of them; what runs has been stopped before."""
        self._threads.shutdown(wait=False)
