"""The page in a real browser: microphone, themes, phone width, fault presets, and restarts of the sandbox."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import RateLimits, SandboxOptions, run_sandbox
from sandbox.web.seed import ANNA
from tests.sandbox.browser import needs_browser, open_browser, open_page
from tests.sandbox.web.scripted_bot import TEXT

DATA = Path(__file__).parents[2] / "data"
NOTE = DATA / "audio" / "ru_ast_vm-savefolder.ogg"
PAGE = SandboxOptions(page=True, samples_dir=DATA, bot_name="Stenobot", rates=RateLimits(enabled=False))

pytestmark = [needs_browser, pytest.mark.parametrize("options", [PAGE], indirect=True, ids=["page"])]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
async def test_a_microphone_recording_arrives_as_a_voice_message(server, script, tmp_path):
    """A real voice note, played by a fake microphone, is recorded, sent as OGG/Opus, and can be played back."""
    wav = tmp_path / "microphone.wav"
    convert = await asyncio.create_subprocess_exec("ffmpeg", "-v", "error", "-i", NOTE, "-ar", "48000", wav)
    assert await convert.wait() == 0
    script.gate.set()
    async with open_browser(microphone=wav) as browser, open_page(browser, server.page_url) as page:
        await page.get_by_role("button", name="Record a voice message").click()
        await page.get_by_role("timer").get_by_text("0:02").wait_for()
        await page.get_by_role("group", name="Recording").get_by_role("button", name="Send").click()
        await page.locator(".message", has_text=TEXT).wait_for()
        await page.get_by_role("button", name="Play").click()
        await page.get_by_role("button", name="Pause").wait_for()
        await page.locator(".bars .heard").nth(5).wait_for()
    [note] = script.notes
    assert note.startswith(b"OggS")
    assert await _loudness_db(note) > -40


async def _loudness_db(note: bytes) -> float:
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-i", "pipe:0", "-af", "volumedetect", "-f", "null", "-"),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, report = await process.communicate(note)
    return float(report.decode().split("mean_volume:")[1].split("dB")[0])


async def test_dark_and_phone_width(server, script):
    """Dark follows the system until it is switched; on a phone list and conversation take turns, nothing sticks out."""
    script.gate.set()
    phone = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "color_scheme": "dark"}
    async with open_browser() as browser, open_page(browser, server.page_url, **phone) as page:
        assert await page.locator("html").get_attribute("data-theme") == "dark"
        await page.get_by_role("button", name="As Anna").click()
        await page.get_by_role("button", name="Start", exact=True).click()
        await page.locator(".key", has_text="Copy the name").wait_for()
        assert not await page.locator("#chat-list").is_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("button", name="Back to the chats").click()
        await page.get_by_role("button", name="Switch between light and dark").click()
        assert await page.locator("html").get_attribute("data-theme") == "light"
        await page.reload()
        await page.locator("html[data-theme=light]").wait_for()


async def test_fault_presets_and_api_calls(server, script):
    """A preset slows the bot's calls, and the call log shows it; the bot is blocked and unblocked."""
    async with open_browser() as browser, open_page(browser, server.page_url, color_scheme="dark") as page:
        await page.get_by_role("button", name="Troubles and API calls").click()
        await page.get_by_role("switch", name="Slow network").check()
        await page.get_by_label("Message", exact=True).fill("hello")
        await page.keyboard.press("Enter")
        call = page.locator(".calls li", has_text="sendMessage").first
        await call.wait_for()
        assert int((await call.locator(".took").inner_text()).split()[0]) >= 1500
        await page.get_by_role("switch", name="Slow network").uncheck()
        await call.locator("summary").click()
        await call.get_by_text("Anna said: hello").wait_for()
        await page.get_by_role("button", name="Block the bot").click()
        await page.get_by_text("You have blocked the bot.").wait_for()
        await page.get_by_role("button", name="Unblock", exact=True).click()
        await page.get_by_text("You have blocked the bot.").wait_for(state="hidden")


async def test_a_restart_in_the_middle(server, script, people):
    """All connections break while a recording is transcribed; the page says so, recovers, and the text arrives."""
    async with (
        open_browser() as browser,
        open_page(browser, server.page_url, may_lose_connection=True) as page,
    ):
        await page.get_by_role("button", name="Sample voice notes").click()
        await page.get_by_role("button", name="директории").click()
        await page.locator(".message", has_text="Transcribing, 70 %").wait_for()
        await page.get_by_role("button", name="Troubles and API calls").click()
        await page.get_by_role("button", name="Restart the sandbox").click()
        await page.get_by_text("The sandbox does not answer.").wait_for()
        await page.get_by_text("The sandbox does not answer.").wait_for(state="hidden")
        script.gate.set()
        await page.locator(".message", has_text=TEXT).wait_for()


async def test_another_process_takes_over_at_the_same_address(options, tmp_path):
    """With a state file the open page finds the new sandbox by itself, and what was said is still there."""
    kept = replace(options, state_file=tmp_path / "state.json")
    async with open_browser() as browser:
        async with run_sandbox(kept) as first:
            await first.client.send(ANNA.id, "before")
            page_context = open_page(browser, first.page_url, may_lose_connection=True)
            page = await page_context.__aenter__()
            await page.locator(".message", has_text="before").wait_for()
        await page.get_by_text("The sandbox does not answer.").wait_for()
        async with run_sandbox(replace(kept, port=int(first.url.rpartition(":")[2]))) as second:
            await page.get_by_text("The sandbox does not answer.").wait_for(state="hidden")
            await second.client.send(ANNA.id, "after")
            await page.locator(".message", has_text="after").wait_for()
            assert await page.locator(".message", has_text="before").count() == 1
            await page_context.__aexit__(None, None, None)
