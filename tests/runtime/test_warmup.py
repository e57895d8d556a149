"""Warm-up, and which model `auto` comes to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runtime import warmup
from runtime.warmup import Warmup
from transcription.errors import ModelUnavailable
from transcription.models.catalogue import find
from transcription.models.sizing import Sizing
from transcription.speed import SpeedEstimates
from transcription.storage.settings import SettingsStore
from transcription.storage.storage import Storage

SIZING = Sizing(2, 1, "cpu", "int8", "here", "two cores")


class FalseModels:
    """Models that are had at once, but for `missing` ones."""

    def __init__(self, missing: set[str]) -> None:
        self.missing = missing

    async def ensure(self, name: str) -> None:
        if name in self.missing:
            raise ModelUnavailable(model=name)


class FalseService:
    """Says which model chats begin with."""

    default = "base"
    is_idle = True

    def set_default_model(self, model: str) -> None:
        self.default = model


class Start:
    """One start of the bot on a machine where base has a real-time factor of 0.05."""

    def __init__(self, store: SettingsStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.slower: dict[str, float] = {}
        self.tried: list[str] = []
        monkeypatch.setattr(warmup, "benchmark", self._measure)

    async def _measure(self, name: str, _models: object, speeds: SpeedEstimates, _is_idle: object) -> None:
        self.tried.append(name)
        rtf = 0.05 * find(name).relative_cost * self.slower.get(name, 1)
        await speeds.record(name, audio_s=10, work_s=10 * rtf)

    async def default(self, *missing: str, model: str = "base", is_auto: bool = True) -> str:
        """The model that chats begin with once a start is through."""
        service: Any = FalseService()
        models: Any = FalseModels(set(missing))
        speeds = await SpeedEstimates.load(self.store, SIZING.machine)
        await Warmup(models, service, self.store, speeds, SIZING, 30_000, (model,), is_auto).run()
        return str(service.default)


@pytest.fixture
async def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    async with Storage.open(tmp_path / "bot.sqlite3") as storage:
        yield Start(storage.settings, monkeypatch)


async def test_auto_takes_the_most_exact_that_is_fast_enough_and_keeps_it(start: Start) -> None:
    """From one measurement; the next start has the choice on record and makes none."""
    assert await start.default() == "small"
    assert await start.store.auto_model("here") == "small"
    start.tried.clear()
    await start.default(model="small")
    assert start.tried == ["small"]


async def test_without_a_hub_auto_takes_what_is_there(start: Start) -> None:
    """It works, and the choice stays open until the better one can be had."""
    assert await start.default("small") == "base"
    assert await start.store.auto_model("here") is None
    assert await start.default() == "small"


async def test_an_estimate_that_was_too_good_is_corrected(start: Start) -> None:
    """A model that turns out slow is not chosen."""
    start.slower["small"] = 3
    assert await start.default() == "base"
    assert await start.store.auto_model("here") == "base"


async def test_a_model_that_the_owner_set_stays(start: Start) -> None:
    """It is measured, and nothing is chosen."""
    assert await start.default(is_auto=False) == "base"
    assert start.tried == ["base"]
