"""The models of another server, in place of the registry of those that are loaded here."""

from transcription.errors import ModelUnavailable
from transcription.models import catalogue
from transcription.models.elsewhere import ModelsElsewhere
from transcription.models.sources import Progress
from transcription.remote.transcriber import DEVICE, RemoteTranscriber


class RemoteModels(ModelsElsewhere):
    """What a server says it has. Nothing is fetched or loaded here."""

    def __init__(self, transcriber: RemoteTranscriber) -> None:
        super().__init__(DEVICE)
        self._transcriber = transcriber

    async def ensure(self, name: str, _on_progress: Progress | None = None) -> None:
        """Raise `ModelUnavailable` where the server names other models only, or `TranscriberUnavailable`."""
        if (await self._transcriber.identify()).find(name) is None:
            raise ModelUnavailable(model=name)

    def available(self, name: str) -> bool:
        """Whether the server names it, as far as it was asked; it is taken to have any model before that."""
        kind = self._transcriber.kind
        return catalogue.find(name).name == name and (kind is None or kind.find(name) is not None)

    def is_loaded(self, name: str) -> bool:
        """Whether the server takes recordings for it, as far as is known."""
        return self._transcriber.is_available and self.available(name)
