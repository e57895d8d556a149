"""Workers on other machines, as the settings, the start and `--check` have them."""

import asyncio
import shutil
import socket
import stat
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api.app import UPLOADS, create_app
from api.options import ApiOptions
from api.uploads import Uploads
from config import SettingsError
from runtime.check import CHECKOUT, check
from runtime.queue import KEY_FILE
from runtime.queue_check import look_at_queue
from runtime.services import create_services
from tests.settings import settings
from transcription.errors import NoWorker, TranscriberUnavailable
from transcription.queue.contract import Offer
from transcription.queue.link import Link
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
        services.queue.backend.fleet.receive(Offer("1", "ann", "0", ("small",), 2, "cpu"), 0.0)
        await models.ensure("small")
        with pytest.raises(NoWorker):
            await models.ensure("base")
        former = services.queue.backend.id
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    async with create_services(given, {}) as services:
        assert services.queue
        assert services.queue.backend.id == former
    found = [finding.text async for finding in check(given, CHECKOUT) if not finding.well]
    assert found == ["QUEUE_URL: Redis can't be used: nothing answers at the address in QUEUE_URL; is it running?"]


async def test_a_check_says_which_models_the_workers_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem where that of MODEL is not among them."""
    offers = [Offer("1", "ann", "0", ("small", "tiny.en"), 2, "cpu"), Offer("2", "bob", "0", ("small",), 1, "cpu")]

    async def call_the_roll(_link: Link) -> list[Offer]:
        return offers

    monkeypatch.setattr("transcription.queue.roll_call.call_the_roll", call_the_roll)
    given = settings(tmp_path, queue_url=AWAY, api_port=8000, model="small")
    assert (True, "queue: models, and how many workers have each: small (2), tiny.en (1)") in await look_at_queue(given)
    wrong = [text for well, text in await look_at_queue(given.model_copy(update={"model": "base"})) if not well]
    assert len(wrong) == 1
    assert wrong[0].startswith("MODEL: no worker has base")


async def test_models_of_the_api_are_those_of_the_workers(tmp_path: Path) -> None:
    """Each with how many have it; one that is named for itself is there with none."""
    given = settings(tmp_path, queue_url=AWAY, api_port=8000)
    async with create_services(given, {}) as services:
        app = create_app(services, ApiOptions(folder=tmp_path), Uploads(tmp_path / UPLOADS, 1 << 20, 1 << 30))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http:
            assert (await http.get("/v1/models")).json()["data"] == []
            assert services.queue
            services.queue.backend.fleet.receive(Offer("1", "ann", "0", ("small",), 2, "cpu"), 0.0)
            listed = (await http.get("/v1/models")).json()["data"]
            assert [(each["id"], each["workers"]) for each in listed] == [("small", 1)]
            base = (await http.get("/v1/models/base")).json()
            assert (base["workers"], base["is_available"]) == (0, False)


async def test_a_wrong_password_or_certificate_is_said_and_never_the_password(tmp_path: Path) -> None:
    """With a Redis that wants TLS, a user and a password, each mistake has its own sentence."""
    authority, stranger = certificates(tmp_path), tmp_path / "stranger"
    stranger.mkdir()
    certificates(stranger)
    (tmp_path / "users").write_text("user default off\nuser stenobot on >secret ~stenobot* &* +@all -@dangerous\n")
    async with redis_with_tls(tmp_path) as port:
        right = f"rediss://stenobot:secret@127.0.0.1:{port}/0?ssl_ca_certs={authority}"
        mistakes = {
            right: "no worker is there",
            right.replace("secret", "secret2"): "refuses the name and the password",
            right.replace(str(authority), str(stranger / "redis.crt")): "certificate is not trusted",
            right.replace("rediss:", "redis:").partition("?")[0]: "QUEUE_URL begins with rediss://",
            right.replace(str(authority), "/nowhere"): "a file that QUEUE_URL names is not there",
        }
        for url, said in mistakes.items():
            found = await look_at_queue(settings(tmp_path, queue_url=url, api_port=8000))
            assert len(found) == 1
            assert said in found[0][1]
            assert "secret" not in found[0][1]


async def test_a_front_that_stands_in_takes_notes_without_redis(tmp_path: Path) -> None:
    """It has models of its own, and its queue keeps nothing waiting for a Redis that stays away."""
    given = settings(tmp_path, queue_url=AWAY, api_port=8000, local_fallback=True)
    async with create_services(given, {}) as services:
        assert not isinstance(services.models, FleetModels)
        assert services.service._worker.is_available
        assert services.queue
        assert services.queue.backend._has_stand_in


def certificates(folder: Path) -> Path:
    """A key and a certificate that signs itself, as that of a small authority does."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=redis"
    files = ("-keyout", folder / "redis.key", "-out", folder / "redis.crt", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return folder / "redis.crt"


@asynccontextmanager
async def redis_with_tls(folder: Path) -> AsyncIterator[int]:
    """redis-server with the certificate and the users in a folder; its port."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tls = f"--tls-port {port} --tls-cert-file redis.crt --tls-key-file redis.key --tls-ca-cert-file redis.crt"
    options = f"--port 0 --bind 127.0.0.1 {tls} --tls-auth-clients no --aclfile users --save".split()
    process = await asyncio.create_subprocess_exec(
        "redis-server", *options, "", cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        while b"Ready to accept" not in await process.stdout.readline():
            assert process.returncode is None
        yield port
    finally:
        process.kill()
        await process.wait()
