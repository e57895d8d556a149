"""The page for people who hear it: axe's rules (names, roles, contrast, order) hold wherever one can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.web.seed import ANNA
from tests.sandbox.browser import accessibility_problems, needs_browser, open_browser, open_page
from tests.sandbox.web.scripted_bot import TEXT
from tests.sandbox.web.test_browser_chat import PAGE

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [needs_browser, pytest.mark.parametrize("options", [PAGE], indirect=True, ids=["page"])]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


@pytest.mark.parametrize(("viewport", "colors"), [(WIDE, "light"), (NARROW, "dark")])
async def test_every_state_of_the_page_has_names_roles_and_contrast(server, script, viewport, colors):
    """A new chat, a text with buttons, a note with its menu, the inline list, the dialogs, the troubles."""
    script.gate.set()
    look = {"viewport": viewport, "color_scheme": colors, "reduced_motion": "reduce"}
    async with open_browser() as browser, open_page(browser, f"{server.page_url}#/{ANNA.id}", **look) as page:
        found = {}
        for name, step in STEPS.items():
            await step(page)
            found[name] = await accessibility_problems(page)
        assert {name: problems for name, problems in found.items() if problems} == {}


async def _new_chat(page: Page) -> None:
    await page.get_by_text("What can this bot do?").wait_for()


async def _text_with_buttons(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    await page.get_by_role("button", name="base").wait_for()


async def _note_with_its_menu(page: Page) -> None:
    await page.get_by_role("button", name="Sample voice notes").click()
    await page.get_by_role("button", name="директории").click()
    answer = page.locator(".message", has_text=TEXT)
    await answer.wait_for()
    await answer.hover()
    await answer.get_by_role("button", name="Message menu").click()
    await page.get_by_role("menuitem", name="Reply").wait_for()


async def _inline_list(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.get_by_label("Message", exact=True).fill(f"@{PAGE.bot_username} notes")
    await page.get_by_role("option", name="About notes").wait_for()


async def _command_list(page: Page) -> None:
    await page.get_by_label("Message", exact=True).fill("/")
    await page.get_by_role("option", name="/model").wait_for()


async def _person(page: Page) -> None:
    await page.get_by_label("Message", exact=True).fill("")
    await page.get_by_role("button", name="You are Anna").click()
    await page.get_by_label("Language code").wait_for()


async def _samples(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Sample voice notes").click()
    await page.get_by_role("button", name="директории").wait_for()


async def _troubles(page: Page) -> None:
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Troubles and API calls").click()
    await page.get_by_role("complementary", name="Troubles and API calls").wait_for()


STEPS = {
    step.__name__: step
    for step in (
        _new_chat,
        _text_with_buttons,
        _note_with_its_menu,
        _inline_list,
        _command_list,
        _person,
        _samples,
        _troubles,
    )
}
