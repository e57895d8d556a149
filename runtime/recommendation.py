"""The answer to `--recommend`: how each model would do on this machine, and the settings of the one to choose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config import Settings
from runtime.models import ENGINES
from runtime.survey import Survey
from transcription.asr.routing import specialists
from transcription.models.catalogue import MODELS
from transcription.models.model import Model
from transcription.models.sizing import (
    FAST_ENOUGH,
    OWN_MB,
    WORKING_SHARE,
    candidates,
    is_fast_enough,
    leaves_memory,
    workers_mb,
)
from transcription.speed import Estimate, estimate

REFINE_RTF = 1.0
"""Highest real-time factor of a model that goes over texts: a minute of speech is done again within a minute."""
BUSY_LOAD = 1.0
"""From here on a model shares the cores that it is measured on."""
COLUMNS = ("model", "disk", "memory", "one minute takes", "languages", "")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to choose for a machine, and why."""

    survey: Survey
    settings: Settings
    model: Model | None
    """None where not even the smallest one fits."""
    refine_model: Model | None
    """A more exact one that can go over its texts."""
    by_language: Mapping[str, str]
    """Models that are better for a language, beside it."""

    def lines(self) -> list[str]:
        """All of it for a terminal."""
        return [*_machine(self.survey), "", *_table(self), "", *_choice(self)]


def recommend(survey: Survey, settings: Settings) -> Recommendation:
    """The model that `MODEL=auto` would take, as far as the disk has room, and one to go over its texts."""
    fitting = [model for model in _candidates(survey) if survey.has_room(model) and _fits(model, survey)]
    chosen = fitting[0] if fitting else None
    if chosen is None or not settings.adaptive_context:  # which both others need
        return Recommendation(survey, settings, chosen, None, {})
    by_language = _by_language(chosen, survey, settings.language)
    return Recommendation(survey, settings, chosen, _refining(chosen, survey), by_language)


def _candidates(survey: Survey) -> list[Model]:
    """The models that are fast enough, best first, then those that are here, whatever they do."""
    found = candidates(survey.sizing, survey.free_mb, lambda name: estimate(name, survey.measured).rtf)
    return [*found, *(model for model in MODELS.values() if model.name in survey.here and not model.only_language)]


def _fits(model: Model, survey: Survey) -> bool:
    """Whether it can be loaded, and the whole program with one worker stays within what there is."""
    model_mb = model.memory_mb(survey.sizing.compute_type)
    return model_mb <= survey.free_mb and _own_mb(survey) + model_mb <= survey.memory.total_mb


def _own_mb(survey: Survey) -> int:
    """What the program takes of the memory that models are in."""
    return 0 if survey.sizing.device == "cuda" else OWN_MB


def _left_mb(chosen: Model, survey: Survey) -> float:
    """Memory for a second model beside the chosen one."""
    taken_mb = chosen.memory_mb(survey.sizing.compute_type) + workers_mb(survey.sizing)
    return survey.free_mb * WORKING_SHARE - taken_mb


def _refining(chosen: Model, survey: Survey) -> Model | None:
    """The most exact larger model that fits beside the chosen one, and keeps up with people who speak."""
    left_mb = _left_mb(chosen, survey)
    larger = [
        model
        for model in MODELS.values()
        if model.parameters_m > chosen.parameters_m
        and chosen.languages <= model.languages
        and model.memory_mb(survey.sizing.compute_type) <= left_mb
        and estimate(model.name, survey.measured).rtf <= REFINE_RTF
        and survey.has_room(model)
    ]
    return larger[-1] if larger else None


def _by_language(chosen: Model, survey: Survey, language: str | None) -> dict[str, str]:
    """Models of other engines for single languages, as far as they do well here and fit beside the chosen one."""
    left_mb = _left_mb(chosen, survey)
    found: dict[str, str] = {}
    for model in sorted(specialists(), key=lambda model: len(model.languages)):
        code = language if language in model.languages else model.only_language
        need_mb = model.memory_mb(survey.sizing.compute_type)
        is_wanted = language in {None, code} and code not in found
        if code and is_wanted and need_mb <= left_mb and survey.has_room(model) and _is_good(model, survey):
            found[code], left_mb = model.name, left_mb - need_mb
    return found


