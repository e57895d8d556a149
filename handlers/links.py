"""Links to audio and video files, where the owner lets them be followed (LINKS)."""

from dataclasses import dataclass, field

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.types import Message

from handlers.address import Deferred
from handlers.dependencies import RunInBackground, Say
from handlers.media import DURABLE, MediaHandler
from handlers.message_links import links_in
from handlers.people import Allowance
from handlers.replies import mentions_bot, reply_in_chat
from transcription import Service


@dataclass(frozen=True, slots=True)
class LinkHandler:
    """Submits what is at the first link of a message as `MediaHandler` does a recording."""

    media: MediaHandler = field(default_factory=MediaHandler)

    async def on_link(
        self,
        message: Message,
        *,
        bot: Bot,
        service: Service,
        deferred: Deferred,
        allowance: Allowance,
        run_in_background: RunInBackground,
        say: Say,
        locale: str,
    ) -> None:
        """Store a job. Raises `SubmitFailed`."""
        await self.media.on_media(
            message,
            bot=bot,
            service=service,
            deferred=deferred,
            allowance=allowance,
            run_in_background=run_in_background,
            say=say,
            locale=locale,
        )
        if len(links_in(message)) > 1:
            run_in_background(reply_in_chat(message, say("link-first-only")))


async def has_link(message: Message, bot: Bot, *, takes_links: bool) -> bool:
    """Whether what is at a link is wanted as text: in private always, in a group beside a mention of the bot."""
    if not takes_links or message.via_bot or (message.text or "").startswith("/") or not links_in(message):
        return False
    return message.chat.type == ChatType.PRIVATE or await mentions_bot(message, bot)


def build_router() -> Router:
    """Messages with links; in chats of business accounts they are for the account's owner, and left alone."""
    router = Router(name="links")
    router.message.register(LinkHandler().on_link, has_link, flags={DURABLE: True})
    return router
