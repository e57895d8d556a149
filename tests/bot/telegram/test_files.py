"""The bytes of a file, and what each refusal of the Bot API server means for the note."""

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import File as Announced

from bot.telegram import session
from bot.telegram.files import fetch
from bot.telegram.session import Session
from sandbox import RateLimits, SandboxClient, SandboxOptions, run_sandbox
from transcription.errors import FetchFailed, FileGone, SourceUnavailable, TooBig, TranscriptionError
from transcription.jobs import File

VOICE = b"OggS" * 100


class Far(Session):
    """Says that every file is at `path`, and has none to download."""

    def __init__(self, api_url: str, path: Path) -> None:
        super().__init__(api_url)
        self.path = path

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        return Announced(file_id="f", file_unique_id="u", file_path=str(self.path))

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        raise TimeoutError
        yield b""


class Server:
    """A sandbox with one voice message, and a bot that fetches it."""

    def __init__(self, people: SandboxClient, bot: Bot, file: File) -> None:
        self.people = people
        self.bot = bot
        self.file = file

    async def fetch(self, file: File | None = None) -> bytes:
        return b"".join([chunk async for chunk in fetch(self.bot, file or self.file)])

    async def refusal(self, file: File | None = None) -> TranscriptionError:
        with pytest.raises(TranscriptionError) as caught:
            await self.fetch(file)
        assert self.bot.token not in repr(caught.value.__cause__)
        return caught.value


@pytest.fixture
def options() -> SandboxOptions:
    return SandboxOptions(rates=RateLimits(enabled=False))


@pytest.fixture
async def server(options: SandboxOptions) -> AsyncIterator[Server]:
    async with run_sandbox(options) as sandbox, Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        user = await sandbox.client.add_user()
        voice = (await sandbox.client.send(user["id"], file=VOICE))["voice"]
        yield Server(sandbox.client, bot, File(voice["file_id"], voice["file_unique_id"], voice["file_size"]))


@pytest.mark.parametrize(
    ("method", "kind", "how", "error"),
    [
        ("getFile", "unavailable", {}, FetchFailed),
        ("getFile", "error", {}, FetchFailed),
        ("getFile", "error", {"text": "Internal Server Error: restart"}, FetchFailed),
        ("getFile", "error", {"code": 403, "text": "FILE_ACCESS"}, FetchFailed),
        ("getFile", "error", {"code": 400, "text": "Logged out"}, SourceUnavailable),
        ("getFile", "error", {"code": 401, "text": "Unauthorized"}, SourceUnavailable),
        ("getFile", "bad_gateway", {}, FetchFailed),
        ("getFile", "flood", {"retry_after": 7}, FetchFailed),
        ("getFile", "reset", {}, FetchFailed),
        ("download", "error", {"code": 401, "text": "Unauthorized"}, SourceUnavailable),
        ("download", "error", {"code": 404, "text": "Not Found"}, FetchFailed),
        ("download", "bad_gateway", {}, FetchFailed),
        ("download", "flood", {"retry_after": 7}, FetchFailed),
        # aiohttp itself asks again once where a connection that was kept open breaks.
        ("download", "reset", {"times": 2}, FetchFailed),
        ("download", "truncate", {}, FetchFailed),
    ],
)
async def test_what_may_pass_is_told_apart_from_what_is_final(
    server: Server, method: str, kind: str, how: dict[str, Any], error: type[TranscriptionError]
) -> None:
    """The next try gets the file; the error says how long the server wants to be left alone."""
    await server.people.add_fault(method, kind, **how)
    refusal = await server.refusal()
    assert type(refusal) is error
    assert isinstance(refusal, FetchFailed)
    assert refusal.retry_after_s == how.get("retry_after")
    assert await server.fetch() == VOICE


async def test_only_an_id_that_is_none_is_gone_for_ever(server: Server) -> None:
    """Of an id that the server can read it never says for sure that there will be no file."""
    assert type(await server.refusal(File("nonsense", "u"))) is FileGone
    assert type(await server.refusal(File(server.file.file_id[:-1] + "-", "u"))) is FetchFailed


@pytest.mark.parametrize("options", [SandboxOptions(max_download_bytes=10)])
async def test_too_big_is_what_the_server_says(server: Server) -> None:
    """Whatever its address, a server without --local names a limit of 20 MB."""
    refusal = await server.refusal()
    assert type(refusal) is TooBig
    assert refusal.details == {"limit_mb": 20}


async def test_an_own_server_may_take_long_to_answer(server: Server) -> None:
    """It answers getFile after its own download; the limit of other calls does not count."""
    server.bot.session.timeout = 0.05
    await server.people.add_fault("getFile", "hang", seconds=0.3)
    assert await server.fetch() == VOICE


async def test_the_cloud_is_asked_with_the_limit_of_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are small, and a call that hangs there is lost."""
    asked = []

    async def make_request(self: Session, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        asked.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(session.AiohttpSession, "make_request", make_request)
    with pytest.raises(FetchFailed):
        await anext(fetch(Bot("42:token", session=Session("https://api.telegram.org")), File("f", "u", 1)))
    assert asked == [None]


async def test_a_local_file_is_read_whatever_its_size(tmp_path: Path) -> None:
    """A server with --local names a path on the shared disk, and fetches anew what vanished there."""
    options = SandboxOptions(max_download_bytes=10, local_dir=tmp_path)
    async with run_sandbox(options) as sandbox, Bot(sandbox.token, session=Session(sandbox.url)) as bot:
        user = await sandbox.client.add_user()
        voice = (await sandbox.client.send(user["id"], file=VOICE))["voice"]
        server = Server(sandbox.client, bot, File(voice["file_id"], "u", len(VOICE)))
        assert await server.fetch() == VOICE


@pytest.mark.parametrize(
    ("problem", "error"),
    [(errno.EACCES, SourceUnavailable), (errno.ENOENT, FetchFailed), (errno.EIO, FetchFailed)],
)
async def test_a_local_file_that_cannot_be_read_may_be_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: int, error: type[TranscriptionError]
) -> None:
    """Permissions concern every file until the owner mends them; one that vanished is asked for again."""

    def refuse(*_: Any) -> None:
        raise OSError(problem, os.strerror(problem))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FetchFailed) as caught:
        await read("http://127.0.0.1:8081", tmp_path / "voice.ogg")
    assert type(caught.value) is error


async def read(api_url: str, path: Path) -> bytes:
    bot = Bot("42:token", session=Far(api_url, path))
    return b"".join([chunk async for chunk in fetch(bot, File("f", "u"))])


async def test_only_an_own_server_names_files_of_this_machine(tmp_path: Path) -> None:
    """A server in local mode shares its disk; a path from the cloud is never opened here."""
    path = tmp_path / "voice.ogg"
    path.write_bytes(b"OggS")
    assert await read("http://127.0.0.1:8081", path) == b"OggS"
    with pytest.raises(FetchFailed):
        await read("https://api.telegram.org/", path)
