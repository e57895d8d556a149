"""Fixtures of the models' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import huggingface_hub.constants
import pytest

from tests.transcription.models.model_hub import Hub
from tests.transcription.models.registry_machine import Machine


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    for held in machine.held.values():
        held.put(None)


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    hub = Hub()
    await hub.server.start_server()
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", f"http://127.0.0.1:{hub.server.port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    huggingface_hub.close_session()
    yield hub
    huggingface_hub.close_session()
    await hub.server.close()
