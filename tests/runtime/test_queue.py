"""Workers on other machines, as the settings, the start and `--check` have them."""

import stat
from pathlib import Path

import pytest

from config import SettingsError
from runtime.check import CHECKOUT, check
from runtime.queue import KEY_FILE
from runtime.services import create_services
from tests.settings import settings
from transcription.errors import ModelUnavailable, TranscriberUnavailable
from transcription.queue.contract import Offer
from transcription.queue.models import FleetModels

pytestmark = pytest.mark.usefixtures("no_settings_of_this_machine")

AWAY = "redis://:secret@127.0.0.1:9/0"


async def test_a_queue_without_an_api_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Workers could fetch nothing; the password is not said."""
    given = settings(tmp_path, queue_url=AWAY)
    with pytest.raises(SettingsError, match="set API_PORT"):
        async with create_services(given, {}):
            pass
    found = [finding async for finding in check(given, CHECKOUT) if not finding.well]
    assert [each.text.partition(":")[0] for each in found] == ["QUEUE_URL"]
    assert "secret" not in str(found)


async def test_a_front_starts_without_redis_and_loads_nothing(tmp_path: Path) -> None:
    """It has the models that workers have, and a key that nobody else reads and that the next start finds."""
    given = settings(tmp_path, queue_url=AWAY, api_port=8000)
    async with create_services(given, {}) as services:
        models = services.models
        assert isinstance(models, FleetModels)
        assert services.service.options.is_remote
        with pytest.raises(TranscriberUnavailable):
            await models.ensure("base")
        assert services.queue
        services.queue.backend.fleet.hear(Offer("1", "ann", "0", ("small",), 2, "cpu"), 0.0)
        await models.ensure("small")
        with pytest.raises(ModelUnavailable):
            await models.ensure("base")
        former = services.queue.backend.id
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    async with create_services(given, {}) as services:
        assert services.queue
        assert services.queue.backend.id == former
    found = [finding.text async for finding in check(given, CHECKOUT) if not finding.well]
    assert found == ["QUEUE_URL: Redis does not answer; is it running, and the password right?"]


async def test_a_front_that_stands_in_takes_notes_without_redis(tmp_path: Path) -> None:
    """It has models of its own, and its queue keeps nothing waiting for a Redis that stays away."""
    given = settings(tmp_path, queue_url=AWAY, api_port=8000, local_fallback=True)
    async with create_services(given, {}) as services:
        assert not isinstance(services.models, FleetModels)
        assert services.service._worker.is_available
        assert services.queue
        assert services.queue.backend._has_stand_in
