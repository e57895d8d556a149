"""The models of a process, from settings: which, how they are run here, and the registry that loads them."""

from config import Settings, SettingsError
from transcription.asr.base import Engine, EngineType
from transcription.asr.self_test import SelfTest
from transcription.errors import UnknownModel
from transcription.host import memory
from transcription.host.gpus import gpu_free_mb
from transcription.languages import LANGUAGES
from transcription.model_choice import tells_languages
from transcription.models.catalogue import ALIASES, MODELS, find
from transcription.models.model import Model
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import Sizing, choose, supported_compute_types, usable_cores, usable_gpus
from transcription.observer import Observer
from transcription.storage.settings import SettingsStore

AUTO = "auto"
INITIAL_MODEL = "base"
"""The model that transcribes until one was chosen for `MODEL=auto`."""
ENGINES = {
    "whisper": EngineType("transcription.asr.whisper", ("ctranslate2", "faster_whisper")),
    "onnx": EngineType("transcription.asr.onnx", ("onnx_asr", "py3langid")),
}
"""By the name that the catalogue has for a model's engine; an extra of that name installs what is optional."""


def create_models(settings: Settings, observer: Observer | None = None) -> ModelRegistry[Engine]:
    """The registry of models, sized for this machine. Raises `SettingsError` for a model that can't be had."""
    for setting in ("refine_model", "model_by_language"):
        if getattr(settings, setting) and not settings.adaptive_context:
            raise SettingsError(f"{setting.upper()}: needs ADAPTIVE_CONTEXT=on")
    names = [("PRELOAD_MODELS", name) for name in settings.preload_models]
    if settings.refine_model:
        names.append(("REFINE_MODEL", settings.refine_model))
    names += [("MODEL_BY_LANGUAGE", name) for name in settings.model_by_language.values()]
    for setting, name in [("MODEL", settings.model), *names]:
        _require(setting, name)
    _check_languages(settings)
    loaders = {name: engine.load for name, engine in ENGINES.items() if engine.is_installed}
    return ModelRegistry(model_options(settings), loaders, observer=observer)


def _require(setting: str, name: str) -> None:
    """Raise `SettingsError` for a model that there is not, or that nothing here can run."""
    try:
        engine = find(name).engine
    except UnknownModel:
        raise SettingsError(f"{setting}: there is no model {name}; there are {', '.join(MODELS)}") from None
    if engine not in ENGINES or not ENGINES[engine].is_installed:
        raise SettingsError(
            f"{setting}: {name} needs the engine {engine}: scripts/setup.sh {engine} installs it; or set base"
        )


def _check_languages(settings: Settings) -> None:
    for code, name in settings.model_by_language.items():
        if code not in LANGUAGES:
            raise SettingsError(f"MODEL_BY_LANGUAGE: Whisper has no code {code}; it has {', '.join(sorted(LANGUAGES))}")
        if code not in (known := find(name).languages):
            raise SettingsError(f"MODEL_BY_LANGUAGE: {name} does not know {code}; it knows {', '.join(sorted(known))}")
    if settings.model_by_language and not tells_languages(find(settings.model)):
        raise SettingsError(f"MODEL_BY_LANGUAGE: {settings.model} can't tell languages; set MODEL to one such as base")


def routes(settings: Settings) -> dict[str, str]:
    """The models that were set by hand, by their own names, for each language."""
    return {code: find(name).name for code, name in settings.model_by_language.items()}


def routes_by_default(settings: Settings) -> bool:
    """Whether chats that chose no model have the best one for each language."""
    return settings.adaptive_context and (settings.model == AUTO or bool(settings.model_by_language))


def model_options(settings: Settings) -> ModelOptions:
    """How models are run here. Raises `SettingsError` for what this machine lacks."""
    sizing = choose_sizing(settings)
    return ModelOptions(
        models_dir=settings.models_dir,
        max_models=max(settings.max_models, 1 + len(_beside(settings))),
        device=sizing.device,
        compute_type=sizing.compute_type,
        cpu_threads=sizing.threads_per_worker,
        num_workers=sizing.workers,
    )


def create_self_test(settings: Settings) -> SelfTest:
    """A trial of the default model with the options that jobs will have. Raises `SettingsError`."""
    return SelfTest(
        settings.model,
        ENGINES[find(settings.model).engine],
        model_options(settings),
        settings.language,
        settings.initial_prompt,
        settings.beam_size,
        settings.adaptive_context,
    )


def choose_sizing(settings: Settings) -> Sizing:
    """What the owner set and, for the rest, what suits this machine. Raises `SettingsError` for what it lacks."""
    gpus = usable_gpus() if settings.device != "cpu" else 0
    if settings.device == "cuda" and not gpus:
        raise SettingsError("DEVICE: no GPU can be used here (driver and CUDA libraries?); auto falls back to the CPU")
    sizing = choose(
        cores=usable_cores(),
        gpus=gpus,
        memory_mb=memory.memory_limits().total_mb,
        model=_known(settings.model) or MODELS[INITIAL_MODEL],
        second_model=max(_beside(settings), key=lambda model: model.memory_mb("int8"), default=None),
        device=settings.device,
        compute_type=settings.compute_type,
        workers=settings.max_concurrent,
        threads_per_worker=settings.cpu_threads,
    )
    known = supported_compute_types(sizing.device)  # nothing from a GPU that does not answer, and is not used then
    if known and sizing.compute_type not in known:
        where = "the CPU" if sizing.device == "cpu" else "the GPU"
        can = f"it can do {', '.join(sorted(known))}, and auto chooses"
        raise SettingsError(f"COMPUTE_TYPE: {where} here can't do {sizing.compute_type}; {can}")
    return sizing


def _known(name: str | None) -> Model | None:
    return MODELS.get(ALIASES.get(name, name)) if name else None


def _beside(settings: Settings) -> set[Model]:
    """The models that are to be in memory beside the default one."""
    names = (settings.refine_model, *settings.model_by_language.values())
    return {model for name in names if (model := _known(name))}


async def resolve_model(settings: Settings, store: SettingsStore | None) -> Settings:
    """Settings with a model's own name: for `auto` that chosen for this machine, or base until one was.

    With `auto` there is room for a second one, which may be better for a language.
    """
    name, max_models = ALIASES.get(settings.model, settings.model), settings.max_models
    if name == AUTO:
        name = (await store.auto_model(choose_sizing(settings).machine) if store else None) or INITIAL_MODEL
        max_models = max(max_models, 2)
    return settings.model_copy(update={"model": name, "max_models": max_models})


def free_mb(sizing: Sizing) -> float:
    """Megabytes left for models, on the device that runs them."""
    return gpu_free_mb() if sizing.device == "cuda" else memory.memory_limits().free_mb
