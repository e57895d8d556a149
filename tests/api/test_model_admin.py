"""Models are loaded and unloaded by those who may, and metrics are for those with a key."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import UPLOADS, create_app
from api.options import ApiOptions
from api.uploads import Uploads
from runtime.metrics import create_metrics, exporting
from runtime.services import Services, create_services
from tests.settings import settings
from transcription import catalogue

KEY = "k" * 32


@pytest.fixture
async def services(tmp_path: Path, models_dir: Path) -> AsyncIterator[Services]:
    chosen = settings(tmp_path, models_dir=models_dir, model="tiny.en", api_port=8000)
    async with create_services(chosen, {}, create_metrics(chosen)) as services, exporting(services, chosen):
        yield services


@pytest.fixture
async def http(services: Services, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    options = ApiOptions(folder=tmp_path, keys=(KEY,))
    app = create_app(services, options, Uploads(tmp_path / UPLOADS, 1 << 20, 1 << 30))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def test_an_admin_loads_and_unloads_a_model(http: httpx.AsyncClient, services: Services) -> None:
    """It is in memory when the call answers, stays while it is leased, and is gone after the next one."""

    def loaded() -> list[str]:
        return [name for name in catalogue.MODELS if services.models.is_loaded(name)]

    http.headers["Authorization"] = f"Bearer {KEY}"
    path = "/v1/models/tiny.en"
    answer = await http.post(path)
    assert (answer.status_code, answer.json()) == (200, {"id": "tiny.en", "object": "model", "loaded": True})
    assert loaded() == ["tiny.en"]
    async with services.models.lease("tiny.en"):
        refused = await http.delete(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "model-in-use")
        assert loaded() == ["tiny.en"]
    assert (await http.delete(path)).json()["deleted"] is True
    assert loaded() == []
    assert (await http.delete("/v1/models/huge")).status_code == 404
    assert (await http.post("/v1/models/huge")).status_code == 404


async def test_nobody_else_does(http: httpx.AsyncClient, services: Services) -> None:
    """Without a key neither models nor metrics are to be had; with one the API's port has all metrics."""
    assert (await http.post("/v1/models/tiny.en")).status_code == 401
    assert (await http.delete("/v1/models/tiny.en")).status_code == 401
    assert not services.models.in_memory
    assert (await http.get("/metrics")).status_code == 401
    answer = await http.get("/metrics", headers={"X-API-Key": KEY})
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "stenobot_workers" in answer.text
