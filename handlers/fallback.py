"""The last router: a hint, in private chats only, for messages that no other handler takes."""

from dataclasses import dataclass, field

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from handlers.dependencies import Say
from handlers.rate_limit import Rate, RateLimiter

HINT_EVERY_S = 60.0
"""Seconds between hints in a chat; twenty stickers get one."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints at what the bot takes, now and then."""

    limiter: RateLimiter = field(default_factory=lambda: RateLimiter(Rate(HINT_EVERY_S)))

    async def on_other(self, message: Message, say: Say, *, takes_links: bool) -> None:
        """Give a hint unless the chat had one just now."""
        if not self.limiter.try_acquire(message.chat.id):
            return
        if message.text:
            hint = "hint-command" if message.text.startswith("/") else "hint-text-links" if takes_links else "hint-text"
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
    is_lone = ~F.animation & ~F.media_group_id & ~F.via_bot  # what inline mode sent is the bot's own words
    router.message.register(Hints().on_other, F.chat.type == ChatType.PRIVATE, is_lone, content)
    router.callback_query.register(on_stale_button)
    return router
