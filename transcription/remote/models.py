"""The models of another server, in place of the registry of those that are loaded here."""

from transcription.asr.base import Engine
from transcription.errors import ModelUnavailable
from transcription.models import catalogue
from transcription.models.memory_budget import LoadedModel
from transcription.models.sources import Progress
from transcription.remote.transcriber import DEVICE, RemoteTranscriber


class RemoteModels:
    """What a server says it has. Nothing is fetched or loaded here."""

    def __init__(self, transcriber: RemoteTranscriber) -> None:
        self._transcriber = transcriber

    def check_fits(self, name: str) -> None:
        """Raise `UnknownModel` for what is not in the catalogue; the memory is the server's."""
        catalogue.find(name)

    async def ensure(self, name: str, _on_progress: Progress | None = None) -> None:
        """Raise `ModelUnavailable` where the server names other models only, or `TranscriberUnavailable`."""
        if (await self._transcriber.identify()).find(name) is None:
            raise ModelUnavailable(model=name)

    @property
    def workers(self) -> None:
        """None: the server says nothing of what is behind it."""
        return

    def available(self, name: str) -> bool:
        """Whether the server names it, as far as it was asked; it is taken to have any model before that."""
        kind = self._transcriber.kind
        return catalogue.find(name).name == name and (kind is None or kind.find(name) is not None)

    def is_loaded(self, name: str) -> bool:
        """Whether the server takes recordings for it, as far as is known."""
        return self._transcriber.is_available and self.available(name)

    @property
    def in_memory(self) -> dict[str, LoadedModel[Engine]]:
        """None: their memory is the server's."""
        return {}

    async def unload(self, name: str, _reason: str = "asked") -> bool:
        """Nothing to be done. Raises `UnknownModel`."""
        catalogue.find(name)
        return True

    def device_of(self, _name: str) -> str:
        """Elsewhere."""
        return DEVICE
