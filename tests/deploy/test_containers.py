"""The files that containers are made and run by: what must hold in them whoever edits them."""

import asyncio
import re
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

from config import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ["compose.yaml", "compose.bot.yaml"]


def services(name: str) -> dict[str, dict[str, Any]]:
    loaded = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["services"]
    assert loaded
    return dict(loaded)


@asynccontextmanager
async def server(path: str, status: int) -> AsyncIterator[int]:
    """A server that has one page; its port."""

    async def on_request(request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get(path, on_request)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def healthcheck(**settings: str) -> int | None:
    """The exit code of the health check under these settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", ROOT / "scripts" / "healthcheck.py", env=settings, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


@pytest.mark.parametrize(
    ("setting", "path", "status", "code"),
    [
        ("API_PORT", "/health", 200, 0),
        ("API_PORT", "/health", 403, 0),  # ALLOWED_IPS has no loopback address
        ("API_PORT", "/health", 500, 1),
        ("METRICS_PORT", "/metrics", 200, 0),
    ],
)
async def test_the_health_check_asks_what_listens(setting: str, path: str, status: int, code: int) -> None:
    """Any answer but a server's own error is health, of the API or else of the metrics."""
    async with server(path, status) as port:
        assert await healthcheck(**{setting: str(port)}) == code


async def test_nothing_that_listens_is_no_health() -> None:
    """A port that nobody answers fails the check, and so do settings that name none."""
    async with server("/health", 200) as port:
        pass
    assert await healthcheck(API_PORT=str(port)) == 1
    assert await healthcheck(API_PORT="") == 1


def test_an_image_holds_every_package_of_the_program() -> None:
    """What a wheel holds gets past .dockerignore; settings, data and history don't."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert allowed >= {*wheel["only-include"], "config.py", "run_bot.py", "requirements", "tests/data", "benchmarks"}
    assert allowed.isdisjoint({".env", ".git", "var", ".venv"})
    assert not [name for name in allowed if not (ROOT / name).exists()]


@pytest.mark.parametrize("name", COMPOSE)
def test_containers_are_confined(name: str) -> None:
    """No service has a capability or may gain one, and a port is published to this machine alone."""
    for service in services(name).values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_only_the_front_has_secrets_and_an_open_api() -> None:
    """A worker gets no secret of Telegram or the API from .env; requests without a key are for one service alone."""
    parts = services("compose.yaml")
    assert [name for name, service in parts.items() if "API_OPEN" in service.get("environment", {})] == ["api"]
    emptied = {name for name, value in parts["worker"]["environment"].items() if value == ""}
    secrets = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in repr(field.annotation)}
    assert "BOT_TOKEN" in secrets
    assert emptied >= {name for name in secrets if name.startswith(("BOT", "TELEGRAM", "WEBHOOK", "API", "JWT"))}
    assert parts["redis"]["networks"] == ["queue"]


def test_a_cluster_runs_one_front() -> None:
    """One front at a time in Kubernetes, for a database file and a token belong to one process."""
    manifests = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/front.yaml").read_text(encoding="utf-8")))
    [front] = [manifest for manifest in manifests if manifest["kind"] == "Deployment"]
    assert (front["spec"]["replicas"], front["spec"]["strategy"]["type"]) == (1, "Recreate")


def test_workflows_name_versions_and_rights() -> None:
    """Each action is of a named version, and each workflow says what its token may do."""
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert "permissions" in yaml.safe_load(text), path.name
        used = re.findall(r"uses: (\S+)", text)
        assert not [
            one for one in used if not one.startswith("./") and not re.search(r"@(v\d|release/v\d|[0-9a-f]{40})", one)
        ]
