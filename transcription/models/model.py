"""A model of the catalogue: which languages it knows, where it comes from, and what it costs."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(ABC):
    """What all models have, whichever engine runs them. Megabytes are of 10^6 bytes."""

    name: str
    engine: str
    """Name of the engine in the mapping that the registry is given."""
    repo: str
    """The repository of the model hub that it is fetched from."""
    licence: str
    """Of its weights, by SPDX's identifier."""
    languages: frozenset[str]
    """Whisper's codes of the languages that it knows."""
    translates: bool = False
    """Whether it translates into English."""
    initial_prompt: bool = False
    """Whether it can be told of names and words that may occur."""
    files: tuple[str, ...] = ()
    """Paths in the repository of all that its engine needs; none where the engine's own names tell."""

    @property
    def only_language(self) -> str | None:
        """The one language that it knows, or None where it knows several."""
        return next(iter(self.languages)) if len(self.languages) == 1 else None

    @property
    def english_only(self) -> bool:
        """Whether it knows English and nothing else."""
        return self.only_language == "en"

    @property
    @abstractmethod
    def parameters_m(self) -> float:
        """Millions of parameters."""

    @property
    @abstractmethod
    def disk_mb(self) -> int:
        """Size of the folder in megabytes."""

    @property
    @abstractmethod
    def relative_cost(self) -> float:
        """Seconds of CPU per second of speech relative to Whisper base: a guess until its own speed was measured."""

    @abstractmethod
    def weights_mb(self, compute_type: str) -> float:
        """Megabytes of the weights in memory, which come back when the model is closed."""

    @abstractmethod
    def memory_mb(self, compute_type: str) -> int:
        """Most megabytes that it adds to the process on a CPU, while it is loaded or while it decodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedModel(Model):
    """A model whose files have one type of weights: its sizes are as published or measured, not computed."""

    parameters_m: float
    disk_mb: int
    relative_cost: float
    resident_mb: int
    """What loading it adds to the process, and closing it gives back."""
    working_mb: int
    """What a batch takes beside that."""

    def weights_mb(self, compute_type: str) -> float:  # noqa: ARG002 - its files have one
        """As for all models."""
        return self.resident_mb

    def memory_mb(self, compute_type: str) -> int:  # noqa: ARG002 - its files have one
        """As for all models."""
        return self.resident_mb + self.working_mb
