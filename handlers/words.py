"""/words: a chat's own names and jargon, given to the model as a prompt."""

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import chat_settings
from handlers.dependencies import Say
from handlers.permissions import Permissions, sender_id
from transcription import Service

MAX_LENGTH = 300
"""Characters. The engine looks at no more than a hundred tokens, and has the owner's words before them."""

DASHES = {"-", "–", "—"}
"""Clear the words. Phones make one of another."""


class ClearWords(CallbackData, prefix="words"):
    """A button that clears the words."""


async def on_words(
    message: Message, command: CommandObject, *, bot: Bot, service: Service, permissions: Permissions, say: Say
) -> None:
    """Keep the words that were sent, or clear them; where there are none, show those that are kept."""
    words = " ".join((command.args or "").split())
    if not words:
        await _show(message, service, say)
    elif not await permissions.can_manage(bot, message.chat, sender_id(message)):
        await message.reply(say("admins-only"))
    elif words in DASHES:
        await chat_settings.update(service, message.chat.id, prompt=None)
        await message.reply(say("words-cleared"))
    elif len(words) > MAX_LENGTH:
        await message.reply(say("words-too-long", length=len(words), limit=MAX_LENGTH))
    else:
        await chat_settings.update(service, message.chat.id, prompt=words)
        await message.reply(say("words-chosen", words=words))


async def _show(message: Message, service: Service, say: Say) -> None:
    words = (await service.preferences(message.chat.id)).prompt
    if not words:
        await message.reply(say("words-none"))
        return
    clear = InlineKeyboardButton(text=say("words-clear-button"), callback_data=ClearWords().pack())
    await message.reply(say("words-now", words=words), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[clear]]))


async def on_clear(query: CallbackQuery, *, bot: Bot, service: Service, permissions: Permissions, say: Say) -> None:
    """Clear the words."""
    message = query.message
    assert isinstance(message, Message)
    if not await permissions.can_manage(bot, message.chat, query.from_user.id):
        await query.answer(say("admins-only"), show_alert=True)
        return
    await chat_settings.update(service, message.chat.id, prompt=None)
    await query.answer()
    await message.edit_text(say("words-cleared"))


def build_router() -> Router:
    """/words and its button."""
    router = Router(name="words")
    router.message.register(on_words, Command("words"))
    router.callback_query.register(on_clear, ClearWords.filter(), F.message.text)
    return router
