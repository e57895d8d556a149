"""Fixtures of the models' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.transcription.models.registry_machine import Machine


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    for held in machine.held.values():
        held.put(None)
