"""Choosing a setting of a chat, by a command's words or by a button: for those who may manage the chat."""

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.types import CallbackQuery, Message

from handlers.dependencies import Say
from handlers.permissions import Permissions, sender_id

Choose = Callable[[int], Awaitable[str]]
"""Keeps what was chosen for the chat of this id, and returns what to say of it."""


async def choose_by_command(message: Message, choose: Choose, *, bot: Bot, permissions: Permissions, say: Say) -> None:
    """Keep what a command asks for, and reply what became of it."""
    if await permissions.can_manage(bot, message.chat, sender_id(message)):
        await message.reply(await choose(message.chat.id))
    else:
        await message.reply(say("admins-only"))


async def choose_by_button(
    query: CallbackQuery, choose: Choose, *, bot: Bot, permissions: Permissions, say: Say
) -> None:
    """Keep what a button says, and write what became of it in place of the buttons."""
    message = query.message
    assert isinstance(message, Message)
    if not await may_press(query, message, bot, permissions, say):
        return
    text = await choose(message.chat.id)
    await query.answer()
    await message.edit_text(text)


async def may_press(query: CallbackQuery, message: Message, bot: Bot, permissions: Permissions, say: Say) -> bool:
    """Whether who pressed a button of this message may manage the chat, which is said where not."""
    if await permissions.can_manage(bot, message.chat, query.from_user.id):
        return True
    await query.answer(say("admins-only"), show_alert=True)
    return False
