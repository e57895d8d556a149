"""The language model in the settings, and what `--check` says of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from config import SettingsError, load_settings
from runtime.llm import look_at_llm
from runtime.services import create_services
from tests.settings import settings
from tests.transcription.llm.server import KEY, MODEL, ModelServer, hang, plain
from transcription.llm import endpoint

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ModelServer]:
    monkeypatch.setattr(endpoint, "PAUSES_S", ())
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()


async def test_a_check_has_the_model_say_a_word(server: ModelServer, tmp_path: Path) -> None:
    """Which proves the key, too; what is wrong is named with what there is instead."""

    async def look(**given: Any) -> tuple[bool, str]:
        usual = {"llm_url": server.url, "llm_model": MODEL, "llm_key": KEY}
        return await look_at_llm(settings(tmp_path, **{**usual, **given}))

    server.next = [hang]
    host = f"127.0.0.1:{server.port}"
    assert await look() == (True, f"llm: {MODEL} answers at {host}, this machine")
    assert await look(llm_key="sk-wrong") == (False, f"LLM_URL: {host}: it refuses LLM_KEY, or there is no credit left")
    there = f"{MODEL}, nomic-embed-text"
    assert await look(llm_model="gpt-9") == (False, f"LLM_MODEL: {host} has no gpt-9; it has {there}")
    assert await look(llm_model=None) == (False, f"LLM_MODEL: not set; {host} has {there}")
    server.next = [plain(200, "<html>\n")]
    assert "speaks no OpenAI-compatible API" in (await look())[1]
    await server.stop()
    assert "no answer" in (await look())[1]


async def test_a_url_needs_a_model(tmp_path: Path) -> None:
    """The start says so, and --check says which there are; a key has no spaces."""
    with pytest.raises(SettingsError, match="LLM_MODEL: not set"):
        async with create_services(settings(tmp_path, llm_url="http://127.0.0.1:1/v1"), {}):
            pass
    with pytest.raises(SettingsError, match="LLM_KEY: letters"):
        load_settings(None, llm_key="sk one\ntwo")
