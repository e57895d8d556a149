"""The models of the workers, in place of the registry of those that are loaded here."""

from collections.abc import Mapping

from transcription.asr.base import Engine
from transcription.errors import NoWorker, TranscriberUnavailable
from transcription.models import catalogue
from transcription.models.memory_budget import LoadedModel
from transcription.models.sources import Progress
from transcription.queue.fleet import Fleet

DEVICE = "queue"
"""Where all models run, as the speeds are kept: the workers count as one machine."""


class FleetModels:
    """What workers say they have. Nothing is fetched or loaded here."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def check_fits(self, name: str) -> None:
        """Raise `UnknownModel` for what is not in the catalogue; the memory is the workers'."""
        catalogue.find(name)

    async def ensure(self, name: str, _on_progress: Progress | None = None) -> None:
        """Raise `NoWorker` where workers have other models only, or `TranscriberUnavailable` without any."""
        name = catalogue.find(name).name
        if not len(self._fleet):
            raise TranscriberUnavailable
        if not self.available(name):
            raise NoWorker(model=name)

    @property
    def workers(self) -> Mapping[str, int]:
        """How many workers have each model; there are no others."""
        return self._fleet.models

    def available(self, name: str) -> bool:
        """Whether a worker has it."""
        return name in self._fleet.models

    def is_loaded(self, name: str) -> bool:
        """Whether a recording for it is taken now."""
        return self.available(name)

    @property
    def in_memory(self) -> dict[str, LoadedModel[Engine]]:
        """None: their memory is the workers'."""
        return {}

    async def unload(self, name: str, _reason: str = "asked") -> bool:
        """Nothing to be done. Raises `UnknownModel`."""
        catalogue.find(name)
        return True

    def device_of(self, _name: str) -> str:
        """Elsewhere."""
        return DEVICE
