"""The log."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from runtime.log import OWN, set_up_logging
from transcription.jobs import File, Request, Source
from transcription.storage.storage import Storage
from transcription.transcript import Segment, Transcript

TOKEN = "123456789:" + "x" * 35


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The file of a log in JSON, at the level INFO or the parameter's; afterwards all is as it was before."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    path = tmp_path / "new" / "stenobot.log"
    set_up_logging(getattr(request, "param", "INFO"), "json", path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before[0], before[1]
    for name in OWN:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


def last_line(file: Path) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    return line


def events(file: Path) -> list[str]:
    return [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()]


def fail() -> None:
    """An error whose own text and whose cause's hold the token."""
    raise RuntimeError(f"of {TOKEN}") from ValueError(TOKEN)


def test_an_event_is_one_line_of_its_numbers(file: Path) -> None:
    """Names and numbers arrive as they are, with level and time."""
    structlog.get_logger("bot").info("note done", job=7, rtf=0.25)
    assert last_line(file).items() >= {"event": "note done", "job": 7, "rtf": 0.25, "level": "info"}.items()


@pytest.mark.parametrize("file", ["DEBUG"], indirect=True)
async def test_at_debug_no_library_tells_what_people_said(file: Path, tmp_path: Path) -> None:
    """Our own events are all there; a transcript on its way into the database and out again is not among them."""
    said = "Nobody but you and me may know of the walled garden."
    note = Request(Source("test", "1"), 7, File("f1", "u1"), "base", None, "en")
    async with Storage.open(tmp_path / "notes.sqlite3") as storage:
        store = storage.jobs
        job, _ = await store.add(note)
        await store.finish(job.id, Transcript((Segment(0, 900, said),), "en", 0.9, 900, "base"))
        assert await store.find_cached(note)
    structlog.get_logger("transcription.asr.whisper").debug("window heard", tokens=7)
    assert events(file) == ["window heard"]


def test_what_libraries_log_goes_the_same_way(file: Path) -> None:
    """aiogram's messages, made with the standard library, are lines of the same form."""
    logging.getLogger("aiogram.dispatcher").warning("Sleep for %d seconds", 3)
    assert last_line(file).items() >= {"event": "Sleep for 3 seconds", "logger": "aiogram.dispatcher"}.items()


def test_no_token_reaches_the_log(file: Path) -> None:
    """Neither as a value, nor within a library's message, nor inside an exception and its cause."""
    structlog.get_logger("bot").info("url", url=f"https://host/bot{TOKEN}/getMe", deep={"list": [TOKEN]})
    logging.getLogger("aiohttp").warning("GET /file/bot%s/voice.oga", TOKEN)
    try:
        fail()
    except RuntimeError:
        structlog.get_logger("bot").exception("failed")
        logging.getLogger("aiogram").exception("failed")
    text = file.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "x" * 20 not in text


def test_the_console_can_be_read_by_people(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other form is no JSON, without colours where nobody sees them, and hides tokens as well."""
    seen = io.StringIO()
    monkeypatch.setattr("sys.stderr", seen)
    set_up_logging("INFO", "console", None)
    structlog.get_logger("bot").warning("note done", job=7, token=TOKEN)
    assert "note done" in seen.getvalue()
    assert "job=7" in seen.getvalue()
    assert "\x1b" not in seen.getvalue()
    assert "x" * 20 not in seen.getvalue()
