"""Which model suits this machine, from how fast one of them was here."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.catalogue import MODELS, find

FAST_ENOUGH_RTF = 0.5
"""A minute of speech is text within half a minute, also while as many notes as fit are transcribed beside it."""
LADDER = ("tiny", "base", "small", "medium", "large-v3-turbo", "large-v3")
"""The models of all languages, each one hearing better than the one before it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model, what it would take here, and whether that is all right."""

    model: str
    memory_mb: int
    minute_s: float
    """Seconds for one minute of speech."""
    measured: bool
    fits: bool
    fast: bool


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The best model that fits the memory and is fast enough; the smallest where none is."""

    model: str
    candidates: tuple[Candidate, ...]


def recommend(measured: str, rtf: float, compute_type: str, available_mb: float) -> Recommendation | None:
    """A recommendation from the real-time factor of one model; others are estimated from their weights.

    None if the model measured is not in the catalogue, so that it can't be compared.
    """
    if measured not in MODELS:
        return None
    unit_rtf = rtf / find(measured).relative_cost
    candidates = [_candidate(name, unit_rtf, compute_type, available_mb, measured=name == measured) for name in LADDER]
    return Recommendation(_best(candidates), tuple(candidates))


def _candidate(name: str, unit_rtf: float, compute_type: str, available_mb: float, *, measured: bool) -> Candidate:
    model = find(name)
    rtf, memory_mb = unit_rtf * model.relative_cost, model.memory_mb(compute_type)
    return Candidate(
        model=name,
        memory_mb=memory_mb,
        minute_s=60 * rtf,
        measured=measured,
        fits=memory_mb <= available_mb,
        fast=rtf <= FAST_ENOUGH_RTF,
    )


def _best(candidates: Sequence[Candidate]) -> str:
    good = [candidate for candidate in candidates if candidate.fits and candidate.fast]
    return (good[-1] if good else candidates[0]).model
