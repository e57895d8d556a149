"""The recommended model for this machine, from the measured speed of one; `MODEL=auto` chooses in the same way."""

from dataclasses import dataclass

from transcription.models.catalogue import MODELS
from transcription.models.sizing import Sizing, candidates
from transcription.speed import estimate


@dataclass(frozen=True, slots=True)
class Candidate:
    """A multilingual model, and the memory and seconds it would take here."""

    model: str
    memory_mb: int
    minute_s: float
    """Seconds that a minute of speech keeps a worker busy."""
    is_measured: bool
    """False where the seconds are estimated from the weights."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The most exact model that is fast enough and leaves memory to others, or the smallest."""

    model: str
    candidates: tuple[Candidate, ...]


def recommend(measured: str, rtf: float, sizing: Sizing, free_mb: float) -> Recommendation | None:
    """A recommendation from one model's real-time factor while all workers were busy.

    None if that model is not in the catalogue, so that it can't be compared.
    """
    if measured not in MODELS:
        return None

    def rtf_of(name: str) -> float:
        return estimate(name, {measured: rtf}).rtf

    ladder = [
        Candidate(model.name, model.memory_mb(sizing.compute_type), 60 * rtf_of(model.name), model.name == measured)
        for model in MODELS.values()
        if MODELS["base"].languages <= model.languages
    ]
    return Recommendation(candidates(sizing, free_mb, rtf_of)[0].name, tuple(ladder))