def _machine(survey: Survey) -> list[str]:
    found = "; ".join(map(str, survey.gpus)) or "none"
    if survey.gpus and survey.sizing.device == "cpu":
        reason = "it fails; --check says why" if survey.gpu_failed else "DEVICE=cpu, or CUDA's libraries are missing"
        found += f" (not used: {reason})"
    return [
        f"machine  {survey.sizing.reason}",
        f"memory   {survey.memory}",
        f"GPU      {found}",
        f"disk     {_size(survey.disk_mb)} for models in {survey.disk_dir}",
    ]


def _table(recommendation: Recommendation) -> Iterable[str]:
    survey, language = recommendation.survey, recommendation.settings.language
    own = {model.name for model in specialists()}
    shown = [
        model
        for model in MODELS.values()
        if (language in model.languages if language else model.name in own or not model.english_only)
    ]
    rows = [COLUMNS, *(_row(model, recommendation) for model in shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    whose = "the GPU's" if survey.sizing.device == "cuda" else "of the whole program"
    basis = f"measured now: {', '.join(sorted(survey.measured))}" if survey.measured else "none was here to be measured"
    yield ""
    yield f"memory: {whose}, at most; ~ is an estimate ({basis})"
    if survey.load >= BUSY_LOAD:
        yield f"Other programs wanted {survey.load:.0f} cores just before: all is faster on a quiet machine."


def _row(model: Model, recommendation: Recommendation) -> tuple[str, ...]:
    survey = recommendation.survey
    compute_type = survey.sizing.compute_type
    memory_mb = _own_mb(survey) + model.memory_mb(compute_type) + workers_mb(survey.sizing)
    return (
        model.name,
        "here" if model.name in survey.here else _size(model.disk_mb),
        _size(memory_mb),
        _minute(estimate(model.name, survey.measured)),
        _languages(model),
        _verdict(model, recommendation),
    )


def _verdict(model: Model, recommendation: Recommendation) -> str:
    survey = recommendation.survey
    if model is recommendation.model:
        return "recommended"
    if not survey.has_room(model):
        return "no room on the disk"
    if not leaves_memory(model, survey.sizing, survey.free_mb):
        return "too large for the memory" if not _fits(model, survey) else "leaves too little memory to others"
    if not is_fast_enough(model, survey.sizing, estimate(model.name, survey.measured).rtf):
        return "slow here"
    engine = ENGINES.get(model.engine)
    return "" if engine and engine.is_installed else f"needs the extra {model.engine}"


def _choice(recommendation: Recommendation) -> Iterable[str]:
    survey, model, refining = recommendation.survey, recommendation.model, recommendation.refine_model
    if model is None:
        yield f"No model fits: {_size(survey.free_mb)} of memory and {_size(survey.disk_mb)} of the disk are free."
        return
    if _is_good(model, survey):
        why = f"the most exact one for all languages that needs {10 * FAST_ENOUGH:.0f} s for 10 s, and leaves memory"
    else:
        why = "none is fast and leaves memory to others; this one comes nearest"
    yield f"Recommended: {model.name}, {why}. For .env:"
    yield ""
    yield f"MODEL={model.name}"
    if survey.gpu_failed:
        yield "DEVICE=cpu"
    if refining:
        more = _size(refining.memory_mb(survey.sizing.compute_type))
        yield f"# {refining.name} can go over its texts, while no note waits, for {more} more:"
        yield f"# REFINE_MODEL={refining.name}"
    if recommendation.by_language:
        yield "# by published figures these make fewer errors in their languages, and need the extra onnx:"
        yield f"# MODEL_BY_LANGUAGE={','.join(f'{code}:{name}' for code, name in recommendation.by_language.items())}"


def _is_good(model: Model, survey: Survey) -> bool:
    speed = estimate(model.name, survey.measured)
    return leaves_memory(model, survey.sizing, survey.free_mb) and is_fast_enough(model, survey.sizing, speed.rtf)


def _languages(model: Model) -> str:
    return model.only_language or f"{len(model.languages)} languages"


def _size(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


def _minute(speed: Estimate) -> str:
    return f"{'' if speed.is_measured else '~ '}{60 * speed.rtf:.{1 if speed.is_measured else 0}f} s"
