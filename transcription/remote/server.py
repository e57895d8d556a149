"""A transcription server: which API it has, and which models."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from transcription.errors import TranscriberFailed, TranscriberRefused, TranscriberUnavailable
from transcription.remote.answers import UnreadableAnswerError, parse_object
from transcription.remote.connection import Connection
from transcription.remote.dialects import V1, Dialect, OneCall, OpenAI, Stenobot, WhisperCpp

ENDINGS: Mapping[str, Dialect] = {
    f"{V1}/audio/transcriptions": OpenAI(),
    V1: OpenAI(),
    "/inference": WhisperCpp(),
    "/transcribe": OneCall(),
}
"""What an address may end in, where that says what kind of server it is."""
ANY_MODEL = "whisper-1"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a server was found to be: how it is asked, and the models that it names."""

    dialect: Dialect
    models: tuple[str, ...] = ()

    def find(self, name: str) -> str | None:
        """What it calls a model: the same, or a longer name that ends so; None where it names others only."""
        if name in self.models or not self.models:
            return name
        return next((each for each in self.models if each.lower().endswith(f"whisper-{name}")), None)

    def model(self, name: str) -> str:
        """What to ask for: a model, or else OpenAI's name for "what you have", or else its first."""
        return self.find(name) or (ANY_MODEL if ANY_MODEL in self.models else self.models[0])


class Server:
    """A server at an address, which may be that of one of its calls."""

    def __init__(self, url: str, key: str | None = None) -> None:
        ending = next((each for each in ENDINGS if url.endswith(each)), "")
        self._named = ENDINGS.get(ending)
        self.connection = Connection(url.removesuffix(ending), key)

    async def identify(self) -> Kind:
        """Ask what kind of server it is, as far as its address leaves that open, and which models it names.

        Raises `TranscriberUnavailable`.
        """
        try:
            return await self._identify()
        except (TranscriberFailed, TranscriberRefused):
            raise TranscriberUnavailable from None

    async def _identify(self) -> Kind:
        health = await self.connection.call("GET", "/health")
        if health.status in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise health.refusal
        if health.headers.get("Server", "").startswith("whisper.cpp"):
            return Kind(WhisperCpp())
        if isinstance(self._named, OneCall | WhisperCpp):
            return Kind(self._named)
        models = await self.connection.call("GET", f"{V1}/models")
        if models.status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
            return Kind(self._named or OneCall())
        if models.status != HTTPStatus.OK:
            raise models.refusal
        is_stenobot = self._named is None and await self._has_tasks()
        return Kind(Stenobot() if is_stenobot else OpenAI(), _model_names(models.body))

    async def _has_tasks(self) -> bool:
        """Whether it is another Stenobot, which alone says so much of how ready it is."""
        return b'"queue_has_room"' in (await self.connection.call("GET", "/ready")).body


def _model_names(body: bytes) -> tuple[str, ...]:
    try:
        models: Any = parse_object(body).get("data")
        return tuple(str(model["id"]) for model in models)
    except (UnreadableAnswerError, TypeError, KeyError):
        return ()
