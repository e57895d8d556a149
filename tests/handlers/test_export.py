"""All of one's own texts as archives."""

import io
import zipfile
from collections.abc import AsyncIterator
from random import Random
from typing import IO, Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendDocument, TelegramMethod

from handlers.archive import NamedFiles, zipped
from tests.handlers.conftest import ANN, BOB, GROUP, Talk
from tests.handlers.test_find import said


async def exported(talk: Talk, monkeypatch: Any) -> dict[str, str]:
    """What /export sends, by the names of the files; an archive is gone once it was sent."""
    archives: list[bytes] = []
    send = type(talk.telegram).make_request

    async def make_request(self: BaseSession, bot: Bot, method: TelegramMethod[Any], timeout: Any = None) -> Any:  # noqa: ASYNC109
        if isinstance(method, SendDocument):
            archives.append(b"".join([chunk async for chunk in cast("Any", method.document).read(bot)]))
        return await send(cast("Any", self), bot, method, timeout)

    monkeypatch.setattr(type(talk.telegram), "make_request", make_request)
    await talk.receive("message", talk.message(text="/export"))
    return {name: zip_.read(name).decode() for data in archives for zip_ in [opened(data)] for name in zip_.namelist()}


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


async def test_all_of_ones_own_comes(talk: Talk, monkeypatch: Any) -> None:
    """From all chats, as text, subtitles and JSON, called by their date, also where that is the same; nobody else's."""
    await said(talk, "One.")
    await said(talk, "Two.", chat=GROUP)
    await said(talk, "Another's.", BOB)
    files = await exported(talk, monkeypatch)
    texts = sorted(text for name, text in files.items() if name.endswith(".txt"))
    assert texts == ["One.\n", "Two.\n"]
    assert sorted(name.rpartition(".")[2] for name in files) == ["json", "json", "srt", "srt", "txt", "txt"]
    assert not any("Another" in text for text in files.values())


async def test_not_in_groups_and_not_all_the_time(talk: Talk, monkeypatch: Any) -> None:
    """What one said elsewhere is not for the group; a second archive has to wait."""
    assert "keep no text" in (await talk.say("/export")).text
    await said(talk, "One.")
    assert "in private" in (await talk.say("/export", chat=GROUP)).text
    assert await exported(talk, monkeypatch)
    assert "once in 10 min" in (await talk.say("/export")).text
    assert "в личном чате" in (await talk.say("/export", BOB, GROUP)).text


async def test_a_refused_archive_is_told(talk: Talk, monkeypatch: Any) -> None:
    """The one who waits for it is told that it does not come."""
    await said(talk, "One.", ANN)
    send = type(talk.telegram).make_request

    async def make_request(self: Any, bot: Bot, method: TelegramMethod[Any], timeout: Any = None) -> Any:  # noqa: ASYNC109
        if isinstance(method, SendDocument):
            raise TelegramNetworkError(method, "lost")
        return await send(self, bot, method, timeout)

    monkeypatch.setattr(type(talk.telegram), "make_request", make_request)
    *_, last = await talk.receive("message", talk.message(text="/export"))
    assert "did not take" in cast("Any", last).text


async def test_no_archive_is_too_large() -> None:
    """Files that belong together stay together; what cannot be compressed counts in full, with its names."""
    random = Random(1)

    async def files() -> AsyncIterator[NamedFiles]:
        for number in range(40):
            yield [(f"{number} имя.{suffix}", random.randbytes(2000)) for suffix in ("txt", "srt")]

    sizes, names = [], []
    async for archive in zipped(files(), max_bytes=20_000):
        data = whole(archive)
        sizes.append(len(data))
        names += opened(data).namelist()
    assert len(sizes) > 1
    assert max(sizes) <= 20_000
    assert names == [f"{number} имя.{suffix}" for number in range(40) for suffix in ("txt", "srt")]


def whole(archive: IO[bytes]) -> bytes:
    archive.seek(0)
    return archive.read()
