"""The page at `/` in a real browser: microphone, file, downloads, with a key."""

import asyncio
import re
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.api.openai.conftest import KEY, serving
from tests.conftest import Clip, Read
from tests.sandbox.browser import accessibility_problems, needs_browser, open_browser, open_page, shot

CLIP = "en_sense_0930"
TIMES = 5
"""A busy machine's browser loses some of the sound, so the sentence is said again."""
NOTICES_ORDER = """() => {
  const {addModule} = AudioWorklet.prototype, media = navigator.mediaDevices, open = media.getUserMedia.bind(media);
  window.order = [];
  AudioWorklet.prototype.addModule = async function (url) {
    await addModule.call(this, url);
    order.push("recorder");
  };
  media.getUserMedia = (wanted) => { order.push("microphone"); return open(wanted); };
}"""


@pytest.fixture
async def microphone(read: Read, tmp_path: Path) -> Path:
    """A sentence at 48 kHz, as a WAV file, several times."""
    samples = np.repeat(np.asarray(await read(CLIP)), 3)
    said = np.concatenate([np.zeros(24_000, np.int16), samples, np.zeros(96_000, np.int16)])
    path = tmp_path / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.tile(said, TIMES).tobytes())
    return path


async def content(download: Any) -> str:
    path = await (await download.value).path()
    return await asyncio.to_thread(path.read_text, encoding="utf-8")


@needs_browser
@pytest.mark.timeout(240)
async def test_somebody_speaks_and_opens_a_file(
    tmp_path: Path, models_dir: Path, microphone: Path, clips: Mapping[str, Clip]
) -> None:
    """The key is asked for once; words come from the microphone and from a file, and can be kept as txt and srt.

    The microphone is opened once all is there that records it, or the first words would be lost.
    """
    async with serving(tmp_path, models_dir) as server, open_browser(microphone=microphone) as browser:
        phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "permissions": ["microphone"]}
        async with open_page(browser, server.url, may_lose_connection=True, **phone) as page:
            page.set_default_timeout(100_000)  # what is said takes as long as the machine is busy
            await page.get_by_label("Key of this server").fill(KEY)
            await page.keyboard.press("Enter")
            await page.evaluate(NOTICES_ORDER)
            await page.get_by_role("button", name="Start microphone").click()
            said = page.get_by_role("log")
            await said.get_by_text(re.compile("amiable|himself")).first.wait_for()
            await shot(page, "dark-phone", of="page")
            await page.get_by_role("button", name="Stop microphone").click()
            await page.get_by_role("button", name="Start microphone").wait_for()
            async with page.expect_download() as spoken:
                await page.get_by_role("button", name="Download .srt").click()
            assert re.match(r"1\n00:00:\d\d,\d{3} --> ", await content(spoken))
            assert await page.evaluate("order") == ["recorder", "microphone"]

            file = {"name": "note.ogg", "mimeType": "audio/ogg", "buffer": clips[CLIP].voice}
            await page.locator("#file").set_input_files(file)
            await page.get_by_text("note.ogg: done.").wait_for()
            async with page.expect_download() as text:
                await page.get_by_role("button", name="Download .txt").click()
            async with page.expect_download() as subtitles:
                await page.get_by_role("button", name="Download .srt").click()
            assert (await text.value).suggested_filename == "note.txt"
            assert "amiable himself" in await content(text)
            assert (await content(subtitles)).startswith("1\n00:00:0")
            assert KEY not in page.url
            assert await accessibility_problems(page) == []
            await page.reload()
            await page.get_by_role("option", name="tiny.en").wait_for(state="attached")
            assert not await page.get_by_label("Key of this server").is_visible()
        async with httpx.AsyncClient() as client:
            policy = (await client.get(server.url)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
