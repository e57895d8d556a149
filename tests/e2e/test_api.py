"""run_bot.py with an API and no Telegram, as a process of its own, by the base model."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from config import Settings
from tests.bot_process import ROOT
from tests.conftest import Clip
from tests.ports import free_port

pytestmark = pytest.mark.e2e
PATIENCE_S = 60


@asynccontextmanager
async def serving(home: Path, models_dir: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process once it serves; it is killed with -9 at the end, if it still runs."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    settings = {"API_PORT": str(port), "DATA_DIR": str(home), "MODELS_DIR": str(models_dir), "LOG_FORMAT": "json"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "run_bot.py", "--env-file", os.devnull),
        cwd=ROOT,
        env=inherited | settings,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    try:
        async with asyncio.timeout(PATIENCE_S):
            while json.loads(await process.stderr.readline())["event"] != "serving the API":
                pass
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_tasks_outlive_a_killed_process(clips: Mapping[str, Clip], tmp_path: Path, models_dir: Path) -> None:
    """Three tasks are there after kill -9, and each is done with what was said; SIGTERM ends it in good order."""
    port = free_port()
    names = ("en_lj_0032", "ru_nsh_0024", "en_sense_0930")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, trust_env=False) as client:
        async with serving(tmp_path, models_dir, port):
            answers = [await client.post("/transcribe/", files={"file": clips[name].voice}) for name in names]
            tasks = [answer.json()["task_id"] for answer in answers]
        async with serving(tmp_path, models_dir, port) as process:
            for task_id in tasks:
                assert "event: done" in (await client.get(f"/transcribe/{task_id}/events")).text
            results = [(await client.get(f"/result/{task_id}")).json()["result"] for task_id in tasks]
            at_once = (await client.post("/transcribe", files={"file": clips["en_lj_0032"].voice})).json()
            process.terminate()
            assert await process.wait() == 0
    assert [result["language"] for result in results] == ["en", "ru", "en"]
    assert "beautiful type" in results[0]["text"]
    assert at_once == {"text": results[0]["text"], "language": "en", "duration": results[0]["duration"]}
    assert not list((tmp_path / "uploads").iterdir())
