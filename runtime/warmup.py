"""Warm-up after a start: loads the first models, benchmarks them, and chooses one for `MODEL=auto`."""

from dataclasses import dataclass

import structlog

from transcription.asr.base import Engine
from transcription.asr.benchmark import benchmark
from transcription.errors import TranscriptionError
from transcription.host.memory import trim_heap
from transcription.models.registry import ModelRegistry
from transcription.models.sizing import FAST_ENOUGH, Sizing, candidates
from transcription.service import Service
from transcription.speed import SpeedEstimates
from transcription.storage.settings import SettingsStore

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Warmup:
    """`free_mb` is what the device had left before anything was loaded; `is_auto` asks for a choice of the model."""

    models: ModelRegistry[Engine]
    service: Service
    store: SettingsStore
    speeds: SpeedEstimates
    sizing: Sizing
    free_mb: float
    first_models: tuple[str, ...]
    is_auto: bool

    async def run(self) -> None:
        """Load and benchmark the first models, and choose one for `auto`. Jobs run meanwhile, and go first."""
        for name in self.first_models:
            await self._load(name)
        if self.is_auto and not await self.store.auto_model(self.sizing.machine):
            await self._choose()
        trim_heap()

    async def _load(self, name: str) -> bool:
        """Load and benchmark a model; one that can't be had is logged, and tried again when a job asks for it."""
        try:
            await self.models.ensure(name)
            log.info("model loaded", model=name)
            await benchmark(name, self.models, self.speeds, lambda: self.service.is_idle)
        except TranscriptionError as error:
            log.warning("model not loaded", error=error.code, **error.details)
            return False
        except Exception:
            log.exception("model does not work", model=name)
            return False
        return True

    async def _choose(self) -> None:
        """Take the first candidate that can be had and is as fast as it was thought to be.

        Kept for the next starts, unless a better one could not be fetched: then the next start asks again.
        """
        all_there = True
        for model in candidates(self.sizing, self.free_mb, lambda name: self.speeds.estimate(name).rtf):
            if not await self._load(model.name):
                all_there = False
            elif self.speeds.estimate(model.name).rtf <= FAST_ENOUGH or model.name in self.first_models:
                log.info("model chosen", model=model.name, rtf=round(self.speeds.estimate(model.name).rtf, 3))
                self.service.set_default_model(model.name)
                if all_there:
                    await self.store.set_auto_model(self.sizing.machine, model.name)
                return
