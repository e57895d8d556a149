"""A second, independent client library (python-telegram-bot), so that the sandbox does not just suit aiogram."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import RateLimits, SandboxOptions

telegram = pytest.importorskip("telegram", reason="python-telegram-bot is not installed")

NOTE = Path(__file__).parents[2] / "data" / "audio" / "ru_ast_vm-savefolder.ogg"


@pytest.fixture
async def other(server, monkeypatch):
    """Its bot, pointed at the sandbox."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    bot = telegram.Bot(server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with bot:
        yield bot


async def test_a_voice_message_goes_its_whole_way(other, people):
    """Received, downloaded, answered with a reply and a keyboard, edited, and the document comes with it."""
    ann = await people.add_user()
    await people.send(ann["id"], file=NOTE.read_bytes(), media={"duration": 2})
    [update] = await other.get_updates(timeout=5)
    message = update.message
    assert message.voice.duration == timedelta(seconds=2)
    file = await other.get_file(message.voice.file_id)
    assert await file.download_as_bytearray() == NOTE.read_bytes()
    assert await message.set_reaction("👀")
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Cancel", callback_data="c:1")]])
    status = await message.reply_text("Queued", reply_markup=keyboard, do_quote=True)
    assert status.reply_to_message.message_id == message.message_id
    edited = await status.edit_text("<b>Done</b>, see https://example.org/x", parse_mode="HTML")
    assert [entity.type for entity in edited.entities] == ["bold", "url"]
    assert edited.reply_markup is None
    document = await message.reply_document(b"1\n", filename="a.srt", caption="<i>all of it</i>", parse_mode="HTML")
    assert (document.document.file_name, document.caption_entities[0].type) == ("a.srt", "italic")
    assert not await other.get_updates(offset=update.update_id + 1)


async def test_buttons_commands_and_drafts(other, people):
    """A pressed button is a callback query; menus are set by scope and language; a draft streams."""
    ann = await people.add_user()
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
    sent = await other.send_message(ann["id"], "Ready?", reply_markup=keyboard)
    pressing = asyncio.create_task(people.press(ann["id"], sent.message_id, text="Go"))
    [update] = await other.get_updates(timeout=5)
    assert (update.callback_query.data, update.callback_query.message.text) == ("go", "Ready?")
    await update.callback_query.answer("On it", show_alert=True)
    assert await pressing == {"text": "On it", "show_alert": True, "url": ""}
    scope = telegram.BotCommandScopeAllGroupChats()
    await other.set_my_commands([("go", "Go")], scope=scope, language_code="de")
    [command] = await other.get_my_commands(scope=scope, language_code="de")
    assert command.description == "Go"
    assert await other.send_chat_action(ann["id"], "typing")
    assert await other.send_message_draft(ann["id"], draft_id=1, text="so far")


@pytest.mark.parametrize("options", [SandboxOptions(rates=RateLimits())], indirect=True, ids=["limits"])
async def test_errors_are_those_it_knows(other, people):
    """Blocking, flooding and an edit that changes nothing raise what the library raises for Telegram's own answers."""
    ann = await people.add_user()
    sent = await other.send_message(ann["id"], "one")
    with pytest.raises(telegram.error.BadRequest, match="not modified"):
        await sent.edit_text("one")
    with pytest.raises(telegram.error.RetryAfter):
        await asyncio.gather(*(other.send_message(ann["id"], "more") for _ in range(4)))
    await people.set_bot_status(ann["id"], "kicked")
    with pytest.raises(telegram.error.Forbidden, match="blocked by the user"):
        await other.send_message(ann["id"], "gone?")
    with pytest.raises(telegram.error.BadRequest, match="can't find end tag"):
        await other.send_message((await people.add_user())["id"], "<b>x", parse_mode="HTML")
