"""The sound that workers fetch: only what was handed out, only by its own address."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import OpenApi
from transcription.queue import sounds as sounds_module
from transcription.queue.sounds import Sounds


async def chunks() -> AsyncIterator[bytes]:
    yield b"some "
    yield b"sound"


async def test_only_a_signed_address_has_the_sound(open_api: OpenApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is asked for; another task's signature, an old address and what is not wanted any more are refused."""
    api = await open_api(keys=("a-key-of-the-owner",))
    state = api.app.state
    sounds = Sounds("http://localhost:8000", b"k" * 32)
    queue = SimpleNamespace(sounds=sounds)
    parts = urlsplit(sounds.offer("one", chunks()))
    address = f"{parts.path}?{parts.query}"
    assert (await api.client.get(address)).status_code == 403  # here is no queue
    state.api = replace(state.api, services=replace(state.api.services, queue=queue))
    answer = await api.client.get(address)
    assert (answer.status_code, answer.content) == (200, b"some sound")
    sounds.offer("two", chunks())
    assert (await api.client.get(address.replace("/one?", "/two?"))).status_code == 403
    assert (await api.client.get(address.replace("expires=", "expires=9"))).status_code == 403
    sounds.withdraw("one")
    assert (await api.client.get(address)).status_code == 404
    later = time.time() + sounds_module.VALID_S
    monkeypatch.setattr(sounds_module.time, "time", lambda: later)
    assert (await api.client.get(address)).status_code == 403
