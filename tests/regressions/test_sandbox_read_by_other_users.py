"""Who only shares the machine reads nothing of a sandbox: not by its token, its paths, its files or a link."""

import re
import stat
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from sandbox import SandboxOptions, run_sandbox
from sandbox.web.seed import ANNA


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


async def test_the_token_is_telegrams_in_shape_and_new_at_each_start() -> None:
    """An id and 35 characters that nobody can know who was not told them."""
    async with run_sandbox() as first, run_sandbox() as second:
        for server in (first, second):
            assert re.fullmatch(r"\d{8,10}:[A-Za-z0-9_-]{35}", server.token)
        assert first.token != second.token


@pytest.mark.parametrize("page", [True, False])
async def test_the_people_are_played_under_a_secret_path_only(page: bool) -> None:
    """With a page and without one, the control API is nowhere that can be guessed."""
    async with run_sandbox(SandboxOptions(page=page)) as server, aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/control/bot") as response:
            assert response.status == 404
        assert (await server.client.bot())["pending"] == 0


async def test_only_the_page_may_be_navigated_to_from_elsewhere() -> None:
    """A foreign page that leads the browser to a method or to a file of the sandbox is refused."""
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with run_sandbox(SandboxOptions(page=True)) as server, aiohttp.ClientSession(headers=foreign) as session:
        refused = (f"{server.url}/bot{server.token}/getUpdates", f"{server.page_url}control/bot")
        for url, status in ((server.page_url, 200), *((url, 403) for url in refused)):
            async with session.get(url) as response:
                assert response.status == status


async def test_a_state_keeps_the_token_from_all_others(tmp_path: Path) -> None:
    """The token outlives a restart; the file that holds it and the folder of what was sent are their owner's alone."""
    options = SandboxOptions(page=True, state_file=tmp_path / "state.json")
    (tmp_path / "state.json.files").mkdir(mode=0o755)  # as a former version made it
    async with run_sandbox(options) as first:
        await first.client.send(ANNA.id, file=b"OggS", media={"duration": 3})
    modes = modes_in(tmp_path)
    assert modes.pop("state.json.files") == 0o700
    assert set(modes.values()) == {0o600}
    async with run_sandbox(options) as second:
        assert (second.token, second.page_url.rsplit("/")[-2]) == (first.token, first.page_url.rsplit("/")[-2])
    async with run_sandbox(replace(options, token="1:told")) as third:
        assert third.token == "1:told"
