"""The page in a real browser: rich messages that unfold, and times that play the recording from there."""

from pathlib import Path

import pytest
from aiogram.types import InputRichBlockDetails, InputRichBlockParagraph, InputRichMessage, ReplyParameters

from sandbox import RateLimits, SandboxOptions
from sandbox.web.seed import ANNA
from tests.sandbox.browser import needs_browser, open_browser, open_page

VOICE = Path(__file__).parents[2] / "data" / "audio" / "en_fleurs_007.ogg"
PAGE = SandboxOptions(page=True, rates=RateLimits(enabled=False))

pytestmark = [needs_browser, pytest.mark.parametrize("options", [PAGE], indirect=True, ids=["page"])]


def rich(*rest: str) -> InputRichMessage:
    """A first line, and others that unfold."""
    inner = [InputRichBlockParagraph(text=line) for line in rest]
    details = InputRichBlockDetails(summary="Read on", blocks=inner)
    return InputRichMessage(blocks=[InputRichBlockParagraph(text="First line."), details])


async def test_a_text_unfolds_and_its_times_play_the_recording(server, bot, people):
    """What was unfolded stays so over an edit; a time beyond the end is none, nor one in reply to a document."""
    voice = await people.send(ANNA.id, file=VOICE.read_bytes(), kind="voice", media={"duration": 8})
    file = await people.send(ANNA.id, file=VOICE.read_bytes(), kind="document")
    for note in (voice, file):
        replying = ReplyParameters(message_id=note["message_id"])
        await bot.send_message(ANNA.id, "0:04 Here. Not 0:99, 12:0:04 or 9:59.", reply_parameters=replying)
    sent = await bot.send_rich_message(ANNA.id, rich("Second line."))
    async with open_browser() as browser, open_page(browser, server.page_url) as page:
        text = page.locator(".text", has_text="First line.")
        await text.wait_for()
        assert not await text.get_by_text("Second line.").is_visible()
        await text.get_by_text("Read on").click()
        await text.get_by_text("Second line.").wait_for()
        edited = rich("Second line.", "Third line.")
        await bot.edit_message_text(chat_id=ANNA.id, message_id=sent.message_id, rich_message=edited)
        await text.get_by_text("Third line.").wait_for()
        assert await page.get_by_role("button", name="Play from").all_text_contents() == ["0:04"]
        await page.get_by_role("button", name="Play from 0:04").click()
        await page.locator(".player .time", has_text="0:05").wait_for()
