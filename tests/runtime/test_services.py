"""Services built from settings."""

from pathlib import Path

import pytest

from runtime.check import CHECKOUT, check
from runtime.models import choose_sizing, resolve_model
from runtime.storage import DATABASE
from tests.settings import settings
from transcription.storage.storage import Storage


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.models.usable_cores", lambda: 4)


async def test_auto_is_the_choice_made_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same at every start; base on a machine for which none was made, as on one that has grown."""
    auto = settings(tmp_path, model="auto")
    async with Storage.open(tmp_path / DATABASE) as storage:
        store = storage.settings
        await store.set_auto_model(choose_sizing(auto).machine, "small")
        assert (await resolve_model(auto, store)).model == "small"
        assert choose_sizing(await resolve_model(auto, store)) == choose_sizing(auto)
        assert (await resolve_model(settings(tmp_path, model="turbo"), store)).model == "large-v3-turbo"
        monkeypatch.setattr("runtime.models.usable_cores", lambda: 8)
        assert (await resolve_model(auto, store)).model == "base"


async def test_the_check_tells_sizing_memory_and_speed(tmp_path: Path) -> None:
    """Chosen numbers with their reason, whose memory it is, and the speed once it was measured."""
    auto = settings(tmp_path, model="auto", cpu_threads=1)
    found = [finding.text async for finding in check(auto, CHECKOUT)]
    assert found[0] == "sizing: 4 CPU cores: 4 at once, 1 thread each, int8"
    assert found[1].startswith("memory: ")
    assert any(text.startswith("speed: base (chosen by auto): not measured yet") for text in found)
    async with Storage.open(tmp_path / DATABASE) as storage:
        store = storage.settings
        await store.set_auto_model(choose_sizing(auto).machine, "small")
        await store.record_speed(choose_sizing(auto).machine, "small", 0.2)
    found = [finding.text async for finding in check(auto, CHECKOUT)]
    assert "speed: small (chosen by auto): one minute takes 12.0 s, measured" in found
