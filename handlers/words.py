"""/words: a chat's own names and jargon, given to the model as a prompt."""

from functools import partial

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from handlers.buttons import button, keyboard
from handlers.chat_settings import effective_settings
from handlers.choosing import choose_by_button, choose_by_command
from handlers.dependencies import Say
from handlers.permissions import Permissions
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
    else:
        choose = partial(_choose, service, say, "" if words in DASHES else words)
        await choose_by_command(message, choose, bot=bot, permissions=permissions, say=say)


async def _choose(service: Service, say: Say, words: str, chat_id: int) -> str:
    """Keep the words, or none; returns what to say of it."""
    if len(words) > MAX_LENGTH:
        return say("words-too-long", length=len(words), limit=MAX_LENGTH)
    await service.change_preferences(chat_id, prompt=words or None)
    return await _with_use(service, say, chat_id, say("words-chosen", words=words)) if words else say("words-cleared")


async def _with_use(service: Service, say: Say, chat_id: int, text: str) -> str:
    """What is said of words, and that the chat's model makes no use of them, if so."""
    model = (await effective_settings(service, chat_id)).model
    return text if model.initial_prompt else f"{text}\n\n{say('words-unused', model=model.name)}"


async def _show(message: Message, service: Service, say: Say) -> None:
    words = (await service.preferences(message.chat.id)).prompt
    if not words:
        await message.reply(say("words-none"))
        return
    clear = button(say("words-clear-button"), ClearWords())
    text = await _with_use(service, say, message.chat.id, say("words-now", words=words))
    await message.reply(text, reply_markup=keyboard([clear]))


async def on_clear(query: CallbackQuery, *, bot: Bot, service: Service, permissions: Permissions, say: Say) -> None:
    """Clear the words."""
    choose = partial(_choose, service, say, "")
    await choose_by_button(query, choose, bot=bot, permissions=permissions, say=say)


def build_router() -> Router:
    """/words and its button."""
    router = Router(name="words")
    router.message.register(on_words, Command("words"))
    router.callback_query.register(on_clear, ClearWords.filter(), F.message.text)
    return router
