"""A survey of this machine for `--recommend`: cores, memory, disk, GPUs, and the speed of the models that are here."""

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from config import Settings
from runtime.models import INITIAL_MODEL, choose_sizing, create_models, free_mb
from runtime.services import defaults, find_ffmpeg
from transcription.asr.base import Engine
from transcription.asr.benchmark import Timing, time_speech
from transcription.errors import ModelTooBig, TranscriptionError
from transcription.host import memory
from transcription.host.gpus import Gpu, gpus
from transcription.host.memory import MB, Memory
from transcription.models.catalogue import MODELS
from transcription.models.disk import SPARE_BYTES
from transcription.models.model import Model
from transcription.models.options import ModelOptions
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import Sizing

UNDECIDED: Mapping[str, object] = {
    "model": INITIAL_MODEL,
    "refine_model": None,
    "model_by_language": {},
    "preload_models": (),
}
"""No model is chosen yet: what is set now is not to change what is recommended."""
Say = Callable[[str], None]
"""Told what is done meanwhile, in a line."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a machine has while no model is loaded, and what models did on it."""

    sizing: Sizing
    memory: Memory
    free_mb: float
    """Memory left on the device that runs models."""
    disk_dir: Path
    disk_mb: float
    """Megabytes of the disk that models may take."""
    gpus: tuple[Gpu, ...]
    gpu_failed: bool
    """Whether a GPU failed, so that the CPU was surveyed in its place."""
    here: frozenset[str]
    """Models that are on the disk or in an installed package, with their engines."""
    measured: Mapping[str, float]
    """Real-time factors by model."""
    load: float
    """Programs that wanted a core in the minute before."""

    def has_room(self, model: Model) -> bool:
        """Whether the disk has the model, or room for it."""
        return model.name in self.here or model.disk_mb <= self.disk_mb


async def survey(settings: Settings, say: Say) -> Survey:
    """Look at the machine, and transcribe 15 s of speech with each model that is here and fits.

    Nothing is downloaded or changed, but that models of installed packages are put in place. Raises `SettingsError`
    for what this machine lacks.
    """
    find_ffmpeg()
    defaults(settings)
    settings = settings.model_copy(update=UNDECIDED)
    sizing, limits, load = choose_sizing(settings), memory.memory_limits(), os.getloadavg()[0]
    disk_dir, device_free_mb = _existing(settings.models_dir.resolve()), free_mb(sizing)
    async with aclosing(create_models(settings)) as models:
        here = frozenset(name for name in MODELS if models.available(name))
        measured = await _measure(here, models, say)
        has_failed = any(models.device_of(name) != sizing.device for name in here)
    if has_failed:
        say("the GPU fails (--check says why); this is about the CPU")
        on_cpu = settings.model_copy(update={"device": "cpu", "compute_type": "auto"})
        return replace(await survey(on_cpu, say), gpu_failed=True)
    return Survey(
        sizing=sizing,
        memory=limits,
        free_mb=device_free_mb,
        disk_dir=disk_dir,
        disk_mb=max(0.0, (shutil.disk_usage(disk_dir).free - SPARE_BYTES) / MB),
        gpus=tuple(gpus()),
        gpu_failed=False,
        here=here,
        measured=measured,
        load=load,
    )


async def _measure(names: frozenset[str], models: ModelRegistry[Engine], say: Say) -> dict[str, float]:
    """Real-time factors of the models that fit, small ones first; what does not work is said."""
    measured = {}
    for name in sorted(names, key=lambda name: MODELS[name].parameters_m):
        say(f"measuring {name}…")
        try:
            timing = await time_speech(name, models, lambda: True)
        except ModelTooBig as error:
            say(f"{name}: {error.details['need_mb']} MB are needed, {error.details['have_mb']} MB free: not measured")
        except (TranscriptionError, OSError, RuntimeError, ValueError) as error:
            say(f"{name} does not work: {error}")
        else:
            if timing:
                measured[name] = _undisturbed_s(timing, models.options) / timing.audio_s
    return measured


def _undisturbed_s(timing: Timing, options: ModelOptions) -> float:
    """Seconds on a quiet machine: on a CPU no more than the processor worked, however long it was with others."""
    if options.device == "cpu":
        return min(timing.work_s, timing.processor_s / options.cpu_threads)
    return timing.work_s


def _existing(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
