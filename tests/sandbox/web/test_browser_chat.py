"""The page in a real browser: messages, buttons, edits, files, languages, groups, keyboard only."""

from pathlib import Path

import pytest

from sandbox import RateLimits, SandboxOptions
from sandbox.web.seed import ANNA
from tests.sandbox.browser import needs_browser, open_browser, open_page
from tests.sandbox.web.scripted_bot import TEXT

DATA = Path(__file__).parents[2] / "data"
PAGE = SandboxOptions(page=True, samples_dir=DATA, bot_name="Stenobot", rates=RateLimits(enabled=False))

pytestmark = [needs_browser, pytest.mark.parametrize("options", [PAGE], indirect=True, ids=["page"])]


@pytest.fixture
async def browser():
    async with open_browser() as chromium:
        yield chromium


async def test_a_newcomer_starts_the_bot_and_presses_buttons(server, script, browser):
    """Description, Start, formatted text, a spinner until the bot answers, a toast, an alert, a copied text."""
    async with open_page(browser, server.page_url, permissions=["clipboard-read", "clipboard-write"]) as page:
        await page.get_by_text("It writes down what voice messages say.").wait_for()
        await page.get_by_role("button", name="Start", exact=True).click()
        await page.locator(".message a", has_text="more").wait_for()
        await page.get_by_role("button", name="Show all").click()
        await page.get_by_text("Last line.").wait_for()
        assert not await page.get_by_text("a secret").is_visible()
        await page.get_by_role("button", name="Hidden text, show").click()
        assert await page.get_by_text("a secret").is_visible()
        base = page.get_by_role("button", name="base")
        await base.click()
        await page.locator(".key[aria-busy=true]").wait_for()
        script.gate.set()
        await page.get_by_text("base it is").wait_for()
        assert await base.get_attribute("aria-busy") is None
        await page.get_by_role("button", name="tiny").click()
        await page.get_by_role("dialog").get_by_text("tiny it is").wait_for()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Copy the name").click()
        await page.get_by_text("Copied.").wait_for()
        assert await page.evaluate("navigator.clipboard.readText()") == "stenobot"
        await page.locator(".message").get_by_role("button", name="/model").click()
        await page.get_by_text("Models for en").last.wait_for()


async def test_edits_touch_only_what_changed(server, script, browser, tmp_path):
    """A sample becomes a status that is edited in place, then a text and a document; a draft becomes a message."""
    async with open_page(browser, server.page_url, accept_downloads=True) as page:
        await page.get_by_role("button", name="Sample voice notes").click()
        await page.get_by_role("button", name="директории").click()
        status = page.locator(".message", has_text="Transcribing, 70 %")
        await status.wait_for()
        await page.locator(".reactions", has_text="👀").wait_for()
        await page.evaluate("for (const each of document.querySelectorAll('.message, .player')) each.marked = true")
        await page.get_by_role("button", name="Cancel").focus()
        script.gate.set()
        await page.locator(".message", has_text=TEXT).wait_for()
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Download note.txt").click()
        await (await download.value).save_as(tmp_path / "note.txt")
        assert (tmp_path / "note.txt").read_text() == TEXT
        marked = "[...document.querySelectorAll('.message, .player')].map((each) => Boolean(each.marked))"
        assert await page.evaluate(marked) == [True, True, True, False]
        assert script.notes == [(DATA / "audio" / "ru_ast_vm-savefolder.ogg").read_bytes()]
        script.gate.clear()
        await page.get_by_label("Message", exact=True).fill("draft")
        await page.keyboard.press("Enter")
        await page.locator("#drafts", has_text="It was a bright cold day").wait_for()
        await page.locator("#chat-subtitle", has_text="typing…").wait_for()
        script.gate.set()
        await page.locator(".message", has_text="in April.").wait_for()
        assert await page.locator("#drafts > *").count() == 0


async def test_everything_works_from_the_keyboard(server, script, browser):
    """Commands are chosen with arrows; a message's menu opens, and a reply is sent, without a mouse."""
    async with open_page(browser, server.page_url) as page:
        await page.get_by_role("button", name="Start", exact=True).wait_for()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.type("/")
        await page.get_by_role("option", name="/model").wait_for()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        answer = page.locator(".message", has_text="Models for en")
        await answer.wait_for()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await page.get_by_role("menuitem", name="Reply").wait_for()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        await page.keyboard.type("that one")
        await page.keyboard.press("Enter")
        await page.locator(".mine .quoted", has_text="Models for en").wait_for()
        await page.locator(".message", has_text="Anna said: that one").wait_for()


async def test_a_broken_file_is_dropped_and_sent_as_a_voice_message(server, script, browser, people):
    """The person says what it is sent as; the bubble shows a player that does no harm."""
    async with open_page(browser, server.page_url) as page:
        await page.get_by_text("What can this bot do?").wait_for()
        drop = "new DataTransfer(); files.items.add(new File(['not a sound'], 'broken.ogg', {type: 'audio/ogg'}))"
        files = await page.evaluate_handle(f"() => {{ const files = {drop}; return files; }}")
        await page.dispatch_event("#conversation", "drop", {"dataTransfer": files})
        await page.get_by_label("Send as").wait_for()
        assert await page.get_by_label("Send as").input_value() == "voice"
        await page.get_by_label("Caption").fill("what is this?")
        await page.get_by_role("button", name="Send", exact=True).last.click()
        await page.locator(".mine .player.unknown").wait_for()
        await people.wait(ANNA.id, text="Transcribing")
        assert script.notes == [b"not a sound"]


async def test_people_languages_groups_and_topics(server, script, browser, people):
    """Another language reaches the bot; in a group others speak; a topic holds its own; messages move and go."""
    async with open_page(browser, server.page_url) as page:
        await page.get_by_role("button", name="You are Anna").click()
        await page.get_by_label("Language code").fill("de")
        await page.keyboard.press("Enter")
        await page.get_by_label("Message", exact=True).fill("/model")
        await page.keyboard.press("Enter")
        await page.locator(".message", has_text="Models for de").wait_for()
        await page.get_by_role("button", name="Team").click()
        await page.get_by_role("tab", name="Ideas").click()
        await page.get_by_role("button", name="You are Anna").click()
        await page.get_by_role("button", name="Борис").last.click()
        await page.get_by_label("Message", exact=True).fill("what if")
        await page.keyboard.press("Enter")
        answer = page.locator(".message", has_text="Борис said: what if")
        await answer.wait_for()
        await page.get_by_role("tab", name="General").click()
        await answer.wait_for(state="detached")
        await page.get_by_role("tab", name="Ideas").click()
        await answer.hover()
        await answer.get_by_role("button", name="Message menu").click()
        await page.get_by_role("menuitem", name="Forward").click()
        await page.get_by_role("dialog").get_by_role("button", name="Family").click()
        forwarded = page.locator(".message", has_text="Forwarded from Stenobot")
        await forwarded.wait_for()
        await forwarded.hover()
        await forwarded.get_by_role("button", name="Message menu").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await forwarded.wait_for(state="detached")


async def test_what_the_bot_offers_inline_is_sent(server, script, browser):
    """Its name and words in the message field show what it has, by keyboard alone; the field is empty afterwards."""
    async with open_page(browser, f"{server.page_url}#/{ANNA.id}") as page:
        field = page.get_by_label("Message", exact=True)
        await field.fill(f"@{PAGE.bot_username} notes")
        await page.get_by_role("option", name="About notes").wait_for()
        await field.press("Enter")
        await page.locator(".message.mine", has_text=TEXT).wait_for()
        assert await field.input_value() == ""
