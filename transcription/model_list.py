"""The models that there are, with what each costs on this machine, and which are in memory."""

from dataclasses import dataclass
from typing import Any

from transcription.models.catalogue import MODELS, Model
from transcription.models.registry import ModelRegistry
from transcription.service import Service
from transcription.speed import Estimate


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the catalogue, and what is true of it now."""

    model: Model
    memory_mb: int
    """The most that it takes, as it would be run here."""
    speed: Estimate
    is_available: bool
    """Whether it is on this machine, so that nothing has to be fetched."""
    is_loaded: bool
    """Whether it is in memory."""
    is_default: bool
    """Whether it transcribes for those who chose none."""


def list_models(models: ModelRegistry[Any], service: Service) -> list[ListedModel]:
    """Every model of the catalogue, small ones first."""
    in_memory, default = models.in_memory, service.defaults.model
    return [
        ListedModel(
            model=model,
            memory_mb=models.need_mb(model),
            speed=service.speed(name),
            is_available=models.available(name),
            is_loaded=name in in_memory and in_memory[name].loaded,
            is_default=name == default,
        )
        for name, model in MODELS.items()
    ]
