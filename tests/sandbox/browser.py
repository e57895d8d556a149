"""A real browser for tests of the page: Debian's Chromium through Playwright, watched for errors and for requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IMAGES = Path(__file__).parents[2] / "docs" / "images"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
_PATIENCE_MS = 30_000
_OWN_SCHEMES = ("blob", "data", "about")


def _lacking() -> str:
    if find_spec("playwright") is None:
        return "Playwright is not installed: pip install playwright"
    return "" if CHROMIUM else "Chromium is not installed: apt install chromium"


needs_browser = pytest.mark.skipif(bool(_lacking()), reason=_lacking() or "everything is there")


@asynccontextmanager
async def open_browser(*, microphone: Path | None = None) -> AsyncIterator[Browser]:
    """Chromium; `microphone` is a WAV file that plays once, from the moment the page begins to record."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - absent where these tests are skipped

    fake_microphone = ()
    if microphone is not None:
        file = f"--use-file-for-fake-audio-capture={microphone}%noloop"
        fake_microphone = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", file)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS, *fake_microphone])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(
    browser: Browser, url: str, *, may_lose_connection: bool = False, **context: Any
) -> AsyncIterator[Page]:
    """The page at `url` in a context of its own (viewport, color_scheme, …).

    Fails at the end if anything was written to the console as an error, or any request left loopback.
    """
    problems: list[str] = []
    async with await browser.new_context(**context) as opened:
        opened.set_default_timeout(_PATIENCE_MS)
        page = await opened.new_page()

        def on_console(message: Any) -> None:
            is_network = "net::ERR_" in message.text or "Failed to load resource" in message.text
            if message.type in ("error", "warning") and not (may_lose_connection and is_network):
                problems.append(f"console: {message.text}")

        def on_request(request: Any) -> None:
            target = urlsplit(request.url)
            if target.scheme not in _OWN_SCHEMES and target.hostname not in ("127.0.0.1", "localhost"):
                problems.append(f"request to {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(f"page: {error}"))
        page.on("request", on_request)
        await page.goto(url)
        yield page
    assert problems == []


async def accessibility_problems(page: Page) -> list[str]:
    """What axe finds on the page as it is now: its rule, and the elements that break it."""
    from axe_playwright_python.async_playwright import Axe  # noqa: PLC0415 - absent where these tests are skipped

    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]]


async def shot(page: Page, name: str, of: str = "sandbox") -> None:
    """Keep a picture for the READMEs in docs/images, if SANDBOX_SCREENSHOTS is set."""
    if os.environ.get("SANDBOX_SCREENSHOTS"):
        IMAGES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=IMAGES / f"{of}-{name}.png", animations="disabled")
