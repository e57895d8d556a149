"""Speed estimates: real-time factors measured here, or scaled from those for models that have not run here yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from transcription.models.catalogue import BASE_RTF, find
from transcription.storage.settings import SettingsStore

LEAST_S = 0.5
"""What fetching, decoding and one encoder run take however short the recording is."""
NEWEST_WEIGHT = 0.2
"""Weight of the newest recording in the running mean."""
MEASURABLE_S = 3.0
"""Shorter recordings say more about `LEAST_S` than about the factor."""
BYTES_PER_S = 8_000
"""Bytes of one second of audio, where only a file's size is known: between a voice note (3,000) and MP3 (16,000)."""
SPEAKERS_RTF = 0.02
"""Seconds that telling speakers apart takes for each second of audio, on one core (decision 096)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A model's real-time factor, and whether it was measured here or is scaled from another model's."""

    rtf: float
    is_measured: bool


def estimate(model: str, measured: Mapping[str, float]) -> Estimate:
    """The real-time factor of a model: measured, or scaled from those that were."""
    if model in measured:
        return Estimate(measured[model], is_measured=True)
    known = [rtf / find(name).relative_cost for name, rtf in measured.items()]
    base_rtf = sum(known) / len(known) if known else BASE_RTF
    return Estimate(base_rtf * find(model).relative_cost, is_measured=False)


class SpeedEstimates:
    """Real-time factors (seconds of work per second of audio) by model, kept in the store under a machine's name."""

    def __init__(
        self,
        store: SettingsStore,
        measured: dict[str, float],
        machine: str = "",
        on_cpu: "SpeedEstimates | None" = None,
    ) -> None:
        self._store = store
        self._measured = measured
        self._machine = machine
        self._on_cpu = on_cpu

    @classmethod
    async def load(cls, store: SettingsStore, machine: str = "", cpu_machine: str = "") -> "SpeedEstimates":
        """What was measured so far on a machine of that name (`Sizing.machine`); another one's speeds say nothing.

        `cpu_machine` is the name for what its CPU did in place of its GPU.
        """
        on_cpu = await cls.load(store, cpu_machine) if cpu_machine not in {"", machine} else None
        return cls(store, await store.speeds(machine), machine, on_cpu)

    def of(self, device: str) -> "SpeedEstimates":
        """The speeds of a device: where a GPU does the work, those of the CPU in its place are apart."""
        return self._on_cpu if device == "cpu" and self._on_cpu else self

    def estimate(self, model: str) -> Estimate:
        """The real-time factor of a model: measured, or scaled from those that were."""
        return estimate(model, self._measured)

    def cost_s(
        self, model: str, duration_s: float | None, size_bytes: int | None, *, with_speakers: bool = False
    ) -> float:
        """Seconds of work that a job is expected to be, from what is known of its file before it is fetched."""
        if duration_s is None:
            duration_s = (size_bytes or 0) / BYTES_PER_S
        rtf = self.estimate(model).rtf + (SPEAKERS_RTF if with_speakers else 0.0)
        return LEAST_S + max(0.0, duration_s) * rtf

    async def record(self, model: str, audio_s: float, work_s: float) -> None:
        """Learn from a recording of `audio_s` that took `work_s`. One that took none had no speech and is left out."""
        if audio_s < MEASURABLE_S or work_s <= 0:
            return
        newest = work_s / audio_s
        former = self._measured.get(model, newest)
        self._measured[model] = former + NEWEST_WEIGHT * (newest - former)
        await self._store.record_speed(self._machine, model, self._measured[model])
