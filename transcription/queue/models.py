"""The models of the workers, in place of the registry of those that are loaded here."""

from collections.abc import Mapping

from transcription.errors import NoWorker, TranscriberUnavailable
from transcription.models import catalogue
from transcription.models.elsewhere import ModelsElsewhere
from transcription.models.sources import Progress
from transcription.queue.fleet import Fleet

DEVICE = "queue"
"""Where all models run, as the speeds are kept: the workers count as one machine."""


class FleetModels(ModelsElsewhere):
    """What workers say they have. Nothing is fetched or loaded here."""

    def __init__(self, fleet: Fleet) -> None:
        super().__init__(DEVICE)
        self._fleet = fleet

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
