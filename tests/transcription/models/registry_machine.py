"""A loader, a hub and a memory that the tests of the model registry hold in their hands."""

import asyncio
import itertools
import queue
from collections.abc import Callable
from pathlib import Path

from transcription.models.catalogue import find
from transcription.models.model import Model
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry, Progress, Stage

NAMES = ("tiny", "base", "small")


class Loaded(str):
    """A model; it tells the machine when it is closed."""

    __slots__ = ("machine",)
    machine: "Machine"

    def close(self) -> None:
        self.machine.here.remove(self)


class Machine:
    """A loader and a hub that may be held back, and a memory that loaded models fill."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir = models_dir
        self.loads: list[str] = []
        self.fetches: list[str] = []
        self.loop, self.began = asyncio.get_running_loop(), asyncio.Event()
        self.held: dict[str, queue.Queue[Exception | None]] = {}
        self.memory_mb = 100_000.0
        self.here: set[Loaded] = set()
        self.counter = itertools.count(1)
        self.now_s = 0.0
        for name in NAMES:
            self.bring(name)

    def bring(self, name: str) -> Path:
        (self.models_dir / name).mkdir(exist_ok=True)
        for file in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
            (self.models_dir / name / file).touch()
        return self.models_dir / name

    def hold(self, name: str) -> Callable[[Exception | None], None]:
        """Hold back loads (or downloads) of a model; what is returned lets one go on, or fail with an error."""
        self.held[name] = queue.Queue()
        self.began.clear()
        return self.held[name].put

    def load(self, folder: Path, options: ModelOptions) -> Loaded:
        self.loads.append(folder.name)
        self._wait(folder.name)
        loaded = Loaded(f"{folder.name} {next(self.counter)}")
        loaded.machine = self
        self.here.add(loaded)
        return loaded

    def fetch(self, model: Model, models_dir: Path, report: Progress) -> Path:
        """Stands in for `sources.fetch`: half of the model comes at once, the rest when it is let go on."""
        self.fetches.append(model.name)
        report(Stage.DOWNLOAD, 0.5)
        self._wait(model.name)
        folder = self.bring(model.name)
        report(Stage.DOWNLOAD, 1.0)
        return folder

    def _wait(self, name: str) -> None:
        self.loop.call_soon_threadsafe(self.began.set)
        if name in self.held and (error := self.held[name].get(timeout=10)):
            raise error

    def in_memory(self) -> list[str]:
        """The models that are not closed, in the order in which they were loaded."""
        return [model.split()[0] for model in sorted(self.here, key=lambda model: int(model.split()[1]))]

    def available_mb(self) -> float:
        """What loaded models leave of the memory."""
        return self.memory_mb - sum(find(name).weights_mb("auto") for name in self.in_memory())

    def models(self, max_models: int = 2) -> ModelRegistry[Loaded]:
        options = ModelOptions(self.models_dir, max_models)
        return ModelRegistry(options, {"whisper": self.load}, self.available_mb, clock=lambda: self.now_s)


async def turns(number: int = 20) -> None:
    """Let every task go as far as it can without a thread."""
    for _ in range(number):
        await asyncio.sleep(0)
