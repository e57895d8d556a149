"""`run_bot.py --sandbox` as people use it: the real bot with the base model, seen in a real browser.

With SANDBOX_SCREENSHOTS=1 it also takes the pictures in docs/images.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.conftest import Clip
from tests.sandbox.browser import needs_browser, open_browser, open_page, shot
from tests.sandbox_process import SandboxProcess, playing

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.e2e, needs_browser, pytest.mark.asyncio(loop_scope="module")]

SAMPLE = "Sample voice notes"
HEARD_MS = 60_000
"""How long a note may take on a busy machine."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> AsyncIterator[SandboxProcess]:
    async with playing(tmp_path_factory.mktemp("home"), models_dir) as process:
        yield process
        assert await process.interrupt() == 0
        assert "Traceback" not in process.log.read_text(encoding="utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory, clips: Mapping[str, Clip]) -> AsyncIterator["Browser"]:
    """Chromium with a microphone in front of which somebody reads a sentence."""
    wav = tmp_path_factory.mktemp("microphone") / "heard.wav"
    source = clips["en_libri_61"].path
    convert = await asyncio.create_subprocess_exec("ffmpeg", "-v", "error", "-i", source, "-ar", "48000", wav)
    assert await convert.wait() == 0
    async with open_browser(microphone=wav) as chromium:
        yield chromium


async def send_sample(page: "Page", words: str) -> None:
    await page.get_by_role("button", name=SAMPLE).click()
    await page.get_by_role("button", name=words).click()


async def send_file(page: "Page") -> None:
    """Confirm what is offered once a file was chosen or dropped."""
    await page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()


async def send_long(page: "Page", clips: Mapping[str, Clip], times: int) -> None:
    """Over a minute of speech several times over, so that there is time to look; as another file for each number."""
    long = {"name": "long.ogg", "mimeType": "audio/ogg", "buffer": clips["en_long_lj1"].voice * times}
    await page.get_by_label("File to attach").set_input_files(long)
    await send_file(page)


async def say(page: "Page", text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


async def test_what_is_spoken_becomes_text(bot: SandboxProcess, browser: "Browser") -> None:
    """A newcomer presses Start, records, and reads in the reply what they said."""
    async with open_page(browser, bot.page_url) as page:
        await page.get_by_role("button", name="Start", exact=True).click()
        await page.locator(".message", has_text="Send or forward me a voice message").wait_for()
        await page.get_by_role("button", name="Record a voice message").click()
        await page.get_by_role("timer").get_by_text("0:05").wait_for()
        await page.get_by_role("group", name="Recording").get_by_role("button", name="Send").click()
        await page.locator(".message", has_text="complaint against the wizard").wait_for(timeout=HEARD_MS)


async def test_a_long_note_shows_how_far_it_is_through_a_restart(
    bot: SandboxProcess, browser: "Browser", clips: Mapping[str, Clip]
) -> None:
    """Status, progress with the text so far, all connections broken in the middle, and still the text, once."""
    async with open_page(browser, bot.page_url, may_lose_connection=True) as page:
        await send_long(page, clips, times=4)
        status = page.locator(".message", has=page.get_by_role("button", name="Cancel", exact=True))
        await status.get_by_text("%").wait_for(timeout=HEARD_MS)
        await shot(page, "chat")
        await page.get_by_role("button", name="Troubles and API calls").click()
        await page.get_by_role("button", name="Restart the sandbox").click()
        silence = page.get_by_text("The sandbox does not answer.")
        await silence.wait_for()
        assert await status.count() == 1  # the note is not done yet
        await shot(page, "trouble")
        await silence.wait_for(state="hidden")
        await status.wait_for(state="detached", timeout=HEARD_MS)
        assert await page.locator(".message:not(.mine)", has_text="the only sense with which we are").count() == 1


async def test_a_running_note_is_cancelled(bot: SandboxProcess, browser: "Browser", clips: Mapping[str, Clip]) -> None:
    """The button under the status stops the work; the status says so and loses its button."""
    async with open_page(browser, bot.page_url) as page:
        await send_long(page, clips, times=5)
        await page.get_by_role("button", name="Cancel", exact=True).click(timeout=HEARD_MS)
        await page.locator(".message", has_text="Cancelled.").wait_for()
        assert await page.get_by_role("button", name="Cancel", exact=True).count() == 0


async def test_a_model_is_chosen_by_its_button(bot: SandboxProcess, browser: "Browser") -> None:
    """/model lists the models; a press turns the page, another loads one, and it listens from then on."""
    async with open_page(browser, bot.page_url, viewport={"width": 1280, "height": 1000}) as page:
        await say(page, "/model")
        await page.get_by_role("button", name="✓ base").wait_for()
        await shot(page, "model")
        await page.get_by_role("button", name="English only…").click()
        await page.get_by_role("button", name="tiny.en", exact=True).click()
        await page.locator(".message", has_text="tiny.en listens from now on").wait_for(timeout=HEARD_MS)
        await send_sample(page, "he might even have been made")
        await page.locator(".message:not(.mine)", has_text="amiable").wait_for(timeout=HEARD_MS)
    assert "model=tiny.en probability" in bot.log.read_text(encoding="utf-8")


async def test_a_broken_file_gets_a_sentence(bot: SandboxProcess, browser: "Browser") -> None:
    """What is no sound is sent as a voice message, and answered with what to do about it."""
    async with open_page(browser, bot.page_url) as page:
        await page.get_by_label("Message", exact=True).wait_for()
        drop = "new DataTransfer(); files.items.add(new File(['not a sound'], 'broken.ogg', {type: 'audio/ogg'}))"
        files = await page.evaluate_handle(f"() => {{ const files = {drop}; return files; }}")
        await page.dispatch_event("#conversation", "drop", {"dataTransfer": files})
        await send_file(page)
        await page.locator(".message", has_text="There is no sound I can read in this file").wait_for(timeout=HEARD_MS)


async def test_on_a_phone_in_the_dark_in_russian(bot: SandboxProcess, browser: "Browser") -> None:
    """Another person is answered in their language; nothing sticks out of 390 pixels; wide and dark works as well."""
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
    async with open_page(browser, bot.page_url, **phone) as page:
        await page.get_by_role("button", name="As Борис").click()
        await page.get_by_role("button", name="Start", exact=True).click()
        await page.locator(".message", has_text="я отвечу текстом").wait_for()
        await send_sample(page, "Если вы нашли")
        await page.locator(".message:not(.mine)", has_text="человека").wait_for(timeout=HEARD_MS)
        assert await page.locator("html").get_attribute("data-theme") == "dark"
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shot(page, "phone")
    async with open_page(browser, bot.page_url, color_scheme="dark") as page:
        await page.locator(".message", has_text="listens from now on").wait_for()
        await shot(page, "dark")
