"""A small bot that does what a page must show: keyboards, edits, drafts, reactions, documents."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    ReactionTypeEmoji,
)

WELCOME = (
    "Send me a <b>voice message</b>, and I write down what it says. Or choose a /model.\n"
    "<blockquote expandable>It stays on this machine.\nNobody else hears it.\nNobody at all.\nLast line.</blockquote>"
    'See <a href="https://example.org/">more</a>, <code>a copy</code>, <tg-spoiler>a secret</tg-spoiler>'
)
TEXT = "In the beginning there was a note, and the note was nine seconds long."


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """One row of buttons whose data are their labels."""
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=label) for label in labels]]
    )


class ScriptedBot:
    """Finishes long answers once `gate` is set; `notes` are the voice messages it received."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.gate = asyncio.Event()
        self.notes: list[bytes] = []
        self.dispatcher = Dispatcher()
        messages = self.dispatcher.message
        messages(CommandStart())(self.on_start)
        messages(Command("model"))(self.on_model)
        messages(F.voice)(self.on_voice)
        messages(F.text == "draft")(self.on_draft)
        messages(F.text)(self.on_text)
        self.dispatcher.callback_query()(self.on_button)
        self.dispatcher.inline_query()(self.on_inline)

    async def on_inline(self, query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=TEXT)
        found = InlineQueryResultArticle(id="1", title=f"About {query.query}", input_message_content=content)
        await query.answer([found], cache_time=0, is_personal=True)

    async def on_start(self, message: Message) -> None:
        copy = InlineKeyboardButton(text="Copy the name", copy_text=CopyTextButton(text="stenobot"))
        markup = keyboard("tiny", "base")
        markup.inline_keyboard.append([copy])
        await message.answer(WELCOME, parse_mode="HTML", reply_markup=markup)

    async def on_model(self, message: Message) -> None:
        await message.answer(f"Models for {message.from_user.language_code}", reply_markup=keyboard("tiny", "base"))

    async def on_voice(self, message: Message) -> None:
        self.notes.append((await self.bot.download(message.voice.file_id)).read())
        await message.react([ReactionTypeEmoji(emoji="👀")])
        status = await message.reply("Queued", reply_markup=keyboard("Cancel"))
        for share in (10, 40, 70):
            await status.edit_text(f"Transcribing, {share} %", reply_markup=keyboard("Cancel"))
        await self.gate.wait()
        await status.edit_text(TEXT, reply_markup=keyboard("SRT", "TXT"))
        await message.reply_document(BufferedInputFile(TEXT.encode(), "note.txt"))

    async def on_draft(self, message: Message) -> None:
        await self.bot.send_chat_action(message.chat.id, "typing")
        for text in ("It was", "It was a bright", "It was a bright cold day"):
            await self.bot.send_message_draft(chat_id=message.chat.id, draft_id=1, text=text)
        await self.gate.wait()
        await message.answer("It was a bright cold day in April.")

    async def on_text(self, message: Message) -> None:
        await message.reply(f"{message.from_user.first_name} said: {message.text}")

    async def on_button(self, query: CallbackQuery) -> None:
        await self.gate.wait()
        await query.answer(f"{query.data} it is", show_alert=query.data == "tiny")


@contextlib.asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[ScriptedBot]:
    """The bot, polling while the context lasts."""
    await bot.set_my_commands(
        [BotCommand(command="start", description="Begin"), BotCommand(command="model", description="Choose a model")]
    )
    await bot.set_my_description("It writes down what voice messages say.")
    script = ScriptedBot(bot)
    polling = asyncio.create_task(
        script.dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, polling_timeout=5)
    )
    try:
        yield script
    finally:
        script.gate.set()
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
