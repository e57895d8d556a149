"""Models that other machines run, in place of the registry of those that are loaded here."""

from collections.abc import Mapping

from transcription.asr.base import Engine
from transcription.models import catalogue
from transcription.models.memory_budget import LoadedModel


class ModelsElsewhere:
    """What is the same wherever they are: nothing is fetched, loaded or unloaded here, and no memory of ours is taken.

    `device` stands for the other machines, as speeds are kept.
    """

    def __init__(self, device: str) -> None:
        self._device = device

    def check_fits(self, name: str) -> None:
        """Raise `UnknownModel` for what is not in the catalogue; the memory is theirs."""
        catalogue.find(name)

    @property
    def workers(self) -> Mapping[str, int] | None:
        """How many workers have each model; None where nothing is known of workers."""
        return None

    @property
    def in_memory(self) -> dict[str, LoadedModel[Engine]]:
        """None of them is in ours."""
        return {}

    async def unload(self, name: str, _reason: str = "asked") -> bool:
        """Nothing to be done. Raises `UnknownModel`."""
        catalogue.find(name)
        return True

    def device_of(self, _name: str) -> str:
        """Elsewhere."""
        return self._device
