"""Another server in place of this machine's engines, as the settings and `--check` have it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.check import CHECKOUT, check
from runtime.services import create_services
from tests.settings import settings
from tests.transcription.remote.servers import answering
from tests.transcription.remote.services import OneCallService, OpenAIService
from transcription.remote.models import RemoteModels

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")


@pytest.fixture
async def far_end() -> AsyncIterator[OpenAIService]:
    far_end = OpenAIService()
    await far_end.start()
    yield far_end
    await far_end.stop()


async def test_nothing_is_loaded_or_measured_here(far_end: OpenAIService, tmp_path: Path) -> None:
    """With no model on this machine the start goes well, and whoever asks for models asks the server."""
    given = settings(tmp_path, transcriber_url=far_end.url, transcriber_key="right", model="auto")
    async with create_services(given, lambda _file: pytest.fail("nothing is fetched")) as services:
        assert isinstance(services.models, RemoteModels)
        assert services.service.options.is_remote
        await services.warmup.run()
    assert not (tmp_path / "base").exists()
    assert far_end.forms == []


async def test_the_check_has_the_server_transcribe(far_end: OpenAIService, tmp_path: Path) -> None:
    """Real speech is sent; this machine's model is of no interest."""
    given = settings(tmp_path, transcriber_url=far_end.url, transcriber_key="right")
    found = [finding async for finding in check(given, CHECKOUT)]
    assert found[-1].well
    assert found[-1].text.startswith("TRANSCRIBER_URL: OpenAI's API, transcribes 15 s of speech in ")
    assert len(far_end.forms[0]["file"]) > 30_000


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"transcriber_key": "wrong"}, "no answer, or none to this TRANSCRIBER_KEY"),
        ({"transcriber_key": "right", "transcriber_model": "huge"}, "TRANSCRIBER_MODEL names one"),
    ],
)
async def test_the_check_says_what_is_wrong_with_it(
    options: dict[str, str], says: str, far_end: OpenAIService, tmp_path: Path
) -> None:
    """The address is named, the key is not."""
    found = [finding async for finding in check(settings(tmp_path, transcriber_url=far_end.url, **options), CHECKOUT)]
    assert not found[-1].well
    assert far_end.url in found[-1].text
    assert says in found[-1].text
    assert options["transcriber_key"] not in found[-1].text.replace("TRANSCRIBER_KEY", "")


async def test_the_check_tells_a_server_that_hears_nothing(tmp_path: Path) -> None:
    """An empty text for 15 s of speech is no good sign."""
    far_end = OneCallService()
    far_end.broken.append(answering({"text": "", "language": "en", "duration": 15}))
    await far_end.start()
    found = [finding async for finding in check(settings(tmp_path, transcriber_url=far_end.url), CHECKOUT)]
    await far_end.stop()
    assert (found[-1].well, "hears nothing" in found[-1].text) == (False, True)
