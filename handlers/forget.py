"""/forget: deletes everything of a person after a second question."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from handlers.address import Deferred
from handlers.buttons import button, keyboard
from handlers.dependencies import Say
from handlers.permissions import Id, Permissions, sender_id
from transcription import Service


class Forget(CallbackData, prefix="forget"):
    """A button that answers whether to forget a person."""

    user_id: Id
    sure: bool


async def on_forget(message: Message, service: Service, deferred: Deferred, say: Say) -> None:
    """Ask whether it is meant; forget a channel at once, for a button is pressed by a person, who may be anyone."""
    user_id = sender_id(message)
    if message.sender_chat and user_id != message.chat.id:
        await message.reply(say("forget-done", count=await _forget(user_id, service, deferred)))
        return
    row = [
        button(say(f"forget-{word}-button"), Forget(user_id=user_id, sure=sure))
        for word, sure in (("yes", True), ("no", False))
    ]
    await message.reply(say("forget-ask"), reply_markup=keyboard(row))


async def on_answer(
    query: CallbackQuery,
    callback_data: Forget,
    *,
    bot: Bot,
    service: Service,
    deferred: Deferred,
    permissions: Permissions,
    say: Say,
) -> None:
    """Forget, or not. Only the one who asked may answer, or an admin where an anonymous one did."""
    assert isinstance(query.message, Message)
    user_id, chat = callback_data.user_id, query.message.chat
    if not await permissions.is_same(bot, chat, query.from_user.id, user_id):
        await query.answer(say("forget-not-yours"), show_alert=True)
        return
    if callback_data.sure:
        text = say("forget-done", count=await _forget(user_id, service, deferred))
    else:
        text = say("forget-kept")
    await query.answer(text)
    await query.message.edit_text(text)


async def _forget(user_id: int, service: Service, deferred: Deferred) -> int:
    """Delete all there is of a person; returns how many jobs that were."""
    await deferred.forget(user_id)  # first, for the service empties the journal
    return await service.forget(user_id)


def build_router() -> Router:
    """/forget and its buttons."""
    router = Router(name="forget")
    router.message.register(on_forget, Command("forget"))
    router.callback_query.register(on_answer, Forget.filter(), F.message.text)
    return router
