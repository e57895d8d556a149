"""What is said to messages that nobody else wanted: in private a hint, in groups nothing."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from handlers.say import Say


async def on_other(message: Message, say: Say) -> None:
    """Say what would have been of use."""
    if message.text:
        hint = "hint-command" if message.text.startswith("/") else "hint-text"
    else:
        hint = "hint-document" if message.document else "hint-other"
    await message.reply(say(hint))


async def on_stale_button(query: CallbackQuery, say: Say) -> None:
    """Answer buttons of messages that are too old to be changed, or of a former version."""
    await query.answer(say("stale-button"), show_alert=True)


def build_router() -> Router:
    """The last router."""
    router = Router(name="fallback")
    # What has neither text nor one of these is a service message: someone joined, a title changed.
    content = F.content_type.in_(
        {"text", "document", "photo", "sticker", "contact", "location", "venue", "poll", "dice", "story", "checklist"}
    )
    router.message.register(on_other, F.chat.type == ChatType.PRIVATE, ~F.animation, ~F.media_group_id, content)
    router.callback_query.register(on_stale_button)
    return router
